import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../lib/contracts/replay';
import { csvCell, csvHead, csvLine, csvLines, fileStem, localTime } from '../../../server/replay/csv';
import { change } from '../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../support/push-boards';

/** RFC 4180, read strictly. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const row: string[] = [];
    for (;;) {
      const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
      if (match === null) throw new Error(`no cell at ${rest.slice(0, 20)}`);
      row.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
      rest = rest.slice(match[0].length);
      if (match[3] !== ',') break;
    }
    rows.push(row);
  }
  return rows;
}

const AT = Date.UTC(2026, 10, 21, 14, 3, 20);

function momentWith(values: Moment['snapshot']['values'], name = 'Sales, "north"'): Moment {
  const board = boardOf('floor', { timeZone: 'Europe/Berlin' });
  const subjects = [{ subject: 'queue:a', name, shortName: 'Sales', timeZone: 'UTC' }];
  const snapshot = {
    ...{ v: 1 as const, epoch: 'e', seq: 1, serverTime: AT, build: 'b', board, subjects, values },
    ...{ trends: [], sources: SOURCES, limits: [] },
  };
  return { at: AT, isGap: false, snapshot, alerts: null, alarms: null, announcements: null, sites: null };
}

describe('tables', () => {
  it('REPLAY-17 are read back as they were written, whatever is in a text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 6,
        }),
        (rows) => {
          const read = readCsv(rows.map(csvLine).join(''));
          expect(read.map((row) => row.map((cell) => cell.replace(/^'/, '')))).toEqual(
            rows.map((row) => row.map((cell) => cell.replace(/^'/, ''))),
          );
        },
      ),
    );
  });

  it('REPLAY-17 name the zone in the header, and have each time in that zone and in UTC', () => {
    const moment = momentWith([
      change('queue:a', 'serviceLevel', 0.8125, { asOf: AT - 5_000 }),
      change('queue:a', 'longestWaitSince', AT - 90_000, { status: 'critical' }),
      change('queue:a', 'waiting', null, { status: 'unknown', stale: true, asOf: null }),
      change('queue:a', 'agentsOnQueue', null, { hidden: true, asOf: null }),
    ]);
    const [head, ...rows] = readCsv(csvHead('Europe/Berlin') + csvLines(moment));
    expect(head?.slice(0, 2)).toEqual(['Time (Europe/Berlin)', 'Time (UTC)']);
    const start = ['2026-11-21 15:03:20', '2026-11-21T14:03:20Z', 'queue:a', 'Sales, "north"'];
    expect(rows).toEqual([
      [
        ...start,
        'serviceLevel',
        '0.8125',
        'ratio',
        'normal',
        'no',
        '2026-11-21 15:03:15',
        '2026-11-21T14:03:15Z',
      ],
      [
        ...start,
        'longestWaitSince',
        '90000',
        'ms',
        'critical',
        'no',
        '1970-01-01 01:00:00',
        '1970-01-01T00:00:00Z',
      ],
      [...start, 'waiting', '', 'count', 'unknown', 'yes', '', ''],
      [...start, 'agentsOnQueue', '', 'count', 'hidden', 'no', '', ''],
    ]);
    expect(rows.every((row) => row.length === head?.length)).toBe(true);
  });

  it('REPLAY-17 write a wait that is not known any more as it was when it last was', () => {
    const stale = { stale: true, status: 'unknown', asOf: AT - 60_000 } as const;
    const [row] = readCsv(csvLines(momentWith([change('queue:a', 'longestWaitSince', AT - 90_000, stale)])));
    expect(row?.[5]).toBe('30000');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t1', "'\t1"],
    ['\u200b=1', "'\u200b=1"],
    ['\uff1d1', "'\uff1d1"],
    ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
    ['a=1', 'a=1'],
    ['', ''],
  ])('REPLAY-18 %j is written as %j', (text, expected) => {
    expect(csvCell(text)).toBe(expected);
  });

  it.each([
    [-3, '-3'],
    [0.1, '0.1'],
    [null, ''],
    [Number.NaN, ''],
    [Number.POSITIVE_INFINITY, ''],
  ])('REPLAY-18 the number %s is written as %j', (value, expected) => {
    expect(csvCell(value)).toBe(expected);
  });

  it('REPLAY-18 no text of anybody begins like a formula once it is read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ' '),
        fc.string({ unit: 'binary' }),
        (a, b) => {
          const [[cell = ''] = []] = readCsv(csvLine([a + b]));
          expect(/^\s*[=+\-@]/.test(cell)).toBe(false);
        },
      ),
    );
  });

  it('REPLAY-17 have a name for their file without what files cannot be called', () => {
    expect(fileStem('floor', AT, 'Europe/Berlin')).toBe('floor-2026-11-21T150320');
    expect(localTime(Date.UTC(2026, 6, 1, 0, 30), 'America/St_Johns')).toBe('2026-06-30 22:00:00');
  });
});
