import { describe, expect, it } from 'vitest';
import { detailText, hasOlder, withNewest, withOlder } from '../../../../components/access/audit-book';
import { toggledScope } from '../../../../components/access/machine-form';
import { ageOf, formatMoment, isoMoment } from '../../../../components/access/moments';
import { isSameRoles, losesAdmin, matchesPerson, toggled } from '../../../../components/access/role-draft';
import {
  changeOf,
  codeFault,
  NEW_PLACE,
  pairingOf,
  placeText,
  withOnlyBoard,
} from '../../../../components/access/screen-form';
import { connectedOf, matchingScreens } from '../../../../components/access/screen-list';
import type { AuditEntry, Person, ScreenRecord } from '../../../../lib/contracts/access';
import { isSameDay } from '../../../../lib/day';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('ages', () => {
  it.each([
    [0, 'now', 0],
    [59_999, 'now', 0],
    [MINUTE, 'minutes', 1],
    [3 * MINUTE + 59_999, 'minutes', 3],
    [HOUR, 'hours', 1],
    [24 * HOUR - 1, 'hours', 23],
    [50 * HOUR, 'days', 2],
    [-5_000, 'now', 0],
  ])('UI-50 of %d ms are %s %d', (ms, key, count) => {
    const now = Date.UTC(2026, 10, 21, 8);
    expect(ageOf(now - ms, now)).toEqual({ key, count });
  });

  it('UI-50 are of the zone that is asked for; what is no moment is a dash', () => {
    const at = Date.UTC(2026, 10, 21, 23, 5, 7);
    const style = { locale: 'en', timeZone: 'Europe/Berlin' } as const;
    expect(formatMoment(at, { ...style, precision: 'minute' })).toBe('Nov 22, 2026, 00:05');
    expect(formatMoment(at, { ...style, precision: 'second' })).toBe('Nov 22, 2026, 00:05:07');
    expect(formatMoment(at, { ...style, precision: 'clock' })).toBe('00:05');
    expect([isSameDay(at, at - HOUR / 2, 'Europe/Berlin'), isSameDay(at, at - HOUR / 2, 'UTC')]).toEqual([
      false,
      true,
    ]);
    expect([formatMoment(1e300, { ...style, precision: 'minute' }), isoMoment(1e300)]).toEqual([
      '–',
      undefined,
    ]);
  });
});

describe('the form of a screen', () => {
  const text = { ...NEW_PLACE, name: ' Wall ', room: 'Support', boardId: 'main' };
  const place = { name: 'Wall', room: 'Support', boardId: 'main', diagonalInches: 55, farthestSeatMetres: 8 };
  const screen: ScreenRecord = {
    ...{ id: 's1', ...place, pairedAt: 0, pairedBy: 'Dana', connected: true, lastSeenAt: null },
  };

  it.each(['k7m4xr', ' K7M 4XR ', 'k7m-4xr'])('UI-54 takes the code %j as it is typed', (code) => {
    expect(pairingOf(code, text)).toEqual({ code: 'K7M4XR', ...place });
  });

  it.each([
    ['K7M4X', text],
    ['K7M4XR', { ...text, name: '  ' }],
    ['K7M4XR', { ...text, name: 'a\u2028b' }],
    ['K7M4XR', { ...text, boardId: '' }],
    ['K7M4XR', { ...text, diagonalInches: '' }],
    ['K7M4XR', { ...text, diagonalInches: '500' }],
    ['K7M4XR', { ...text, farthestSeatMetres: '0' }],
  ])('UI-54 does not send %j with %j', (code, wrong) => {
    expect(pairingOf(code, wrong)).toBeNull();
  });

  it.each([
    ['K7M4XR', null],
    [' k7m-4xr ', null],
    ['', 'length'],
    ['K7M4X', 'length'],
    ['K7M4XRZ', 'length'],
    ['K7M4X0', 'letters'],
    ['K7M4XI', 'letters'],
    ['Ж7M4XR', 'letters'],
  ])('UI-58 finds in the code %j the fault %j, and sends it only without one', (code, fault) => {
    expect([codeFault(code), pairingOf(code, text) === null]).toEqual([fault, fault !== null]);
  });

  it('UI-59 has the only board chosen, one of several not, and leaves what was chosen', () => {
    const unchosen = { ...text, boardId: '' };
    expect(withOnlyBoard(unchosen, [{ id: 'main' }])).toEqual(text);
    expect(withOnlyBoard(unchosen, [{ id: 'main' }, { id: 'b' }])).toBe(unchosen);
    expect(withOnlyBoard(unchosen, [])).toBe(unchosen);
    expect(withOnlyBoard(text, [{ id: 'other' }])).toBe(text);
  });

  it('UI-64 finds screens by name, room or board in any case, in their order', () => {
    const screens = [
      { ...screen, id: 'a', name: 'Küche', room: 'Support', boardId: 'main' },
      { ...screen, id: 'b', name: 'Hall', room: 'Ground floor', boardId: 'gone', connected: false },
      { ...screen, id: 'c', name: 'Lobby', room: 'Support', boardId: 'two' },
    ];
    const boards = [
      { id: 'main', name: 'All queues' },
      { id: 'two', name: 'Returns' },
    ];
    const found = (wanted: string) => matchingScreens(screens, boards, wanted).map(({ id }) => id);
    expect(found('  ')).toEqual(['a', 'b', 'c']);
    expect(['KÜCHE', ' support ', 'returns', 'GONE', 'two'].map(found)).toEqual([
      ['a'],
      ['a', 'c'],
      ['c'],
      ['b'],
      [],
    ]);
    expect([connectedOf(screens), connectedOf([])]).toEqual([2, 0]);
  });

  it('UI-54 sends of a change what is another than before, and nothing where nothing is', () => {
    expect(changeOf(screen, placeText(screen))).toEqual({});
    expect(changeOf(screen, { ...placeText(screen), farthestSeatMetres: '7,5' })).toEqual({
      farthestSeatMetres: 7.5,
    });
    expect(changeOf(screen, { ...placeText(screen), name: '' })).toBeNull();
  });
});

describe('roles', () => {
  const person: Person = {
    ...{ id: 'p1', name: 'Dana Whitfield', email: 'dana@contoso.test', lastSignInAt: 0, sessions: [] },
    providerRoles: ['supervisor'],
    grantedRoles: ['admin'],
  };

  it('UI-53 are given and taken one by one, in one order; those of the provider are none of them', () => {
    expect(toggled(toggled(person.grantedRoles, 'agent'), 'admin')).toEqual(['agent']);
    expect(toggled([], 'admin')).toEqual(['admin']);
    expect(toggled(['admin'], 'agent')).toEqual(['agent', 'admin']);
    expect(isSameRoles(['admin', 'agent'], ['agent', 'admin'])).toBe(true);
    expect(isSameRoles(['admin'], [])).toBe(false);
  });

  it('UI-53 ask once more where nobody but this page makes somebody an administrator', () => {
    expect(losesAdmin(person, [])).toBe(true);
    expect(losesAdmin(person, ['admin', 'agent'])).toBe(false);
    expect(losesAdmin({ ...person, providerRoles: ['admin'] }, [])).toBe(false);
    expect(losesAdmin({ ...person, grantedRoles: [] }, [])).toBe(false);
  });

  it('UI-53 are found by name or address in any case', () => {
    const found = ['DANA', ' contoso ', 'x'].map((wanted) => matchesPerson(person, wanted));
    expect(found).toEqual([true, true, false]);
    expect(matchesPerson({ ...person, email: null }, 'contoso')).toBe(false);
  });

  it('UI-53 and scopes stand in the order of the contract', () => {
    expect(toggledScope(toggledScope([], 'metrics:read'), 'kpis:read')).toEqual([
      'kpis:read',
      'metrics:read',
    ]);
    expect(toggledScope(['kpis:read'], 'kpis:read')).toEqual([]);
  });
});

describe('the audit log on a page', () => {
  const entry = (seq: number): AuditEntry => ({
    ...{ seq, at: seq, actor: 'server', actorName: 'server', action: 'x', subject: null, outcome: 'done' },
    ...{ address: null, details: {}, previousHash: `h${seq - 1}`, hash: `h${seq}` },
  });
  const run = (from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, index) => entry(from - index));
  const seqs = (book: readonly AuditEntry[]) => book.map(({ seq }) => seq);

  it('UI-52 joins the newest page where it meets what is there, and keeps that where nothing is new', () => {
    const book = withOlder(run(10, 6), run(5, 1));
    expect(seqs(book)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(withNewest(book, run(10, 6))).toBe(book);
    expect(seqs(withNewest(book, run(13, 9)))).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(seqs(withNewest(book, run(15, 11)))).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('UI-52 begins anew where there would be a gap, or another log', () => {
    const book = run(10, 1);
    expect(seqs(withNewest(book, run(20, 12)))).toEqual(seqs(run(20, 12)));
    expect(seqs(withNewest(book, run(4, 1)))).toEqual([4, 3, 2, 1]);
    expect(withNewest(book, [])).toEqual([]);
    const other = run(10, 8).map((one) => ({ ...one, hash: `other${one.seq}` }));
    expect(withNewest(run(10, 8), other)).toEqual(other);
  });

  it('UI-52 leaves an older page that does not follow', () => {
    const book = run(10, 6);
    expect(withOlder(book, run(4, 1))).toBe(book);
    expect(withOlder(book, run(7, 1))).toBe(book);
    expect(withOlder([], run(7, 1))).toEqual([]);
    expect([hasOlder(book), hasOlder(run(3, 1)), hasOlder([])]).toEqual([true, false, false]);
  });

  it('UI-52 writes details as one line', () => {
    const details = { role: 'admin', count: 3, gone: null, was: '', firstAt: 5_000 };
    expect(detailText(details, (at) => `second ${at / 1_000}`)).toBe(
      'role: admin; count: 3; gone: –; was: –; firstAt: second 5',
    );
  });
});
