import { describe, expect, it } from 'vitest';
import { SHORT_NAME_LENGTH, shortNames } from '../../../server/kpi/short-name';

describe('short names', () => {
  it.each([
    [['Billing'], ['Billing']],
    [['Technical Support Tier 2'], ['Technical']],
    [['Hochgeschwindigkeitsanschluss'], ['Hochgeschwind…']],
    [
      ['ACME - Sales', 'ACME - Support'],
      ['Sales', 'Support'],
    ],
    [
      ['ACME', 'ACME Sales'],
      ['ACME', 'ACME Sales'],
    ],
    [
      ['Customer Service North', 'Customer Service South', 'Sales'],
      ['Custome… North', 'Custome… South', 'Sales'],
    ],
    [[''], ['']],
    [[], []],
  ])('KPI-34 of %j are %j', (names, expected) => {
    expect(shortNames(names)).toEqual(expected);
  });

  it('KPI-34 are never longer than a tile has room for, and never empty where the name is not', () => {
    const names = [
      'Ω'.repeat(40),
      '🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊',
      'a  b',
      'Very Long Name of a Queue for Nobody',
      '- - - - - - - - - -',
    ];
    for (const short of shortNames(names)) {
      expect([...short].length).toBeLessThanOrEqual(SHORT_NAME_LENGTH);
      expect(short).not.toBe('');
    }
  });
});
