'use client';
/** Faults whose calls follow, in full: which devices, which queue, how much above usual, how far ahead. */
import { useTranslations } from 'use-intl';
import type { Fault } from '../../lib/contracts/alert';
import { ClockMoment } from '../access/moment';
import { useSecond } from '../live/use-live';
import { FaultMark } from './fault-mark';
import { useFaultWordings } from './use-group-words';

export function FaultCards({ faults, isStale }: { faults: readonly Fault[]; isStale: boolean }) {
  const t = useTranslations('alerts');
  if (faults.length === 0) return null;
  return (
    <section aria-label={t('faults')}>
      <ul className="group-cards">
        {faults.map((fault) => (
          <FaultCard key={fault.id} fault={fault} isStale={isStale} />
        ))}
      </ul>
    </section>
  );
}

function FaultCard({ fault, isStale }: { fault: Fault; isStale: boolean }) {
  const t = useTranslations('alerts');
  const now = useSecond();
  const [words = []] = useFaultWordings(fault, { now, asOf: null });
  const isOver = fault.endedAt !== null;
  return (
    <li
      className={`group-card ${isStale ? 'is-stale' : isOver ? 'is-fault is-over' : 'is-fault'}`}
      data-fault={fault.id}
    >
      <div className="group-head">
        <FaultMark />
        <div className="group-words">
          <h2>{words.map(({ text }) => text).join('')}</h2>
          <p className="group-about">
            <b>{t(isOver ? 'faultOver' : 'faultNow')}</b>
            <span>
              {t('alertsRose')} <ClockMoment at={fault.alertsSince} now={now} />
            </span>
            <span>
              {t(fault.leadMinutes === null ? 'callsRoseBy' : 'callsRose')}{' '}
              <ClockMoment at={fault.callsSince} now={now} />
            </span>
          </p>
        </div>
      </div>
    </li>
  );
}
