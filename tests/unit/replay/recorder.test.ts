import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import type { Moment } from '../../../lib/contracts/replay';
import { snapshotOf } from '../../../server/replay/chain-player';
import { readKeptPast } from '../../../server/replay/open-replay';
import { MOST_RECORDED_BOARDS, recordedBoards } from '../../../server/replay/recorded-boards';
import { TRY_AGAIN_MS } from '../../../server/replay/recorder';
import { createLog, silentLog } from '../../../server/runtime/log';
import { change } from '../../support/fake-kpi-reader';
import { MemoryReplayStore } from '../../support/memory-replay-store';
import { boardOf } from '../../support/push-boards';
import {
  EagerScreen,
  openReplayStand,
  type ReplayStand,
  type ReplayStandOptions,
} from '../../support/replay-stand';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const open: ReplayStand[] = [];
async function stand(options?: ReplayStandOptions): Promise<ReplayStand> {
  const opened = await openReplayStand(options);
  open.push(opened);
  return opened;
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

async function momentOf({ desk }: ReplayStand, at: number): Promise<Moment> {
  return must(await desk.moment('main', at), `a moment at ${at}`);
}

function waitingIn({ snapshot }: Moment): number | null | undefined {
  return snapshot.values.find(({ subject, kpi }) => subject === 'all' && kpi === 'waiting')?.value;
}

const alerts = (more: number) => ({
  ...{ serverTime: 0, groups: [], more, faults: [] },
  forwarding: { state: 'off', since: 0, backlog: 0, oldestAt: null, dead: 0, lastSentAt: null },
});

describe('the recorder', () => {
  it('REPLAY-1 writes down what a screen that reads every five seconds is sent', async () => {
    const own = await stand();
    const { clock, reader } = own;
    const start = clock.now();
    for (let second = 1; second <= 30; second++) {
      await own.pass(SECOND);
      reader.announce([change('all', 'waiting', second)]);
    }
    await own.pass(5 * SECOND);
    expect(waitingIn(await momentOf(own, start))).toBeNull();
    for (const second of [8, 17, 29]) {
      const moment = await momentOf(own, start + second * SECOND);
      const behind = second - (waitingIn(moment) ?? 0);
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThanOrEqual(6);
    }
    expect(waitingIn(await momentOf(own, start + 35 * SECOND))).toBe(30);
    const reads = new Set<number>();
    for (let second = 0; second <= 35; second++) reads.add((await momentOf(own, start + second * SECOND)).at);
    expect(reads.size).toBeLessThanOrEqual(8);
    expect(reads.size).toBeGreaterThanOrEqual(6);
  });

  it('REPLAY-1 a moment is what a screen that read everything held at that time, within five seconds and a cadence', async () => {
    const step = fc.record({
      passMs: fc.integer({ min: 1, max: 20_000 }),
      values: fc.array(
        fc.tuple(
          fc.constantFrom('all', 'queue:a', 'queue:b'),
          fc.constantFrom('waiting', 'serviceLevel', 'agentsAvailable'),
          fc.integer({ min: 0, max: 9 }),
        ),
        { maxLength: 4 },
      ),
      point: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async (steps) => {
        const own = await stand();
        const { clock, reader, rooms, boards } = own;
        const eager = new EagerScreen(() => clock.now());
        const board = must(boards.board('main'), 'its board');
        rooms.join({ board, audience: 'desk' }, eager);
        const asked: number[] = [];
        for (const { passMs, values, point } of steps) {
          await own.pass(passMs);
          if (values.length > 0)
            reader.announce(values.map(([s, kpi, value]) => change(s, kpi as 'waiting', value)));
          if (point) reader.announcePoints([{ trend: 'all#waiting#minute', at: clock.now(), value: passMs }]);
          asked.push(clock.now() - Math.floor(passMs / 2));
        }
        await own.pass(10 * SECOND);
        for (const at of [...asked, clock.now()]) {
          const moment = await momentOf(own, at);
          // All that the eager screen held from then on until now: one of these it is, whole.
          const window = eager.held.filter(
            (held, index) =>
              held.at <= at && (eager.held[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= at - 5_500,
          );
          const same = window.some(
            ({ state }) =>
              JSON.stringify(plain(snapshotOf(state, at))) === JSON.stringify(plain(moment.snapshot)),
          );
          expect(same).toBe(true);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('REPLAY-2 begins a chain with a whole picture every ten minutes, and with another board', async () => {
    const own = await stand();
    for (let minute = 0; minute < 25; minute++) {
      own.reader.announce([change('all', 'waiting', minute)]);
      await own.pass(MINUTE);
    }
    expect(own.store.rows.size).toBe(3);
    own.boards.set([boardOf('main', { name: 'Another' })]);
    await own.pass(6 * SECOND);
    expect(own.store.rows.size).toBe(4);
    expect((await momentOf(own, own.clock.now())).snapshot.board.name).toBe('Another');
    expect((await momentOf(own, own.clock.now() - 7 * SECOND)).snapshot.board.name).toBe('main');
    const span = must(await own.desk.span('main'), 'its span');
    expect(span).toMatchObject({
      name: 'Another',
      timeZone: 'UTC',
      gaps: [],
      isRecorded: true,
      stoppedAt: null,
    });
    expect(span.until).toBe(own.clock.now());
  });

  it('REPLAY-3 keeps what is told beside the figures, the newest of each, also into the next chain', async () => {
    const own = await stand();
    await own.pass(SECOND);
    const before = own.clock.now();
    await own.pass(5 * SECOND);
    expect(own.tell('alerts', alerts(1))).toBe(true);
    await own.pass(SECOND);
    expect(own.tell('alerts', alerts(2))).toBe(false);
    expect(own.tell('announcements', { serverTime: 5, announcements: [] })).toBe(true);
    await own.pass(5 * SECOND);
    expect(own.tell('alerts', alerts(3))).toBe(true);
    expect((await momentOf(own, before)).alerts).toBeNull();
    expect((await momentOf(own, before + 6 * SECOND)).alerts?.more).toBe(1);
    await own.pass(11 * MINUTE);
    own.reader.announce([change('all', 'waiting', 1)]);
    await own.pass(10 * SECOND);
    expect(own.store.rows.size).toBe(2);
    const last = await momentOf(own, own.clock.now());
    expect(last).toMatchObject({ alerts: { more: 3 }, alarms: null, announcements: { announcements: [] } });
  });

  it('REPLAY-4 stores in batches, compressed, and stores first what is asked for', async () => {
    const own = await stand();
    const writes = own.store.writeCount;
    for (let second = 0; second < 29; second++) {
      own.clock.advance(SECOND);
      own.reader.announce([change('all', 'waiting', second)]);
    }
    expect(own.store.writeCount).toBe(writes);
    await momentOf(own, own.clock.now());
    expect(own.store.writeCount).toBe(writes + 1);
    const [chain] = own.store.rows.values();
    expect(chain?.bytes).toBe(own.store.bytes);
    expect(own.store.bytes).toBeLessThan(2_000);
  });

  it('REPLAY-5 keeps a day: older moments are gone, also where their chain is not', async () => {
    const own = await stand();
    const start = own.clock.now();
    for (let minute = 0; minute < 24 * 60 + 5; minute++) {
      own.reader.announce([change('all', 'waiting', minute)]);
      await own.pass(MINUTE);
    }
    expect(await own.desk.moment('main', start)).toBeNull();
    expect(await own.desk.moment('main', own.clock.now() - 24 * HOUR - 1)).toBeNull();
    expect(waitingIn(await momentOf(own, own.clock.now() - 24 * HOUR))).toBeCloseTo(5, -1);
    const span = must(await own.desk.span('main'), 'its span');
    expect(span).toMatchObject({ from: own.clock.now() - 24 * HOUR, isShortened: false });
    expect(own.store.rows.size).toBeLessThanOrEqual(146);
    expect(Math.min(...[...own.store.rows.values()].map((c) => c.untilAt))).toBeGreaterThan(start);
  });

  it('REPLAY-6 holds its bytes: the oldest goes, and that is said once', async () => {
    const rules = { keptMs: 24 * HOUR, boardBytes: 2_000, totalBytes: 100_000 };
    const own = await stand({ rules });
    for (let minute = 0; minute < 120; minute++) {
      own.reader.announce([change('all', 'waiting', minute), change('queue:a', 'serviceLevel', minute / 7)]);
      await own.pass(MINUTE);
      expect(own.store.bytes <= rules.boardBytes || own.store.rows.size === 1).toBe(true);
    }
    const span = must(await own.desk.span('main'), 'its span');
    expect(span.isShortened).toBe(true);
    expect(span.from).toBeGreaterThan(own.clock.now() - 2 * HOUR);
    expect(own.said.filter((line) => line.includes('no room'))).toHaveLength(1);
  });

  it('REPLAY-7 records stored boards, then made ones, twenty at most', () => {
    const boards = Array.from({ length: 30 }, (_, n) => boardOf(`b${n}`));
    expect(recordedBoards(boards.slice(0, 3), () => false)).toEqual(['b0', 'b1', 'b2']);
    expect(recordedBoards([], () => true)).toEqual([]);
    expect(recordedBoards(boards, (id) => id.endsWith('5')).slice(0, 4)).toEqual(['b5', 'b15', 'b25', 'b0']);
    expect(recordedBoards(boards, () => true)).toHaveLength(MOST_RECORDED_BOARDS);
  });

  it('REPLAY-7 follows boards that come and go', async () => {
    const own = await stand({ boards: [] });
    expect(await own.desk.span('main')).toBeNull();
    own.boards.set([boardOf('main')]);
    await own.pass(MINUTE);
    own.boards.set([]);
    const gone = own.clock.now();
    await own.pass(MINUTE);
    expect(await own.desk.span('main')).toMatchObject({ name: 'main', isRecorded: false, until: gone });
    own.boards.set([boardOf('main')]);
    await own.pass(MINUTE);
    expect(await own.desk.span('main')).toMatchObject({
      isRecorded: true,
      gaps: [{ from: gone, until: gone + MINUTE }],
    });
  });

  it('REPLAY-8 stops where the store fails, says so once, harms nobody, and tries again', async () => {
    const own = await stand();
    const eager = new EagerScreen(() => own.clock.now());
    own.rooms.join({ board: must(own.boards.board('main'), 'its board'), audience: 'desk' }, eager);
    await own.pass(MINUTE);
    const stopped = own.clock.now();
    own.store.failure = new Error('database or disk is full');
    for (let minute = 0; minute < 25; minute++) {
      own.reader.announce([change('all', 'waiting', minute)]);
      await own.pass(MINUTE);
    }
    expect(eager.held.at(-1)?.state.values.get('all#waiting')?.value).toBe(24);
    expect(own.said.filter((line) => line.includes('not recorded'))).toHaveLength(1);
    expect(own.said.join()).toContain('disk is full');
    expect(await own.desk.span('main')).toMatchObject({ isRecorded: false, until: stopped });
    expect((await own.desk.span('main'))?.stoppedAt).toBeGreaterThan(stopped);
    own.store.failure = null;
    await own.pass(TRY_AGAIN_MS);
    await own.pass(MINUTE);
    const span = must(await own.desk.span('main'), 'its span');
    expect(span).toMatchObject({ isRecorded: true, stoppedAt: null });
    expect(span.gaps).toHaveLength(1);
    expect(span.gaps[0]?.from).toBe(stopped);
    own.store.failure = new Error('again');
    await own.pass(MINUTE);
    expect(own.said.filter((line) => line.includes('not recorded'))).toHaveLength(2);
  });

  it('REPLAY-9 a restart leaves a gap; within it stands the last before, as it was when recording ended', async () => {
    const first = await openReplayStand();
    first.reader.announce([change('all', 'waiting', 7)]);
    await first.pass(MINUTE);
    await first.stop();
    const ended = first.clock.now();
    first.clock.advance(HOUR);
    const own = await stand({ store: first.store, clock: first.clock });
    own.reader.announce([change('all', 'waiting', 9)]);
    await own.pass(MINUTE);
    expect((await own.desk.span('main'))?.gaps).toEqual([{ from: ended, until: ended + HOUR }]);
    const within = await momentOf(own, ended + 30 * MINUTE);
    expect(within).toMatchObject({ isGap: true, snapshot: { serverTime: ended } });
    expect(waitingIn(within)).toBe(7);
    const after = await momentOf(own, own.clock.now());
    expect(after).toMatchObject({ isGap: false, snapshot: { serverTime: own.clock.now() } });
    expect(waitingIn(after)).toBe(9);
  });

  it('REPLAY-10 a damaged piece ends what is known of its chain, and harms no other', async () => {
    const own = await stand();
    for (let minute = 0; minute < 15; minute++) {
      own.reader.announce([change('all', 'waiting', minute)]);
      await own.pass(MINUTE);
    }
    const [first] = own.store.content.entries();
    const [id, pieces] = must(first, 'a chain');
    const start = must(own.store.rows.get(id), 'its row').fromAt;
    own.store.content.set(id, [...pieces.slice(0, 3), new Uint8Array([1, 2, 3]), ...pieces.slice(4)]);
    expect((await momentOf(own, start + 9 * MINUTE)).at).toBeLessThan(start + 5 * MINUTE);
    expect(waitingIn(await momentOf(own, own.clock.now()))).toBe(14);
  });

  it('REPLAY-10 a store that cannot be opened is said once, and nothing is recorded', async () => {
    const said: string[] = [];
    const openStore = () => {
      throw new Error('the file is damaged');
    };
    const log = createLog('warn', (line) => said.push(line));
    expect(await readKeptPast({ openStore, now: 0, log })).toBeNull();
    expect(said).toHaveLength(1);
    const store = new MemoryReplayStore();
    store.chains = async () => {
      throw new Error('cannot be read');
    };
    expect(await readKeptPast({ openStore: () => store, now: 0, log: silentLog })).toBeNull();
    expect(store.isClosed).toBe(true);
  });

  it('REPLAY-11 ages count from the moment that was asked for, not from now', async () => {
    const own = await stand();
    own.reader.announce([change('all', 'waiting', 1)]);
    await own.pass(MINUTE);
    const at = own.clock.now() - 20 * SECOND;
    const moment = await momentOf(own, at);
    await own.pass(HOUR);
    expect((await momentOf(own, at)).snapshot).toEqual(moment.snapshot);
    expect(moment.snapshot.serverTime).toBe(at);
    expect(moment.at).toBeLessThan(at);
  });

  it('REPLAY-12 marks when figures were past their limits or not known; once alarms are told, these', async () => {
    const own = await stand();
    const start = own.clock.now();
    const step = async (value: ReturnType<typeof change>) => {
      own.reader.announce([value]);
      await own.pass(10 * SECOND);
    };
    await step(change('all', 'waiting', 1));
    await step(change('all', 'waiting', 2, { status: 'warning' }));
    await step(change('all', 'waiting', 3, { status: 'critical' }));
    await step(change('all', 'waiting', 3, { status: 'unknown', stale: true }));
    await step(change('all', 'waiting', 1));
    const span = must(await own.desk.span('main'), 'its span');
    expect(span.marks.map(({ kind }) => kind)).toEqual(['warning', 'critical', 'stale']);
    for (const [index, mark] of span.marks.entries()) {
      expect(Math.abs(mark.from - (start + (index + 1) * 10 * SECOND))).toBeLessThanOrEqual(6 * SECOND);
      expect(mark.until - mark.from).toBeLessThanOrEqual(16 * SECOND);
    }
    own.tell('alarms', {
      serverTime: 0,
      alarms: [],
      more: 0,
      shelved: 0,
      flood: null,
      interruption: null,
      interruptions: 0,
    });
    await step(change('all', 'waiting', 3, { status: 'critical' }));
    expect((await own.desk.span('main'))?.marks).toHaveLength(3);
  });

  it('REPLAY-13 a clock that was set back begins a new chain, which holds from then on', async () => {
    const own = await stand();
    const before = own.clock.now() + MINUTE;
    own.reader.announce([change('all', 'waiting', 1)]);
    await own.pass(2 * MINUTE);
    own.clock.jumpWallClock(-HOUR);
    own.reader.announce([change('all', 'waiting', 2)]);
    await own.pass(MINUTE);
    await own.pass(MINUTE);
    expect(own.store.rows.size).toBe(2);
    expect(waitingIn(await momentOf(own, own.clock.now()))).toBe(2);
    expect(waitingIn(await momentOf(own, before))).toBe(1);
  });

  it('REPLAY-21 minutes of trends are kept for four hours, half hours are not', async () => {
    const own = await stand();
    for (let minute = 0; minute < 300; minute++) {
      own.reader.announcePoints([
        { trend: 'all#waiting#minute', at: own.clock.now(), value: minute },
        { trend: 'all#offered#halfHour', at: own.clock.now(), value: minute },
      ]);
      await own.pass(MINUTE);
    }
    const kept = await own.store.points(0);
    expect(new Set(kept.map(({ trend }) => trend))).toEqual(new Set(['all#waiting#minute']));
    expect(kept).toHaveLength(240);
    expect(kept.at(-1)?.value).toBe(299);
  });
});

/** Without what tells when it was made. */
function plain(snapshot: ReturnType<typeof snapshotOf>) {
  const { board, subjects, values, trends } = snapshot;
  return { board, subjects, values: values.toSorted((a, b) => key(a).localeCompare(key(b))), trends };
}
function key({ subject, kpi }: { subject: string; kpi: string }): string {
  return `${subject}#${kpi}`;
}
