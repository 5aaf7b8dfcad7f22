import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitColumns, fitTable } from '../../../../components/board/table-fit';
import { firstThatFits, textWidthEm, tileType } from '../../../../components/board/text-fit';
import { shorten } from '../../../../lib/format';

describe('words and sizes by room', () => {
  it('UI-18 takes the first text that fits, else cuts the last', () => {
    const texts = ['Longest wait of all', 'Longest wait', 'Longest'];
    expect(firstThatFits(texts, 20, shorten)).toBe('Longest wait of all');
    expect(firstThatFits(texts, textWidthEm('Longest wait'), shorten)).toBe('Longest wait');
    expect(firstThatFits(texts, 3, shorten)).toMatch(/^Lon.*…$/);
    expect(firstThatFits([], 3, shorten)).toBe('');
  });

  it.each([
    ['火災が発生しました', 9],
    ['화재가 발생했습니다', 9.3],
    ['ＡＢＣ', 3],
    ['🚒🚒', 2.7],
    ['Пожар', 2.85],
  ])('UI-18 gives letters that are written in squares their room: %s', (text, widthEm) => {
    expect(textWidthEm(text)).toBeGreaterThanOrEqual(widthEm);
  });

  it('UI-18 never gives more than fits, down to one letter', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 40 }),
        fc.double({ min: 3, max: 30, noNaN: true }),
        (text, room) => {
          expect(textWidthEm(firstThatFits([text], room, shorten))).toBeLessThanOrEqual(room);
        },
      ),
    );
  });

  const full = { unit: '%', limit: ['under', '80'] };
  const terse = { unit: '%', limit: ['of', '80'] };

  it('UI-18 says it in full where the value stays large, else in short', () => {
    expect(tileType({ widthU: 12, heightU: 5 }, '78', [full, terse]).words).toBe(full);
    expect(tileType({ widthU: 5.4, heightU: 3.5 }, '78', [full, terse]).words).toBe(terse);
  });

  it('UI-4 draws nothing in a tile under .8u', () => {
    const size = fc.record({
      widthU: fc.double({ min: 4.6, max: 30, noNaN: true }),
      heightU: fc.double({ min: 3.1, max: 20, noNaN: true }),
    });
    fc.assert(
      fc.property(size, fc.constantFrom('7', '1,234', '12:34', '≥ 12:34', '123,456'), (tile, text) => {
        const type = tileType(tile, text, [full, terse, { unit: '%', limit: [] }]);
        expect(Math.min(type.valueU, type.unitU, type.labelU)).toBeGreaterThanOrEqual(0.8);
        expect(type.valueU + type.labelU).toBeLessThanOrEqual(tile.heightU);
      }),
    );
  });

  const columns = (['Waiting', 'Longest', 'In target', 'Available', 'Offered'] as const).map((head) => ({
    key: head,
    head,
    broadest: '12:34',
  }));

  it('UI-18 drops columns from the right until the rest fits beside the names', () => {
    const kept = (widthU: number) => fitColumns(columns, widthU, 0.8).columns.map((column) => column.key);
    expect(kept(40)).toEqual(['Waiting', 'Longest', 'In target', 'Available', 'Offered']);
    expect(kept(17.7)).toEqual(['Waiting', 'Longest', 'In target']);
    expect(kept(5)).toEqual(['Waiting']);
  });

  it('UI-18 shares the whole width out', () => {
    fc.assert(
      fc.property(fc.double({ min: 11, max: 60, noNaN: true }), (widthU) => {
        const fitted = fitColumns(columns, widthU, 0.8);
        const sum = fitted.columns.reduce((total, column) => total + column.widthU, fitted.nameWidthU);
        expect(sum).toBeCloseTo(widthU, 6);
      }),
    );
  });

  it('UI-18 has larger letters only where that costs no figure, and figures keep their room before names', () => {
    expect(fitTable(columns, 60, 1.1)).toMatchObject({ typeU: 1.1 });
    fc.assert(
      fc.property(fc.double({ min: 6, max: 60, noNaN: true }), (widthU) => {
        const fitted = fitTable(columns, widthU, 1.1);
        const least = fitColumns(columns, widthU, 0.8);
        expect(fitted.columns.map(({ key }) => key)).toEqual(least.columns.map(({ key }) => key));
        expect(fitted.typeU).toBeGreaterThanOrEqual(0.8);
        for (const { head, widthU: column } of fitted.columns) {
          expect(column + 1e-9).toBeGreaterThanOrEqual(textWidthEm(head) * fitted.typeU + 0.64);
        }
      }),
    );
  });
});
