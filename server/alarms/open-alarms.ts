/** Opens the room of alarms: what is stored, the desk over it, and the way out to webhooks. */
import type { AlertDesk } from '../alerts/desk';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import { createHttpClient } from '../runtime/http-client';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import { readAlarms } from '../store/alarm-documents';
import type { DocumentStore } from '../store/ports';
import { AlarmFloor } from './alarm-desk';
import { exposeAlarms } from './alarm-metrics';
import { createCallSender } from './call-sender';
import type { AlarmDesk } from './desk';

export interface OpenAlarmsOptions {
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  /** `null`: there are no devices here. */
  readonly alerts: AlertDesk | null;
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of several nodes: whether this one has the duty of calls; absent: there are no others. */
  readonly mayCall?: () => boolean;
}

export interface AlarmRoom {
  readonly desk: AlarmDesk;
  /** To be called once, when devices' alerts have started: until then nothing is an alarm. */
  start(): void;
  /** Takes up what people did at other nodes, once it has started. Rejects where the store cannot be read. */
  reload(): Promise<void>;
  /** The duty of calls came or went. Resolves when it is taken up, or nothing is done for it any more. */
  callingChanged(): Promise<void>;
  stop(): Promise<void>;
}

export async function openAlarms(options: OpenAlarmsOptions): Promise<AlarmRoom> {
  const { clock, store } = options;
  const log = options.log.child({ room: 'alarms' });
  const stored = await readAlarms(store, (kind, count) =>
    log.error('stored alarms cannot be read, and are left out', { kind, count }),
  );
  const client = createHttpClient(clock);
  const ending = new AbortController();
  const send = createCallSender({ http: client.http, clock, signal: ending.signal });
  const floor = new AlarmFloor({ ...options, log, send });
  exposeAlarms(options.metrics, floor, clock);
  let isStarted = false;
  return {
    desk: floor,
    start() {
      isStarted = true;
      floor.start(stored);
    },
    reload: async () => (isStarted ? floor.reload() : undefined),
    callingChanged: () => floor.callingChanged(),
    async stop() {
      ending.abort();
      await floor.stop();
      await client.close();
    },
  };
}
