import { describe, expect, it } from 'vitest';
import { LiveStore } from '../../../../components/live/live-store';
import { valueKey } from '../../../../lib/apply-delta';
import { must } from '../../../../lib/assert';
import { FakeClock } from '../../../support/fake-clock';
import { change, delta, FakeSocket, FakeStorage, snapshot, sources } from './frames';

function start(storage: FakeStorage | null = null, startAt = 1_000_000) {
  const clock = new FakeClock(startAt);
  const builds: string[] = [];
  let opened: FakeSocket | null = null;
  const store = new LiveStore({
    boardId: 'b',
    clock,
    random: () => 0,
    openSocket: (auth) => {
      opened = new FakeSocket(auth);
      return opened;
    },
    storage,
    onNewBuild: (build) => builds.push(build),
  });
  const stop = store.start();
  const socket: FakeSocket = must<FakeSocket>(opened, 'socket');
  return { store, clock, socket, stop, builds };
}

/** How often a topic was told. */
function counted(store: LiveStore, topic: string) {
  const seen = { times: 0 };
  const unsubscribe = store.subscribe(topic, () => {
    seen.times += 1;
  });
  return Object.assign(seen, { unsubscribe });
}

describe('the live store', () => {
  it('UI-9 is connecting until the first snapshot, then live with all that it brought', () => {
    const { store, socket, stop } = start();
    expect(store.link()).toEqual({ state: 'connecting' });
    expect(store.picture()).toBeNull();
    expect(socket.handshakes).toEqual([{ boardId: 'b' }]);
    socket.play('snapshot', snapshot());
    expect(store.link()).toEqual({ state: 'live', since: 1_000_000 });
    expect(store.picture()?.board.name).toBe('Board');
    expect(store.picture()?.limits).toHaveLength(1);
    expect(store.value('all', 'waiting')).toMatchObject({ value: 3 });
    expect(store.value('all', 'answered')).toBeUndefined();
    stop();
  });

  it('UI-13 tells of a figure only who listens for it', () => {
    const { store, socket, stop } = start();
    socket.play('snapshot', snapshot());
    const waiting = counted(store, valueKey('all', 'waiting'));
    const offered = counted(store, valueKey('all', 'offered'));
    const any = counted(store, 'values');
    socket.play('delta', delta(2, [change('waiting', 4)]));
    expect([waiting.times, offered.times, any.times]).toEqual([1, 0, 1]);
    waiting.unsubscribe();
    socket.play('delta', delta(3, [change('waiting', 5), change('offered', 11)]));
    expect([waiting.times, offered.times]).toEqual([1, 1]);
    stop();
  });

  it('UI-13 changes a figure at most once a second: the first change at once, the last one at the end', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    const shown: (number | null | undefined)[] = [];
    store.subscribe(valueKey('all', 'waiting'), () => shown.push(store.value('all', 'waiting')?.value));
    for (let seq = 2; seq <= 9; seq += 1) {
      socket.play('delta', delta(seq, [change('waiting', seq)]));
      expect(store.value('all', 'waiting')?.value).toBe(seq < 6 ? 2 : 5);
      clock.advance(250);
    }
    clock.advance(1_000);
    expect(shown).toEqual([2, 5, 9]);
    expect(store.value('all', 'waiting')?.value).toBe(9);
    stop();
  });

  it('UI-11 asks for a snapshot once on a gap, keeps its picture, and goes on from the snapshot', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('delta', delta(3, [change('waiting', 99)]));
    socket.play('delta', delta(4, [change('waiting', 98)]));
    expect(socket.emitted).toEqual(['resync']);
    expect(store.value('all', 'waiting')?.value).toBe(3);
    clock.advance(1_000);
    socket.play('snapshot', snapshot({ seq: 4, values: [change('waiting', 98)] }));
    socket.play('delta', delta(5, [change('waiting', 97)]));
    expect(store.value('all', 'waiting')?.value).toBe(97);
    expect(store.link().state).toBe('live');
    stop();
  });

  it('UI-11 connects anew where a resync is not answered', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('delta', delta(3, []));
    clock.advance(8_000);
    expect(store.link().state).toBe('lost');
    clock.advance(500);
    expect(socket.handshakes).toHaveLength(2);
    stop();
  });

  it.each([
    ['text', 'nonsense'],
    ['nothing', null],
    [
      'a delta of another form',
      { epoch: 'e1', prevSeq: 1, seq: 2, serverTime: 1, changes: [{ subject: 'all' }] },
    ],
    ['a number that is none', { ...delta(2, []), changes: [{ ...change('waiting', 1), value: '7' }] }],
  ])('UI-11 lets %s change nothing, and asks for a snapshot', (_what, frame) => {
    const { store, socket, stop } = start();
    socket.play('snapshot', snapshot());
    const any = counted(store, 'values');
    socket.play('delta', frame);
    expect([any.times, store.value('all', 'waiting')?.value, socket.emitted]).toEqual([0, 3, ['resync']]);
    stop();
  });

  it('UI-11 takes no snapshot that is broken or of another board', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', { ...snapshot(), values: 'all' });
    socket.play('snapshot', snapshot({ board: { ...snapshot().board, id: 'other' } }));
    expect(store.link().state).toBe('connecting');
    clock.advance(8_500);
    expect(socket.handshakes).toHaveLength(2);
    stop();
  });

  it('UI-10 tries again for ever, with growing delays, and begins anew after success', () => {
    const { socket, clock, stop } = start();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const tries = socket.handshakes.length;
      socket.play('connect_error', new Error('refused'));
      let delay = 0;
      while (socket.handshakes.length === tries) {
        clock.advance(100);
        delay += 100;
      }
      delays.push(delay);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    socket.play('snapshot', snapshot());
    socket.play('disconnect', 'transport close');
    clock.advance(500);
    expect(socket.handshakes).toHaveLength(9);
    stop();
  });

  it('UI-9 is lost since it was last heard, and asks for what it missed when it comes back', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('delta', delta(2, [change('waiting', 4)]));
    clock.advance(3_000);
    socket.play('heard');
    clock.advance(2_000);
    socket.play('disconnect', 'ping timeout');
    expect(store.link()).toEqual({ state: 'lost', since: 1_005_500, heardAt: 1_003_500 });
    expect(store.value('all', 'waiting')?.value).toBe(4);
    clock.advance(500);
    expect(socket.handshakes[1]).toEqual({ boardId: 'b', last: { epoch: 'e1', seq: 2 } });
    socket.play('delta', delta(5, [change('waiting', 7)], { prevSeq: 2 }));
    expect(store.link().state).toBe('live');
    expect(store.value('all', 'waiting')?.value).toBe(7);
    stop();
  });

  it('UI-9 is live again by an empty delta where it missed nothing', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('disconnect', 'transport close');
    clock.advance(500);
    socket.play('delta', delta(1, [], { prevSeq: 1 }));
    expect(store.link().state).toBe('live');
    stop();
  });

  it('UI-9 says why it was refused, and asks again all the same', () => {
    const { store, socket, clock, stop } = start();
    socket.play('refusal', { code: 'board.unknown', message: 'No such board.' });
    socket.play('disconnect', 'io server disconnect');
    expect(store.link()).toEqual({ state: 'refused', code: 'board.unknown', message: 'No such board.' });
    clock.advance(500);
    socket.play('snapshot', snapshot());
    expect(store.link().state).toBe('live');
    stop();
  });

  it('UI-12 shows the last picture after a power cut, as lost, and asks for a whole one', () => {
    const storage = new FakeStorage();
    const before = start(storage);
    before.socket.play('snapshot', snapshot());
    before.socket.play('delta', delta(2, [change('waiting', 8)]));
    before.clock.advance(15_000);
    before.stop();
    const after = start(storage, 9_000_000);
    expect(after.store.link()).toEqual({ state: 'lost', since: 1_000_500, heardAt: 1_000_500 });
    expect(after.store.value('all', 'waiting')?.value).toBe(8);
    expect(after.store.picture()?.limits).toHaveLength(1);
    expect(after.socket.handshakes).toEqual([{ boardId: 'b' }]);
    after.socket.play('delta', delta(3, [change('waiting', 9)]));
    expect(after.socket.emitted).toEqual([]);
    expect(after.store.value('all', 'waiting')?.value).toBe(8);
    after.socket.play('snapshot', snapshot({ epoch: 'e2', values: [] }));
    expect(after.store.value('all', 'waiting')).toBeUndefined();
    after.stop();
  });

  it('UI-15 reports another build than the first of this page, and only then', () => {
    const { socket, builds, stop } = start();
    socket.play('snapshot', snapshot());
    socket.play('snapshot', snapshot({ seq: 2 }));
    expect(builds).toEqual([]);
    socket.play('snapshot', snapshot({ seq: 3, build: 'build-2' }));
    expect(builds).toEqual(['build-2']);
    stop();
  });

  it('UI-13 tells of sources only when they are others', () => {
    const { store, socket, stop } = start();
    socket.play('snapshot', snapshot());
    const told = counted(store, 'sources');
    socket.play('delta', delta(2, [change('waiting', 4)]));
    socket.play('delta', delta(3, [], { sources: sources('down') }));
    expect(told.times).toBe(1);
    expect(store.sources()?.genesys.state).toBe('down');
    stop();
  });

  it('UI-9 leaves no timer and listens to no socket when it is stopped', () => {
    const { store, socket, clock, stop } = start();
    socket.play('snapshot', snapshot());
    for (let seq = 2; seq < 6; seq += 1) socket.play('delta', delta(seq, [change('waiting', seq)]));
    stop();
    expect(clock.pendingCount).toBe(0);
    expect(socket.disconnects).toBe(1);
    socket.play('disconnect', 'io client disconnect');
    socket.play('delta', delta(6, [change('offered', 99)]));
    expect(store.value('all', 'offered')?.value).toBe(10);
    expect(clock.pendingCount).toBe(0);
  });
});
