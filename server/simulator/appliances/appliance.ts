/**
 * One appliance: what it measures, the commands it has taken, and the link that it speaks on, if there is one. It goes
 * on with a command when the link breaks, and knows afterwards what became of it; the same id is never run twice.
 * received → running → done | failed. It makes the faults on command: silence, cut lines, lies.
 */
import { must } from '../../../lib/assert';
import type { Random } from '../../runtime/random';
import type { LastingFault } from '../faults/fault';
import type { FaultSource } from '../faults/fault-board';
import { disturb } from '../faults/frame-faults';
import type { FleetDevice } from '../world/device-fleet';
import { between } from '../world/distributions';
import type { ApplianceBooks, CommandRun } from './appliance-books';
import {
  HEARTBEAT_FRAME,
  knownFrame,
  metricsFrame,
  type Order,
  progressFrame,
  readOrder,
  resultFrame,
} from './appliance-frames';
import { type CommandOutcome, type CommandScript, scriptOf } from './command-script';
import { createMetricsWalk, type Metrics } from './metrics-walk';
import { resultFrames } from './result-lies';
import type { TimerWheel } from './timer-wheel';

/** The appliance's end of an open link. */
export interface ApplianceEnd {
  send(payload: string | Buffer): void;
  /** Breaks, without a goodbye. */
  cut(): void;
  /** A reader is slow: metrics are left out. */
  readonly isSlow: boolean;
}

export interface ApplianceOptions {
  readonly device: FleetDevice;
  readonly wheel: TimerWheel;
  readonly random: Random;
  readonly faults: FaultSource;
  readonly books: ApplianceBooks;
  isOnline(): boolean;
  /** Epoch ms. */
  now(): number;
}

export interface Appliance {
  /** It restarts, and cannot be reached. */
  readonly isAway: boolean;
  /** Its only link; the one before is cut. */
  attach(end: ApplianceEnd): void;
  detach(end: ApplianceEnd): void;
  hear(text: string): void;
  heartbeat(): void;
  measure(): void;
  /** Whether it answers the protocol's own pings. */
  isSilent(): boolean;
}

type FaultKind =
  | 'applianceSilence'
  | 'applianceCut'
  | 'applianceLie'
  | 'applianceFrames'
  | 'applianceMetrics';
type FaultOf<K extends FaultKind> = Extract<LastingFault, { kind: K }>;

/** Commands that it remembers. */
const REMEMBERED = 200;

export function createAppliance(options: ApplianceOptions): Appliance {
  const { device, wheel, random, faults, books } = options;
  const { count } = books;
  const walk = createMetricsWalk(random);
  const runs = new Map<string, CommandRun>();
  let link: ApplianceEnd | null = null;
  let isAway = false;

  function strike<K extends FaultKind>(kind: K, fits: (fault: FaultOf<K>) => boolean): FaultOf<K> | null {
    if (!faults.any) return null;
    // The board gives faults of the kind that it is asked for; all of these kinds may name a device.
    const isOurs = ({ deviceId }: FaultOf<FaultKind>) =>
      deviceId === undefined || deviceId === device.deviceId;
    const found = faults.strike(kind, (fault) => isOurs(fault as FaultOf<K>) && fits(fault as FaultOf<K>));
    return found as FaultOf<K> | null;
  }
  const silence = (...modes: readonly FaultOf<'applianceSilence'>['mode'][]) =>
    strike('applianceSilence', ({ mode }) => modes.includes(mode)) !== null;

  function say(frame: string): boolean {
    if (link === null || !options.isOnline() || silence('silent', 'halfOpen')) return false;
    const broken = strike('applianceFrames', ({ probability }) => random() < probability);
    const deliveries = broken === null ? [{ payload: frame, afterMs: 0 }] : disturb(broken, frame, random);
    for (const { payload, afterMs } of deliveries) {
      if (afterMs === 0) link.send(payload);
      else wheel.after(afterMs, () => link?.send(payload));
    }
    return true;
  }
  function cuts(when: FaultOf<'applianceCut'>['when'], command: string): boolean {
    const fits = (fault: FaultOf<'applianceCut'>) =>
      fault.when === when && (fault.command === undefined || fault.command === command);
    if (link === null || strike('applianceCut', fits) === null) return false;
    link.cut();
    return true;
  }
  function lie(run: CommandRun, ...modes: readonly FaultOf<'applianceLie'>['mode'][]) {
    return strike(
      'applianceLie',
      ({ mode, command }) => modes.includes(mode) && (command === undefined || command === run.command),
    );
  }
  function measured(next: boolean): Metrics {
    const values = next ? walk.next() : walk.last;
    const set = strike('applianceMetrics', () => true);
    if (set === null) return values;
    const { signal_dbm, packet_loss_pct, latency_ms, errors } = set;
    return {
      signal_dbm: signal_dbm ?? values.signal_dbm,
      packet_loss_pct: packet_loss_pct ?? values.packet_loss_pct,
      latency_ms: latency_ms ?? values.latency_ms,
      errors: errors ?? values.errors,
    };
  }

  function take({ id, command, params }: Extract<Order, { kind: 'command' }>): void {
    if (cuts('command', command)) return;
    if ([...runs.values()].some((run) => run.endedAt === null)) count.overlapping += 1;
    const run: CommandRun = {
      ...{ deviceId: device.deviceId, id, command, params, heardAt: options.now(), state: 'received' },
      ...{ startedAt: null, endedAt: null, outcome: null, repeats: 0, asks: 0 },
    };
    remember(run);
    books.taken(run);
    const { firmwareVersion } = device;
    const script = scriptOf({ command, params, firmwareVersion, measured: () => measured(false) }, random);
    const isEarly = lie(run, 'early') !== null;
    if (isEarly) say(resultFrame(id, script.outcome()));
    wheel.after(between(random, 10, 60), () => {
      if (!cuts('received', command)) say(progressFrame('received', id));
      wheel.after(between(random, 40, 120), () => start(run, script, isEarly));
    });
  }
  function remember(run: CommandRun): void {
    runs.set(run.id, run);
    const [oldest] = runs.keys();
    if (runs.size > REMEMBERED && oldest !== undefined) runs.delete(oldest);
  }
  function start(run: CommandRun, script: CommandScript, isTold: boolean): void {
    run.state = 'running';
    run.startedAt = options.now();
    if (!cuts('running', run.command)) say(progressFrame('running', run.id));
    wheel.after(script.takesMs, () => {
      if (script.awayMs === null) end(run, script, isTold);
      else goAway(run, script, script.awayMs);
    });
  }
  function goAway(run: CommandRun, script: CommandScript, awayMs: number): void {
    isAway = true;
    link?.cut();
    wheel.after(awayMs, () => {
      isAway = false;
      end(run, script, true);
    });
  }
  function end(run: CommandRun, script: CommandScript, isTold: boolean): void {
    const fails = lie(run, 'fails') !== null;
    const outcome: CommandOutcome = fails
      ? { ok: false, error: 'the module does not answer' }
      : script.outcome();
    run.state = outcome.ok ? 'done' : 'failed';
    run.outcome = outcome;
    run.endedAt = options.now();
    if (!isTold && !cuts('result', run.command)) tellEnd(run);
  }
  function tellEnd(run: CommandRun): void {
    const outcome = must(run.outcome, 'outcome');
    const told = lie(
      run,
      'unknownId',
      'twice',
      'contradiction',
      'wrongTypes',
      'notJson',
      'huge',
      'empty',
      'never',
    );
    for (const frame of resultFrames(run.id, outcome, told?.mode ?? null)) say(frame);
  }
  function again(run: CommandRun): void {
    run.repeats += 1;
    count.repeats += 1;
    if (run.outcome !== null) tellEnd(run);
    else if (run.state === 'received' || run.state === 'running') say(progressFrame(run.state, run.id));
  }
  function tellOf(id: string): void {
    count.asks += 1;
    const run = runs.get(id);
    if (run !== undefined) run.asks += 1;
    if (run !== undefined && lie(run, 'forgets') !== null) runs.delete(id);
    const known = runs.get(id);
    if (known === undefined) count.unknown += 1;
    say(knownFrame(id, known?.state ?? 'unknown', known?.outcome ?? null));
  }

  return {
    get isAway() {
      return isAway;
    },
    attach(end) {
      link?.cut();
      link = end;
    },
    detach(end) {
      if (link === end) link = null;
    },
    hear(text) {
      if (!options.isOnline() || silence('halfOpen')) return;
      const order = readOrder(text);
      if (order === null) {
        count.unreadable += 1;
        return;
      }
      const run = runs.get(order.id);
      if (order.kind === 'ask') tellOf(order.id);
      else if (run === undefined) take(order);
      else again(run);
    },
    heartbeat() {
      if (!silence('noHeartbeat') && say(HEARTBEAT_FRAME)) count.heartbeats += 1;
    },
    measure() {
      const values = measured(true);
      if (link?.isSlow === true) count.skipped += 1;
      else if (!silence('noMetrics') && say(metricsFrame(values))) count.metrics += 1;
    },
    isSilent: () => !options.isOnline() || silence('silent', 'halfOpen'),
  };
}
