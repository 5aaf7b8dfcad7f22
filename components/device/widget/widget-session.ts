/**
 * Does what the machine of the widget says: asks, holds one link, renews the token before it ends, and keeps the
 * server's time. Its listeners hear of every change, and every half second, by which ages and silence are told.
 */
import type { AgentDevice } from '../../../lib/contracts/device';
import type { Clock } from '../../live/clock';
import { ServerClock } from '../../live/server-clock';
import { Timers } from '../../live/timers';
import type { Asked } from './asking';
import type { LinkListener } from './device-socket';
import { type AgentToken, readTelemetryUpdate } from './reading';
import {
  beginWidget,
  nowAsking,
  stepWidget,
  type WidgetEffect,
  type WidgetEvent,
  type WidgetState,
  type WidgetStep,
} from './widget-state';

export interface WidgetPorts {
  ask(token: string | null, signal: AbortSignal): Promise<Asked>;
  renew(token: string, signal: AbortSignal): Promise<AgentToken | 'signedOut' | 'needless' | null>;
  /** Gives the way to leave. */
  join(token: string | null, listener: LinkListener): () => void;
}

export interface WidgetMoment {
  readonly state: WidgetState;
  /** By the server's clock, epoch ms. */
  readonly now: number;
  /** When the server gave its last sign of life; `null`: never. */
  readonly heardAt: number | null;
}

const TICK_MS = 500;
/** Widgets that lost one server do not come back in step: up to so much later than the machine says. */
const SPREAD = 0.5;

export class WidgetSession {
  readonly #ports: WidgetPorts;
  readonly #random: () => number;
  readonly #timers: Timers<'ask' | 'renew' | 'tick'>;
  readonly #serverClock: ServerClock;
  readonly #listeners = new Set<(moment: WidgetMoment) => void>();
  #state: WidgetState = beginWidget().state;
  #heardAt: number | null = null;
  #asking = new AbortController();
  #renewing = new AbortController();
  #leave: () => void = () => {};

  constructor(ports: WidgetPorts, clock: Clock, random: () => number) {
    this.#ports = ports;
    this.#random = random;
    this.#timers = new Timers(clock);
    this.#serverClock = new ServerClock(clock);
  }

  /** Goes on until the result is called. */
  start(): () => void {
    this.#take(beginWidget());
    this.#tick();
    return () => {
      this.#timers.cancelAll();
      this.#asking.abort();
      this.#renewing.abort();
      this.#leave();
    };
  }

  /** Told at once, and from then on. */
  subscribe(listener: (moment: WidgetMoment) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#moment());
    return () => void this.#listeners.delete(listener);
  }

  /** Somebody has signed in. */
  give(token: AgentToken): void {
    this.#feed({ kind: 'tokenGiven', token });
  }

  /** A message from an origin that may post here: what is no update is ignored. */
  post(message: unknown): void {
    const update = readTelemetryUpdate(message);
    if (update !== null) this.#feed({ kind: 'posted', update, at: this.#serverClock.now() });
  }

  #moment(): WidgetMoment {
    return { state: this.#state, now: this.#serverClock.now(), heardAt: this.#heardAt };
  }

  #tell(): void {
    const moment = this.#moment();
    for (const listener of [...this.#listeners]) listener(moment);
  }

  #tick(): void {
    this.#timers.set('tick', TICK_MS, () => {
      this.#tell();
      this.#tick();
    });
  }

  #feed(event: WidgetEvent): void {
    this.#take(stepWidget(this.#state, event));
  }

  #take({ state, effects }: WidgetStep): void {
    const isNew = state !== this.#state;
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    if (isNew) this.#tell();
  }

  #perform(effect: WidgetEffect): void {
    switch (effect.kind) {
      case 'ask':
        this.#timers.set('ask', effect.delayMs * (1 + this.#random() * SPREAD), () => {
          void this.#ask(effect.turn);
        });
        break;
      case 'join':
        this.#join(effect.turn);
        break;
      case 'leave':
        this.#leave();
        this.#leave = () => {};
        break;
      case 'renew':
        this.#timers.set('renew', effect.delayMs, () => void this.#renew());
        break;
      case 'forgetRenewal':
        this.#timers.cancel('renew');
        this.#renewing.abort();
        break;
    }
  }

  async #ask(turn: number): Promise<void> {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    this.#state = nowAsking(this.#state, turn);
    const asked = await this.#ports.ask(this.#state.token, signal);
    if (signal.aborted) return;
    if ('device' in asked) {
      this.#heard(asked.device);
      this.#feed({ kind: 'answered', turn, device: asked.device });
    } else {
      this.#feed({ kind: 'failed', turn, failure: asked.failure });
    }
  }

  #join(turn: number): void {
    this.#leave();
    this.#leave = this.#ports.join(this.#state.token, {
      onJoined: () => this.#feed({ kind: 'joined', turn }),
      onDevice: (device) => {
        this.#heard(device);
        this.#feed({ kind: 'told', turn, device });
      },
      onHeard: () => {
        this.#heardAt = this.#serverClock.now();
      },
      onLost: (failure) => this.#feed({ kind: 'lost', turn, failure }),
    });
  }

  async #renew(): Promise<void> {
    const { token } = this.#state;
    if (token === null) return;
    this.#renewing.abort();
    this.#renewing = new AbortController();
    const { signal } = this.#renewing;
    const given = await this.#ports.renew(token, signal);
    if (signal.aborted || given === 'needless') return;
    // Who is signed out hears so by the link, or at the next asking.
    this.#feed({ kind: 'renewed', token: given === 'signedOut' ? null : given });
  }

  #heard({ serverTime }: AgentDevice): void {
    this.#serverClock.observe(serverTime);
    this.#heardAt = this.#serverClock.now();
  }
}
