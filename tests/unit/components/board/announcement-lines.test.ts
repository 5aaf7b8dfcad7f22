import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMERGENCY_TURN_MS,
  emergencyAt,
  emergencyPages,
  FOOT_TURN_MS,
  footEntryAt,
  footPieces,
  holdingNow,
} from '../../../../components/board/announcement-lines';
import { textWidthEm } from '../../../../components/board/text-fit';
import { cutLines, fittedText, wrapLines } from '../../../../components/board/text-lines';
import type { Announcement } from '../../../../lib/contracts/announcement';

function said(text: string, priority: Announcement['priority'] = 'normal', more: Partial<Announcement> = {}) {
  return { id: text, text, priority, from: 1_000, until: 2_000, boardIds: null, by: null, ...more };
}

const words = fc.stringMatching(/^[A-Za-zÄÖÜ0-9,.%-]{1,14}( [A-Za-zÄÖÜ0-9,.%-]{1,14}){0,20}$/);

describe('texts on a wall', () => {
  it('UI-155 are broken into lines that fit, with no word lost', () => {
    fc.assert(
      fc.property(words, fc.double({ min: 3, max: 40, noNaN: true }), (text, roomEm) => {
        const lines = wrapLines(text, roomEm);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(textWidthEm(line)).toBeLessThanOrEqual(roomEm);
      }),
    );
  });

  it('UI-155 have the largest type that their room allows, and never less than can be read', () => {
    const range = { leastU: 0.8, mostU: 4, lineHeight: 1.2 };
    expect(fittedText('Hi', { widthU: 20, heightU: 8 }, range)).toMatchObject({ sizeU: 4, isWhole: true });
    fc.assert(
      fc.property(words, fc.double({ min: 4, max: 40, noNaN: true }), (text, widthU) => {
        const { sizeU, lines, isWhole } = fittedText(text, { widthU, heightU: 6 }, range);
        expect(sizeU).toBeGreaterThanOrEqual(0.8);
        expect(isWhole).toBe(lines.length * sizeU * 1.2 <= 6 + 1e-9);
      }),
    );
  });

  it('UI-155 are cut by design, at a line’s end, and marked as cut', () => {
    expect(cutLines(['one two,', 'three', 'four'], 2, 4)).toEqual(['one two,', 'three…']);
    expect(cutLines(['one'], 2, 4)).toEqual(['one']);
    expect(wrapLines('one\n\ntwo', 9)).toEqual(['one', '', 'two']);
  });
});

describe('announcements', () => {
  it('UI-156 hold from their beginning to their end by the server’s clock', () => {
    const one = said('one');
    expect([999, 1_000, 1_999, 2_000].map((now) => holdingNow([one], now).length)).toEqual([0, 1, 1, 0]);
  });

  it('UI-156 share the foot in turn, and what is wrong comes back between any two', () => {
    const turns = (content: Parameters<typeof footEntryAt>[0], count: number) =>
      Array.from({ length: count }, (_, turn) => footEntryAt(content, turn * FOOT_TURN_MS));
    const calm = { isCalm: true, hasBesides: false, pieces: 0 };
    expect(turns(calm, 2)).toEqual(['own', 'own']);
    expect(turns({ ...calm, pieces: 2 }, 3)).toEqual([0, 1, 0]);
    expect(turns({ ...calm, isCalm: false, pieces: 2 }, 5)).toEqual(['own', 0, 'own', 1, 'own']);
    expect(turns({ ...calm, hasBesides: true }, 2)).toEqual(['besides', 'besides']);
    expect(turns({ isCalm: false, hasBesides: true, pieces: 1 }, 4)).toEqual(['own', 'besides', 0, 'own']);
    expect(turns({ isCalm: false, hasBesides: true, pieces: 0 }, 2)).toEqual(['own', 'besides']);
  });

  it('UI-156 that are long are shown in pieces; emergencies are not among them', () => {
    const long = said('The canteen is closed today because of the works on the second floor of the building');
    const pieces = footPieces([long, said('Fire', 'emergency'), said('Hi', 'high')], {
      lineEm: 20,
      lines: 1,
    });
    expect(pieces.map(({ part, parts }) => `${part}/${parts}`)).toEqual(['1/3', '2/3', '3/3', '1/1']);
    expect(
      pieces
        .slice(0, 3)
        .flatMap(({ lines }) => lines)
        .join(' '),
    ).toBe(long.text);
    for (const { lines } of pieces) expect(lines).toHaveLength(1);
  });

  it('UI-157 of an emergency fill the screen, all of their words, on as many pages as they need', () => {
    const texts = fc.array(
      words.map((text) => said(text, 'emergency')),
      { minLength: 1, maxLength: 3 },
    );
    const box = fc.record({
      widthU: fc.double({ min: 6, max: 60, noNaN: true }),
      heightU: fc.double({ min: 2.4, max: 30, noNaN: true }),
    });
    fc.assert(
      fc.property(texts, box, (announcements, room) => {
        const pages = emergencyPages([...announcements, said('other')], room);
        for (const { sizeU, lines } of pages) {
          expect(sizeU).toBeGreaterThanOrEqual(0.8);
          expect(lines.length * sizeU * 1.14).toBeLessThanOrEqual(room.heightU + 1e-6);
        }
        const shown = pages
          .flatMap(({ lines }) => lines)
          .join('')
          .replaceAll(' ', '');
        expect(shown).toBe(
          announcements
            .map(({ text }) => text)
            .join('')
            .replaceAll(' ', ''),
        );
        const turns = pages.map((_, turn) => emergencyAt(pages, turn * EMERGENCY_TURN_MS));
        expect(new Set(turns).size).toBe(pages.length);
      }),
    );
    expect(emergencyAt([], 5)).toBeNull();
  });
});
