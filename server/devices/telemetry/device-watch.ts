/**
 * Devices that somebody watches: asked after in the background, each once however many watch it, and told of on change
 * only. Any answer counts, also one that somebody else asked for. Few are asked after at once, so that who asks
 * himself is not behind them.
 */
import type { Telemetry } from '../../../lib/contracts/device';
import type { Cancel, Clock } from '../../runtime/clock';
import type { Random } from '../../runtime/random';
import { delayMs, isSame, type Pace, paced, STEADY } from './refresh-pace';
import type { SharedCache } from './shared-cache';
import { Turns } from './turns';

export interface DeviceWatchOptions {
  readonly devices: Pick<SharedCache<Telemetry>, 'get'>;
  readonly clock: Clock;
  readonly random: Random;
}

type Listener = (telemetry: Telemetry) => void;

interface Watched {
  readonly deviceId: string;
  readonly listeners: Set<Listener>;
  last: Telemetry | null;
  pace: Pace;
  timer: Cancel | null;
}

const AT_ONCE = 8;
/** What somebody else asked for just now need not be asked for again. */
const FRESH_MS = 1_000;

export class DeviceWatch {
  readonly #options: DeviceWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #turns: Turns;

  constructor(options: DeviceWatchOptions) {
    this.#options = options;
    // Whoever waits here is watched, and of those there is a bound.
    const maxWaiting = Number.POSITIVE_INFINITY;
    this.#turns = new Turns({ clock: options.clock, atOnce: AT_ONCE, maxWaiting });
  }

  get watchedCount(): number {
    return this.#watched.size;
  }

  /** Told what is known as soon as it is, then of changes. Gives the way to end it. */
  watch(deviceId: string, listener: Listener): () => void {
    const known = this.#watched.get(deviceId);
    const watched = known ?? { deviceId, listeners: new Set(), last: null, pace: STEADY, timer: null };
    const own: Listener = (telemetry) => listener(telemetry);
    watched.listeners.add(own);
    if (known === undefined) {
      this.#watched.set(deviceId, watched);
      void this.#refresh(watched);
    }
    if (watched.last !== null) own(watched.last);
    return () => this.#leave(watched, own);
  }

  /** Somebody's answer came. */
  heard(deviceId: string, telemetry: Telemetry): void {
    const watched = this.#watched.get(deviceId);
    if (watched === undefined) return;
    const { last } = watched;
    watched.pace = paced(watched.pace, last, telemetry);
    watched.last = telemetry;
    this.#schedule(watched);
    if (last !== null && isSame(last, telemetry)) return;
    for (const listener of [...watched.listeners]) listener(telemetry);
  }

  stop(): void {
    for (const { timer } of this.#watched.values()) timer?.();
    this.#watched.clear();
    this.#turns.stop();
  }

  #leave(watched: Watched, listener: Listener): void {
    watched.listeners.delete(listener);
    if (watched.listeners.size > 0 || !this.#isWatched(watched)) return;
    watched.timer?.();
    this.#watched.delete(watched.deviceId);
  }

  async #refresh(watched: Watched): Promise<void> {
    watched.timer = null;
    const turn = await this.#turns.take();
    // The last one may have left meanwhile.
    if (turn !== null && this.#isWatched(watched)) {
      const telemetry = await this.#options.devices.get(watched.deviceId, FRESH_MS);
      // What came from outside was heard already; what others had asked for before he watched was not.
      if (watched.last === null) this.heard(watched.deviceId, telemetry);
    }
    turn?.();
  }

  #schedule(watched: Watched): void {
    const { clock, random } = this.#options;
    watched.timer?.();
    watched.timer = clock.after(delayMs(watched.pace, random), () => void this.#refresh(watched));
  }

  #isWatched(watched: Watched): boolean {
    return this.#watched.get(watched.deviceId) === watched;
  }
}
