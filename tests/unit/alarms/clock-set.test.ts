import { describe, expect, it } from 'vitest';
import { Orphans } from '../../../server/alarms/orphans';
import { ShelfBook } from '../../../server/alarms/shelf-book';
import { standingOf } from './alarm-rows';
import { done } from './alarm-stage';
import { stagesOfFile } from './staged';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const A = 'kpi:queue:a#waiting';

const { started: staged } = stagesOfFile();

describe('a clock that is set while alarms run', () => {
  it.each([-HOUR, HOUR])('ALARM-47 makes a shelf neither longer nor shorter (%i ms)', async (jump) => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.floor.shelve({ key: A, minutes: 15, reason: 'r' }, 'Sam', done);
    await stage.pass(MINUTE);
    stage.clock.jumpWallClock(jump);
    await stage.pass(13 * MINUTE);
    expect(stage.floor.shelves()).toHaveLength(1);
    await stage.pass(2 * MINUTE);
    expect([stage.floor.shelves(), stage.keys()]).toEqual([[], [A]]);
  });

  it('ALARM-47 lets go of no alarm that is not known, and tells nobody that it is over', async () => {
    const stage = await staged();
    await stage.hook();
    await stage.figure('queue:a', 'waiting', 'warning');
    await stage.figure('queue:a', 'waiting', 'unknown');
    await stage.pass(MINUTE);
    stage.clock.jumpWallClock(DAY);
    await stage.pass(2 * MINUTE);
    expect([stage.keys(), stage.calls]).toEqual([[A], [`raised ${A}`]]);
  });

  it('ALARM-7 ALARM-47 a day of running ends what is not known, whatever the clock says', () => {
    const orphans = new Orphans();
    const figures = { boardsOf: () => new Set(['main']) };
    const one = standingOf('a', { unknownSince: 0 });
    const take = (standing: typeof one, tick: number, at = 0) =>
      orphans.take([standing], figures, { at, tick });
    expect(take(one, 0)).toEqual([]);
    expect(take(one, DAY - 1, -HOUR)).toEqual([]);
    expect(take(one, DAY + MINUTE, -HOUR)).toEqual(['a']);
    // Known in between, it begins anew.
    const other = { ...one, unknownSince: 5 };
    expect(take(other, DAY + 2 * MINUTE)).toEqual([]);
    expect(take(other, 2 * DAY)).toEqual([]);
  });
});

describe('a clock that was set while nothing ran', () => {
  const shelf = { key: 'k', reason: 'r', by: null, since: 10 * HOUR, until: 10 * HOUR + 15 * MINUTE };
  it.each([
    ['goes on', 10 * MINUTE, 5 * MINUTE],
    ['is over', HOUR, 0],
    ['is no longer than it was', -HOUR, 15 * MINUTE],
  ])('ALARM-47 a shelf %s', (_, ago, leftMs) => {
    const book = new ShelfBook();
    book.restore([shelf], { at: shelf.since + ago, tick: 100 });
    expect(book.nextEndTick()).toBe(100 + leftMs);
    expect(book.takeOver(100 + leftMs - 1)).toEqual([]);
    expect(book.takeOver(100 + leftMs)).toEqual([shelf]);
  });

  it('ALARM-7 what was not known for a day when it starts is let go', () => {
    const figures = { boardsOf: () => new Set(['main']) };
    const gone = (unknownSince: number) =>
      new Orphans().take([standingOf('a', { unknownSince })], figures, { at: DAY, tick: 7 });
    expect([gone(0), gone(1)]).toEqual([['a'], []]);
  });
});
