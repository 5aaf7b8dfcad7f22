import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../../../lib/contracts/alarm';
import { type Audience, DEFAULT_AUDIENCE } from '../../../../lib/contracts/board';
import type { KpiKey, KpiValue } from '../../../../lib/contracts/kpi';
import type { CountedAlarms } from '../../../../server/alarms/desk';
import { DESK_AUDIENCE } from '../../../../server/push/audience/audience-of';
import { alarmsAsTold, alarmsToldWhere, NOT_TOLD } from '../../../../server/push/audience/told-alarms';

const NOW = 1_000_000;

function anAlarm(key: string, by: string | null = null): Alarm {
  return {
    ...{ key, kind: 'kpi', level: 'critical', subject: null, kpi: null, text: 'words', since: 1 },
    acknowledgement: by === null ? null : { by, at: 2 },
  };
}

function alarmsOf(alarms: readonly Alarm[], interrupts: string | null = null) {
  const interruption = interrupts === null ? null : { key: interrupts, at: 1, until: 2 };
  return { alarms: [...alarms], more: 0, shelved: 0, flood: null, interruption, interruptions: 1 };
}

const NOTHING_COUNTED: CountedAlarms = { interrupted: [], flooded: [], unlisted: [], shelved: [] };

function knowing(figures: Partial<Record<KpiKey, number | null>>, now = NOW) {
  const raw = (value: number | null): KpiValue => ({
    ...{ value, asOf: 1, origin: 'live', status: 'critical', stale: false },
  });
  const byKey = new Map(
    Object.entries(figures).map(([kpi, value]) => [`queue:a#${kpi}`, raw(value ?? null)]),
  );
  return { now, lookUp: (key: string) => byKey.get(key) };
}

const keysFor = (
  keys: readonly string[],
  audience: Audience,
  figures: Partial<Record<KpiKey, number | null>>,
) =>
  alarmsToldWhere({
    ...{ alarms: alarmsOf(keys.map((key) => anAlarm(key))), counted: NOTHING_COUNTED, before: NOT_TOLD },
    ...{ audience, knowledge: knowing(figures) },
  }).told.alarms.map(({ key }) => key);

describe('alarms as they are told', () => {
  it('PUSH-49 name nobody, by initials, or in full', () => {
    const alarms = alarmsOf([anAlarm('fault:1', 'Anna Krüger'), anAlarm('fault:2')]);
    const by = (names: Audience['names']) =>
      alarmsAsTold(alarms, { ...DEFAULT_AUDIENCE, names }).alarms.map(
        ({ acknowledgement }) => acknowledgement?.by,
      );
    expect([by('none'), by('initials'), by('full')]).toEqual([
      [null, undefined],
      ['A.K.', undefined],
      ['Anna Krüger', undefined],
    ]);
  });

  it('PUSH-49 are the same object where nothing of them is kept back', () => {
    const alarms = alarmsOf([anAlarm('kpi:queue:a#waiting'), anAlarm('fault:1', 'Anna Krüger')]);
    expect(alarmsAsTold(alarms, DESK_AUDIENCE)).toBe(alarms);
    const nobody = alarmsOf([anAlarm('kpi:queue:a#agentsAvailable')]);
    expect(alarmsAsTold(nobody, DEFAULT_AUDIENCE)).toBe(nobody);
  });

  it('PUSH-49 about figures that are hidden are left out, and do not interrupt', () => {
    const audience = { ...DEFAULT_AUDIENCE, minimumGroup: 5 };
    const keys = ['kpi:queue:a#agentsAvailable', 'kpi:queue:a#serviceLevel', 'devices:g1', 'flood'];
    expect(keysFor(keys, audience, { agentsOnQueue: 4 })).toEqual(keys.slice(1));
    expect(keysFor(keys, audience, { agentsOnQueue: 5 })).toEqual(keys);
  });

  it('PUSH-49 about one who waits alone are left out until he is told of', () => {
    const audience = { ...DEFAULT_AUDIENCE, loneWaiterDelaySeconds: 60 };
    const keys = ['kpi:queue:a#waiting', 'kpi:queue:a#longestWaitSince', 'kpi:queue:a#abandonRate'];
    const figures = (waiting: number, forMs: number) => ({ waiting, longestWaitSince: NOW - forMs });
    expect(keysFor(keys, audience, figures(1, 59_999))).toEqual(keys.slice(2));
    expect(keysFor(keys, audience, figures(1, 60_000))).toEqual(keys);
    expect(keysFor(keys, audience, figures(2, 1_000))).toEqual(keys);
  });

  it('PUSH-49 of subjects with a # in them, and keys of other kinds, are understood or told', () => {
    const audience = { ...DEFAULT_AUDIENCE, minimumGroup: 5 };
    expect(keysFor(['kpi:site:a#b#agentsOnQueue', 'kpi:odd', 'kpi:queue:a#nothing'], audience, {})).toEqual([
      'kpi:odd',
      'kpi:queue:a#nothing',
    ]);
  });
});

describe('alarms where something is withheld', () => {
  const audience: Audience = { names: 'full', minimumGroup: 5, loneWaiterDelaySeconds: 60 };
  const OCCUPANCY = 'kpi:queue:a#occupancy';
  const LEVEL = 'kpi:queue:a#serviceLevel';
  type Content = Parameters<typeof alarmsToldWhere>[0]['alarms'];

  /** A floor, look by look: `people` on queue, `ms` after the first look. */
  function floor() {
    let before = NOT_TOLD;
    return (people: number, ms: number, content: Partial<Content>, counted: Partial<CountedAlarms> = {}) => {
      const { told, memory } = alarmsToldWhere({
        ...{
          alarms: { ...alarmsOf([]), ...content },
          counted: { ...NOTHING_COUNTED, ...counted },
          before,
          audience,
        },
        knowledge: knowing({ agentsOnQueue: people }, NOW + ms),
      });
      before = memory;
      return told;
    };
  }
  const alarm = (key: string, more: Partial<Alarm> = {}): Alarm => ({
    ...{ ...anAlarm(key), text: 'Support: occupancy: occupancy 100 %', since: NOW - 9_000, ...more },
  });
  const turn = (key: string, at: number) => ({ key, at, until: at + 30_000 });

  it('PUSH-64 have no value of people or waits, and begin when they were first told there', () => {
    const look = floor();
    const acknowledgement = { by: 'Anna Krüger', at: NOW - 5_000 };
    const alarms = [alarm(OCCUPANCY, { acknowledgement, unknownSince: NOW - 4_000 }), alarm(LEVEL)];
    expect(look(1, 0, { alarms }).alarms).toEqual([alarm(LEVEL)]);
    const told = {
      ...alarm(OCCUPANCY, { text: 'Support: occupancy: occupancy', since: NOW + 1_000 }),
      ...{ acknowledgement: { by: 'Anna Krüger', at: NOW + 1_000 }, unknownSince: NOW + 1_000 },
    };
    expect(look(5, 1_000, { alarms }).alarms).toEqual([told, alarm(LEVEL)]);
    expect(look(5, 9_000, { alarms }).alarms).toEqual([told, alarm(LEVEL)]);
    // What it was in between it does not tell.
    expect(look(4, 10_000, { alarms }).alarms).toEqual([alarm(LEVEL)]);
    expect(look(6, 11_000, { alarms }).alarms[0]?.since).toBe(NOW + 11_000);
    expect(look(6, 12_000, { alarms: [alarm(OCCUPANCY, { text: 'odd' })] }).alarms[0]?.text).toBe(
      'occupancy',
    );
  });

  it('PUSH-64 have a turn that began while they were told, and count those that were told', () => {
    const look = floor();
    const alarms = [alarm(OCCUPANCY), alarm(LEVEL)];
    const interrupted = [turn(OCCUPANCY, NOW), turn(LEVEL, NOW - 60_000)];
    const during = { alarms, interruption: turn(OCCUPANCY, NOW), interruptions: 2 };
    expect(look(1, 0, during, { interrupted })).toMatchObject({ interruption: null, interruptions: 1 });
    expect(look(5, 5_000, during, { interrupted })).toMatchObject({ interruption: null, interruptions: 1 });
    const again = turn(OCCUPANCY, NOW + 6_000);
    const both = [...interrupted, again];
    const later = { ...during, interruption: again, interruptions: 3 };
    expect(look(5, 6_000, later, { interrupted: both })).toMatchObject({
      interruption: again,
      interruptions: 2,
    });
    // It was told: so it stays, also when the alarm is over, or is told no more.
    const over = { alarms: [], interruptions: 3 };
    expect(look(1, 60_000, over, { interrupted: both }).interruptions).toBe(2);
    expect(look(5, 90_000, { interruptions: 1 }, { interrupted: [again] }).interruptions).toBe(1);
    expect(look(5, 700_000, {}).interruptions).toBe(0);
  });

  it('PUSH-64 are counted in a flood, beyond the list and on the shelf where they are told', () => {
    const look = floor();
    const keys = [OCCUPANCY, LEVEL, 'devices:g1'];
    const counted = {
      flooded: keys,
      unlisted: keys,
      shelved: [OCCUPANCY],
      interrupted: [turn('flood', NOW)],
    };
    const content = { flood: { count: 12, since: NOW - 9_000 }, more: 3, shelved: 1, interruptions: 1 };
    expect(look(1, 0, { ...content, interruption: turn('flood', NOW) }, counted)).toMatchObject({
      ...{ flood: { count: 2, since: NOW }, more: 2, shelved: 0, interruptions: 1 },
      interruption: { key: 'flood' },
    });
    expect(look(5, 1_000, content, counted)).toMatchObject({
      ...{ flood: { count: 3, since: NOW }, more: 3, shelved: 1, interruptions: 1 },
    });
    const hidden = { ...counted, flooded: [OCCUPANCY] };
    expect(floor()(1, 0, { ...content, interruption: turn('flood', NOW) }, hidden)).toMatchObject({
      ...{ flood: null, interruption: null, interruptions: 0 },
    });
  });
});
