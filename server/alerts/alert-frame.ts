/**
 * What boards show of alerts: kept as one object that is another only when something of it changed, at most once a
 * second, the first change at once. The groups follow the ledger, and who asks is told of all of them, also where a
 * board has no room; faults and handing on are looked at once a second.
 */
import type { AlertGroup, AlertsFrame, Fault, Forwarding } from '../../lib/contracts/alert';
import type { Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { AlertGroups } from './alert-groups';
import type { Unsubscribe } from './desk';
import { createPaced, type Paced } from './paced';

const FRAME_INTERVAL_MS = 1_000;
const MAX_GROUPS = 50;
const MAX_FAULTS = 10;

export type Frame = Omit<AlertsFrame, 'serverTime'>;

export interface AlertFrameOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly groups: AlertGroups;
  readonly forwarding: () => Forwarding;
  readonly faults: () => readonly Fault[];
  /** Runs before a frame is drawn: what is better done once for many changes. */
  readonly settle: () => void;
}

export class AlertFrame {
  readonly #options: AlertFrameOptions;
  readonly #listeners = new Set<() => void>();
  readonly #groupListeners = new Set<() => void>();
  readonly #drawing: Paced;
  #frame: Frame | null = null;
  /** All groups, as listeners last heard of them. */
  #every: readonly AlertGroup[] = [];

  constructor(options: AlertFrameOptions) {
    this.#options = options;
    this.#drawing = createPaced(options.clock, FRAME_INTERVAL_MS, () => this.#draw());
  }

  /** The same object while nothing of it changed. */
  current(): Frame {
    this.#frame ??= this.#drawn();
    return this.#frame;
  }

  subscribe(listener: () => void): Unsubscribe {
    return added(this.#listeners, listener);
  }

  subscribeGroups(listener: () => void): Unsubscribe {
    return added(this.#groupListeners, listener);
  }

  /** Something of it may have changed. */
  ask(): void {
    this.#drawing.ask();
  }

  /** Gives the way to stop it. */
  start(): () => void {
    const cancel = this.#options.clock.every(FRAME_INTERVAL_MS, () => this.#lookBeside());
    this.ask();
    return () => {
      cancel();
      this.#drawing.stop();
    };
  }

  /** Faults and handing on tell nobody when they change. */
  #lookBeside(): void {
    const { forwarding, faults } = this.current();
    if (!isSame(forwarding, this.#options.forwarding()) || !isSame(faults, this.#faults())) this.ask();
  }

  #draw(): void {
    const next = this.#drawn();
    const every = this.#options.groups.every();
    if (this.#every !== every) {
      this.#every = every;
      this.#tell(this.#groupListeners);
    }
    if (this.#frame !== null && isSame(this.#frame, next)) return;
    this.#frame = next;
    this.#tell(this.#listeners);
  }

  #tell(listeners: ReadonlySet<() => void>): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (thrown) {
        this.#options.log.error('a listener of alerts failed', { reason: messageOf(thrown) });
      }
    }
  }

  #drawn(): Frame {
    this.#options.settle();
    const { groups, more } = this.#options.groups.list(MAX_GROUPS);
    return { groups: [...groups], more, faults: this.#faults(), forwarding: this.#options.forwarding() };
  }

  #faults(): Fault[] {
    return this.#options.faults().slice(0, MAX_FAULTS);
  }
}

/** One listener may listen twice. */
function added(listeners: Set<() => void>, listener: () => void): Unsubscribe {
  const own = () => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
