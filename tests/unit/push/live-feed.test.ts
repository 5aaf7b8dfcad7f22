import { describe, expect, it } from 'vitest';
import { type LiveEvent, liveEventSchema } from '../../../lib/contracts/diagnostics';
import { type FeedReader, LiveFeed } from '../../../server/devices/live-feed';
import { FakeClock } from '../../support/fake-clock';
import { FakeDiagnosticsDesk, sessionOf } from '../../support/fake-device-desks';

const GUEST = { viewer: { reach: 'own', genesysUserId: 'user-1', email: null }, roles: ['agent'] } as const;
const SAMPLES = { kind: 'samples', at: 1, values: { latency_ms: 30 } } as const;
const WINDOW = {
  kind: 'window',
  window: { metric: 'latency_ms', from: 0, to: 2_000, min: 1, max: 3, avg: 2, count: 20 },
} as const;

class FakeReader implements FeedReader {
  readonly got: LiveEvent[] = [];
  isSlow = false;
  isClosed = false;
  waiting: (() => void) | null = null;

  isReady() {
    return !this.isSlow;
  }
  send(event: LiveEvent) {
    this.got.push(liveEventSchema.parse(event));
  }
  whenReady(call: () => void) {
    if (this.waiting !== null) throw new Error('waits twice');
    this.waiting = call;
    return () => {
      this.waiting = null;
    };
  }
  close() {
    this.isClosed = true;
  }
  /** Has read all. */
  read() {
    this.isSlow = false;
    const call = this.waiting;
    this.waiting = null;
    call?.();
  }
  get kinds() {
    return this.got.map(({ kind }) => kind);
  }
}

function stage() {
  const desk = new FakeDiagnosticsDesk();
  const clock = new FakeClock();
  const reader = new FakeReader();
  const troubles: unknown[] = [];
  const feed = new LiveFeed({
    ...{ desk, interactionId: 'i-1', guest: GUEST, reader, clock },
    onTrouble: (thrown) => troubles.push(thrown),
  });
  feed.start(sessionOf('i-1'));
  return { desk, clock, reader, feed, troubles };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('the live view of a session', () => {
  it('API-28 begins with the session and what may be run on it, then what comes, numbered without a gap', () => {
    const { desk, reader, clock } = stage();
    desk.tell('i-1', SAMPLES);
    desk.tell('i-1', WINDOW);
    desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { state: 'COMPLETED' }) });
    expect(reader.kinds).toEqual(['session', 'samples', 'window', 'session']);
    expect(reader.got.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(reader.got[0]).toMatchObject({ serverTime: clock.now(), mayRun: ['ping_latency'] });
  });

  it('API-32 has ten samples a second at most, whatever the device sends', () => {
    const { desk, reader, clock } = stage();
    for (let sample = 0; sample < 300; sample += 1) {
      clock.advance(10);
      desk.tell('i-1', SAMPLES);
    }
    const samples = reader.kinds.filter((kind) => kind === 'samples').length;
    expect(samples).toBeGreaterThanOrEqual(30);
    expect(samples).toBeLessThanOrEqual(40);
  });

  it('API-30 leaves samples out for a reader that is slow, and gives it the newest session when it reads', () => {
    const { desk, reader } = stage();
    reader.isSlow = true;
    for (const state of ['ERROR', 'DISCONNECTED', 'COMPLETED'] as const) {
      desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { state }) });
      desk.tell('i-1', SAMPLES);
    }
    expect(reader.kinds).toEqual(['session']);
    reader.read();
    expect(reader.got.slice(1)).toMatchObject([{ kind: 'session', seq: 2, session: { state: 'COMPLETED' } }]);
    expect(desk.reads).toBe(0);
  });

  it('API-30 makes up for windows that were left out with the session as it is then', async () => {
    const { desk, reader } = stage();
    reader.isSlow = true;
    for (let window = 0; window < 50; window += 1) desk.tell('i-1', WINDOW);
    desk.sessions.set('i-1', sessionOf('i-1', { windows: [WINDOW.window] }));
    reader.read();
    await settled();
    expect(reader.kinds).toEqual(['session', 'session']);
    expect(reader.got[1]).toMatchObject({ session: { windows: [WINDOW.window] } });
    expect(desk.reads).toBe(1);
  });

  it('API-30 never sends a session that was read over one that was told meanwhile', async () => {
    const { desk, reader } = stage();
    reader.isSlow = true;
    desk.tell('i-1', WINDOW);
    let release = () => {};
    desk.hold = new Promise((resolve) => {
      release = resolve;
    });
    reader.read();
    desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { state: 'ERROR' }) });
    release();
    await settled();
    expect(reader.got.at(-1)).toMatchObject({ kind: 'session', session: { state: 'ERROR' } });
    expect(reader.kinds).toEqual(['session', 'session']);
  });

  it('API-30 goes on with what is known where the session cannot be read', async () => {
    const { desk, reader, troubles } = stage();
    reader.isSlow = true;
    desk.tell('i-1', WINDOW);
    desk.hold = Promise.reject(new Error('disk'));
    reader.read();
    await settled();
    expect([reader.kinds, troubles.length]).toEqual([['session', 'session'], 1]);
    desk.tell('i-1', WINDOW);
    expect(reader.kinds.at(-1)).toBe('window');
  });

  it('API-29 says anew what may be run when his roles are others, and nothing when they are not', async () => {
    const { reader, feed } = stage();
    feed.guestIs({ ...GUEST });
    await settled();
    expect(reader.kinds).toEqual(['session']);
    feed.guestIs({ ...GUEST, roles: ['agent', 'senior_tech'] });
    await settled();
    expect(reader.got[1]).toMatchObject({ seq: 2, mayRun: ['ping_latency', 'reboot_module'] });
  });

  it('API-29 ends where the session is not his any more, and hears nothing after', async () => {
    const { desk, reader, feed } = stage();
    feed.guestIs({ ...GUEST, viewer: { ...GUEST.viewer, genesysUserId: 'user-2' } });
    await settled();
    expect(reader.got.at(-1)).toEqual({ kind: 'end', seq: 2, code: 'gone' });
    expect([reader.isClosed, desk.watchers]).toEqual([true, 0]);
    feed.guestIs(GUEST);
    feed.end('forbidden');
    expect(reader.got.length).toBe(2);
  });

  it('API-31 once stopped it watches nothing and waits for nobody', async () => {
    const { desk, reader, feed } = stage();
    reader.isSlow = true;
    desk.tell('i-1', WINDOW);
    expect(reader.waiting).not.toBeNull();
    feed.stop();
    expect([desk.watchers, reader.waiting]).toEqual([0, null]);
    reader.read();
    await settled();
    expect(reader.kinds).toEqual(['session']);
  });
});
