/**
 * Conversations whose device somebody watches: whose device it is may change (the flow learns a serial number), and so
 * may its state; who watches is told how things are, then of each change once. Bounded: one watcher too many is told
 * so, and nothing else. An agent is told of his own conversations only, also where it was not known before whose it is.
 */
import type { AgentDevice, Telemetry } from '../../../lib/contracts/device';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { Random } from '../../runtime/random';
import type { Interaction } from '../ports';
import { isAmong } from '../reach';
import type { Viewer } from '../telemetry-desk';
import type { Target } from './choose-device';
import type { DeviceWatch } from './device-watch';
import type { InteractionBook, Reading } from './interaction-book';
import { interactionGone, tooManyWatched, unknownTelemetry } from './reasons';
import { telemetryText } from './refresh-pace';
import type { TargetFinder } from './target-finder';
import { targetOfReading } from './target-of-reading';
import { Turns } from './turns';

export interface InteractionWatchOptions {
  readonly book: Pick<InteractionBook, 'read' | 'peek'>;
  readonly targets: Pick<TargetFinder, 'ofInteraction'>;
  readonly devices: Pick<DeviceWatch, 'watch'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Conversations at once. */
  readonly max: number;
}

type Listener = (device: AgentDevice) => void;

interface Watcher {
  readonly viewer: Viewer;
  /** What he was told last. */
  told: string | null;
}

interface Watched {
  readonly interactionId: string;
  readonly listeners: Map<Listener, Watcher>;
  /** As the platform has it; `null`: not known now. */
  interaction: Interaction | null;
  target: Target | null;
  telemetry: Telemetry | null;
  leaveDevice: () => void;
  timer: Cancel;
  isBusy: boolean;
}

/** How often the platform is asked whose device it is; `maxAgeMs`: unless somebody else asked meanwhile. */
const SETTLED = { periodMs: 60_000, maxAgeMs: 30_000 };
/** Somebody is about to write down the serial number. */
const UNSETTLED = { periodMs: 15_000, maxAgeMs: 10_000 };
const JITTER = 0.1;
/** Who asks himself is not behind them: the book takes more. */
const AT_ONCE = 4;

export class InteractionWatch {
  pushCount = 0;
  readonly #options: InteractionWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #turns: Turns;

  constructor(options: InteractionWatchOptions) {
    this.#options = options;
    // Whoever waits here is watched, and of those there is a bound.
    const maxWaiting = Number.POSITIVE_INFINITY;
    this.#turns = new Turns({ clock: options.clock, atOnce: AT_ONCE, maxWaiting });
  }

  /** `already`: what the watcher knows, and is not told again. */
  watch(interactionId: string, viewer: Viewer, listener: Listener, already?: AgentDevice): () => void {
    const { max, clock, log } = this.#options;
    const known = this.#watched.get(interactionId);
    if (known === undefined && this.#watched.size >= max) {
      log.warn('too many conversations are watched; one is not', { max });
      const telemetry = unknownTelemetry(tooManyWatched, null, clock.now());
      listener({ serverTime: clock.now(), interactionId, customerId: null, telemetry });
      return () => {};
    }
    const watched = known ?? newlyWatched(interactionId);
    const own: Listener = (device) => listener(device);
    watched.listeners.set(own, { viewer, told: already === undefined ? null : textOf(already) });
    if (known === undefined) {
      this.#watched.set(interactionId, watched);
      void this.#renew(watched);
    }
    this.#tell(watched);
    return () => this.#leave(watched, own);
  }

  /** The platform was asked, by whomever. */
  read(interactionId: string): void {
    const watched = this.#watched.get(interactionId);
    if (watched !== undefined) void this.#renew(watched);
  }

  stop(): void {
    for (const watched of this.#watched.values()) this.#end(watched);
    this.#watched.clear();
    this.#turns.stop();
  }

  #leave(watched: Watched, listener: Listener): void {
    watched.listeners.delete(listener);
    if (watched.listeners.size > 0 || !this.#isWatched(watched)) return;
    this.#watched.delete(watched.interactionId);
    this.#end(watched);
  }

  #end({ timer, leaveDevice }: Watched): void {
    timer();
    leaveDevice();
  }

  async #renew(watched: Watched, maxAgeMs?: number): Promise<void> {
    if (watched.isBusy) return;
    watched.isBusy = true;
    const reading = await this.#newest(watched, maxAgeMs);
    watched.isBusy = false;
    if (reading === null) return;
    const isOver = reading.kind === 'found' && reading.interaction.isOver;
    if (!isOver) this.#schedule(watched);
  }

  /** Reads and aims until nothing newer has been read meanwhile; `null`: nobody watches any more. */
  async #newest(watched: Watched, maxAgeMs?: number): Promise<Reading | null> {
    const { book, targets } = this.#options;
    const { interactionId } = watched;
    const turn = await this.#turns.take();
    if (turn === null) return null;
    let reading = this.#isWatched(watched) ? await book.read(interactionId, maxAgeMs) : null;
    turn();
    while (reading !== null) {
      const target = await targetOfReading(reading, targets);
      if (!this.#isWatched(watched)) return null;
      const newer: Reading = book.peek(interactionId) ?? reading;
      if (newer === reading) {
        this.#aim(watched, reading, target);
        return reading;
      }
      reading = newer;
    }
    return null;
  }

  #aim(watched: Watched, reading: Reading, target: Target): void {
    const { devices, clock } = this.#options;
    const before = watched.target;
    watched.target = target;
    watched.interaction = reading.kind === 'found' ? reading.interaction : null;
    if (target.kind === 'none') {
      watched.leaveDevice();
      watched.leaveDevice = () => {};
      watched.telemetry = unknownTelemetry(target.reason, null, clock.now());
    } else if (before?.kind !== 'device' || before.deviceId !== target.deviceId) {
      watched.leaveDevice();
      watched.telemetry = null;
      watched.leaveDevice = devices.watch(target.deviceId, (telemetry) => {
        watched.telemetry = telemetry;
        this.#tell(watched);
      });
    }
    this.#tell(watched);
  }

  #schedule(watched: Watched): void {
    const { clock, random } = this.#options;
    const { periodMs, maxAgeMs } = watched.target?.kind === 'device' ? SETTLED : UNSETTLED;
    const delayMs = Math.round(periodMs * (1 + JITTER * (2 * random() - 1)));
    watched.timer();
    watched.timer = clock.after(delayMs, () => void this.#renew(watched, maxAgeMs));
  }

  #tell(watched: Watched): void {
    const { interactionId, interaction, target, telemetry } = watched;
    if (target === null || telemetry === null) return;
    const now = this.#options.clock.now();
    const own = { customerId: target.customerId, telemetry };
    const others = { customerId: null, telemetry: unknownTelemetry(interactionGone, null, now) };
    for (const [listener, watcher] of [...watched.listeners]) {
      const isHis = interaction === null || isAmong(watcher.viewer, interaction.agentUserIds);
      const shown = isHis ? own : others;
      const text = textOf(shown);
      if (watcher.told === text) continue;
      watcher.told = text;
      this.#push(listener, { serverTime: now, interactionId, ...shown });
    }
  }

  #push(listener: Listener, device: AgentDevice): void {
    this.pushCount++;
    try {
      listener(device);
    } catch (thrown) {
      this.#options.log.error('a watcher of a device failed', { reason: messageOf(thrown) });
    }
  }

  #isWatched(watched: Watched): boolean {
    return this.#watched.get(watched.interactionId) === watched;
  }
}

/** What is told: all but when it was said. */
function textOf({ customerId, telemetry }: Pick<AgentDevice, 'customerId' | 'telemetry'>): string {
  return `${JSON.stringify(customerId)} ${telemetryText(telemetry)}`;
}

function newlyWatched(interactionId: string): Watched {
  const nothing = { interaction: null, target: null, telemetry: null, isBusy: false };
  return { interactionId, listeners: new Map(), ...nothing, leaveDevice: () => {}, timer: () => {} };
}
