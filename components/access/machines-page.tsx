'use client';
/** The clients of machines, for administrators. A secret is shown once, above all else, until somebody has it. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { machinesResponseSchema, type NewSecret } from '../../lib/contracts/access';
import { Desk } from '../supervisor/desk';
import { usePolled } from '../ui/use-polled';
import { ListState } from './list-state';
import { MachineForm } from './machine-form';
import { MachineRow } from './machine-row';
import { NewSecretPanel, TokenExample } from './new-secret';

const ASK_MS = 5_000;

export function MachinesPage({ theme }: { theme: 'dark' | 'light' }) {
  const t = useTranslations('machines');
  const polled = usePolled('/api/v1/machines', machinesResponseSchema, ASK_MS);
  const machines = polled.answer?.machines ?? [];
  const [made, setMade] = useState<NewSecret | null>(null);
  const show = (secret: NewSecret) => {
    setMade(secret);
    polled.refresh();
  };
  return (
    <Desk place={{ kind: 'machines' }} theme={theme}>
      <h1 className="desk-title">{t('title')}</h1>
      {made !== null && <NewSecretPanel key={made.secret} made={made} onClose={() => setMade(null)} />}
      <div className="beside">
        <section className="beside-main">
          <ListState polled={polled} empty={machines.length === 0 ? t('empty') : null}>
            <div className="panel full list list-machines">
              <table>
                <caption className="unseen">{t('caption')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{t('machine')}</th>
                    <th scope="col">{t('scopes')}</th>
                    <th scope="col">{t('secrets')}</th>
                    <th scope="col">
                      <span className="unseen">{t('ways')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {machines.map((machine) => (
                    <MachineRow
                      key={machine.id}
                      machine={machine}
                      now={polled.answeredAt}
                      onChanged={polled.refresh}
                      onMade={show}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          </ListState>
          {made === null && <TokenExample clientId={null} />}
        </section>
        <MachineForm onMade={show} />
      </div>
    </Desk>
  );
}
