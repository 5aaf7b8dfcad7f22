import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duty } from '../../../server/cluster/duties';
import { readDuty, shardDuty, shardOf } from '../../../server/cluster/duties';
import { ANYBODYS_MS, type DutyView, dutySteps, SEEN_FREE_MS } from '../../../server/cluster/duty-plan';
import type { Lease, NodeRow } from '../../../server/cluster/lease-table';

const AT = 1_000_000;
const node = (id: string, more: Partial<NodeRow> = {}): NodeRow => ({
  ...{ id, mayHold: true, isLeaving: false },
  ...more,
});
const lease = (duty: Duty, owner: string, more: Partial<Lease> = {}): Lease => ({
  ...{ duty, owner, fence: 1, since: AT - 10_000, until: AT + 5_000, isOffered: false, next: null },
  ...more,
});
function view(more: Partial<DutyView>): DutyView {
  return {
    ...{
      me: 'a',
      mayHold: true,
      isLeaving: false,
      at: AT,
      duties: [],
      leases: [],
      nodes: [node('a'), node('b')],
    },
    ...{ held: new Set<Duty>(), preparing: new Map(), freeSince: new Map(), mostPreparing: 4 },
    ...more,
  };
}
const words = (more: Partial<DutyView>) => dutySteps(view(more)).map(({ step, duty }) => `${step} ${duty}`);
const held = (...duties: Duty[]) => new Set(duties);
const since = (duty: Duty, ms: number) => new Map([[duty, AT - ms]]);
const FOUR: readonly Duty[] = ['shard:0', 'shard:1', 'shard:2', 'shard:3'];

describe('a table that went back', () => {
  it('CLUSTER-6 an owner whose lease has another fence than he has takes it anew', () => {
    const leases = [lease('alerts', 'a', { fence: 7 }), lease('shard:0', 'a', { fence: 8 })];
    const fences = new Map<Duty, number>([
      ['alerts', 9],
      ['shard:0', 8],
    ]);
    const more = { duties: ['alerts', 'shard:0'] as Duty[], leases, held: held('alerts', 'shard:0'), fences };
    expect(words(more)).toEqual(['take alerts']);
  });
});

describe('names of duties', () => {
  it('CLUSTER-4 a duty of another build is none', () => {
    expect(['listing', 'shard:12', 'shard:-1', 'shard:', 'toString', ''].map(readDuty)).toEqual([
      ...['listing', 'shard:12'],
      ...[null, null, null, null],
    ]);
    expect(shardOf(shardDuty(7))).toBe(7);
    expect(shardOf('alerts')).toBeNull();
  });
});

describe('a duty that nobody has', () => {
  const duties: readonly Duty[] = ['alerts', 'calls'];
  it.each<[string, Partial<DutyView>, string[]]>([
    ['just seen free', { duties, freeSince: since('alerts', 0) }, []],
    ['seen free long enough', { duties, freeSince: since('alerts', SEEN_FREE_MS) }, ['take alerts']],
    ['its lease has ended, just seen', { duties, leases: [lease('alerts', 'x', { until: AT - 1 })] }, []],
    ['it was given back', { duties, leases: [lease('alerts', 'x', { until: 0 })] }, ['take alerts']],
    [
      'beyond the share of who sees it',
      {
        duties,
        held: held('calls'),
        leases: [lease('calls', 'a')],
        freeSince: since('alerts', SEEN_FREE_MS),
      },
      [],
    ],
    [
      'beyond the share, and nobody else takes it',
      { duties, held: held('calls'), leases: [lease('calls', 'a')], freeSince: since('alerts', ANYBODYS_MS) },
      ['take alerts'],
    ],
    ['at a gateway', { duties, mayHold: false, freeSince: since('alerts', ANYBODYS_MS) }, []],
    ['at a node on its way out', { duties, isLeaving: true, freeSince: since('alerts', ANYBODYS_MS) }, []],
    [
      'a node on its way out has no share',
      {
        duties,
        ...{ held: held('calls'), leases: [lease('calls', 'a')], freeSince: since('alerts', SEEN_FREE_MS) },
        nodes: [node('a'), node('b', { isLeaving: true }), node('g', { mayHold: false })],
      },
      ['take alerts'],
    ],
    ['a take whose answer was lost', { duties, leases: [lease('alerts', 'a')] }, ['take alerts']],
    [
      'who gets ready for it has its share of it',
      {
        duties: ['shard:0', 'shard:1'],
        ...{
          nodes: [node('a')],
          preparing: new Map<Duty, boolean>([
            ['shard:0', false],
            ['shard:1', false],
          ]),
        },
        freeSince: new Map<Duty, number>([
          ['shard:0', AT - SEEN_FREE_MS],
          ['shard:1', AT - SEEN_FREE_MS],
        ]),
      },
      ['take shard:0', 'take shard:1'],
    ],
    [
      'who is ready takes it at once',
      { duties: ['shard:0'], preparing: new Map<Duty, boolean>([['shard:0', true]]) },
      ['take shard:0'],
    ],
  ])('CLUSTER-5 %s', (_name, given, steps) => {
    expect(words(given)).toEqual(steps);
  });
});

describe('a duty of this node', () => {
  const one = (more: Partial<Lease> = {}) => ({
    ...{ duties: ['shard:0'] as const, held: held('shard:0'), leases: [lease('shard:0', 'a', more)] },
  });
  it.each<[string, Partial<DutyView>, string[]]>([
    ['is kept', one(), []],
    ['gone from an emptied table, is taken again at once', { ...one(), leases: [] }, ['take shard:0']],
    [
      'gone from the table while leaving, is given back',
      { ...one(), leases: [], isLeaving: true },
      ['release shard:0'],
    ],
    ['of another node, is lost', { ...one(), leases: [lease('shard:0', 'b')] }, ['lose shard:0']],
    ['gone from the plan, is given back', { ...one(), duties: [] }, ['release shard:0']],
  ])('CLUSTER-6 %s', (_name, given, steps) => {
    expect(words(given)).toEqual(steps);
  });
});

describe('a shard that moves', () => {
  const mine = FOUR.map((duty) => lease(duty, 'a'));
  const offered = (more: Partial<Lease> = {}) => [
    lease('shard:0', 'a', { isOffered: true, ...more }),
    ...mine.slice(1),
  ];
  const owner = { duties: FOUR, held: held(...FOUR), leases: mine };
  const other = { me: 'b', duties: FOUR, leases: offered() };
  const next = { me: 'b', duties: FOUR, leases: offered({ next: 'b' }) };
  const ready = (isReady: boolean) => new Map<Duty, boolean>([['shard:0', isReady]]);
  it.each<[string, Partial<DutyView>, string[]]>([
    ['one above the share is offered, one at a time', owner, ['offer shard:0']],
    ['not while one is on its way', { ...owner, leases: offered() }, []],
    [
      'nobody is left to take it: kept',
      { ...owner, nodes: [node('a')], leases: offered() },
      ['withdraw shard:0'],
    ],
    ['who was next is gone', { ...owner, leases: offered({ next: 'z' }) }, ['withdraw shard:0']],
    [
      'who was next is on its way out',
      {
        ...owner,
        leases: offered({ next: 'b' }),
        nodes: [node('a'), node('b', { isLeaving: true }), node('c')],
      },
      ['withdraw shard:0'],
    ],
    ['who has less than his share gets ready', other, ['accept shard:0']],
    ['as many at once as may be', { ...other, mostPreparing: 0 }, []],
    ['an offer that somebody accepted', { ...other, leases: offered({ next: 'c' }) }, []],
    ['it is taken once caught up', { ...next, preparing: ready(true) }, ['take shard:0']],
    ['not before', { ...next, preparing: ready(false) }, []],
    ['accepted, and not known here any more', next, ['accept shard:0']],
    [
      'somebody else has it next',
      { ...other, leases: offered({ next: 'c' }), preparing: ready(true) },
      ['giveUp shard:0'],
    ],
    ['getting ready and leaving', { ...next, isLeaving: true, preparing: ready(true) }, ['giveUp shard:0']],
    ['getting ready for what is not in the plan', { me: 'b', preparing: ready(true) }, ['giveUp shard:0']],
  ])('CLUSTER-7 %s', (_name, given, steps) => {
    expect(words(given)).toEqual(steps);
  });
});

describe('a node on its way out', () => {
  const mine = { isLeaving: true, duties: ['alerts', 'shard:0'] as const, held: held('alerts', 'shard:0') };
  const leases = [lease('alerts', 'a'), lease('shard:0', 'a')];
  const left = [node('a', { isLeaving: true })];
  it.each<[string, Partial<DutyView>, string[]]>([
    [
      'gives rooms back and offers shards',
      { ...mine, leases, nodes: [...left, node('b')] },
      ['release alerts', 'offer shard:0'],
    ],
    [
      'gives all back where nobody else is',
      { ...mine, leases, nodes: left },
      ['release alerts', 'release shard:0'],
    ],
    [
      'gives all back where only gateways are',
      { ...mine, leases, nodes: [...left, node('g', { mayHold: false })] },
      ['release alerts', 'release shard:0'],
    ],
  ])('CLUSTER-8 %s', (_name, given, steps) => {
    expect(words(given)).toEqual(steps);
  });
});

/** Rounds of all nodes on one table until nothing is to be done any more; everyone is ready a round later. */
function settle(counts: { readonly nodes: number; readonly shards: number; readonly rounds: number }) {
  const duties: Duty[] = [
    'listing',
    'calls',
    ...Array.from({ length: counts.shards }, (_, at) => shardDuty(at)),
  ];
  const nodes = Array.from({ length: counts.nodes }, (_, at) => node(`n${at}`));
  const table = new Map<Duty, Lease>();
  const preparing = new Map(nodes.map(({ id }) => [id, new Map<Duty, boolean>()]));
  const free = new Map<Duty, number>(duties.map((duty) => [duty, 0]));
  let steps = 0;
  for (let round = 1; round <= counts.rounds; round += 1) {
    steps = 0;
    // The first node is alone for a while, and has everything.
    for (const { id } of round < 6 ? nodes.slice(0, 1) : nodes) {
      const [own, at] = [preparing.get(id) ?? new Map<Duty, boolean>(), round * 1_000];
      for (const duty of own.keys()) own.set(duty, true);
      const leases = [...table.values()].map((one) => ({ ...one, until: at + 6_000 }));
      const mine = new Set(leases.flatMap(({ owner, duty }) => (owner === id ? [duty] : [])));
      const seen = { me: id, at, duties, leases, nodes: round < 6 ? nodes.slice(0, 1) : nodes };
      for (const { step, duty } of dutySteps(
        view({ ...seen, held: mine, preparing: own, freeSince: free }),
      )) {
        steps += 1;
        const now = table.get(duty);
        if (step === 'take') {
          table.set(duty, lease(duty, id, { fence: (now?.fence ?? 0) + 1 }));
          own.delete(duty);
        } else if (step === 'accept') own.set(duty, false);
        else if (step === 'giveUp') own.delete(duty);
        if (now !== undefined && step === 'accept') table.set(duty, { ...now, next: id });
        if (now !== undefined && step === 'offer') table.set(duty, { ...now, isOffered: true });
        if (now !== undefined && step === 'withdraw')
          table.set(duty, { ...now, isOffered: false, next: null });
        if (now !== undefined && step === 'release') table.delete(duty);
      }
    }
  }
  const sums = nodes.map(
    ({ id }) => [...table.values()].filter((one) => one.owner === id && shardOf(one.duty) !== null).length,
  );
  return { sums, owned: table.size, steps };
}

it('CLUSTER-9 shards come to lie evenly, every duty with one owner, and then nothing moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(14), (nodes, shards) => {
      const { sums, owned, steps } = settle({ nodes, shards, rounds: 60 });
      expect(owned).toBe(shards + 2);
      expect(Math.max(...sums)).toBeLessThanOrEqual(Math.ceil(shards / nodes));
      expect(steps).toBe(0);
    }),
  );
});
