import { describe, expect, it } from 'vitest';
import type { Alarm, AlarmsFrame } from '../../../lib/contracts/alarm';
import type { Snapshot } from '../../../lib/contracts/push';
import { MarkBook } from '../../../server/replay/mark-book';
import { change } from '../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../support/push-boards';

const picture = (...values: Snapshot['values']): Snapshot => ({
  ...{ v: 1, epoch: 'e', seq: 1, serverTime: 0, build: 'b', board: boardOf('main'), subjects: [], values },
  ...{ trends: [], sources: SOURCES },
});
const delta = (...changes: Snapshot['values']) => ({
  epoch: 'e',
  prevSeq: 1,
  seq: 2,
  serverTime: 0,
  changes,
});
const calm = change('all', 'waiting', 1);
const critical = change('all', 'waiting', 9, { status: 'critical' });
const alarms = (more: Partial<AlarmsFrame>): AlarmsFrame => ({
  ...{ serverTime: 0, alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
  ...more,
});
const alarm = (level: Alarm['level']): Alarm => ({
  ...{ key: 'kpi:all#waiting', kind: 'kpi', level, subject: 'all', kpi: 'waiting', text: 'Waiting' },
  ...{ since: 0, acknowledgement: null },
});

describe('marks of a chain', () => {
  it('REPLAY-12 are of that chain only: what is over stays behind, what lasts goes on', () => {
    const book = new MarkBook();
    book.takeSnapshot(0, picture(critical));
    book.takeDelta(10, delta(calm));
    book.takeDelta(20, delta(critical));
    expect(book.marks(30)).toEqual([
      { from: 0, until: 10, kind: 'critical' },
      { from: 20, until: 30, kind: 'critical' },
    ]);
    book.turnPage(30);
    expect(book.marks(40)).toEqual([{ from: 30, until: 40, kind: 'critical' }]);
    book.takeSnapshot(40, picture(calm));
    expect(book.marks(50)).toEqual([{ from: 30, until: 40, kind: 'critical' }]);
  });

  it('REPLAY-12 are bounded: past that the last of its kind grows', () => {
    const book = new MarkBook();
    book.takeSnapshot(0, picture(calm));
    for (let at = 1; at < 1_000; at++) book.takeDelta(at, delta(at % 2 === 1 ? critical : calm));
    const marks = book.marks(1_000);
    expect(marks.length).toBeLessThanOrEqual(61);
    expect(Math.max(...marks.map(({ until }) => until))).toBe(1_000);
  });

  it('REPLAY-22 a flood is critical while it is told, though its alarms are not among those that are listed', () => {
    const book = new MarkBook();
    book.takeSnapshot(0, picture(critical));
    book.takeAlarms(10, alarms({ alarms: [alarm('warning')] }));
    book.takeAlarms(20, alarms({ flood: { count: 12, since: 15 } }));
    book.takeAlarms(30, alarms({ flood: { count: 13, since: 15 }, alarms: [alarm('warning')] }));
    book.takeAlarms(40, alarms({}));
    expect(book.marks(50)).toEqual([
      { from: 0, until: 10, kind: 'critical' },
      { from: 10, until: 20, kind: 'warning' },
      { from: 20, until: 40, kind: 'critical' },
    ]);
  });

  it('REPLAY-12 take what was never observed for nothing that went wrong', () => {
    const book = new MarkBook();
    book.takeSnapshot(
      0,
      picture(change('all', 'waiting', null, { status: 'unknown', asOf: null, origin: null })),
    );
    expect(book.marks(10)).toEqual([]);
  });
});
