import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepsDevices } from '../../../../components/access/desk-links';
import {
  draftOf,
  EMPTY_RULE,
  fileOfRules,
  followed,
  isChanged,
  movedRule,
  ruleOf,
  rulesOfFile,
  withoutRule,
  withRule,
} from '../../../../components/alerts/rule-draft';
import { ROLES } from '../../../../lib/contracts/access';
import type { DeviceRule } from '../../../../lib/contracts/settings';
import { decide } from '../../../../server/access/decide';
import { PERSON, SCREEN } from '../../../support/fake-gate';

const A: DeviceRule = { queueId: 'q1', product: 'Thermo*' };
const B: DeviceRule = { queueId: 'q2', site: 'Cork' };
const C: DeviceRule = { queueId: 'q1', deviceId: 'x-1' };

describe('rules that are edited', () => {
  it('UI-80 are added at the end, moved by one place, and taken away', () => {
    const draft = withRule(draftOf([A, B]), C);
    expect(draft.rules).toEqual([A, B, C]);
    expect(movedRule(draft, 2, -1).rules).toEqual([A, C, B]);
    expect(movedRule(draft, 0, 1).rules).toEqual([B, A, C]);
    expect([movedRule(draft, 0, -1), movedRule(draft, 2, 1)]).toEqual([draft, draft]);
    expect(withoutRule(draft, 1).rules).toEqual([A, C]);
  });

  it('UI-80 follow the server while nothing was changed here, and are not lost to it afterwards', () => {
    const untouched = draftOf([A]);
    expect(followed(untouched, [B])).toEqual(draftOf([B]));
    expect(followed(untouched, [{ ...A }])).toBe(untouched);
    const edited = withRule(untouched, B);
    expect(isChanged(edited)).toBe(true);
    expect(followed(edited, [C])).toBe(edited);
    expect(isChanged(withoutRule(edited, 1))).toBe(false);
  });

  it.each([
    [{ product: ' Thermo* ' }, null],
    [{ queueId: 'q1' }, null],
    [{ queueId: 'q1', product: '   ' }, null],
    [{ queueId: ' q1 ', product: ' Thermo* ' }, A],
    [
      { queueId: 'q1', product: 'a', site: 'b', deviceId: 'c' },
      { queueId: 'q1', product: 'a', site: 'b', deviceId: 'c' },
    ],
    [{ queueId: 'q1', site: 'x'.repeat(129) }, null],
  ])('UI-80 are taken from a form: %j', (text, rule) => {
    expect(ruleOf({ ...EMPTY_RULE, ...text })).toEqual(rule);
  });
});

describe('rules in a file', () => {
  const pattern = fc.string({ minLength: 1, maxLength: 128 });
  const rule = fc
    .record(
      { queueId: fc.string({ minLength: 1, maxLength: 64 }), product: pattern },
      { requiredKeys: ['queueId', 'product'] },
    )
    .map((made): DeviceRule => made);

  it('UI-81 are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 20 }), (rules) => {
        expect(rulesOfFile(fileOfRules(rules))).toEqual({ ok: true, value: rules });
      }),
    );
  });

  it.each([
    ['a list', JSON.stringify([A, B])],
    ['exported settings', JSON.stringify({ version: 1, boards: [], deviceRules: [A, B] })],
  ])('UI-81 may be %s', (_what, text) => {
    expect(rulesOfFile(text)).toEqual({ ok: true, value: [A, B] });
  });

  it.each([
    ['', { kind: 'notJson' }],
    ['{"deviceRules": {}}', { kind: 'noRules' }],
    ['null', { kind: 'noRules' }],
    [JSON.stringify([A, { queueId: 'q1' }]), { kind: 'wrongRule', rule: 2 }],
    [JSON.stringify([{ ...A, colour: 'red' }]), { kind: 'wrongRule', rule: 1 }],
    [JSON.stringify(Array.from({ length: 2_001 }, () => A)), { kind: 'tooMany' }],
  ])('UI-81 are not taken from what is none', (text, error) => {
    expect(rulesOfFile(text)).toEqual({ ok: false, error });
  });
});

describe('who may change them', () => {
  it.each(ROLES)('UI-82 is as the table of access says: %s', (role) => {
    const who = role === 'display' ? SCREEN() : PERSON([role]);
    for (const row of ['POST /api/v1/device-rules', 'POST /api/v1/alert-deliveries/retries']) {
      expect(keepsDevices({ roles: [role] })).toBe(decide(row, who).allowed);
    }
  });

  it('UI-82 is nobody while it is not known who asks', () => {
    expect(keepsDevices(null)).toBe(false);
  });
});
