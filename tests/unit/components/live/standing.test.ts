import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { BlankScreen } from '../../../../components/live/blank-screen';
import { retryDelayMs, standingCodeOf } from '../../../../components/live/link-state';
import { LiveStore } from '../../../../components/live/live-store';
import { isAt, PAIR_AFTER_MS, PageMoves } from '../../../../components/live/page-moves';
import { savePicture } from '../../../../components/live/picture-store';
import { nextRotationMs, startTokenRotation } from '../../../../components/live/token-rotation';
import { screenIdOf } from '../../../../components/ui/query';
import { Words } from '../../../../components/ui/words';
import { must } from '../../../../lib/assert';
import { FakeClock } from '../../../support/fake-clock';
import { change, delta, FakeSocket, FakeStorage, snapshot } from './frames';

const HOUR_MS = 3_600_000;

/** A store that is live, in a browser that keeps pictures of this board and of another. */
function live(screenId?: string) {
  const clock = new FakeClock(1_000_000);
  const storage = new FakeStorage();
  const heard: string[] = [];
  let opened: FakeSocket | null = null;
  const store = new LiveStore({
    ...{ boardId: 'b', clock, storage, random: () => 0 },
    ...(screenId === undefined ? {} : { screenId }),
    openSocket: (auth) => {
      opened = new FakeSocket(auth);
      return opened;
    },
    onNewBuild: () => {},
    onAssigned: (path) => heard.push(path),
    onRevoked: () => heard.push('revoked'),
    onSignedOut: () => heard.push('signedOut'),
  });
  const stop = store.start();
  const socket = must<FakeSocket>(opened, 'socket');
  socket.play('snapshot', snapshot());
  socket.play('delta', delta(2, [change('waiting', 4)]));
  socket.play('delta', delta(3, [change('waiting', 5)]));
  const other = snapshot({ board: { ...snapshot().board, id: 'other' } });
  savePicture(storage, 'other', { heardAt: 1, snapshot: other });
  storage.setItem('somebody.else', 'stays');
  store.save();
  expect(storage.length).toBe(3);
  return { clock, storage, heard, store, socket, stop };
}

const REFUSED = (code: string) => ({ code, message: 'No.' });
const CODES = ['unauthenticated', 'forbidden', 'revoked'] as const;

describe('a page whose standing has ended', () => {
  it.each(CODES)('UI-30 keeps no figure, on the page or in storage, when it is %s', (code) => {
    const { store, socket, storage, clock, stop } = live();
    const told: string[] = [];
    for (const topic of ['link', 'board', 'values', 'all#waiting']) {
      store.subscribe(topic, () => told.push(topic));
    }
    socket.play('refusal', REFUSED(code));
    expect(store.link()).toEqual({ state: 'refused', code, message: 'No.' });
    expect(standingCodeOf(store.link())).toBe(code);
    expect([store.picture(), store.value('all', 'waiting'), store.sources(), store.heardAt()]).toEqual([
      null,
      undefined,
      null,
      null,
    ]);
    expect([...storage.items.keys()]).toEqual(['somebody.else']);
    expect(new Set(told)).toEqual(new Set(['link', 'board', 'values', 'all#waiting']));
    // Nothing comes back by what was under way: a frame, a figure that waited, or the saving of the picture.
    socket.play('delta', delta(4, [change('waiting', 6)]));
    clock.advance(20_000);
    store.save();
    stop();
    expect(store.value('all', 'waiting')).toBeUndefined();
    expect([...storage.items.keys()]).toEqual(['somebody.else']);
  });

  it('UI-30 stays as it was where only the board is gone', () => {
    const { store, socket, storage, stop } = live();
    socket.play('refusal', REFUSED('board.unknown'));
    expect(standingCodeOf(store.link())).toBeNull();
    expect(store.value('all', 'waiting')?.value).toBe(4);
    expect(storage.length).toBe(3);
    stop();
  });

  it('UI-30 keeps nothing although the storage fails', () => {
    const { store, socket, storage, stop } = live();
    storage.removeItem = () => {
      throw new Error('SecurityError');
    };
    socket.play('refusal', REFUSED('revoked'));
    expect(store.value('all', 'waiting')).toBeUndefined();
    stop();
  });

  it.each([
    ['revoked', ['revoked']],
    ['unauthenticated', ['signedOut']],
  ])('UI-31 tries nothing more when it is %s, and says so once', (code, expected) => {
    const { socket, clock, heard, stop } = live();
    socket.play('refusal', REFUSED(code));
    socket.play('disconnect', 'io server disconnect');
    clock.advance(60_000);
    expect(heard).toEqual(expected);
    expect([socket.handshakes.length, clock.pendingCount]).toEqual([1, 0]);
    stop();
  });

  it('UI-31 tries every 10 s whether it may again, with nothing that it knew, and is live when it may', () => {
    const { store, socket, clock, stop } = live();
    for (let turn = 1; turn <= 3; turn += 1) {
      socket.play('refusal', REFUSED('forbidden'));
      socket.play('disconnect', 'io server disconnect');
      clock.advance(9_999);
      expect(socket.handshakes).toHaveLength(turn);
      clock.advance(1);
      expect(socket.handshakes[turn]).toEqual({ boardId: 'b' });
    }
    socket.play('snapshot', snapshot());
    expect(store.link().state).toBe('live');
    expect(store.value('all', 'waiting')?.value).toBe(3);
    expect(retryDelayMs(store.link(), 0, () => 0)).toBe(500);
    stop();
  });

  it.each(CODES)('UI-34 draws one line and no name of a board when it is %s', (code) => {
    const blank = createElement(BlankScreen, { code, theme: 'dark' });
    const markup = renderToStaticMarkup(createElement(Words, null, blank));
    expect(markup).toMatch(/^<main class="blank"[^>]*><h1>[A-Z][a-z ]+\.<\/h1><\/main>$/);
  });
});

describe('a page that is a paired screen', () => {
  it('UI-35 names its screen at every handshake, and without one none', () => {
    const { socket, clock, stop } = live('tv-1');
    socket.play('disconnect', 'transport close');
    clock.advance(500);
    expect(socket.handshakes).toEqual([
      { boardId: 'b', screenId: 'tv-1' },
      { boardId: 'b', screenId: 'tv-1', last: { epoch: 'e1', seq: 3 } },
    ]);
    stop();
  });

  it.each([
    ['tv-1', 'tv-1'],
    ['', null],
    ['a b', null],
    ['x'.repeat(65), null],
    [['a', 'b'], null],
    [undefined, null],
  ])('UI-35 reads its name from the address line: %j is %j', (screen, expected) => {
    expect(screenIdOf({ screen })).toBe(expected);
  });

  it.each([
    ['a path', { path: '/screen/b?screen=tv-1' }, ['/screen/b?screen=tv-1']],
    ['another host', { path: '//evil.test/screen/' }, []],
    ['an address', { path: 'https://evil.test/screen/' }, []],
    ['another page', { path: '/auth/sign-out' }, []],
    ['nonsense', 'nonsense', []],
  ])('UI-32 hears that it belongs to %s', (_, frame, expected) => {
    const { socket, heard, stop } = live('tv-1');
    socket.play('assignment', frame);
    expect(heard).toEqual(expected);
    stop();
  });
});

describe('where a page goes', () => {
  function moves(pathname: string, search: string) {
    const went: string[] = [];
    const clock = new FakeClock();
    const replace = (address: string) => void went.push(address);
    const location = { origin: 'https://floor.test', pathname, search, replace };
    return { went, clock, moves: new PageMoves(() => location, clock) };
  }

  it.each([
    ['/screen/b', '?screen=s&diagonal=55', '/screen/b?screen=s&diagonal=55', true],
    ['/screen/b', '?diagonal=55&screen=s', '/screen/b?screen=s&diagonal=55', true],
    ['/screen/b', '?screen=s&theme=light&page=2', '/screen/b?screen=s', true],
    ['/screen/b', '?screen=s', '/screen/b?screen=s&diagonal=55', false],
    ['/screen/b', '?screen=s&diagonal=65', '/screen/b?screen=s&diagonal=55', false],
    ['/screen/a', '?screen=s', '/screen/b?screen=s', false],
    ['/screen/%62', '?screen=s', '/screen/b?screen=s', false],
  ])('UI-32 at %s%s it is at %s: %s', (pathname, search, path, isThere) => {
    expect(isAt({ origin: 'https://floor.test', pathname, search }, path)).toBe(isThere);
    const page = moves(pathname, search);
    page.moves.assigned(path);
    expect(page.went).toEqual(isThere ? [] : [path]);
  });

  it('UI-31 to the sign-in, which would bring it back', () => {
    const page = moves('/supervisor/boards/b', '?theme=light');
    page.moves.signedOut();
    expect(page.went).toEqual(['/sign-in?next=%2Fsupervisor%2Fboards%2Fb%3Ftheme%3Dlight']);
  });

  it('UI-31 to be paired anew, after a moment, unless it is closed before', () => {
    const page = moves('/screen/b', '');
    page.moves.revoked();
    page.moves.revoked();
    page.clock.advance(PAIR_AFTER_MS - 1);
    expect(page.went).toEqual([]);
    page.clock.advance(1);
    expect(page.went).toEqual(['/pair']);
    page.moves.revoked();
    page.moves.stop();
    expect(page.clock.pendingCount).toBe(0);
  });
});

describe('the token of a paired screen', () => {
  it.each([
    ['it never was', null, 0, 0],
    ['it never was, and chance is late', null, 0.99, 0.99 * HOUR_MS],
    ['it just was', 0, 0, 24 * HOUR_MS],
    ['it just was, and chance is late', 0, 0.5, 24.5 * HOUR_MS],
    ['that was long ago', -100 * HOUR_MS, 0.5, 0.5 * HOUR_MS],
    ['that is to come, by this clock', HOUR_MS, 0.5, 0.5 * HOUR_MS],
  ])('UI-33 is changed when it is time: %s', (_, sinceMs, chance, delayMs) => {
    const now = 1_000 * HOUR_MS;
    expect(nextRotationMs(sinceMs === null ? null : now + sinceMs, now, () => chance)).toBe(delayMs);
  });

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const START_AT = 1_000 * HOUR_MS;
  function rotating(
    storage: FakeStorage,
    rotate: () => Promise<boolean>,
    more: { screenId?: string; startAt?: number } = {},
  ) {
    const { screenId = 'tv-1', startAt = START_AT } = more;
    const clock = new FakeClock(startAt);
    let times = 0;
    const stop = startTokenRotation({
      ...{ screenId, clock, storage, random: () => 0.5 },
      rotate: () => {
        times += 1;
        return rotate();
      },
    });
    return { clock, stop, times: () => times };
  }

  it('UI-33 is changed within the hour and then once a day, and anew where another screen is paired here', async () => {
    const storage = new FakeStorage();
    const first = rotating(storage, async () => true);
    await first.clock.advanceAsync(HOUR_MS);
    expect(first.times()).toBe(1);
    await first.clock.advanceAsync(51 * HOUR_MS, HOUR_MS);
    expect(first.times()).toBe(3);
    first.stop();
    expect(first.clock.pendingCount).toBe(0);

    const other = rotating(storage, async () => true, { screenId: 'tv-2' });
    await other.clock.advanceAsync(HOUR_MS);
    expect(other.times()).toBe(1);
    other.stop();
  });

  it('UI-33 is not changed again by the next page where that was just done', async () => {
    const storage = new FakeStorage();
    const first = rotating(storage, async () => true);
    await first.clock.advanceAsync(HOUR_MS / 2);
    first.stop();
    const second = rotating(storage, async () => true, { startAt: START_AT + HOUR_MS });
    await second.clock.advanceAsync(23 * HOUR_MS, HOUR_MS);
    expect([first.times(), second.times()]).toEqual([1, 0]);
    await second.clock.advanceAsync(2 * HOUR_MS, HOUR_MS / 2);
    expect(second.times()).toBe(1);
    second.stop();
  });

  it.each<[string, () => Promise<boolean>]>([
    ['is refused', async () => false],
    ['fails', () => Promise.reject(new Error('no network'))],
    ['is never answered', () => new Promise(() => {})],
  ])('UI-33 is tried again in an hour where it %s', async (_, rotate) => {
    const { clock, stop, times } = rotating(new FakeStorage(), rotate);
    await clock.advanceAsync(10 * HOUR_MS, HOUR_MS / 2);
    expect(times()).toBe(10);
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-33 is changed also where nothing can be remembered, and not by a page that is gone', async () => {
    const storage = new FakeStorage();
    storage.isFull = true;
    const { clock, stop, times } = rotating(storage, async () => true);
    await clock.advanceAsync(25 * HOUR_MS, HOUR_MS / 2);
    expect(times()).toBe(2);
    clock.advance(25 * HOUR_MS);
    stop();
    await settle();
    expect(clock.pendingCount).toBe(0);
  });
});
