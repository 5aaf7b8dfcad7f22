import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceRule } from '../../../lib/contracts/settings';
import { createDeviceMap, patternFits } from '../../../server/alerts/device-map';

const device = (deviceId: string, product: string | null = null, site: string | null = null) => ({
  deviceId,
  product,
  site,
});

describe('the device-to-queue mapping', () => {
  const rules: DeviceRule[] = [
    { queueId: 'q-one', deviceId: 'thermo-1' },
    { queueId: 'q-again', deviceId: 'thermo-1' },
    { queueId: 'q-cold', product: 'Freezer*', site: 'Oslo' },
    { queueId: 'q-thermo', deviceId: 'thermo-*', product: '*' },
    { queueId: 'q-oslo', site: 'Oslo' },
    { queueId: 'q-late', deviceId: 'cam-*' },
    { queueId: 'q-never', deviceId: 'thermo-1', site: 'Oslo' },
  ];
  it.each([
    ['its id', device('thermo-1', 'Freezer 2', 'Oslo'), 'q-one'],
    ['its id, before a later pattern and the same id again', device('thermo-1', 'T', 'Rome'), 'q-one'],
    ['product and site', device('x', 'Freezer 2', 'Oslo'), 'q-cold'],
    ['not one of two conditions', device('x', 'Freezer 2', 'Rome'), null],
    ['a pattern', device('thermo-2', 'T', 'Oslo'), 'q-thermo'],
    ['* only where something was said', device('thermo-2', null, 'Oslo'), 'q-oslo'],
    ['the first that fits', device('cam-1', null, 'Oslo'), 'q-oslo'],
    ['a later one', device('cam-1', null, 'Rome'), 'q-late'],
    ['no rule', device('__proto__'), null],
    ['text as it is written', device('THERMO-1'), null],
  ])('ALERT-38 goes by the first rule that fits: %s', (_, asked, queueId) => {
    const map = createDeviceMap(rules);
    expect(map.queueOf(asked)).toBe(queueId);
    expect(map.queueOf(asked)).toBe(queueId);
  });

  it('ALERT-38 answers anew for a device that says something else of itself, and with few answers kept', () => {
    const map = createDeviceMap(rules, { maxAnswers: 2 });
    const asked = [device('a', 'Freezer', 'Oslo'), device('a', 'Freezer', 'Rome'), device('b'), device('c')];
    for (const _ of [1, 2]) expect(asked.map(map.queueOf)).toEqual(['q-cold', null, null, null]);
  });

  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 12 });
  const part = fc.option(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 }), { nil: null });

  it('ALERT-39 fits what a regular expression of the same meaning fits', () => {
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 20 }),
        (pattern, tried) => {
          const escaped = pattern.split('*').map((piece) => piece.replaceAll('.', '\\.'));
          expect(patternFits(pattern)(tried)).toBe(new RegExp(`^${escaped.join('.*')}$`).test(tried));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('ALERT-38 is the same as going through the rules one by one', () => {
    const condition = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 });
    const rule = fc.record(
      {
        queueId: fc.constantFrom('q1', 'q2', 'q3'),
        product: condition,
        site: condition,
        deviceId: condition,
      },
      { requiredKeys: ['queueId'] },
    );
    const asked = fc.record({
      deviceId: fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
      product: part,
      site: part,
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), fc.array(asked, { maxLength: 8 }), (made, devices) => {
        const map = createDeviceMap(made);
        for (const one of devices) {
          const first = made.find(({ queueId: _, ...conditions }) =>
            Object.entries(conditions).every(([name, pattern]) => {
              const said = one[name as keyof typeof one];
              return said !== null && patternFits(pattern)(said);
            }),
          );
          expect(map.queueOf(one)).toBe(first?.queueId ?? null);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('ALERT-39 is done with patterns of many stars and long texts', () => {
    const pattern = `${'*a'.repeat(60)}b`;
    expect(patternFits(pattern)('a'.repeat(100_000))).toBe(false);
    expect(patternFits('*a*b*')(`${'a'.repeat(100_000)}b`)).toBe(true);
  });
});
