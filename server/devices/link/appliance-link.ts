/**
 * The shell of one link: does what the machine says (`perform`) and feeds back what came of it. Frames go straight to
 * the listener; the machine hears of a link's beginning and end only. Whatever the listener throws harms nobody else.
 */
import { type BackoffPolicy, backoffDelayMs } from '../../runtime/backoff';
import type { Cancel, Clock } from '../../runtime/clock';
import { messageOf } from '../../runtime/errors';
import type { Log } from '../../runtime/log';
import type { Random } from '../../runtime/random';
import type { TokenSource } from '../../runtime/token-source';
import type { ApplianceLink, ApplianceMessage, LinkListener, LinkState } from '../ports';
import { createFrameBudget, type FrameBudget } from './frame-budget';
import type { HeartbeatSweep } from './heartbeat-sweep';
import { linkAddress } from './link-address';
import type { LinkCounts } from './link-counts';
import {
  type Ending,
  endingOfAddress,
  endingOfStatus,
  endingOfToken,
  FLOODING,
  HANDSHAKE_TIMEOUT_MS,
  HEARTBEAT_LIMIT_MS,
  NOT_READING,
  SILENT,
  TOO_SLOW,
  UNOPENED,
} from './link-ending';
import type { LinkSocket, LinkSocketHandlers, OpenLinkSocket } from './link-socket';
import { type LinkEffect, type LinkEvent, type LinkMachine, startLink, stepLink } from './link-state';
import { parseFrame } from './parse-frame';

export interface LinkGround {
  /** DEVICE_LINK_URL. */
  readonly url: string;
  readonly tokens: TokenSource;
  readonly openSocket: OpenLinkSocket;
  readonly sweep: HeartbeatSweep;
  readonly counts: LinkCounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** 1 s at most, then 2 s, to 30 s, each by chance. */
export const LINK_BACKOFF: BackoffPolicy = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** A device that takes and drops us at once is not asked faster than this. */
const FLOOR_MS = 250;

export class Link implements ApplianceLink {
  readonly #ground: LinkGround;
  readonly #listener: LinkListener;
  readonly #deviceId: string;
  readonly #todo: LinkEvent[] = [];
  readonly #unwatch: Cancel;
  #machine: LinkMachine;
  #socket: LinkSocket | null = null;
  /** Of the wait, or of the handshake's deadline: never both. */
  #cancelTimer: Cancel = () => {};
  #budget: FrameBudget;
  /** Monotonic. */
  #heardAt = 0;
  #isStuck = false;

  constructor(ground: LinkGround, deviceId: string, listener: LinkListener) {
    this.#ground = ground;
    this.#deviceId = deviceId;
    this.#listener = listener;
    this.#budget = createFrameBudget(ground.clock.monotonicNow());
    this.#unwatch = ground.sweep.add((now, deafMs) => this.#check(now, deafMs));
    const { machine, effects } = startLink();
    this.#machine = machine;
    for (const effect of effects) this.#perform(effect);
  }

  get state(): LinkState {
    return this.#machine.shown;
  }

  send({ id, command, params }: Parameters<ApplianceLink['send']>[0]): boolean {
    return this.#say({ type: 'command', id, command, params });
  }

  ask(commandId: string): boolean {
    return this.#say({ type: 'ask', id: commandId });
  }

  retry(): void {
    this.#dispatch({ kind: 'retry' });
  }

  close(): void {
    this.#dispatch({ kind: 'close' });
  }

  /** What cannot leave ends the link soon: who was told no is told of the end, too, but not in the middle of asking. */
  #say(message: object): boolean {
    if (this.#machine.state !== 'up' || this.#isStuck) return false;
    const isSent = this.#socket?.send(JSON.stringify(message)) ?? false;
    this.#isStuck = !isSent;
    return isSent;
  }

  /** One event at a time: what an effect or a listener feeds back at once waits its turn. */
  #dispatch(event: LinkEvent): void {
    this.#todo.push(event);
    if (this.#todo.length > 1) return;
    for (let next = this.#todo[0]; next !== undefined; next = this.#todo[0]) {
      const { machine, effects } = stepLink(this.#machine, next);
      const was = this.#machine;
      this.#machine = machine;
      if (machine.state === 'closed' && was.state !== 'closed') this.#ground.counts.closed(was.shown.kind);
      for (const effect of effects) this.#perform(effect, was.shown.kind);
      this.#todo.shift();
    }
  }

  #perform(effect: LinkEffect, was: LinkState['kind'] = 'connecting'): void {
    switch (effect.kind) {
      case 'open':
        this.#open(effect.attempt);
        break;
      case 'drop':
        this.#cancelTimer();
        this.#socket?.drop();
        this.#socket = null;
        break;
      case 'leave':
        this.#cancelTimer();
        this.#unwatch();
        this.#socket?.leave();
        this.#socket = null;
        break;
      case 'wait':
        this.#wait(effect);
        break;
      case 'tell':
        this.#tell(was, effect.shown);
        break;
    }
  }

  #open(attempt: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#ground.clock.after(HANDSHAKE_TIMEOUT_MS, () => this.#end(attempt, TOO_SLOW));
    void this.#connect(attempt);
  }

  async #connect(attempt: number): Promise<void> {
    const { tokens, url, openSocket, log } = this.#ground;
    const token = await tokens.token();
    if (this.#machine.state !== 'opening' || this.#machine.attempt !== attempt) return;
    const address = linkAddress(url, this.#deviceId);
    if (!address.ok) this.#end(attempt, endingOfAddress(address.error));
    else if (!token.ok) this.#end(attempt, endingOfToken(token.error));
    else {
      try {
        this.#socket = openSocket(address.value, token.value, this.#handlers(attempt, token.value));
      } catch (thrown) {
        log.error('a link could not be opened', { reason: messageOf(thrown) });
        this.#end(attempt, UNOPENED);
      }
    }
  }

  #handlers(attempt: number, token: string): LinkSocketHandlers {
    const { clock, counts, tokens } = this.#ground;
    return {
      opened: () => this.#opened(attempt),
      frame: (text, bytes) => {
        const message = this.#spend(attempt, bytes) ? parseFrame(text, clock.now()) : null;
        if (message === null) counts.frame('stranger');
        else this.#hear(message);
      },
      otherFrame: (kind, bytes) => {
        counts.frame(kind === 'binary' ? 'stranger' : 'control');
        this.#spend(attempt, bytes);
      },
      refused: (status, retryAfterMs) => {
        // Whoever asks next gets another.
        if (status === 401) tokens.invalidate(token);
        this.#end(attempt, endingOfStatus(status, retryAfterMs), status === 401);
      },
      ended: (ending) => this.#end(attempt, ending),
    };
  }

  #opened(attempt: number): void {
    const at = this.#ground.clock.monotonicNow();
    this.#cancelTimer();
    this.#heardAt = at;
    this.#isStuck = false;
    this.#budget = createFrameBudget(at);
    this.#dispatch({ kind: 'opened', attempt, at });
  }

  #spend(attempt: number, bytes: number): boolean {
    if (this.#budget.spend(bytes, this.#ground.clock.monotonicNow())) return true;
    this.#ground.counts.flooded();
    this.#end(attempt, FLOODING);
    return false;
  }

  #hear(message: ApplianceMessage): void {
    this.#ground.counts.frame(message.kind);
    if (message.kind === 'heartbeat') this.#heardAt = this.#ground.clock.monotonicNow();
    this.#guarded(() => this.#listener.onMessage(message));
  }

  #check(now: number, deafMs: number): void {
    const { state, attempt } = this.#machine;
    if (state !== 'up') return;
    this.#heardAt = Math.min(now, this.#heardAt + deafMs);
    if (now - this.#heardAt >= HEARTBEAT_LIMIT_MS) this.#end(attempt, SILENT);
    else if (this.#isStuck) this.#end(attempt, NOT_READING);
  }

  #wait({ attempt, failures, floorMs }: Extract<LinkEffect, { kind: 'wait' }>): void {
    const { clock, random } = this.#ground;
    const delayMs = backoffDelayMs(LINK_BACKOFF, failures, random, Math.max(FLOOR_MS, floorMs));
    this.#cancelTimer = clock.after(delayMs, () => this.#dispatch({ kind: 'waitOver', attempt }));
  }

  #end(attempt: number, ending: Ending, isToken = false): void {
    this.#dispatch({ kind: 'ended', attempt, ending, isToken, at: this.#ground.clock.monotonicNow() });
  }

  #tell(was: LinkState['kind'], shown: LinkState): void {
    this.#ground.counts.moved(was, shown);
    this.#guarded(() => this.#listener.onState(shown));
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      this.#ground.log.error('what an appliance said could not be taken in', { reason: messageOf(thrown) });
    }
  }
}
