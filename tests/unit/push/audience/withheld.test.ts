import { describe, expect, it } from 'vitest';
import { valueKey } from '../../../../lib/apply-delta';
import { type Audience, DEFAULT_AUDIENCE } from '../../../../lib/contracts/board';
import { KPI_KEYS, type KpiKey, type KpiValue } from '../../../../lib/contracts/kpi';
import { audienceAt, audienceOf, DESK_AUDIENCE } from '../../../../server/push/audience/audience-of';
import { isAboutPeople } from '../../../../server/push/audience/people-figures';
import {
  deciding,
  HIDDEN,
  isWithheld,
  toldValue,
  withholds,
} from '../../../../server/push/audience/withheld';
import { MACHINE, PERSON, SCREEN } from '../../../support/fake-gate';
import { boardOf } from '../../../support/push-boards';

const NOW = 1_000_000;
const SMALL: Audience = { ...DEFAULT_AUDIENCE, minimumGroup: 5 };
const LONE: Audience = { ...DEFAULT_AUDIENCE, loneWaiterDelaySeconds: 60 };

function known(value: number | null, more: Partial<KpiValue> = {}): KpiValue {
  return { value, asOf: NOW - 5, origin: 'live', status: 'warning', stale: false, ...more };
}

function knowledge(figures: Readonly<Record<string, KpiValue>>, seenAt: number | null = null) {
  const byKey = new Map(Object.entries(figures));
  return { now: NOW, lookUp: (key: string) => byKey.get(key), seenAt: () => seenAt };
}

/** What is told of a figure of queue a, where these are known of it. */
function told(kpi: KpiKey, figures: Partial<Record<KpiKey, KpiValue>>, audience: Audience, seenAt?: number) {
  const entries = Object.entries(figures).map(([key, value]) => [`queue:a#${key}`, value] as const);
  const raw = figures[kpi];
  if (raw === undefined) throw new Error(`${kpi} is not given`);
  return toldValue(
    { subject: 'queue:a', kpi },
    raw,
    audience,
    knowledge(Object.fromEntries(entries), seenAt),
  );
}

describe('who a frame is made for', () => {
  it('PUSH-40 a paired screen is the floor whatever it says, a page what it says, and the desk where it says nothing', () => {
    const who = [SCREEN(), PERSON(['supervisor']), PERSON(['admin']), MACHINE(['kpis:read'])];
    const said = [undefined, 'desk', 'screen'] as const;
    expect(who.map((principal) => said.map((as) => audienceOf(principal, as)))).toEqual([
      ['floor', 'floor', 'floor'],
      ['desk', 'desk', 'floor'],
      ['desk', 'desk', 'floor'],
      ['desk', 'desk', 'floor'],
    ]);
  });

  it('PUSH-41 the desk gets everything; the floor what its board says, no names where it says nothing', () => {
    const strict: Audience = { names: 'none', minimumGroup: 9, loneWaiterDelaySeconds: 9 };
    expect(audienceAt(boardOf('main', { audience: strict }), 'desk')).toBe(DESK_AUDIENCE);
    expect(audienceAt(boardOf('main', { audience: strict }), 'floor')).toBe(strict);
    expect(audienceAt(boardOf('main'), 'floor')).toEqual({
      names: 'none',
      minimumGroup: 0,
      loneWaiterDelaySeconds: 0,
    });
    expect(audienceAt(null, 'floor')).toBe(DEFAULT_AUDIENCE);
    expect([
      withholds(DESK_AUDIENCE),
      withholds(DEFAULT_AUDIENCE),
      withholds(SMALL),
      withholds(LONE),
    ]).toEqual([false, false, true, true]);
  });
});

describe('figures of people', () => {
  it('PUSH-45 are these', () => {
    expect(KPI_KEYS.filter(isAboutPeople)).toEqual([
      'alerting',
      'interacting',
      'ahtMs',
      'agentsOnQueue',
      'agentsAvailable',
      'agentsInteracting',
      'agentsCommunicating',
      'agentsNotResponding',
      'agentsOffQueue',
      'occupancy',
    ]);
  });

  it.each([
    ['agentsOnQueue', 4, true],
    ['agentsOnQueue', 5, false],
    ['agentsAvailable', 4, true],
    ['agentsAvailable', 5, false],
    ['occupancy', 4, true],
    ['occupancy', 5, false],
    ['interacting', 4, true],
    ['alerting', 5, false],
    ['waiting', 0, false],
    ['serviceLevel', 0, false],
    ['answered', 0, false],
  ] as const)(
    'PUSH-45 %s with %d people on queue and a smallest group of five: hidden %s',
    (kpi, people, isHidden) => {
      const own = kpi === 'agentsOnQueue' ? known(people) : known(1);
      const figures = { agentsOnQueue: known(people), [kpi]: own };
      expect(told(kpi, figures, SMALL)).toEqual(isHidden ? HIDDEN : own);
      expect(told(kpi, figures, DEFAULT_AUDIENCE)).toBe(own);
      expect(
        isWithheld({ subject: 'queue:a', kpi }, SMALL, knowledge({ 'queue:a#agentsOnQueue': known(people) })),
      ).toBe(isHidden);
    },
  );

  it('PUSH-45 of off-queue agents go by their own number, the handle time by all who are signed in', () => {
    const figures = { agentsOnQueue: known(3), agentsOffQueue: known(2), ahtMs: known(90_000) };
    expect(told('agentsOffQueue', figures, SMALL)).toBe(HIDDEN);
    expect(told('ahtMs', figures, SMALL)).toEqual(known(90_000));
    expect(told('ahtMs', { ...figures, agentsOffQueue: known(1) }, SMALL)).toBe(HIDDEN);
  });

  it('PUSH-45 of a media type go by the queue’s own number', () => {
    const figure = { subject: 'queue:a|voice', kpi: 'interacting' } as const;
    const few = knowledge({ 'queue:a#agentsOnQueue': known(2) });
    const many = knowledge({ 'queue:a#agentsOnQueue': known(20) });
    expect([toldValue(figure, known(2), SMALL, few), toldValue(figure, known(2), SMALL, many)]).toEqual([
      HIDDEN,
      known(2),
    ]);
    expect(deciding({ subject: 'all|chat', kpi: 'interacting' }, SMALL)).toEqual([
      { subject: 'all', kpi: 'agentsOnQueue' },
    ]);
  });

  it('PUSH-45 are hidden where nobody knows how many there are; what was never observed says so', () => {
    expect(told('agentsAvailable', { agentsAvailable: known(3) }, SMALL)).toBe(HIDDEN);
    expect(told('agentsAvailable', { agentsAvailable: known(3), agentsOnQueue: known(null) }, SMALL)).toBe(
      HIDDEN,
    );
    const never: KpiValue = { value: null, asOf: null, origin: null, status: 'unknown', stale: false };
    expect(told('agentsAvailable', { agentsAvailable: never }, SMALL)).toBe(never);
  });

  it('PUSH-45 say nothing of age, state or staleness where they are hidden, and have no breakdown where not', () => {
    const stale = known(3, { stale: true, status: 'unknown' });
    expect(told('agentsOnQueue', { agentsOnQueue: stale }, SMALL)).toBe(HIDDEN);
    const broken = known(12, { detail: [{ label: 'Meal', count: 1 }] });
    expect(told('agentsOffQueue', { agentsOffQueue: broken }, SMALL)).toEqual(known(12));
    expect(told('agentsOffQueue', { agentsOffQueue: broken }, DEFAULT_AUDIENCE)).toBe(broken);
  });
});

const NOBODY = { asOf: null, origin: 'live', status: 'normal', stale: false } as const;

describe('one who waits alone', () => {
  it.each([
    // How many wait, since how long, when first seen; what is told of both.
    ['just came', 1, 1_000, null, 0, null],
    ['has waited too short', 1, 59_999, null, 0, null],
    ['has waited long enough', 1, 60_000, null, 1, NOW - 60_000],
    ['is not alone', 2, 1_000, null, 2, NOW - 1_000],
    ['nobody waits', 0, null, null, 0, null],
    ['began in our future', 1, -9_000, NOW - 60_000, 1, NOW + 9_000],
    ['is counted late', 0, 1_000, null, 0, null],
  ])('PUSH-46 %s', (_, count, forMs, seenAt, waiting, since) => {
    const figures = {
      waiting: known(count),
      longestWaitSince: known(forMs === null ? null : NOW - forMs),
    };
    const value = (kpi: KpiKey) => told(kpi, figures, LONE, seenAt ?? undefined).value;
    expect([value('waiting'), value('longestWaitSince')]).toEqual([waiting, since]);
  });

  it('PUSH-46 is told by nothing: what is withheld looks like nobody, age and alarm too', () => {
    const somebody = { waiting: known(1), longestWaitSince: known(NOW - 5) };
    const nobody = { waiting: known(0, { origin: 'backfill' }), longestWaitSince: known(null) };
    for (const figures of [somebody, nobody]) {
      expect(told('waiting', figures, LONE)).toEqual({ ...NOBODY, value: 0 });
      expect(told('longestWaitSince', figures, LONE)).toEqual({ ...NOBODY, value: null });
    }
    const stale = { stale: true, status: 'unknown' } as const;
    const both = [1, 0].map((count) =>
      told(
        'waiting',
        { waiting: known(count, stale), longestWaitSince: known(count === 0 ? null : NOW, stale) },
        LONE,
      ),
    );
    expect(both[0]).toEqual(both[1]);
    expect(both[0]).toMatchObject({ value: 0, stale: true, asOf: NOW - 5 });
  });

  it('PUSH-46 whose beginning nobody knows is told of when he has been seen for as long', () => {
    const figures = { waiting: known(1), longestWaitSince: known(null) };
    expect(told('waiting', figures, LONE, NOW - 59_999).value).toBe(0);
    expect(told('waiting', figures, LONE, NOW - 60_000).value).toBe(1);
  });

  it('PUSH-46 is told of at once where a board wants no delay', () => {
    const figures = { waiting: known(1), longestWaitSince: known(NOW) };
    expect(told('waiting', figures, SMALL)).toBe(figures.waiting);
    expect(told('longestWaitSince', figures, DEFAULT_AUDIENCE)).toBe(figures.longestWaitSince);
    expect(
      isWithheld(
        { subject: 'queue:a', kpi: 'waiting' },
        LONE,
        knowledge({ [valueKey('queue:a', 'waiting')]: known(1) }),
      ),
    ).toBe(true);
  });
});
