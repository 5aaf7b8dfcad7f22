/** What the push server is given, and what it can be asked. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Limit } from '../../lib/contracts/push';
import type { ScreenStanding } from '../../lib/contracts/screen-report';
import type { Sources } from '../../lib/contracts/source';
import type { Gate } from '../access/gate';
import type { AlarmDesk } from '../alarms/desk';
import type { AlertDesk } from '../alerts/desk';
import type { AnnouncementDesk } from '../announcements/desk';
import type { AuditLog } from '../audit/audit-log';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Limits } from './admission';
import type { DeviceDesks } from './device-doors';
import type { PushCounters } from './push-counters';
import type { Screen } from './screen';

export interface PushServerOptions {
  readonly httpServer: HttpServer;
  /** Who asks, and whether he still stands. */
  readonly gate: Gate;
  /** Hears of those who were refused; absent: nobody does. */
  readonly audit?: Pick<AuditLog, 'refused'>;
  /** Path and query of the board that a paired screen shows, as of now; `null`: it is paired no longer. */
  readonly screenPath: (screenId: string) => Promise<string | null>;
  /** A paired screen is connected: told on joining and every few seconds. */
  readonly screenSeen?: (screenId: string) => void;
  /** Counts a token that is nobody's; false where there were too many from that address. Absent: never too many. */
  readonly mayFail?: (address: string) => boolean;
  /** The client's address, seen through trusted proxies; absent: the connection's. */
  readonly addressOf?: (request: IncomingMessage) => string;
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  readonly sources: () => Sources;
  /** Absent or `null`: there are no devices here. */
  readonly alerts?: Pick<AlertDesk, 'frame' | 'subscribe' | 'siteCounts'> | null;
  /** Absent or `null`: nothing is an alarm here. */
  readonly alarms?: Pick<AlarmDesk, 'frame' | 'counted' | 'subscribe'> | null;
  /** Absent or `null`: nothing is announced. */
  readonly announcements?: Pick<AnnouncementDesk, 'shown' | 'subscribe'> | null;
  /** The customer's device; absent: its namespaces are not there. */
  readonly devices?: DeviceDesks;
  /** Printed beside the figures; absent: nothing is. */
  readonly limits?: () => readonly Limit[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Exact origins, e.g. `http://127.0.0.1:3000`. Read at each connection. */
  readonly allowedOrigins: readonly string[];
  /** For clients that are no browsers; default false. */
  readonly allowAbsentOrigin?: boolean;
  /** Names the running build. */
  readonly build: string;
  /**
   * By default 5,000 connections, 400 from one address; 500 and 50 that have no seat yet, and 500 more of those whom
   * the gate knows.
   */
  readonly connectionLimits?: Partial<Limits>;
  /** How long a board's history is kept without screens. */
  readonly roomGraceMs?: number;
  /** A table of all queues shows no more than these. */
  readonly maxQueues?: number;
  /** False: every frame by Socket.IO's public emit (to compare). Default true. */
  readonly shortWay?: boolean;
}

export interface PushServer {
  /** Begins to let screens in. */
  start(): void;
  /** Closes every screen's socket; resolves when all are gone. Leaves the HTTP server alone. */
  stop(): Promise<void>;
  /** Tells every screen what the sources say of themselves. */
  publishSources(sources: Sources): void;
  /** Ids of the queues that screens show now: the collector fetches those first. */
  shownQueueIds(): ReadonlySet<string>;
  screensCount(): number;
  screenIsConnected(screenId: string): boolean;
  /** What a paired screen says of itself; `null`: it is not connected. */
  screenStanding(screenId: string): ScreenStanding | null;
  /** Seats a screen of this server's own at a board, as a desk's; `null`: there is no such board. */
  seat(boardId: string, screen: Screen): OwnSeat | null;
  readonly counters: Readonly<PushCounters>;
}

export interface OwnSeat {
  /** Asks for a snapshot, which comes when the screen reads. */
  resync(): void;
  leave(): void;
}
