/** What the console decides without drawing: the live view, points of charts, words of commands, the list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closedWhy,
  figure,
  isEnded,
  newestOf,
  requestId,
  resultWords,
} from '../../../../components/device/console/command-words';
import {
  type FeedState,
  FIRST_FEED,
  laterOf,
  stepFeed,
} from '../../../../components/device/console/feed-state';
import { CHARTED } from '../../../../components/device/console/metric-chart';
import {
  extremesOf,
  lineOf,
  POINT_MS,
  type Series,
  SPAN_MS,
  scaleOf,
  withSample,
} from '../../../../components/device/console/series';
import { SessionFeed } from '../../../../components/device/console/session-feed';
import { interactionIdOf, shownSessions } from '../../../../components/device/console/session-list';
import { COMMANDS, executeSchema, type LiveEvent } from '../../../../lib/contracts/diagnostics';
import { createMetricWatch } from '../../../../server/devices/metrics/metric-watch';
import { SLOW_LATENCY_MS } from '../../../../server/devices/metrics/suggestions';
import { readBack } from '../../../../server/devices/sessions/command-policy';
import { FakeClock } from '../../../support/fake-clock';
import { AT, command, response, session, summary } from './made-up-sessions';

const heard = (state: FeedState, event: LiveEvent) => stepFeed(state, { kind: 'heard', event });
const told = (seq: number, more = {}) => ({ kind: 'session', seq, ...response(more, AT + seq) }) as const;
const samples = (seq: number, value = -71) =>
  ({ kind: 'samples', seq, at: AT + seq, values: { signal_dbm: value } }) as const;

describe('the live view of a session', () => {
  it('UI-104 is what the server said last; an older frame never beats a newer one', () => {
    const first = heard(FIRST_FEED, told(5, { state: 'RUNNING' }));
    expect([first.link, first.response?.session.state]).toEqual(['live', 'RUNNING']);
    expect(heard(first, told(4, { state: 'ERROR' }))).toBe(first);
    expect(heard(first, told(5, { state: 'ERROR' }))).toBe(first);
    expect(heard(first, told(6, { state: 'ERROR' })).response?.session.state).toBe('ERROR');
    // Another link counts anew.
    expect(heard(stepFeed(first, { kind: 'opened' }), told(1)).response?.session.state).toBe('COMPLETED');
  });

  it('UI-104 keeps the newest window of each metric, and a breach once, as it was told last', () => {
    const of = (from: number, metric: 'signal_dbm' | 'errors') => ({
      kind: 'window' as const,
      seq: from,
      window: { metric, from: AT + from, to: AT + from + 5, min: 1, max: 2, avg: 1, count: 3 },
    });
    let state = heard(FIRST_FEED, told(1));
    for (const event of [of(2, 'signal_dbm'), of(3, 'errors'), of(4, 'signal_dbm')])
      state = heard(state, event);
    expect(state.response?.session.windows.map(({ metric, from }) => [metric, from - AT])).toEqual([
      ['errors', 3],
      ['signal_dbm', 4],
    ]);
    const breach = { metric: 'signal_dbm' as const, value: -89, limit: -85, since: AT, endedAt: null };
    state = heard(state, { kind: 'breach', seq: 5, breach });
    state = heard(state, { kind: 'breach', seq: 6, breach: { ...breach, endedAt: AT + 9 } });
    expect(state.response?.session.breaches).toEqual([{ ...breach, endedAt: AT + 9 }]);
  });

  it('UI-104 stays while the link is lost, and goes where nobody may see it', () => {
    const state = heard(heard(FIRST_FEED, told(1)), samples(2));
    const lost = stepFeed(state, { kind: 'closed' });
    expect([lost.link, lost.response, lost.values.get('signal_dbm')]).toEqual(['lost', state.response, -71]);
    for (const gone of [
      stepFeed(state, { kind: 'refused' }),
      heard(state, { kind: 'end', seq: 9, code: 'forbidden' }),
    ]) {
      expect([gone.link, gone.response, gone.series.size, gone.values.size]).toEqual(['refused', null, 0, 0]);
    }
  });

  it('UI-104 and the asking: what the server said later is shown', () => {
    const [older, newer] = [response({}, AT), response({ state: 'ERROR' }, AT + 1)];
    expect([laterOf(older, newer), laterOf(newer, older), laterOf(null, older), laterOf(null, null)]).toEqual(
      [...[newer, newer, older, null]],
    );
  });
});

describe('the link of the live view', () => {
  function stand() {
    const clock = new FakeClock(AT);
    const sockets: { say: Map<string, (payload: unknown) => void>; isOpen: boolean }[] = [];
    const feed = new SessionFeed({
      clock,
      random: () => 1,
      open: () => {
        const socket = { say: new Map<string, (payload: unknown) => void>(), isOpen: false };
        sockets.push(socket);
        return {
          connect: () => {
            socket.isOpen = true;
          },
          disconnect: () => {
            socket.isOpen = false;
          },
          on: (event, listener) => void socket.say.set(event, listener),
        };
      },
    });
    let changes = 0;
    feed.subscribe(() => {
      changes += 1;
    });
    const stop = feed.start();
    const say = (event: string, payload: unknown = null) => sockets.at(-1)?.say.get(event)?.(payload);
    return { clock, sockets, feed, stop, say, changes: () => changes };
  }

  it('UI-105 tells of a session at once, of samples at most four times a second', () => {
    const { clock, feed, stop, say, changes } = stand();
    say('connect');
    say('live', told(1));
    const before = changes();
    for (let n = 2; n < 42; n += 1) {
      say('live', samples(n, n));
      clock.advance(25);
    }
    expect(changes() - before).toBe(4);
    say('live', samples(50, 7));
    say('live', told(51, { state: 'ERROR' }));
    expect([changes() - before, feed.state().response?.session.state]).toEqual([5, 'ERROR']);
    expect(feed.state().values.get('signal_dbm')).toBe(7);
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-105 holds one socket, opens it again for ever, and leaves out what cannot be read', () => {
    const { clock, sockets, feed, stop, say } = stand();
    say('live', { kind: 'session', seq: 'x' });
    expect(feed.state()).toBe(FIRST_FEED);
    for (const event of ['connect_error', 'disconnect', 'refusal', 'connect_error', 'disconnect']) {
      const old = sockets.at(-1);
      say(event);
      clock.advance(10_000);
      expect([sockets.filter(({ isOpen }) => isOpen).length, old?.isOpen]).toEqual([1, false]);
      // What is given up is not heard any more.
      old?.say.get('live')?.(told(1));
      expect(feed.state().response).toBeNull();
    }
    expect(sockets).toHaveLength(6);
    stop();
    expect([clock.pendingCount, sockets.filter(({ isOpen }) => isOpen).length]).toEqual([0, 0]);
  });
});

describe('points of charts', () => {
  it('UI-106 are bounded, in order, and hold the mean of each half second, whatever comes', () => {
    const moments = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: -120, max: 900 })),
      {
        maxLength: 600,
      },
    );
    fc.assert(
      fc.property(moments, (all) => {
        let series: Series = [];
        for (const [at, value] of all) series = withSample(series, at, value);
        expect(series.length).toBeLessThanOrEqual(SPAN_MS / POINT_MS + 1);
        for (const [n, { at }] of series.entries()) expect(at).toBeGreaterThan(series[n - 1]?.at ?? -1);
      }),
    );
    const two = withSample(withSample([], 1_000, 10), 1_400, 20);
    expect(lineOf(two)).toEqual([{ at: 1_000, value: 15 }]);
    expect(withSample(two, 1_500, Number.NaN)).toBe(two);
    expect(withSample(two, 600, 5)).toBe(two);
  });

  it('UI-106 have a gap where the device was silent', () => {
    const series = withSample(withSample([], 0, 1), 10_000, 2);
    expect(lineOf(series)).toEqual([
      { at: 0, value: 1 },
      { at: 500, value: null },
      { at: 10_000, value: 2 },
    ]);
    expect(extremesOf(lineOf(series))).toEqual({ low: 1, high: 2, last: 2 });
    expect(extremesOf([])).toBeNull();
  });

  it('UI-106 stand on whole levels that hold them all', () => {
    const line = [-97.2, -60].map((value, at) => ({ at, value }));
    expect(scaleOf(line, { low: -95, high: -55 })).toEqual({
      ...{ bottom: -100, top: -50, levels: [-100, -90, -80, -70, -60, -50] },
    });
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), (value) => {
        const { bottom, top, levels } = scaleOf([{ at: 0, value }], { low: 0, high: 350 });
        expect(bottom <= value && value <= top && levels.length <= 12).toBe(true);
      }),
    );
  });

  it('UI-106 are judged by the server’s own limits', () => {
    const [signal, latency] = CHARTED;
    const breachAt = (value: number) =>
      createMetricWatch(AT)
        .take(new Map([['signal_dbm', value]]), AT)
        .breaches.map(({ limit }) => limit);
    expect(breachAt(signal?.limit ?? 0)).toEqual([]);
    expect(breachAt((signal?.limit ?? 0) - 0.1)).toEqual([signal?.limit]);
    expect(latency?.limit).toBe(SLOW_LATENCY_MS);
    expect([figure(-89.4), figure(-0.2), figure(31.5)]).toEqual(['−89', '0', '32']);
  });
});

describe('commands', () => {
  it.each([
    [
      { command: 'ping_latency', result: { latency_ms: 31.4 } },
      { key: 'ping', values: { latency: '31' } },
    ],
    [
      { command: 'ping_latency', result: { latency_ms: 31, sent: 10, lost: 2 } },
      { key: 'pingLost', values: { latency: '31', sent: 10, lost: 2 } },
    ],
    [
      { command: 'firmware_version', result: { firmware_version: '3.2' } },
      { key: 'firmware', values: { version: '3.2' } },
    ],
    [
      { command: 'signal_strength', result: { signal_dbm: -71 } },
      { key: 'signal', values: { signal: '−71' } },
    ],
    [
      { command: 'channel_scan', result: { channels: [{ channel: 1 }, { channel: 'a' }] } },
      { key: 'scan', values: { count: 2 } },
    ],
    [
      { command: 'channel_scan', result: { channels: [{ channel: 6 }], best_channel: 6 } },
      { key: 'scanBest', values: { count: 1, best: '6' } },
    ],
    [
      { command: 'reboot_module', result: { rebooted: true } },
      { key: 'rebooted', values: {} },
    ],
    [
      { command: 'ping_latency', result: { latency_ms: '<b>' } },
      { key: 'done', values: {} },
    ],
    [
      { command: '__proto__', result: {} },
      { key: 'done', values: {} },
    ],
    [{ command: 'ping_latency', result: null }, null],
    [{ command: 'ping_latency', result: { latency_ms: 3 }, state: 'failed' as const }, null],
  ])('UI-109 say what came of them in plain words (%#)', (more, words) => {
    expect(resultWords(command(more))).toEqual(words);
  });

  it('UI-109 of each command that the server reads back there are words', () => {
    const answers = {
      ...{ ping_latency: { latency_ms: 1 }, firmware_version: { firmware_version: '1' } },
      ...{
        signal_strength: { signal_dbm: -1 },
        channel_scan: { channels: [] },
        reboot_module: { rebooted: true },
      },
    };
    for (const name of COMMANDS) {
      const result = readBack(name, answers[name]);
      expect(result).not.toBeNull();
      expect(resultWords(command({ command: name, result }))?.key).not.toBe('done');
    }
  });

  it('UI-107 are closed with a reason: ended before away, away before lost', () => {
    const lost = { state: 'DISCONNECTED', endedAt: null };
    expect([
      closedWhy({ ...lost, endedAt: AT }, true),
      closedWhy(lost, true),
      closedWhy(lost, false),
      closedWhy(session(), false),
      closedWhy(session({ state: 'ERROR' }), false),
    ]).toEqual(['ended', 'away', 'disconnected', null, null]);
  });

  it('UI-107 show the state of their last asking', () => {
    const commands = [
      command({ id: 'a' }),
      command({ id: 'b', state: 'queued' }),
      command({ id: 'c', command: 'x' }),
    ];
    expect(newestOf(commands, 'ping_latency')?.id).toBe('b');
    expect(newestOf(commands, 'reboot_module')).toBeNull();
    expect(commands.map(isEnded)).toEqual([true, false, true]);
  });

  it('UI-107 are asked with an id of their own that the contract takes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const wish = { interactionId: 'c-1', command: COMMANDS[0], requestId: requestId(bytes) };
        expect(executeSchema.safeParse(wish).success).toBe(true);
      }),
    );
  });
});

describe('the list of sessions', () => {
  const sessions = [
    summary({ interactionId: 'old', startedAt: AT - 9, endedAt: AT }),
    summary({ interactionId: 'lost', startedAt: AT - 5, state: 'DISCONNECTED', startedBy: 'Zoë' }),
    summary({ interactionId: 'err', startedAt: AT - 2, state: 'ERROR', deviceId: 'SN-77' }),
    summary({ interactionId: 'run', startedAt: AT - 7 }),
    summary({ interactionId: 'was-lost', startedAt: AT - 1, state: 'DISCONNECTED', endedAt: AT }),
  ];
  const ids = (text: string, filter: 'all' | 'open' | 'trouble') =>
    shownSessions(sessions, { text, filter }).map(({ interactionId }) => interactionId);

  it('UI-108 has those that are open first, the newest of them at the top', () => {
    expect(ids('', 'all')).toEqual(['err', 'lost', 'run', 'was-lost', 'old']);
    expect(ids('', 'open')).toEqual(['err', 'lost', 'run']);
    expect(ids('', 'trouble')).toEqual(['err', 'lost']);
  });

  it('UI-108 finds by device, person and conversation', () => {
    expect([ids(' zoë ', 'all'), ids('sn-77', 'all'), ids('old', 'open'), ids('q1', 'all').length]).toEqual([
      ...[['lost'], ['err'], [], 5],
    ]);
    expect([
      interactionIdOf('c-1'),
      interactionIdOf('a b'),
      interactionIdOf(['c']),
      interactionIdOf(undefined),
    ]).toEqual([...['c-1', null, null, null]]);
  });
});
