/**
 * The moves of the channel machine that several of its states make: where to go next, and with which effects. Pure.
 */
import { RECONNECT_BACKOFF } from '../runtime/backoff';
import type { Failure } from '../runtime/errors';
import type {
  ChannelAddress,
  ChannelEffect,
  ChannelEvent,
  ChannelState,
  Common,
  Connecting,
  Live,
  Resumption,
  Switching,
  Waiting,
} from './channel-contract';

/** A connection that lived this long starts the delays anew. */
const STABLE_AFTER_MS = 60_000;
/** What no retry will heal is tried this slowly. */
const FATAL_WAIT_MS = 30_000;
const MAX_FAILURES = RECONNECT_BACKOFF.length;

export interface Step {
  readonly state: ChannelState;
  readonly effects: readonly ChannelEffect[];
}

export function becomeLive(
  { topics, attempt, failures }: Common,
  {
    channel,
    socket,
    at,
    applied,
  }: { channel: ChannelAddress; socket: number; at: number; applied: readonly string[] },
): Step {
  const sync = { applied, putting: null, notBefore: at };
  return {
    state: { state: 'live', topics, attempt, failures, channel, socket, liveSince: at, pinged: false, sync },
    effects: [{ kind: 'reportLive', seamless: false }],
  };
}

/** An open connection is gone, or worth nothing. */
export function lose(state: Live | Switching, at: number, resumption: Resumption): Step {
  const failures = at - state.liveSince >= STABLE_AFTER_MS ? 0 : state.failures;
  const back = retreat({ ...state, failures }, unlessExpired(resumption, at));
  return withEffects([...closeAll(state), { kind: 'reportLost' }], back);
}

export function silent(state: Live | Switching, at: number): Step {
  const { channel, sync } = state;
  const lost = lose(state, at, { step: 'connect', channel, applied: sync.applied });
  return withEffects([{ kind: 'reportFault', fault: 'silent' }], lost);
}

/** The server answered the handshake with a status: 4xx means that this channel is not there any more. */
export function refused(
  state: Connecting | Switching,
  channel: ChannelAddress,
  event: Extract<ChannelEvent, { kind: 'socketRefused' }>,
  applied: readonly string[],
): Step {
  const busy = event.status >= 500 || event.status === 429 || event.status === 408;
  if (busy) return retreat(state, unlessExpired({ step: 'connect', channel, applied }, event.at));
  const evicted = event.status === 404 && !isExpired(channel, event.at);
  const fault: ChannelEffect[] = evicted ? [{ kind: 'reportFault', fault: 'evicted' }] : [];
  return withEffects(fault, retreat(state, { step: 'create' }));
}

export function failed(state: Common, resumption: Resumption, cause: Failure): Step {
  const floorMs = Math.max(cause.retryAfterMs, cause.kind === 'fatal' ? FATAL_WAIT_MS : 0);
  return withEffects([{ kind: 'reportFailure', failure: cause }], retreat(state, resumption, floorMs));
}

export function retreat({ topics, attempt, failures }: Common, resumption: Resumption, floorMs = 0): Step {
  const next = attempt + 1;
  return {
    state: {
      state: 'waiting',
      topics,
      attempt: next,
      failures: Math.min(failures + 1, MAX_FAILURES),
      resume: resumption,
    },
    effects: [{ kind: 'wait', attempt: next, failures, floorMs }],
  };
}

export function resume(state: Waiting, at: number): Step {
  const resumption = unlessExpired(state.resume, at);
  switch (resumption.step) {
    case 'create':
      return create(state);
    case 'subscribe':
      return subscribe(state, resumption.channel);
    case 'connect':
      return connect(state, resumption.channel, resumption.applied);
  }
}

export function create({ topics, attempt, failures }: Common): Step {
  const next = attempt + 1;
  return {
    state: { state: 'creating', topics, attempt: next, failures },
    effects: [{ kind: 'createChannel', attempt: next }],
  };
}

export function subscribe({ topics, attempt, failures }: Common, channel: ChannelAddress): Step {
  const next = attempt + 1;
  return {
    state: { state: 'subscribing', topics, attempt: next, failures, channel, putting: topics },
    effects: [{ kind: 'putTopics', attempt: next, channelId: channel.id, topics }],
  };
}

export function connect(
  { topics, attempt, failures }: Common,
  channel: ChannelAddress,
  applied: readonly string[],
): Step {
  const next = attempt + 1;
  return {
    state: { state: 'connecting', topics, attempt: next, failures, channel, applied },
    effects: [{ kind: 'openSocket', attempt: next, connectUri: channel.connectUri }],
  };
}

export function stop(state: ChannelState): Step {
  if (state.state === 'stopped') return stay(state);
  const { topics, attempt, failures } = state;
  return { state: { state: 'stopped', topics, attempt, failures }, effects: closeAll(state) };
}

export function closeAll(state: ChannelState): ChannelEffect[] {
  const close = (attempt: number): ChannelEffect => ({ kind: 'closeSocket', attempt });
  if (state.state === 'connecting') return [close(state.attempt)];
  if (state.state === 'live') return [close(state.socket)];
  if (state.state !== 'switching') return [];
  return state.socket === null ? [close(state.successor)] : [close(state.socket), close(state.successor)];
}

export function unlessExpired(resumption: Resumption, at: number): Resumption {
  return resumption.step !== 'create' && isExpired(resumption.channel, at) ? { step: 'create' } : resumption;
}

export function isExpired(channel: ChannelAddress, at: number): boolean {
  return at - channel.renewedAt >= channel.lifeMs;
}

export function isLate(state: Common, event: ChannelEvent): boolean {
  return !('attempt' in event) || event.attempt !== state.attempt;
}

export function withEffects(effects: readonly ChannelEffect[], step: Step): Step {
  return { state: step.state, effects: [...effects, ...step.effects] };
}

export function stay(state: ChannelState): Step {
  return { state, effects: [] };
}
