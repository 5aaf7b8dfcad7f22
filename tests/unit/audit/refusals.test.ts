import { describe, expect, it } from 'vitest';
import { BURST, createRefusals, type Moment, type RefusalEntry } from '../../../server/audit/refusals';
import { refusal } from '../../support/audit-events';

const START = Date.UTC(2026, 10, 20);
function at(seconds: number): Moment {
  return { at: START + seconds * 1_000, monotonic: seconds * 1_000 };
}
function details(entries: readonly RefusalEntry[]) {
  return entries.map(({ event }) => Object.fromEntries(event.details));
}

describe('refusals', () => {
  it('AUDIT-7 are told at once the first time, and counted when their minute is over', () => {
    const refusals = createRefusals(at(0));
    const event = refusal({ details: new Map([['reason', 'forbidden']]) });
    expect(refusals.note(event, at(0))).toEqual([{ event, count: 1 }]);
    for (let second = 1; second <= 40; second += 1) expect(refusals.note(event, at(second))).toEqual([]);
    expect(refusals.sweep(at(59.999))).toEqual([]);
    const told = refusals.sweep(at(60));
    expect(told).toEqual([{ event: { ...event, details: expect.any(Map) }, count: 40 }]);
    expect(details(told)).toEqual([{ repeats: 40, firstAt: START, reason: 'forbidden' }]);
    expect(refusals.sweep(at(600))).toEqual([]);
  });

  it('AUDIT-7 of a new minute tell the count of the one before', () => {
    const refusals = createRefusals(at(0));
    const event = refusal();
    for (const second of [0, 1, 2]) refusals.note(event, at(second));
    const told = refusals.note(event, at(61));
    expect(details(told)).toEqual([{ repeats: 2, firstAt: START }, {}]);
    expect(refusals.note(event, at(62))).toEqual([]);
    expect(details(refusals.flush())).toEqual([{ repeats: 1, firstAt: START + 61_000 }]);
    expect(refusals.flush()).toEqual([]);
  });

  it.each(['actor', 'action', 'subject', 'address'] as const)(
    'AUDIT-7 are different by their %s',
    (field) => {
      const refusals = createRefusals(at(0));
      refusals.note(refusal(), at(0));
      expect(refusals.note(refusal({ [field]: 'another' }), at(0))).toHaveLength(1);
      expect(refusals.note(refusal({ [field]: '__proto__' }), at(0))).toHaveLength(1);
      expect(refusals.note(refusal({ [field]: '__proto__' }), at(0))).toEqual([]);
      expect(refusals.note(refusal({ actorName: 'renamed' }), at(0))).toEqual([]);
    },
  );

  it('AUDIT-7 are recorded at once up to a budget however many different ones come, the others only counted', () => {
    const refusals = createRefusals(at(0));
    const flood = Array.from({ length: 10_000 }, (_, index) => refusal({ address: `2001:db8::${index}` }));
    const told = flood.flatMap((event) => refusals.note(event, at(0)));
    expect(told).toHaveLength(BURST);
    const merged = refusals.sweep(at(60));
    expect(merged.map(({ event }) => event.action)).toEqual(['refusals.merged']);
    expect(details(merged)).toEqual([{ repeats: 10_000 - BURST, firstAt: START }]);
  });

  it('AUDIT-7 fill a bounded part of the disk in an hour of ever new ones', () => {
    const refusals = createRefusals(at(0));
    let entryCount = 0;
    let toldCount = 0;
    const count = (told: readonly RefusalEntry[]) => {
      entryCount += told.length;
      for (const entry of told) toldCount += entry.count;
    };
    for (let second = 0; second < 3_600; second += 1) {
      for (let n = 0; n < 20; n += 1) {
        const event = refusal({ address: `2001:db8::${second}:${n}` });
        count(refusals.note(event, at(second)));
        count(refusals.note(event, at(second)));
      }
      if (second % 60 === 0) count(refusals.sweep(at(second)));
    }
    count(refusals.flush());
    expect(entryCount).toBeLessThan(BURST * 2 + 60 * 41);
    // None is forgotten.
    expect(toldCount).toBe(3_600 * 40);
  });

  it('AUDIT-7 that could not be written are told of with the next merged ones', () => {
    const refusals = createRefusals(at(0));
    refusals.missed(7, at(10));
    refusals.missed(1, at(20));
    expect(refusals.sweep(at(69))).toEqual([]);
    expect(details(refusals.sweep(at(70)))).toEqual([{ repeats: 8, firstAt: START + 10_000 }]);
  });

  it('AUDIT-7 keep their count among the details, whatever else is there', () => {
    const refusals = createRefusals(at(0));
    const own = Array.from({ length: 30 }, (_, index) => [`k${index}`, index] as const);
    const event = refusal({ details: new Map([...own, ['repeats', 999] as const]) });
    refusals.note(event, at(0));
    refusals.note(event, at(0));
    const [told] = refusals.flush();
    expect([...(told?.event.details ?? [])].slice(0, 3)).toEqual([
      ['repeats', 1],
      ['firstAt', START],
      ['k0', 0],
    ]);
  });
});
