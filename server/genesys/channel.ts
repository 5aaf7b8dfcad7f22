/**
 * The shell of one notification channel: does what the machine says (`perform`) and feeds back what came of it.
 * Frames go straight to the parser; the machine hears of them once a second, by the time of the last one.
 */

import { err, ok, type Result } from '../../lib/result';
import { backoffDelayMs, RECONNECT_BACKOFF } from '../runtime/backoff';
import type { Clock } from '../runtime/clock';
import { type Failure, failure, messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import type {
  ChannelAddress,
  ChannelEffect,
  ChannelEvent,
  ChannelFault,
  ChannelState,
  RejectedTopic,
} from './channel-contract';
import { initialChannel, stepChannel } from './channel-state';
import { type ConnectUriRule, checkConnectUri } from './connect-uri';
import type { FrameCounts } from './frame-counts';
import { type FrameParser, type Notice, rejected } from './metric-parser';
import { type CreatedChannel, createChannel as createRemote, putTopics } from './platform-calls';
import type { RestClient } from './rest-client';
import type { OpenSocket, Socket, SocketHandlers } from './socket';

const TICK_MS = 1_000;
const DAY_MS = 24 * 60 * 60_000;
const MIN_LIFE_MS = 60_000;
const PING = JSON.stringify({ message: 'ping' });

export interface ChannelOptions {
  readonly rest: RestClient;
  readonly openSocket: OpenSocket;
  readonly parser: FrameParser;
  readonly counts: FrameCounts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Epoch ms that never run backwards. */
  readonly stamp: () => number;
  readonly uriRule: ConnectUriRule;
  readonly topics: readonly string[];
  readonly events: ChannelListener;
}

export interface ChannelListener {
  live(seamless: boolean): void;
  /** `heardAt`: epoch ms of the last frame. */
  lost(heardAt: number): void;
  subscribed(topics: readonly string[], refused: readonly RejectedTopic[]): void;
  fault(fault: ChannelFault): void;
  /** `null`: what was wrong is over. */
  problem(failure: Failure | null): void;
}

export interface Channel {
  start(): void;
  setTopics(topics: readonly string[]): void;
  state(): ChannelState['state'];
  /** Epoch ms of the last sign of life; `null` before the first. */
  heardAt(): number | null;
  stop(): void;
}

export function createChannel(options: ChannelOptions): Channel {
  const { clock, events, log } = options;
  let state: ChannelState = initialChannel(options.topics);
  let heardMonotonic = 0;
  let everHeard = false;
  const sockets = new Map<number, Socket>();
  const cancels = new Set<() => void>();
  const todo: ChannelEvent[] = [];

  /** One event at a time: what an effect feeds back at once waits its turn. */
  function dispatch(event: ChannelEvent): void {
    todo.push(event);
    if (todo.length > 1) return;
    while (todo[0] !== undefined) {
      const step = stepChannel(state, todo[0]);
      state = step.state;
      for (const effect of step.effects) perform(effect);
      todo.shift();
    }
  }

  const at = () => clock.monotonicNow();

  function perform(effect: ChannelEffect): void {
    switch (effect.kind) {
      case 'createChannel':
        void create(effect.attempt);
        break;
      case 'putTopics':
        void put(effect);
        break;
      case 'openSocket':
        open(effect.attempt, effect.connectUri);
        break;
      case 'closeSocket':
        sockets.get(effect.attempt)?.end();
        sockets.delete(effect.attempt);
        break;
      case 'sendPing':
        sockets.get(effect.attempt)?.send(PING);
        break;
      case 'wait':
        wait(effect);
        break;
      case 'reportLive':
        hear();
        events.problem(null);
        events.live(effect.seamless);
        break;
      case 'reportLost':
        events.lost(heardAtEpoch());
        break;
      case 'reportSubscribed':
        events.subscribed(effect.topics, effect.rejected);
        break;
      case 'reportFault':
        events.fault(effect.fault);
        break;
      case 'reportFailure':
        events.problem(effect.failure);
        break;
    }
  }

  async function create(attempt: number): Promise<void> {
    const answer = await createRemote(options.rest);
    const made = answer.ok ? checked(answer.value) : answer;
    if (made.ok) dispatch({ kind: 'channelCreated', attempt, ...made.value, at: at() });
    else dispatch({ kind: 'requestFailed', attempt, failure: made.error, at: at() });
  }

  function checked({
    id,
    connectUri,
    expires,
  }: CreatedChannel): Result<Omit<ChannelAddress, 'renewedAt'>, Failure> {
    const uri = checkConnectUri(connectUri, options.uriRule);
    if (!uri.ok) return err(failure('fatal', 'connect.uri', `refused to connect: ${uri.error}`));
    return ok({ id, connectUri: uri.value, lifeMs: lifeOf({ expires }, clock.now()) });
  }

  async function put(effect: Extract<ChannelEffect, { kind: 'putTopics' }>): Promise<void> {
    const { attempt, channelId, topics } = effect;
    const answer = await putTopics(options.rest, channelId, topics);
    if (answer.ok) dispatch({ kind: 'topicsPut', attempt, rejected: answer.value, at: at() });
    else dispatch({ kind: 'requestFailed', attempt, failure: answer.error, at: at() });
  }

  function open(attempt: number, connectUri: string): void {
    try {
      sockets.set(attempt, options.openSocket(connectUri, handlers(attempt)));
    } catch (thrown) {
      log.warn('a socket could not be opened', { reason: messageOf(thrown) });
      dispatch({ kind: 'socketClosed', attempt, at: at() });
    }
  }

  function handlers(attempt: number): SocketHandlers {
    const gone = () => void sockets.delete(attempt);
    return {
      opened: () => dispatch({ kind: 'socketOpened', attempt, at: at() }),
      frame: (text) => hearFrame(attempt, text),
      binaryFrame: () => {
        hear();
        options.counts.add(rejected('binary'));
      },
      refused: (status) => {
        gone();
        dispatch({ kind: 'socketRefused', attempt, status, at: at() });
      },
      closed: (reason) => {
        gone();
        log.debug('a channel socket closed', { reason });
        dispatch({ kind: 'socketClosed', attempt, at: at() });
      },
    };
  }

  function hear(): void {
    heardMonotonic = clock.monotonicNow();
    everHeard = true;
  }

  function hearFrame(attempt: number, text: string): void {
    hear();
    try {
      const outcome = options.parser.parse(text, options.stamp());
      options.counts.add(outcome);
      if (outcome.kind === 'ignored') heed(attempt, outcome.notice);
    } catch (thrown) {
      options.counts.add(rejected('internal'));
      log.error('a frame could not be applied', { reason: messageOf(thrown) });
    }
  }

  function heed(attempt: number, notice: Notice): void {
    if (notice === 'socketClosing') dispatch({ kind: 'closingAnnounced', attempt, at: at() });
    if (notice === 'tokenRevoked') options.rest.dropToken();
    if (notice === 'tokenRevoked' || notice === 'notSubscribed') {
      dispatch({ kind: 'subscriptionsLost', attempt, at: at() });
    }
  }

  function wait({ attempt, failures, floorMs }: Extract<ChannelEffect, { kind: 'wait' }>): void {
    const delayMs = backoffDelayMs(RECONNECT_BACKOFF, failures, options.random, floorMs);
    const cancel = clock.after(delayMs, () => {
      cancels.delete(cancel);
      dispatch({ kind: 'waitOver', attempt, at: at() });
    });
    cancels.add(cancel);
  }

  function heardAtEpoch(): number {
    return Math.round(clock.now() - (clock.monotonicNow() - heardMonotonic));
  }

  return {
    start() {
      const tick = () => dispatch({ kind: 'ticked', at: at(), heardAt: heardMonotonic });
      cancels.add(clock.every(TICK_MS, tick));
      dispatch({ kind: 'start', at: at() });
    },
    setTopics: (topics) => dispatch({ kind: 'topicsChanged', topics, at: at() }),
    state: () => state.state,
    heardAt: () => (everHeard ? heardAtEpoch() : null),
    stop() {
      dispatch({ kind: 'stop', at: at() });
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

/** How long a channel lasts, within reason: the two clocks may differ by more than the channel's life. */
function lifeOf({ expires }: Pick<CreatedChannel, 'expires'>, now: number): number {
  const lifeMs = Date.parse(expires ?? '') - now;
  return Number.isFinite(lifeMs) && lifeMs >= MIN_LIFE_MS ? Math.min(lifeMs, DAY_MS) : DAY_MS;
}
