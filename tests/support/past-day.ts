/** Three hours of a board that were recorded with a fake clock: a calm start, a gap, an alarm, figures that went stale. */
import type { Board } from '../../lib/contracts/board';
import type { ValueChange } from '../../lib/contracts/push';
import { change } from './fake-kpi-reader';
import { boardOf } from './push-boards';
import { openReplayStand, type ReplayStand } from './replay-stand';

const MINUTE = 60_000;

export interface PastDay extends ReplayStand {
  readonly began: number;
  /** Within it nothing was recorded. */
  readonly gap: { readonly from: number; readonly until: number };
  /** When figures were critical, and stale. */
  readonly alarmAt: number;
  readonly staleAt: number;
  readonly ended: number;
}

export const PAST_BOARD: Board = boardOf('main', {
  ...{ name: 'Floor One', timeZone: 'Europe/Berlin', screen: { diagonalInches: 55, distanceMetres: 5 } },
  pages: [
    {
      ...{ id: 'p1', title: 'Queues', seconds: 20 },
      tiles: [
        { id: 't1', subject: 'all', kpi: 'longestWaitSince', hero: true },
        { id: 't2', subject: 'all', kpi: 'waiting' },
        { id: 't3', subject: 'all', kpi: 'serviceLevel' },
        { id: 't4', subject: 'all', kpi: 'agentsAvailable', of: 'agentsOnQueue' },
      ],
      table: { id: 'q', subjects: 'queues', columns: ['waiting', 'serviceLevel'] },
      trends: [{ id: 'w', subject: 'all', kpi: 'waiting', every: 'minute' }],
    },
  ],
});

/** How many waited in that minute. */
export function waitingIn(minute: number): number {
  return 4 + Math.round(3 * Math.sin(minute / 9));
}

export async function recordPastDay(): Promise<PastDay> {
  const first = await openReplayStand({ boards: [PAST_BOARD] });
  const began = first.clock.now();
  await record(first, 0, 60);
  const from = first.clock.now();
  await first.stop();
  first.clock.advance(20 * MINUTE);
  const stand = await openReplayStand({ boards: [PAST_BOARD], store: first.store, clock: first.clock });
  const until = stand.clock.now();
  await record(stand, 80, 180);
  const at = (minute: number) => began + minute * MINUTE + 30_000;
  const ended = stand.clock.now();
  return { ...stand, began, gap: { from, until }, alarmAt: at(120), staleAt: at(150), ended };
}

async function record(stand: ReplayStand, from: number, until: number): Promise<void> {
  for (let minute = from; minute < until; minute++) {
    const now = stand.clock.now();
    stand.reader.announce(figuresIn(minute, now));
    stand.reader.announcePoints([{ trend: 'all#waiting#minute', at: now, value: waitingIn(minute) }]);
    await stand.pass(MINUTE);
  }
}

function figuresIn(minute: number, now: number): ValueChange[] {
  const standing = minute >= 145 && minute < 155 ? STALE : minute >= 115 && minute < 125 ? CRITICAL : {};
  const asOf = minute >= 145 && minute < 155 ? now - (minute - 145) * MINUTE : now;
  return ['all', 'queue:a', 'queue:b'].flatMap((subject) => [
    change(subject, 'waiting', waitingIn(minute), { asOf, ...standing }),
    change(subject, 'longestWaitSince', now - 95_000, { asOf, ...standing }),
    change(subject, 'serviceLevel', 0.7 + (minute % 30) / 100, { asOf, ...standing }),
    change(subject, 'serviceLevelTarget', 0.8, { asOf }),
    change(subject, 'agentsAvailable', minute % 5, { asOf }),
    change(subject, 'agentsOnQueue', 12, { asOf }),
  ]);
}
const CRITICAL = { status: 'critical' } as const;
const STALE = { status: 'unknown', stale: true } as const;
