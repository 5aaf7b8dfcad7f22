import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../lib/result';
import type { Duty } from '../../../server/cluster/duties';
import { DutyHolder } from '../../../server/cluster/duty-holder';
import { LEASE_MS } from '../../../server/cluster/lease-table';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { MemoryLeaseTable, type Via } from '../../support/memory-lease-table';

const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
};

/** Nodes on one table and one clock; what each is told, in words. */
function site(duties: Duty[]) {
  const clock = new FakeClock(1_000_000);
  const table = new MemoryLeaseTable(() => clock.now());
  const holders: DutyHolder[] = [];
  return {
    ...{ clock, table, duties },
    node(id: string, { mayHold = true, via }: { mayHold?: boolean; via?: Via } = {}) {
      const told: string[] = [];
      const ready = new Set<Duty>();
      const ways = { via: via ?? (async (act) => ok(act())), end: async () => {} } as {
        via: Via;
        end: (duty: Duty) => Promise<void>;
      };
      const holder = new DutyHolder({
        ...{ table: table.seat((act) => ways.via(act)), nodeId: id, mayHold, clock, log: silentLog },
        ...{ duties: () => duties, mostPreparing: () => 4, onRound: () => {} },
        actor: {
          held: (duty, { fence }) => void told.push(`held ${duty} ${fence}`),
          prepare: (duty) => void told.push(`prepare ${duty}`),
          isReady: (duty) => ready.has(duty),
          unprepare: (duty) => void told.push(`unprepare ${duty}`),
          async lost(duty, since) {
            told.push(`lost ${duty} ${since}`);
            await ways.end(duty);
          },
        },
      });
      holders.push(holder);
      holder.start();
      return {
        holder,
        told,
        ready,
        ways,
        words: () => told.splice(0).map((word) => word.replace(/ \d+$/, '')),
      };
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 250) {
        clock.advance(Math.min(250, left));
        await settle();
      }
    },
  };
}
const away: Via = async () => err('away');

describe('a node with duties', () => {
  it('CLUSTER-10 is told of each with its fence, renews it, and is told again where the fence is another', async () => {
    const { node, pass, table } = site(['listing', 'shard:0']);
    const a = node('a');
    await pass(2_000);
    const fence = table.lease('shard:0')?.fence;
    expect(a.told).toEqual([`held listing ${table.lease('listing')?.fence}`, `held shard:0 ${fence}`]);
    await pass(60_000);
    expect([a.told.length, a.holder.fenceOf('shard:0'), a.holder.moves]).toEqual([2, fence, 2]);
    table.empty();
    await pass(1_000);
    expect(a.words().slice(2)).toEqual(['held listing', 'held shard:0']);
    expect(a.holder.fenceOf('shard:0')).toBeGreaterThan(fence ?? 0);
  });

  it('CLUSTER-10 takes nothing where it may not', async () => {
    const { node, pass, table } = site(['listing']);
    const gateway = node('g', { mayHold: false });
    await pass(10_000);
    expect([gateway.told, table.ownerOf('listing')]).toEqual([[], null]);
  });

  it('CLUSTER-10 an owner that was away loses to the next one, and is told since when', async () => {
    const { node, pass, table } = site(['shard:0']);
    const a = node('a');
    await pass(2_000);
    const b = node('b');
    a.ways.via = away;
    await pass(10_000);
    expect(b.words()).toEqual(['held shard:0']);
    expect([a.holder.isConfirmed, a.holder.problem, a.words()]).toEqual([false, 'away', ['held shard:0']]);
    a.ways.via = async (act) => ok(act());
    await pass(1_000);
    expect(a.told).toEqual([`lost shard:0 ${table.lease('shard:0')?.since}`]);
    expect([...a.holder.held]).toEqual([]);
  });

  it('CLUSTER-11 ends rooms by its own clock before anybody else may have them, and keeps shards', async () => {
    const { node, pass, table, clock } = site(['alerts', 'shard:0']);
    const a = node('a');
    await pass(2_000);
    a.words();
    const until = table.lease('alerts')?.until ?? 0;
    a.ways.via = away;
    while (a.told.length === 0 && clock.now() < until + LEASE_MS) await pass(50);
    expect(clock.now()).toBeLessThan(until);
    expect(a.words()).toEqual(['lost alerts null']);
    expect([...a.holder.held.keys()]).toEqual(['shard:0']);
  });

  it('CLUSTER-11 a room that was ended by its own clock is taken again when Redis answers', async () => {
    const { node, pass } = site(['alerts']);
    const a = node('a');
    await pass(2_000);
    a.ways.via = away;
    await pass(7_000);
    a.ways.via = async (act) => ok(act());
    await pass(1_000);
    expect(a.words()).toEqual(['held alerts', 'lost alerts null', 'held alerts']);
  });

  it('CLUSTER-13 a room that is still ending is not begun again, and other leases are renewed meanwhile', async () => {
    const { node, pass, table } = site(['alerts', 'shard:0']);
    const a = node('a');
    await pass(2_000);
    let end = () => {};
    a.ways.end = () => new Promise((resolve) => (end = resolve));
    a.ways.via = away;
    await pass(7_000);
    a.ways.via = async (act) => ok(act());
    a.words();
    await pass(10_000);
    expect([a.words(), table.ownerOf('shard:0')]).toEqual([[], 'a']);
    a.ways.end = async () => {};
    end();
    await pass(1_000);
    expect(a.words()).toEqual(['held alerts']);
  });

  it('CLUSTER-13 a take that is answered while the room ends begins nothing before it has ended', async () => {
    const { node, pass, table } = site(['alerts']);
    const a = node('a');
    await pass(2_000);
    a.words();
    table.empty();
    // The lease is taken again; its answer comes when the room has ended by this node's own clock.
    const answers: (() => void)[] = [];
    let calls = 0;
    a.ways.via = async (act) => {
      calls += 1;
      const value = act();
      if (calls === 2) await new Promise<void>((resolve) => void answers.push(resolve));
      return ok(value);
    };
    let end = () => {};
    a.ways.end = () => new Promise((resolve) => (end = resolve));
    await pass(7_000);
    expect(a.words()).toEqual(['lost alerts null']);
    for (const answer of answers) answer();
    await pass(2_000);
    expect(a.words()).toEqual([]);
    end();
    await pass(2_000);
    expect(a.words()).toEqual(['held alerts']);
  });

  it('CLUSTER-14 asks once at a time; who looks meanwhile has it asked once more', async () => {
    const { node, pass } = site([]);
    const a = node('a');
    await settle();
    let rounds = 0;
    let answer = () => {};
    a.ways.via = async (act) => {
      rounds += 1;
      await new Promise<void>((resolve) => (answer = resolve));
      return ok(act());
    };
    for (let time = 0; time < 5; time += 1) a.holder.look();
    await pass(3_000);
    expect(rounds).toBe(1);
    answer();
    await settle();
    expect(rounds).toBe(2);
    answer();
    await settle();
  });
});

describe('a node that leaves', () => {
  it('CLUSTER-12 hands its shards over to who has caught up, gives its rooms back, and is gone', async () => {
    const { node, pass, table } = site(['alerts', 'shard:0']);
    const a = node('a');
    await pass(2_000);
    const b = node('b');
    await pass(1_000);
    a.words();
    const left = a.holder.leave(11_000);
    await pass(3_000);
    expect(table.ownerOf('alerts')).toBe('b');
    expect([a.words(), b.words()]).toEqual([['lost alerts null'], ['held alerts', 'prepare shard:0']]);
    b.ready.add('shard:0');
    await pass(3_000);
    await left;
    expect([table.ownerOf('shard:0'), [...a.holder.held]]).toEqual(['b', []]);
  });

  it('CLUSTER-12 gives back after so long what nobody took over', async () => {
    const { node, pass, table, clock } = site(['shard:0']);
    const a = node('a');
    await pass(2_000);
    node('b');
    await pass(1_000);
    const left = a.holder.leave(5_000);
    await pass(5_500);
    await left;
    expect([table.lease('shard:0')?.until, clock.now() > 0]).toEqual([0, true]);
    await pass(1_500);
    expect(table.ownerOf('shard:0')).toBe('b');
  });

  it('CLUSTER-12 keeps nothing that it took while it left', async () => {
    const { node, pass, table } = site(['calls']);
    const a = node('a');
    await settle();
    let answer = () => {};
    let calls = 0;
    a.ways.via = async (act) => {
      calls += 1;
      const value = act();
      // The second: taking it.
      if (calls === 2) await new Promise<void>((resolve) => (answer = resolve));
      return ok(value);
    };
    await pass(1_000);
    expect(table.ownerOf('calls')).toBe('a');
    let isLeft = false;
    void a.holder.leave(5_000).then(() => {
      isLeft = true;
    });
    await pass(1_000);
    expect(isLeft).toBe(false);
    answer();
    await pass(500);
    expect([isLeft, table.lease('calls')?.until, [...a.holder.held]]).toEqual([true, 0, []]);
    expect(a.words()).toEqual([]);
  });

  it('CLUSTER-12 waits for a frozen Redis once, however many duties it has', async () => {
    const duties: Duty[] = ['listing', 'alerts', 'shard:0', 'shard:1', 'shard:2', 'shard:3'];
    const { node, pass, clock } = site(duties);
    const a = node('a');
    await pass(2_000);
    expect(a.holder.held.size).toBe(6);
    a.ways.via = () => new Promise((resolve) => void clock.after(2_000, () => resolve(err('timed out'))));
    let isLeft = false;
    void a.holder.leave(4_000).then(() => {
      isLeft = true;
    });
    await pass(10_500);
    expect(isLeft).toBe(true);
  });
});
