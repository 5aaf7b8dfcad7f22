/**
 * Listens to a routing gateway for ever: a token, a socket, its events; after each loss again, by a back-off with
 * chance in it. What it cannot read is counted and harms nothing else. A gateway that says nothing is asked; one that
 * does not answer is lost.
 */
import type { RoutingEvent } from '../../lib/contracts/routing';
import type { SourceStatus } from '../../lib/contracts/source';
import { backoffDelayMs, RECONNECT_BACKOFF } from '../runtime/backoff';
import type { Cancel, Clock } from '../runtime/clock';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import type { TokenSource } from '../runtime/token-source';
import { gatewayAddress, meaningOfClose } from './gateway-address';
import { type FrameFault, parseGatewayFrame } from './gateway-frame';
import type { GatewaySocket, OpenGatewaySocket } from './gateway-socket';

export interface GatewayLinkOptions {
  /** ROUTING_EVENTS_URL. */
  readonly url: string;
  readonly tokens: TokenSource;
  readonly openSocket: OpenGatewaySocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onEvent: (event: RoutingEvent) => void;
  readonly onStatus: () => void;
}

export interface GatewayCounts {
  readonly events: number;
  readonly rejected: Readonly<Record<FrameFault | 'binary', number>>;
}

const PING_EVERY_MS = 15_000;
/** Any frame is a sign of life. */
const SILENT_MS = 40_000;
/** So long it must have held for the next loss to be a first one. */
const STEADY_MS = 30_000;

export class GatewayLink {
  readonly #options: GatewayLinkOptions;
  readonly #rejected = { 'too-long': 0, json: 0, event: 0, binary: 0 };
  #events = 0;
  #status: SourceStatus;
  #socket: GatewaySocket | null = null;
  #token: string | null = null;
  #cancel: Cancel = () => {};
  #failures = 0;
  #round = 0;
  #heardTick = 0;
  #openedTick = 0;

  constructor(options: GatewayLinkOptions) {
    this.#options = options;
    this.#status = { state: 'connecting', since: options.clock.now(), message: null, lastHeardAt: null };
  }

  start(): void {
    void this.#connect();
  }

  stop(): void {
    this.#round += 1;
    this.#cancel();
    this.#socket?.end();
    this.#socket = null;
  }

  status(): SourceStatus {
    return this.#status;
  }

  counts(): GatewayCounts {
    return { events: this.#events, rejected: { ...this.#rejected } };
  }

  async #connect(): Promise<void> {
    const round = ++this.#round;
    const { tokens, url, openSocket, clock } = this.#options;
    const token = await tokens.token();
    if (round !== this.#round) return;
    if (!token.ok) return this.#again(token.error.message, token.error.retryAfterMs);
    this.#token = token.value;
    const mine = (act: () => void) => () => {
      if (round === this.#round) act();
    };
    try {
      this.#socket = openSocket(gatewayAddress(url, token.value), {
        opened: mine(() => this.#opened(round)),
        frame: (text) => round === this.#round && this.#frame(text),
        otherFrame: mine(() => {
          this.#heard();
          this.#rejected.binary += 1;
        }),
        alive: mine(() => this.#heard()),
        refused: (status) => round === this.#round && this.#refused(status),
        closed: (code) => round === this.#round && this.#closed(code),
      });
      this.#heardTick = clock.monotonicNow();
    } catch (thrown) {
      this.#again(`the gateway cannot be reached: ${messageOf(thrown)}`);
    }
  }

  #opened(round: number): void {
    const { clock } = this.#options;
    this.#openedTick = clock.monotonicNow();
    this.#heard();
    this.#move('live', null);
    const watch = () => {
      if (round !== this.#round) return;
      if (clock.monotonicNow() - this.#heardTick >= SILENT_MS) {
        this.#again('the gateway fell silent');
        return;
      }
      this.#socket?.ping();
      this.#cancel = clock.after(PING_EVERY_MS, watch);
    };
    this.#cancel = clock.after(PING_EVERY_MS, watch);
  }

  #heard(): void {
    this.#heardTick = this.#options.clock.monotonicNow();
    this.#status = { ...this.#status, lastHeardAt: this.#options.clock.now() };
  }

  #frame(text: string): void {
    this.#heard();
    const read = parseGatewayFrame(text);
    if (!read.ok) {
      this.#rejected[read.error] += 1;
      return;
    }
    this.#events += 1;
    this.#options.onEvent(read.value);
  }

  #refused(status: number): void {
    if (status === 401 || status === 403) this.#options.tokens.invalidate(this.#token);
    this.#again(`the gateway answered ${status} to the handshake`);
  }

  #closed(code: number): void {
    // A token that was taken back is refused in this way too.
    if (code === 1008) this.#options.tokens.invalidate(this.#token);
    this.#again(meaningOfClose(code) ?? `the gateway closed the connection${code === 0 ? '' : ` (${code})`}`);
  }

  #again(reason: string, floorMs = 0): void {
    const { clock, random } = this.#options;
    this.#round += 1;
    this.#cancel();
    this.#socket?.end();
    const wasSteady =
      this.#socket !== null && this.#openedTick > 0 && clock.monotonicNow() - this.#openedTick >= STEADY_MS;
    this.#socket = null;
    this.#openedTick = 0;
    if (wasSteady) this.#failures = 0;
    const delayMs = backoffDelayMs(RECONNECT_BACKOFF, this.#failures, random, floorMs);
    this.#failures += 1;
    this.#move('down', reason);
    this.#cancel = clock.after(delayMs, () => void this.#connect());
  }

  #move(state: SourceStatus['state'], message: string | null): void {
    const before = this.#status;
    if (before.state === state && before.message === message) return;
    if (before.state !== state)
      this.#options.log[state === 'live' ? 'info' : 'warn']('routing gateway', { state, reason: message });
    const since = before.state === state ? before.since : this.#options.clock.now();
    this.#status = { ...before, state, message, since };
    this.#options.onStatus();
  }
}
