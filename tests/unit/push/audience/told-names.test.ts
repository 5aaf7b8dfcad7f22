import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsAsTold, initialsOf, nameAsTold } from '../../../../server/push/audience/told-names';
import { aGroup } from '../../../support/alert-frames';
import { NO_FORWARDING } from '../../../support/fake-desk';

describe('names as they are told', () => {
  it.each([
    ['Anna Krüger', 'A.K.'],
    ['anna krüger', 'A.K.'],
    ['Cher', 'C.'],
    ['María del Carmen García López', 'M.L.'],
    ['Anna-Lena Müller', 'A.M.'],
    ['  Sam   Ortiz  ', 'S.O.'],
    ['Krüger, Anna', 'K.A.'],
    ['anna.krueger@example.com', 'A.K.'],
    ['Anna Krüger (Team 4)', 'A.K.'],
    ['“Anna” Krüger', 'A.K.'],
    ['Ö. Öst', 'Ö.Ö.'],
    ['e\u0301mile Zola', 'É.Z.'],
    ['ß Eins', 'ß.E.'],
    ['山田 太郎', '山.太.'],
    ['王小明', '王.'],
    ['محمد علي', 'م.ع.'],
    ['🦊 Anna Krüger 👩‍💻', 'A.K.'],
    ['Agent 7', 'A.7.'],
    ['🦊', null],
    ['👩‍💻 👍🏽', null],
    ['()', null],
    ['', null],
    ['…', null],
  ])('PUSH-44 makes of “%s” %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it('PUSH-44 tells no name, its initials, or all of it', () => {
    expect((['none', 'initials', 'full'] as const).map((names) => nameAsTold('Anna Krüger', names))).toEqual([
      null,
      'A.K.',
      'Anna Krüger',
    ]);
    expect((['none', 'initials', 'full'] as const).map((names) => nameAsTold(null, names))).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('PUSH-44 never tells more than two characters of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        const parts =
          initialsOf(name)
            ?.split('.')
            .filter((part) => part !== '') ?? [];
        expect(parts.length).toBeLessThanOrEqual(2);
        const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
        for (const part of parts) expect([...segmenter.segment(part)]).toHaveLength(1);
      }),
    );
  });

  it('PUSH-44 leaves who took alerts to those who may know, and all else as it is', () => {
    const alerts = {
      ...{ groups: [aGroup({ acknowledgedBy: 'Anna Krüger' }), aGroup({ acknowledgedBy: null })] },
      ...{ more: 3, faults: [], forwarding: NO_FORWARDING },
    };
    const by = (names: 'none' | 'initials' | 'full') =>
      alertsAsTold(alerts, names).groups.map(({ acknowledgedBy }) => acknowledgedBy);
    expect([by('none'), by('initials'), by('full')]).toEqual([
      [null, null],
      ['A.K.', null],
      ['Anna Krüger', null],
    ]);
    expect(alertsAsTold(alerts, 'full')).toBe(alerts);
    expect({ ...alertsAsTold(alerts, 'none'), groups: alerts.groups }).toEqual(alerts);
    const nobody = { ...alerts, groups: [aGroup({ acknowledgedBy: null })] };
    expect(alertsAsTold(nobody, 'none')).toBe(nobody);
  });
});
