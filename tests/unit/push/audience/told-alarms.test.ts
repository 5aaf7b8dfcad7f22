import { describe, expect, it } from 'vitest';
import type { Alarm } from '../../../../lib/contracts/alarm';
import { type Audience, DEFAULT_AUDIENCE } from '../../../../lib/contracts/board';
import type { KpiKey, KpiValue } from '../../../../lib/contracts/kpi';
import { DESK_AUDIENCE } from '../../../../server/push/audience/audience-of';
import { alarmsAsTold } from '../../../../server/push/audience/told-alarms';

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

function knowing(figures: Partial<Record<KpiKey, number | null>>) {
  const raw = (value: number | null): KpiValue => ({
    ...{ value, asOf: 1, origin: 'live', status: 'critical', stale: false },
  });
  const byKey = new Map(
    Object.entries(figures).map(([kpi, value]) => [`queue:a#${kpi}`, raw(value ?? null)]),
  );
  return { now: NOW, lookUp: (key: string) => byKey.get(key) };
}

const keysFor = (
  keys: readonly string[],
  audience: Audience,
  figures: Partial<Record<KpiKey, number | null>>,
) =>
  alarmsAsTold(alarmsOf(keys.map((key) => anAlarm(key))), audience, knowing(figures)).alarms.map(
    ({ key }) => key,
  );

describe('alarms as they are told', () => {
  it('PUSH-49 name nobody, by initials, or in full', () => {
    const alarms = alarmsOf([anAlarm('fault:1', 'Anna Krüger'), anAlarm('fault:2')]);
    const by = (names: Audience['names']) =>
      alarmsAsTold(alarms, { ...DEFAULT_AUDIENCE, names }, knowing({})).alarms.map(
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
    expect(alarmsAsTold(alarms, DESK_AUDIENCE, knowing({}))).toBe(alarms);
    const nobody = alarmsOf([anAlarm('kpi:queue:a#agentsAvailable')]);
    expect(alarmsAsTold(nobody, DEFAULT_AUDIENCE, knowing({}))).toBe(nobody);
  });

  it('PUSH-49 about figures that are hidden are left out, and do not interrupt', () => {
    const audience = { ...DEFAULT_AUDIENCE, minimumGroup: 5 };
    const keys = ['kpi:queue:a#agentsAvailable', 'kpi:queue:a#serviceLevel', 'devices:g1', 'flood'];
    expect(keysFor(keys, audience, { agentsOnQueue: 4 })).toEqual(keys.slice(1));
    expect(keysFor(keys, audience, { agentsOnQueue: 5 })).toEqual(keys);
    for (const [interrupts, isTold] of [
      ['kpi:queue:a#agentsAvailable', false],
      ['kpi:queue:a#serviceLevel', true],
      ['flood', true],
    ] as const) {
      const { interruption } = alarmsAsTold(
        alarmsOf([], interrupts),
        audience,
        knowing({ agentsOnQueue: 4 }),
      );
      expect([interrupts, interruption?.key === interrupts]).toEqual([interrupts, isTold]);
    }
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
