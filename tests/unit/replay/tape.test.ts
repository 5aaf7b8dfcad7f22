/** Where the process stood still, or the clock jumped forward, nothing is known of what was shown meanwhile. */
import { afterEach, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { STORE_EVERY_MS, Tape } from '../../../server/replay/tape';
import { change } from '../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../support/push-boards';
import { openReplayStand, type ReplayStand } from '../../support/replay-stand';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const MOST_STILL_MS = 2 * STORE_EVERY_MS;

const open: ReplayStand[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

/** Recording for two minutes, with a figure of 7. */
async function recording(): Promise<ReplayStand> {
  const stand = await openReplayStand();
  open.push(stand);
  await stand.pass(MINUTE);
  stand.reader.announce([change('all', 'waiting', 7)]);
  await stand.pass(MINUTE);
  return stand;
}

async function waitingAt({ desk }: ReplayStand, at: number) {
  const { isGap, snapshot } = must(await desk.moment('main', at), `a moment at ${at}`);
  return [isGap, snapshot.values.find(({ kpi }) => kpi === 'waiting')?.value];
}

describe('a recorder that stood still', () => {
  it.each([
    ['nothing is told', () => {}],
    ['a figure is another', ({ reader }: ReplayStand) => reader.announce([change('all', 'waiting', 9)])],
    ['it is told of announcements', (own: ReplayStand) => void own.tell('announcements', ANNOUNCED)],
  ])('REPLAY-23 leaves a gap from the last certain moment on, also where %s then', async (_, then) => {
    const own = await recording();
    const certain = own.clock.now();
    own.clock.jumpWallClock(HOUR);
    then(own);
    own.clock.advance(SECOND);
    await own.pass(MINUTE);
    await own.pass(MINUTE);
    const { gaps, until } = must(await own.desk.span('main'), 'its span');
    expect(gaps).toEqual([{ from: certain, until: expect.any(Number) }]);
    expect(must(gaps[0], 'a gap').until - (certain + HOUR)).toBeLessThanOrEqual(STORE_EVERY_MS + 6 * SECOND);
    expect(until).toBe(own.clock.now());
    expect(await waitingAt(own, certain)).toEqual([false, 7]);
    expect(await waitingAt(own, certain + HOUR / 2)).toEqual([true, 7]);
    expect((await waitingAt(own, own.clock.now()))[0]).toBe(false);
  });

  it('REPLAY-23 shows what was told while it waited for a whole picture', async () => {
    const own = await recording();
    own.clock.jumpWallClock(HOUR);
    own.tell('announcements', ANNOUNCED);
    own.reader.announce([change('all', 'waiting', 9)]);
    await own.pass(2 * MINUTE);
    const moment = must(await own.desk.moment('main', own.clock.now()), 'a moment');
    expect(moment.announcements?.serverTime).toBe(5);
    expect(await waitingAt(own, own.clock.now())).toEqual([false, 9]);
  });
});

const ANNOUNCED = { serverTime: 5, announcements: [] };
const PICTURE = JSON.stringify({
  ...{ v: 1, epoch: 'e', seq: 1, serverTime: 0, build: 'b', board: boardOf('main') },
  ...{ subjects: [], values: [], trends: [], sources: SOURCES },
});
const ALARMS = JSON.stringify({
  ...{ serverTime: 0, alarms: [], more: 0, shelved: 0, interruption: null, interruptions: 0 },
  flood: { count: 12, since: 0 },
});

describe('the tape', () => {
  it.each([
    [MOST_STILL_MS, [[0, MOST_STILL_MS]]],
    [MOST_STILL_MS + 1, [[0, 0]]],
  ])('REPLAY-23 of %i ms after the last certain moment knows %j', (now, chains) => {
    const tape = new Tape(() => 1);
    tape.take('snapshot', PICTURE, 0);
    expect(tape.drain(now).map(({ fromAt, untilAt }) => [fromAt, untilAt])).toEqual(chains);
    expect(tape.isWholeDue(now)).toBe(now > MOST_STILL_MS);
  });

  it('REPLAY-23 a whole picture after it begins a chain of its own', () => {
    let id = 0;
    const tape = new Tape(() => ++id);
    tape.take('snapshot', PICTURE, 0);
    tape.take('snapshot', PICTURE, HOUR);
    expect(tape.drain(HOUR + 5).map(({ fromAt, untilAt }) => [fromAt, untilAt])).toEqual([
      [0, 0],
      [HOUR, HOUR + 5],
    ]);
  });

  it('REPLAY-23 a store that takes its time is no standing still: what is looked at is certain', () => {
    const tape = new Tape(() => 1);
    tape.take('snapshot', PICTURE, 0);
    for (let at = STORE_EVERY_MS; at <= 5 * MINUTE; at += STORE_EVERY_MS) tape.attest(at);
    expect(tape.drain(5 * MINUTE).map(({ untilAt }) => untilAt)).toEqual([5 * MINUTE]);
  });

  it('REPLAY-23 its marks end with it; those of after it begin with the next picture', () => {
    const tape = new Tape(() => 1);
    tape.take('snapshot', PICTURE, 0);
    tape.take('alarms', ALARMS, 10);
    tape.take('alarms', ALARMS.replace('12', '13'), HOUR);
    tape.take('snapshot', PICTURE, HOUR + 20);
    expect(tape.drain(HOUR + 30).map(({ marks }) => marks)).toEqual([
      [{ from: 10, until: 10, kind: 'critical' }],
      [{ from: HOUR + 20, until: HOUR + 30, kind: 'critical' }],
    ]);
  });
});
