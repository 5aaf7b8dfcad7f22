import { describe, expect, it } from 'vitest';
import { LiveStore } from '../../../../components/live/live-store';
import { must } from '../../../../lib/assert';
import { FakeClock } from '../../../support/fake-clock';
import { change, delta, FakeSocket, FakeStorage, snapshot } from '../live/frames';
import { frame, group } from './made-up-alerts';

function start(storage = new FakeStorage(), at = 1_000_000) {
  const clock = new FakeClock(at);
  let opened: FakeSocket | null = null;
  const store = new LiveStore({
    ...{ boardId: 'b', clock, storage, random: () => 0, onNewBuild: () => {} },
    openSocket: (auth) => {
      opened = new FakeSocket(auth);
      return opened;
    },
  });
  const stop = store.start();
  const told = { times: 0 };
  store.subscribe('alerts', () => {
    told.times += 1;
  });
  return { store, clock, storage, stop, told, socket: must<FakeSocket>(opened, 'socket') };
}

const ONE = frame({ groups: [group('g1')] });

describe('alerts that a screen hears', () => {
  it('UI-70 are the newest frame, told to who listens, also before the snapshot', () => {
    const { store, socket, told, stop } = start();
    expect(store.heard.alerts.now()).toBeNull();
    socket.play('alerts', ONE);
    expect(store.heard.alerts.now()).toEqual({ frame: ONE, rightUntil: null });
    expect(told.times).toBe(1);
    socket.play('snapshot', snapshot());
    socket.play('alerts', frame({ serverTime: 2_000_000 }));
    expect(store.heard.alerts.now()).toEqual({ frame: frame({ serverTime: 2_000_000 }), rightUntil: null });
    stop();
  });

  it.each([
    ['text', 'nonsense'],
    ['nothing', null],
    ['a level that is none', frame({ groups: [{ ...group('g1'), level: 'normal' as 'info' }] })],
    ['more groups than a frame has', frame({ groups: Array.from({ length: 51 }, (_, n) => group(`${n}`)) })],
  ])('UI-70 stay as they were, as outdated, where a frame is %s', (_what, broken) => {
    const { store, socket, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('alerts', ONE);
    socket.play('delta', delta(2, [change('waiting', 4)]));
    socket.play('alerts', broken);
    expect(store.heard.alerts.now()).toEqual({ frame: ONE, rightUntil: 1_000_500 });
    socket.play('alerts', ONE);
    expect(store.heard.alerts.now()?.rightUntil).toBeNull();
    stop();
  });

  it('UI-70 UI-71 are outdated from the end of their connection until the next one says them again', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('alerts', ONE);
    clock.advance(3_000);
    socket.play('heard');
    socket.play('disconnect', 'transport close');
    expect(store.heard.alerts.now()).toEqual({ frame: ONE, rightUntil: 1_003_000 });
    clock.advance(500);
    socket.play('snapshot', snapshot({ seq: 2, serverTime: 1_004_000 }));
    expect(store.heard.alerts.now()?.rightUntil).toBe(1_003_000);
    socket.play('alerts', ONE);
    expect(store.heard.alerts.now()?.rightUntil).toBeNull();
    stop();
  });

  it('UI-70 are kept in the picture over reloads, though no figure changed since it was last kept', () => {
    const before = start();
    before.socket.play('snapshot', snapshot());
    before.store.save();
    before.socket.play('alerts', ONE);
    before.stop();
    const after = start(before.storage, 9_000_000);
    expect(after.store.heard.alerts.now()).toEqual({ frame: ONE, rightUntil: 1_000_000 });
    after.stop();
  });

  it('UI-70 that cannot be read in a kept picture cost nothing but themselves', () => {
    const before = start();
    before.socket.play('snapshot', snapshot());
    before.socket.play('alerts', ONE);
    before.stop();
    for (const [key, text] of before.storage.items) {
      before.storage.items.set(key, text.replace('"level":"critical"', '"level":"worse"'));
    }
    const after = start(before.storage);
    expect([after.store.heard.alerts.now(), after.store.value('all', 'waiting')?.value]).toEqual([null, 3]);
    after.stop();
  });

  it.each(['unauthenticated', 'forbidden', 'revoked'])('UI-30 UI-70 go when the page is %s', (code) => {
    const { store, socket, storage, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('alerts', ONE);
    store.save();
    socket.play('refusal', { code, message: 'No.' });
    expect([store.heard.alerts.now(), storage.length]).toEqual([null, 0]);
    stop();
  });
});
