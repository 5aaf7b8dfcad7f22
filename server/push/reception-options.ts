/** What the reception of sockets is given, and why it turns somebody away. */
import type { Refusal } from '../../lib/contracts/push';
import type { StandingWatchOptions } from '../access/standing-watch';
import type { AuditLog } from '../audit/audit-log';
import type { BoardProvider } from '../boards/board-provider';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Connections } from './connections';
import type { Rooms } from './rooms';
import type { ScreenReports } from './screen-reports';
import type { Teller } from './teller';

/** `unknown`: it could not be learnt who it is; `event`: it said what is no event of the contract. */
export type TurnedAwayReason = Refusal['code'] | 'unknown' | 'event';

export interface ReceptionOptions extends Pick<StandingWatchOptions<never>, 'gate' | 'most'> {
  readonly boards: BoardProvider;
  readonly rooms: Pick<Rooms, 'join' | 'leave' | 'resync'>;
  readonly connections: Pick<Connections, 'seated' | 'ending' | 'cut' | 'addressOf'>;
  readonly tellers: readonly Pick<Teller, 'add' | 'remove'>[];
  readonly reports: ScreenReports;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Pick<AuditLog, 'refused'>;
  /** Where a paired screen belongs now; `null`: it is paired no longer. */
  readonly screenPath: (screenId: string) => Promise<string | null>;
  /** A paired screen is connected: on joining, and every few seconds. */
  readonly screenSeen: (screenId: string) => void;
  /** Counts a token that is nobody's; false where there were too many from that address. */
  readonly mayFail: (address: string) => boolean;
  readonly shortWay: boolean;
  readonly onFallback: () => void;
  readonly onTurnedAway: (reason: TurnedAwayReason) => void;
}
