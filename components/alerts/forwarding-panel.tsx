'use client';
/** How handing alerts on to Genesys Cloud is going, and what could not be handed on, to be sent again. */
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  type DeadDelivery,
  deliveriesResponseSchema,
  type Forwarding,
  retriedSchema,
} from '../../lib/contracts/alert';
import { keepsDevices } from '../access/desk-links';
import { ListState } from '../access/list-state';
import { Moment } from '../access/moment';
import { ProblemLine } from '../access/problem-line';
import { useDeed } from '../access/use-deed';
import { useMe } from '../access/use-me';
import { callServer } from '../ui/fetch-json';
import { usePolled } from '../ui/use-polled';
import { sensorText } from './line-words';

export function ForwardingPanel({ forwarding }: { forwarding: Forwarding }) {
  const t = useTranslations('forwarding');
  const { state, since, backlog, oldestAt, dead, lastSentAt } = forwarding;
  return (
    <section className="panel form side" data-forwarding={state} data-backlog={backlog} data-dead={dead}>
      <h2>{t('title')}</h2>
      <p className={state === 'open' || state === 'probing' ? 'side-warn' : undefined}>
        {t(`state.${state}`)}
      </p>
      {state !== 'off' && (
        <dl className="side-facts">
          <Fact term={t('since')}>
            <Moment at={since} />
          </Fact>
          <Fact term={t('backlog')}>
            {t('waiting', { count: backlog })}
            {oldestAt !== null && (
              <small>
                {t('oldest')} <Moment at={oldestAt} />
              </small>
            )}
          </Fact>
          <Fact term={t('lastSent')}>{lastSentAt === null ? t('never') : <Moment at={lastSentAt} />}</Fact>
        </dl>
      )}
      {dead > 0 && <DeadList />}
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const ASK_MS = 5_000;
const ROWS_AT_ONCE = 10;
/** What may be sent again at once. */
const MOST_AT_ONCE = 500;

function DeadList() {
  const t = useTranslations('forwarding');
  const polled = usePolled('/api/v1/alert-deliveries', deliveriesResponseSchema, ASK_MS);
  const mayRetry = keepsDevices(useMe());
  const { isBusy, problem, run } = useDeed<number>();
  const [queued, setQueued] = useState<number | null>(null);
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const dead = polled.answer?.dead ?? [];
  const retry = (some: readonly DeadDelivery[]) =>
    run(
      () => sendAgain(some.slice(0, MOST_AT_ONCE).map(({ alert }) => alert.id)),
      (count) => {
        setQueued(count);
        polled.refresh();
      },
    );
  return (
    <>
      <h3>{t('dead', { count: polled.answer?.forwarding.dead ?? dead.length })}</h3>
      <p role="status" className="deed-note">
        {queued !== null && t('queued', { count: queued })}
      </p>
      <ProblemLine problem={problem} />
      <ListState polled={polled} empty={dead.length === 0 ? t('noneDead') : null}>
        <ul className="side-list">
          {dead.slice(0, most).map((delivery) => (
            <li key={delivery.alert.id} data-dead-delivery={delivery.alert.id}>
              <b>{delivery.alert.deviceId}</b> {sensorText(delivery.alert.sensorType)}
              <small>
                {delivery.reason}; {t('attempts', { count: delivery.attempts })},{' '}
                <Moment at={delivery.diedAt} />
              </small>
              {mayRetry && (
                <button
                  type="button"
                  className="button"
                  aria-disabled={isBusy}
                  aria-label={t('againNamed', { name: delivery.alert.deviceId })}
                  onClick={() => retry([delivery])}
                >
                  {t('again')}
                </button>
              )}
            </li>
          ))}
        </ul>
        <p className="form-ways">
          {dead.length > most && (
            <button type="button" className="button" onClick={() => setMost(most + 50)}>
              {t('showMore')}
            </button>
          )}
          {mayRetry && dead.length > 1 && (
            <button type="button" className="button" aria-disabled={isBusy} onClick={() => retry(dead)}>
              {t('againAll', { count: Math.min(dead.length, MOST_AT_ONCE) })}
            </button>
          )}
        </p>
      </ListState>
    </>
  );
}

async function sendAgain(ids: readonly string[]) {
  const path = '/api/v1/alert-deliveries/retries';
  const said = await callServer({ path, method: 'POST', body: { ids }, schema: retriedSchema });
  return said.ok ? ({ ok: true, value: said.value.content.queued } as const) : said;
}
