/**
 * Watches for faults that callers follow, minute by minute (`fault-detector`): new alerts as the ledger tells them,
 * offered calls as the board shows them. Where a queue's figures are stale its minute is not known, and counts as the
 * one before: what comes back all at once is no rise.
 */
import type { Fault } from '../../lib/contracts/alert';
import type { Clock } from '../runtime/clock';
import type { FaultSource, PlacedAlert } from './alerts';
import { type CauseMinute, type DetectedFault, FaultDetector } from './fault-detector';

export interface FaultWatchOptions {
  readonly clock: Clock;
  readonly onRaised: (listener: (raised: readonly PlacedAlert[]) => void) => () => void;
  /** Queues that are listed, with offered calls since the start of the day; `null`: stale, or not known. */
  readonly offered: () => Iterable<readonly [queueId: string, offered: number | null]>;
  readonly queueName: (queueId: string) => string;
}

const MINUTE_MS = 60_000;
/** Of one minute; more devices than this are counted, not named. */
const MAX_CAUSES = 5_000;
const MAX_DEVICES = 1_000;

interface Gathered {
  readonly traits: Omit<CauseMinute, 'raised' | 'deviceIds'>;
  raised: number;
  readonly deviceIds: Set<string>;
}

export class FaultWatch implements FaultSource {
  readonly #options: FaultWatchOptions;
  readonly #detector = new FaultDetector();
  readonly #stops: (() => void)[];
  readonly #before = new Map<string, { readonly offered: number | null; readonly minute: number }>();
  #gathered = new Map<string, Gathered>();
  #faults: readonly Fault[] = [];

  constructor(options: FaultWatchOptions) {
    this.#options = options;
    this.#stops = [
      options.onRaised((raised) => {
        for (const one of raised) this.#gather(one);
      }),
      options.clock.every(MINUTE_MS, () => this.#step()),
    ];
  }

  faults(): readonly Fault[] {
    return this.#faults;
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #gather({ alert, queueId }: PlacedAlert): void {
    if (queueId === null) return;
    const { product, firmwareVersion, sensorType } = alert;
    const key = JSON.stringify([queueId, product, firmwareVersion, sensorType]);
    const held = this.#gathered.get(key);
    if (held === undefined && this.#gathered.size >= MAX_CAUSES) return;
    const traits = { queueId, product, firmwareVersion, sensorType };
    const own = held ?? { traits, raised: 0, deviceIds: new Set<string>() };
    own.raised += 1;
    if (own.deviceIds.size < MAX_DEVICES) own.deviceIds.add(alert.deviceId);
    this.#gathered.set(key, own);
  }

  #step(): void {
    const { clock, queueName } = this.#options;
    const causes = [...this.#gathered.values()].map(({ traits, raised, deviceIds }) => {
      return { ...traits, raised, deviceIds: [...deviceIds] };
    });
    this.#gathered = new Map();
    this.#detector.step({ at: clock.now() - MINUTE_MS, causes, offered: this.#calls() });
    this.#faults = this.#detector.faults().map((fault) => shown(fault, queueName(fault.queueId)));
  }

  /** Calls of the last minute by queue. */
  #calls(): ReadonlyMap<string, number> {
    const calls = new Map<string, number>();
    for (const [id, offered] of this.#options.offered()) {
      const before = this.#before.get(id);
      const isKnown = offered !== null && before !== undefined && before.offered !== null;
      // A day that began counts from 0.
      const since =
        isKnown && offered >= (before.offered ?? 0) ? offered - (before.offered ?? 0) : (offered ?? 0);
      const minute = isKnown ? since : (before?.minute ?? 0);
      calls.set(id, minute);
      this.#before.set(id, { offered, minute });
    }
    for (const id of this.#before.keys()) if (!calls.has(id)) this.#before.delete(id);
    return calls;
  }
}

function shown(fault: DetectedFault, queueName: string): Fault {
  const { alertsSince, callsSince } = fault;
  return { ...fault, queueName, site: null, leadMinutes: Math.round((callsSince - alertsSince) / MINUTE_MS) };
}
