/**
 * A notification channel as a pure machine. It knows no socket and no clock: events carry monotonic ms, effects are
 * data with the number of the attempt they belong to, and a result that comes back with another number is late and
 * changes nothing.
 *
 *   idle ─start─► creating ─► subscribing ─► connecting ─► live ◄─► switching
 *                    ▲             ▲             ▲           │          │
 *                    └─────────────┴── waiting ◄─┴───────────┴──────────┘      any ─stop─► stopped
 *
 * `switching`: the server said that it will close; the second socket is being opened while the first still talks.
 * A lost connection goes back to the same address first; a refused handshake, a 404 or a run-out channel makes a
 * new one. Nothing is stored upstream: every way into `live` reports itself, so that REST can catch up.
 */
import type {
  ChannelEffect,
  ChannelEvent,
  ChannelState,
  Connecting,
  Creating,
  Idle,
  Live,
  Subscribing,
  Switching,
  Sync,
} from './channel-contract';
import {
  becomeLive,
  connect,
  create,
  failed,
  isLate,
  lose,
  refused,
  resume,
  retreat,
  type Step,
  silent,
  stay,
  stop,
  subscribe,
  withEffects,
} from './channel-moves';

/** Twenty-five seconds of quiet bring a ping; the platform's heartbeat comes about every 30. */
export const PING_AFTER_MS = 25_000;
/** Clients of the field treat about this much silence as death. */
export const DEAD_AFTER_MS = 35_000;
const RESYNC_RETRY_MS = 15_000;

export function initialChannel(topics: readonly string[]): Idle {
  return { state: 'idle', topics, attempt: 0, failures: 0 };
}

/** The next state and what is to be done. An event that means nothing here gives the same reference and no effects. */
export function stepChannel(state: ChannelState, event: ChannelEvent): Step {
  if (event.kind === 'stop') return stop(state);
  if (event.kind === 'topicsChanged') return stay({ ...state, topics: event.topics });
  switch (state.state) {
    case 'idle':
      return event.kind === 'start' ? create(state) : stay(state);
    case 'stopped':
      return stay(state);
    case 'creating':
      return stepCreating(state, event);
    case 'subscribing':
      return stepSubscribing(state, event);
    case 'connecting':
      return stepConnecting(state, event);
    case 'live':
      return stepLive(state, event);
    case 'switching':
      return stepSwitching(state, event);
    case 'waiting':
      return event.kind === 'waitOver' && event.attempt === state.attempt
        ? resume(state, event.at)
        : stay(state);
  }
}

function stepCreating(state: Creating, event: ChannelEvent): Step {
  if (isLate(state, event)) return stay(state);
  if (event.kind === 'channelCreated') {
    const { id, connectUri, lifeMs } = event;
    return subscribe(state, { id, connectUri, lifeMs, renewedAt: event.at });
  }
  if (event.kind === 'requestFailed') return failed(state, { step: 'create' }, event.failure);
  return stay(state);
}

function stepSubscribing(state: Subscribing, event: ChannelEvent): Step {
  if (isLate(state, event)) return stay(state);
  const { channel } = state;
  if (event.kind === 'topicsPut') {
    const { putting } = state;
    const report: ChannelEffect = { kind: 'reportSubscribed', topics: putting, rejected: event.rejected };
    return withEffects([report], connect(state, { ...channel, renewedAt: event.at }, putting));
  }
  if (event.kind !== 'requestFailed') return stay(state);
  if (event.failure.status === 404) {
    return withEffects(
      [{ kind: 'reportFault', fault: 'channelGone' }],
      failed(state, { step: 'create' }, event.failure),
    );
  }
  return failed(state, { step: 'subscribe', channel }, event.failure);
}

function stepConnecting(state: Connecting, event: ChannelEvent): Step {
  if (isLate(state, event)) return stay(state);
  const { channel, applied } = state;
  switch (event.kind) {
    case 'socketOpened':
      return becomeLive(state, { channel, socket: event.attempt, at: event.at, applied });
    case 'socketRefused':
      return refused(state, channel, event, applied);
    case 'socketClosed':
      return retreat(state, { step: 'connect', channel, applied });
    default:
      return stay(state);
  }
}

function stepLive(state: Live, event: ChannelEvent): Step {
  const { channel, sync, socket } = state;
  switch (event.kind) {
    case 'ticked':
      return tickLive(state, event.at, event.heardAt);
    case 'topicsPut':
    case 'requestFailed':
      return settlePut(state, event);
    case 'socketClosed':
      if (event.attempt !== socket) return stay(state);
      return lose(state, event.at, { step: 'connect', channel, applied: sync.applied });
    case 'closingAnnounced': {
      if (event.attempt !== socket) return stay(state);
      const successor = state.attempt + 1;
      const { topics, failures, liveSince } = state;
      return {
        state: {
          state: 'switching',
          topics,
          failures,
          attempt: successor,
          channel,
          socket,
          successor,
          liveSince,
          sync,
        },
        effects: [{ kind: 'openSocket', attempt: successor, connectUri: channel.connectUri }],
      };
    }
    case 'subscriptionsLost':
      return event.attempt === socket ? lose(state, event.at, { step: 'subscribe', channel }) : stay(state);
    default:
      return stay(state);
  }
}

function stepSwitching(state: Switching, event: ChannelEvent): Step {
  const { channel, sync, socket, successor } = state;
  switch (event.kind) {
    case 'topicsPut':
    case 'requestFailed':
      return settlePut(state, event);
    case 'ticked':
      if (event.at - event.heardAt < DEAD_AFTER_MS) return stay(state);
      return silent(state, event.at);
    case 'socketOpened': {
      if (event.attempt !== successor) return stay(state);
      const close: ChannelEffect[] = socket === null ? [] : [{ kind: 'closeSocket', attempt: socket }];
      const live = becomeLive(state, { channel, socket: successor, at: event.at, applied: sync.applied });
      return {
        state: withSync(live.state, sync),
        effects: [...close, { kind: 'reportLive', seamless: true }],
      };
    }
    case 'socketRefused':
      if (event.attempt !== successor) return stay(state);
      return socket === null
        ? withEffects([{ kind: 'reportLost' }], refused(state, channel, event, sync.applied))
        : backToFirst(state, socket);
    case 'socketClosed':
      if (event.attempt === socket) return stay({ ...state, socket: null });
      if (event.attempt !== successor) return stay(state);
      return socket === null
        ? lose(state, event.at, { step: 'connect', channel, applied: sync.applied })
        : backToFirst(state, socket);
    case 'subscriptionsLost':
      return event.attempt === socket || event.attempt === successor
        ? lose(state, event.at, { step: 'subscribe', channel })
        : stay(state);
    default:
      return stay(state);
  }
}

/** The second socket came to nothing while the first still talks: its end will be an ordinary one. */
function backToFirst(state: Switching, socket: number): Step {
  const { topics, failures, attempt, channel, liveSince, sync } = state;
  return stay({ state: 'live', topics, failures, attempt, channel, liveSince, sync, socket, pinged: false });
}

function tickLive(state: Live, at: number, heardAt: number): Step {
  const quietMs = at - heardAt;
  if (quietMs >= DEAD_AFTER_MS) return silent(state, at);
  const { channel, sync, topics } = state;
  const renewalDue = at - channel.renewedAt >= channel.lifeMs / 2;
  if (sync.putting === null && at >= sync.notBefore && (renewalDue || sync.applied !== topics)) {
    const attempt = state.attempt + 1;
    return {
      state: { ...state, attempt, sync: { ...sync, putting: { attempt, topics } } },
      effects: [{ kind: 'putTopics', attempt, channelId: channel.id, topics }],
    };
  }
  if (quietMs >= PING_AFTER_MS && !state.pinged) {
    return { state: { ...state, pinged: true }, effects: [{ kind: 'sendPing', attempt: state.socket }] };
  }
  return quietMs < PING_AFTER_MS && state.pinged ? stay({ ...state, pinged: false }) : stay(state);
}

/** The answer to a PUT on an open channel. */
function settlePut(
  state: Live | Switching,
  event: Extract<ChannelEvent, { kind: 'topicsPut' | 'requestFailed' }>,
): Step {
  const { sync, channel } = state;
  if (sync.putting === null || event.attempt !== sync.putting.attempt) return stay(state);
  if (event.kind === 'topicsPut') {
    const applied = sync.putting.topics;
    return {
      state: {
        ...state,
        channel: { ...channel, renewedAt: event.at },
        sync: { applied, putting: null, notBefore: event.at },
      },
      effects: [{ kind: 'reportSubscribed', topics: applied, rejected: event.rejected }],
    };
  }
  if (event.failure.status === 404) {
    return withEffects(
      [{ kind: 'reportFault', fault: 'channelGone' }],
      lose(state, event.at, { step: 'create' }),
    );
  }
  const notBefore = event.at + Math.max(RESYNC_RETRY_MS, event.failure.retryAfterMs);
  return {
    state: { ...state, sync: { ...sync, putting: null, notBefore } },
    effects: [{ kind: 'reportFailure', failure: event.failure }],
  };
}

function withSync(state: ChannelState, sync: Sync): ChannelState {
  return state.state === 'live' ? { ...state, sync } : state;
}
