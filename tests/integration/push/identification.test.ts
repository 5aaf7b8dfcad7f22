import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock';
import { FakeGate, PERSON } from '../../support/fake-gate';
import { ORIGIN, openStand, type Stand, type StandOptions, type TestScreen } from './push-stand';

let stand: Stand | null = null;
async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await openStand({ gate: new FakeGate(), ...options });
  return stand;
}
afterEach(async () => {
  await stand?.close();
  stand = null;
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** What a client is answered first: the kind of the frame, or the code of the refusal. */
async function answerTo(screen: TestScreen): Promise<string> {
  const frame = await screen.next();
  return frame.kind === 'refusal' ? frame.refusal.code : frame.kind;
}

describe('while a client is being identified', () => {
  /** A gate whose answers wait until the test lets them go. */
  function held(gate: FakeGate): () => void {
    let release = () => {};
    gate.hold = new Promise((resolve) => {
      release = () => {
        gate.hold = null;
        resolve();
      };
    });
    return release;
  }

  it('SEC-37 it gets nothing, and nothing stays of it when it leaves', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    s.gate.know('boss', PERSON(['admin']));
    const release = held(s.gate);
    const screen = s.screen({ boardId: 'main' }, ORIGIN, { cookie: 'boss' });
    await until(() => s.gate.presented !== null);
    screen.close();
    await until(() => s.connections.size === 0);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect([s.push.screensCount(), clock.pendingCount, s.push.counters.deliveries]).toEqual([0, 0, 0]);
  });

  it('SEC-37 what it says is not answered', async () => {
    const s = await open();
    s.gate.know('boss', PERSON(['admin']));
    const release = held(s.gate);
    const screen = s.screen({ boardId: 'main' }, ORIGIN, { cookie: 'boss' });
    await until(() => screen.socket.connected);
    screen.socket.emit('resync');
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(screen.frames).toEqual([]);
    release();
    expect(await answerTo(screen)).toBe('snapshot');
    expect(s.push.counters.deliveries).toBe(1);
  });

  it('SEC-37 a change that overtakes the answer is not overlooked', async () => {
    const s = await open();
    const boss = PERSON(['admin']);
    s.gate.know('boss', boss);
    const release = held(s.gate);
    const screen = s.screen({ boardId: 'main' }, ORIGIN, { cookie: 'boss' });
    await until(() => s.gate.presented !== null);
    s.gate.change(boss, null);
    release();
    expect(await answerTo(screen)).toBe('unauthenticated');
    expect(s.push.counters.deliveries).toBe(0);
  });

  it('SEC-37 it is not waited for where the server stops', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    held(s.gate);
    s.screen();
    await until(() => s.gate.presented !== null);
    await s.push.stop();
    expect([s.connections.size, clock.pendingCount, s.gate.listenersCount]).toEqual([0, 0, 0]);
  });

  it('SEC-36 it is closed without a word where the gate fails or does not answer, and may come again', async () => {
    const clock = new FakeClock();
    const s = await open({ clock });
    s.gate.know('boss', PERSON(['admin']));
    const come = () => s.screen({ boardId: 'main' }, ORIGIN, { cookie: 'boss' });
    s.gate.hold = Promise.reject(new Error('the store is shut'));
    s.gate.hold.catch(() => {});
    expect(await come().next()).toMatchObject({ kind: 'disconnect' });
    const release = held(s.gate);
    s.gate.presented = null;
    const late = come();
    await until(() => s.gate.presented !== null && late.socket.connected);
    clock.advance(4_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(late.socket.connected).toBe(true);
    clock.advance(1);
    expect(await late.next()).toMatchObject({ kind: 'disconnect' });
    release();
    expect(await answerTo(come())).toBe('snapshot');
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="unknown"} 2');
  });
});
