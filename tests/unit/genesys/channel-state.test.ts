import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ChannelAddress,
  ChannelEffect,
  ChannelEvent,
  ChannelState,
} from '../../../server/genesys/channel-contract';
import {
  DEAD_AFTER_MS,
  initialChannel,
  PING_AFTER_MS,
  stepChannel,
} from '../../../server/genesys/channel-state';
import { failure } from '../../../server/runtime/errors';

type StateName = ChannelState['state'];
type EventKind = ChannelEvent['kind'];

const NOW = 1_000_000;
const LIFE = 86_400_000;
const TOPICS = ['a', 'b'];
const address: ChannelAddress = { id: 'c1', connectUri: 'wss://x/c1', renewedAt: NOW - 1_000, lifeMs: LIFE };
const common = { topics: TOPICS, attempt: 7, failures: 1 };
const sync = { applied: TOPICS, putting: null, notBefore: 0 };

const states = {
  idle: { ...common, state: 'idle' },
  stopped: { ...common, state: 'stopped' },
  creating: { ...common, state: 'creating' },
  subscribing: { ...common, state: 'subscribing', channel: address, putting: TOPICS },
  connecting: { ...common, state: 'connecting', channel: address, applied: TOPICS },
  live: { ...common, state: 'live', channel: address, socket: 7, liveSince: NOW, pinged: false, sync },
  switching: {
    ...common,
    state: 'switching',
    channel: address,
    socket: 6,
    successor: 7,
    liveSince: NOW,
    sync,
  },
  waiting: { ...common, state: 'waiting', resume: { step: 'connect', channel: address, applied: TOPICS } },
} as const satisfies { [S in StateName]: Extract<ChannelState, { state: S }> };

const broken = failure('retry', 'service.unavailable', 'down', { status: 503, retryAfterMs: 9_000 });
const missing = failure('fatal', 'not.found', 'gone', { status: 404 });

const events = {
  start: { kind: 'start', at: NOW },
  stop: { kind: 'stop', at: NOW },
  topicsChanged: { kind: 'topicsChanged', topics: ['z'], at: NOW },
  channelCreated: {
    kind: 'channelCreated',
    attempt: 7,
    id: 'c2',
    connectUri: 'wss://x/c2',
    lifeMs: LIFE,
    at: NOW,
  },
  topicsPut: { kind: 'topicsPut', attempt: 7, rejected: [], at: NOW },
  requestFailed: { kind: 'requestFailed', attempt: 7, failure: broken, at: NOW },
  socketOpened: { kind: 'socketOpened', attempt: 7, at: NOW },
  socketRefused: { kind: 'socketRefused', attempt: 7, status: 404, at: NOW },
  socketClosed: { kind: 'socketClosed', attempt: 7, at: NOW },
  closingAnnounced: { kind: 'closingAnnounced', attempt: 7, at: NOW },
  subscriptionsLost: { kind: 'subscriptionsLost', attempt: 7, at: NOW },
  waitOver: { kind: 'waitOver', attempt: 7, at: NOW },
  ticked: { kind: 'ticked', heardAt: NOW - DEAD_AFTER_MS, at: NOW },
} as const satisfies { [K in EventKind]: Extract<ChannelEvent, { kind: K }> };

/** Next state and the kinds of the effects; `-` where nothing happens. */
type Cell = '-' | `${StateName}:${string}`;
const stopped: Cell = 'stopped:';

const table: Record<StateName, Record<EventKind, Cell>> = {
  idle: {
    start: 'creating:createChannel',
    stop: stopped,
    topicsChanged: 'idle:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: '-',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: '-',
    ticked: '-',
  },
  stopped: {
    start: '-',
    stop: '-',
    topicsChanged: 'stopped:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: '-',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: '-',
    ticked: '-',
  },
  creating: {
    start: '-',
    stop: stopped,
    topicsChanged: 'creating:',
    channelCreated: 'subscribing:putTopics',
    topicsPut: '-',
    requestFailed: 'waiting:reportFailure,wait',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: '-',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: '-',
    ticked: '-',
  },
  subscribing: {
    start: '-',
    stop: stopped,
    topicsChanged: 'subscribing:',
    channelCreated: '-',
    topicsPut: 'connecting:reportSubscribed,openSocket',
    requestFailed: 'waiting:reportFailure,wait',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: '-',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: '-',
    ticked: '-',
  },
  connecting: {
    start: '-',
    stop: 'stopped:closeSocket',
    topicsChanged: 'connecting:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: 'live:reportLive',
    socketRefused: 'waiting:reportFault,wait',
    socketClosed: 'waiting:wait',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: '-',
    ticked: '-',
  },
  live: {
    start: '-',
    stop: 'stopped:closeSocket',
    topicsChanged: 'live:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: 'waiting:closeSocket,reportLost,wait',
    closingAnnounced: 'switching:openSocket',
    subscriptionsLost: 'waiting:closeSocket,reportLost,wait',
    waitOver: '-',
    ticked: 'waiting:reportFault,closeSocket,reportLost,wait',
  },
  switching: {
    start: '-',
    stop: 'stopped:closeSocket,closeSocket',
    topicsChanged: 'switching:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: 'live:closeSocket,reportLive',
    socketRefused: 'live:',
    socketClosed: 'live:',
    closingAnnounced: '-',
    subscriptionsLost: 'waiting:closeSocket,closeSocket,reportLost,wait',
    waitOver: '-',
    ticked: 'waiting:reportFault,closeSocket,closeSocket,reportLost,wait',
  },
  waiting: {
    start: '-',
    stop: stopped,
    topicsChanged: 'waiting:',
    channelCreated: '-',
    topicsPut: '-',
    requestFailed: '-',
    socketOpened: '-',
    socketRefused: '-',
    socketClosed: '-',
    closingAnnounced: '-',
    subscriptionsLost: '-',
    waitOver: 'connecting:openSocket',
    ticked: '-',
  },
};

function cellOf(state: ChannelState, event: ChannelEvent): Cell {
  const step = stepChannel(state, event);
  if (step.state === state && step.effects.length === 0) return '-';
  return `${step.state.state}:${step.effects.map(({ kind }) => kind).join(',')}`;
}

const rows = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([event, cell]) => ({ state, event, cell })),
);

/** Steps through events, giving all effects. */
function run(
  start: ChannelState,
  ...sequence: ChannelEvent[]
): { state: ChannelState; effects: ChannelEffect[] } {
  const effects: ChannelEffect[] = [];
  let state = start;
  for (const event of sequence) {
    const step = stepChannel(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

describe('channel machine', () => {
  it.each(rows)('GEN-10 $state on $event: $cell', ({ state, event, cell }) => {
    // The rows are made from the tables' own keys.
    expect(cellOf(states[state as StateName], events[event as EventKind])).toBe(cell);
  });

  it('GEN-11 a result of another attempt changes nothing', () => {
    for (const state of Object.values(states)) {
      for (const event of Object.values(events)) {
        if ('attempt' in event) expect(cellOf(state, { ...event, attempt: 3 })).toBe('-');
      }
    }
  });

  it('GEN-12 pings once after a quiet while, and not while frames come', () => {
    const tick = (heardAt: number) => ({ kind: 'ticked', at: NOW, heardAt }) as const;
    expect(cellOf(states.live, tick(NOW - PING_AFTER_MS + 1))).toBe('-');
    const pinged = stepChannel(states.live, tick(NOW - PING_AFTER_MS));
    expect(pinged.effects).toEqual([{ kind: 'sendPing', attempt: 7 }]);
    expect(cellOf(pinged.state, tick(NOW - PING_AFTER_MS - 1_000))).toBe('-');
    expect(stepChannel(pinged.state, tick(NOW)).state).toMatchObject({ state: 'live', pinged: false });
  });

  it('GEN-13 goes back to the same address after a drop, and makes a new channel when it has run out', () => {
    const dropped = run(states.live, events.socketClosed);
    const attempt = dropped.state.attempt;
    const again = stepChannel(dropped.state, { kind: 'waitOver', attempt, at: NOW + 2_000 });
    expect(again.effects).toEqual([
      { kind: 'openSocket', attempt: attempt + 1, connectUri: address.connectUri },
    ]);
    const late = stepChannel(dropped.state, { kind: 'waitOver', attempt, at: NOW + LIFE });
    expect(late.effects).toEqual([{ kind: 'createChannel', attempt: attempt + 1 }]);
  });

  it.each([
    { status: 404, step: 'create', fault: true },
    { status: 401, step: 'create', fault: false },
    { status: 403, step: 'create', fault: false },
    { status: 429, step: 'connect', fault: false },
    { status: 503, step: 'connect', fault: false },
  ])('GEN-14 a handshake refused with $status: $step', ({ status, step: next, fault }) => {
    const step = stepChannel(states.connecting, { ...events.socketRefused, status });
    expect(step.state).toMatchObject({ state: 'waiting', resume: { step: next } });
    expect(step.effects.some((effect) => effect.kind === 'reportFault')).toBe(fault);
  });

  it('GEN-14 a 404 on a channel whose time had come is no eviction', () => {
    const old = { ...states.connecting, channel: { ...address, renewedAt: NOW - LIFE } };
    expect(stepChannel(old, events.socketRefused).effects.map(({ kind }) => kind)).toEqual(['wait']);
  });

  it('GEN-15 delays grow with failures in a row and begin anew after a minute of life', () => {
    let state: ChannelState = { ...states.connecting, failures: 0 };
    const places: number[] = [];
    for (let i = 0; i < 9; i++) {
      const closed = stepChannel(state, { kind: 'socketClosed', attempt: state.attempt, at: NOW });
      for (const effect of closed.effects) if (effect.kind === 'wait') places.push(effect.failures);
      state = stepChannel(closed.state, { kind: 'waitOver', attempt: closed.state.attempt, at: NOW }).state;
    }
    expect(places).toEqual([0, 1, 2, 3, 4, 5, 6, 6, 6]);
    const soon = stepChannel({ ...states.live, failures: 4 }, { ...events.socketClosed, at: NOW + 59_999 });
    expect(soon.effects.at(-1)).toMatchObject({ kind: 'wait', failures: 4 });
    const later = stepChannel({ ...states.live, failures: 4 }, { ...events.socketClosed, at: NOW + 60_000 });
    expect(later.effects.at(-1)).toMatchObject({ kind: 'wait', failures: 0 });
  });

  it('GEN-15 Retry-After is the floor of a delay', () => {
    const step = stepChannel(states.creating, events.requestFailed);
    expect(step.effects.at(-1)).toMatchObject({ kind: 'wait', floorMs: 9_000 });
  });

  it('GEN-16 changes sockets before the server closes, whichever of the two events comes first', () => {
    const opened: ChannelEvent = { kind: 'socketOpened', attempt: 8, at: NOW };
    const closed: ChannelEvent = { kind: 'socketClosed', attempt: 7, at: NOW };
    for (const order of [
      [opened, closed],
      [closed, opened],
    ]) {
      const { state, effects } = run(states.live, events.closingAnnounced, ...order);
      expect(state).toMatchObject({ state: 'live', socket: 8 });
      expect(effects.map(({ kind }) => kind)).not.toContain('reportLost');
      expect(effects.at(-1)).toEqual({ kind: 'reportLive', seamless: true });
    }
  });

  it('GEN-16 says lost when both sockets are gone', () => {
    const { state, effects } = run(
      states.live,
      events.closingAnnounced,
      { kind: 'socketClosed', attempt: 7, at: NOW },
      { kind: 'socketClosed', attempt: 8, at: NOW },
    );
    expect(state).toMatchObject({ state: 'waiting', resume: { step: 'connect' } });
    expect(effects.filter(({ kind }) => kind === 'reportLost')).toHaveLength(1);
  });

  it('GEN-17 renews by PUT at half of its life, and tries again when that failed', () => {
    const heard = (at: number) => ({ kind: 'ticked', at, heardAt: at }) as const;
    const half = address.renewedAt + LIFE / 2;
    expect(cellOf(states.live, heard(half - 1))).toBe('-');
    const due = stepChannel(states.live, heard(half));
    expect(due.effects).toEqual([{ kind: 'putTopics', attempt: 8, channelId: 'c1', topics: TOPICS }]);
    const refused = stepChannel(due.state, { ...events.requestFailed, attempt: 8, at: half });
    expect(cellOf(refused.state, heard(half + 14_999))).toBe('-');
    expect(cellOf(refused.state, heard(half + 15_000))).toBe('live:putTopics');
    const renewed = stepChannel(due.state, { ...events.topicsPut, attempt: 8, at: half });
    expect(renewed.state).toMatchObject({ state: 'live', channel: { renewedAt: half } });
  });

  it('GEN-17 puts changed topics on a live channel at the next tick, and once', () => {
    const heard = { kind: 'ticked', at: NOW, heardAt: NOW } as const;
    const { state, effects } = run(states.live, events.topicsChanged, heard, heard);
    expect(effects).toEqual([{ kind: 'putTopics', attempt: 8, channelId: 'c1', topics: ['z'] }]);
    const done = stepChannel(state, { ...events.topicsPut, attempt: 8 });
    expect(done.effects).toEqual([{ kind: 'reportSubscribed', topics: ['z'], rejected: [] }]);
    expect(cellOf(done.state, heard)).toBe('-');
  });

  it('GEN-17 a channel that the platform does not know any more is made anew', () => {
    const { state, effects } = run(states.subscribing, { ...events.requestFailed, failure: missing });
    expect(state).toMatchObject({ state: 'waiting', resume: { step: 'create' } });
    expect(effects).toContainEqual({ kind: 'reportFault', fault: 'channelGone' });
  });

  it('GEN-18 topics that the platform dropped are put anew before anything is called live', () => {
    const lost = run(states.live, events.subscriptionsLost);
    expect(lost.state).toMatchObject({ state: 'waiting', resume: { step: 'subscribe' } });
    const back = stepChannel(lost.state, { kind: 'waitOver', attempt: lost.state.attempt, at: NOW });
    expect(back.effects).toMatchObject([{ kind: 'putTopics', channelId: 'c1' }]);
  });

  it('GEN-19 in any order of events: lost is only said after live, and never twice', () => {
    const any = fc.array(
      fc.record({
        kind: fc.constantFrom(...Object.values(events)),
        late: fc.integer({ min: -2, max: 1 }),
        at: fc.nat(90_000),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(any, (sequence) => {
        let state: ChannelState = initialChannel(TOPICS);
        let live = false;
        let at = NOW;
        for (const { kind: event, late, at: later } of sequence) {
          if (event.kind === 'stop') continue;
          at += later;
          const attempt = state.attempt + late;
          const step = stepChannel(state, {
            ...event,
            at,
            ...('attempt' in event ? { attempt } : {}),
          } as ChannelEvent);
          for (const effect of step.effects) {
            if (effect.kind === 'reportLost') expect(live).toBe(true);
            if (effect.kind === 'reportLost') live = false;
            if (effect.kind === 'reportLive') {
              expect(live).toBe(effect.seamless);
              live = true;
            }
          }
          state = step.state;
          expect(live).toBe(state.state === 'live' || state.state === 'switching');
        }
      }),
      { numRuns: 500 },
    );
  });
});
