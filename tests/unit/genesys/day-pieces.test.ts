import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart, HALF_HOUR_MS, halfHourStart } from '../../../lib/day';
import { closedHalfHour, dayPieces, groupByDay } from '../../../server/genesys/day-pieces';

const at = (text: string) => Date.parse(text);
const zones = [
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Eucla',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
];

describe('day pieces', () => {
  it('GEN-36 asks from the start of the local day to the end of the running half hour', () => {
    expect(dayPieces(at('2026-11-21T09:46:00Z'), 'Europe/Berlin')).toEqual([
      { from: at('2026-11-20T23:00:00Z'), to: at('2026-11-21T10:00:00Z'), part: false },
    ]);
  });

  it('GEN-37 cuts the half hour that a midnight falls into', () => {
    expect(dayPieces(at('2026-11-21T09:46:00Z'), 'Asia/Kathmandu')).toEqual([
      { from: at('2026-11-20T18:00:00Z'), to: at('2026-11-20T18:15:00Z'), part: true },
      { from: at('2026-11-20T18:15:00Z'), to: at('2026-11-20T18:30:00Z'), part: true },
      { from: at('2026-11-20T18:30:00Z'), to: at('2026-11-21T10:00:00Z'), part: false },
    ]);
    expect(dayPieces(at('2026-11-20T18:20:00Z'), 'Asia/Kathmandu')).toHaveLength(2);
  });

  it('GEN-36 the pieces of any day join, begin at the day and end after now', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2025-01-01'), max: at('2027-01-01') }),
        fc.constantFrom(...zones),
        (now, zone) => {
          const pieces = dayPieces(now, zone);
          expect(pieces.some(({ from }) => from === dayStart(now, zone))).toBe(true);
          expect(pieces.at(-1)?.to).toBeGreaterThan(now);
          for (const [i, piece] of pieces.entries()) {
            if (i > 0) expect(piece.from).toBe(pieces[i - 1]?.to);
            if (piece.part) expect(halfHourStart(piece.from)).toBe(halfHourStart(piece.to - 1));
            else expect([piece.from % HALF_HOUR_MS, piece.to % HALF_HOUR_MS]).toEqual([0, 0]);
          }
        },
      ),
    );
  });

  it('GEN-36 one query serves the queues whose days begin together', () => {
    const zoneOf = new Map([
      ['a', 'UTC'],
      ['b', 'Europe/Lisbon'],
      ['c', 'Asia/Kolkata'],
    ]);
    const groups = groupByDay(['a', 'b', 'c'], at('2026-11-21T09:46:00Z'), (id) => zoneOf.get(id) ?? 'UTC');
    expect(groups.map(({ queueIds }) => queueIds)).toEqual([['a', 'b'], ['c']]);
  });

  it('GEN-34 the half hour that closed last', () => {
    expect(closedHalfHour(at('2026-11-21T10:00:03Z'))).toMatchObject({
      from: at('2026-11-21T09:30:00Z'),
      to: at('2026-11-21T10:00:00Z'),
    });
  });
});
