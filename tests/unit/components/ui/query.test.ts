import { describe, expect, it } from 'vitest';
import { isBoardId, pinnedOf, screenOf, themeOf } from '../../../../components/ui/query';

describe('the address line', () => {
  it.each([
    [{}, {}],
    [
      { diagonal: '55', distance: '8' },
      { diagonalInches: 55, distanceMetres: 8 },
    ],
    [{ diagonal: '42.5' }, { diagonalInches: 42.5 }],
    [{ diagonal: 'large', distance: '' }, {}],
    [{ diagonal: ['1', '2'] }, {}],
  ])('UI-21 reads %j as the screen %j', (query, screen) => {
    expect(screenOf(query)).toEqual(screen);
  });

  it.each([
    ['2', 2],
    ['0', null],
    ['-1', null],
    ['1.5', null],
    ['x', null],
    [undefined, null],
  ])('UI-21 reads the page %s as %s', (page, pinned) => {
    expect(pinnedOf({ page })).toBe(pinned);
  });

  it('UI-21 knows two themes, the dark one where nothing is said', () => {
    expect([themeOf({}), themeOf({ theme: 'light' }), themeOf({ theme: 'pink' })]).toEqual([
      'dark',
      'light',
      'dark',
    ]);
  });

  it.each([
    ['all-queues', true],
    ['A_1', true],
    ['', false],
    ['../x', false],
    ['a b', false],
    ['a'.repeat(65), false],
  ])('UI-21 takes %s for a board: %s', (id, isOne) => {
    expect(isBoardId(id)).toBe(isOne);
  });
});
