import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { BlankScreen } from '../../../../components/live/blank-screen';
import { retryDelayMs, standingCodeOf } from '../../../../components/live/link-state';
import { LiveStore } from '../../../../components/live/live-store';
import { isAt, PAIR_AFTER_MS, PageMoves } from '../../../../components/live/page-moves';
import { savePicture } from '../../../../components/live/picture-store';
import { screenIdOf } from '../../../../components/ui/query';
import { Words } from '../../../../components/ui/words';
import { must } from '../../../../lib/assert';
import { FakeClock } from '../../../support/fake-clock';
import { change, delta, FakeSocket, FakeStorage, snapshot } from './frames';

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
    const markup = renderToStaticMarkup(<Words locale="en">{blank}</Words>);
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
