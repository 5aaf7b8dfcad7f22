import { describe, expect, it } from 'vitest';
import { type AdmissionRules, admit, type Load } from '../../../server/push/admission';

const RULES: AdmissionRules = {
  allowedOrigins: ['http://floor.test'],
  allowAbsentOrigin: false,
  limits: { connections: 100, perAddress: 40, waiting: 10, waitingPerAddress: 5, waitingKnown: 20 },
};
const EMPTY: Load = { connections: 0, perAddress: 0, waiting: 0, waitingPerAddress: 0 };

function answer(isKnown: boolean, load: Partial<Load>, origin = 'http://floor.test'): string {
  const admission = admit({ origin, isKnown }, { ...EMPTY, ...load }, RULES);
  return admission.ok ? 'in' : admission.reason;
}

describe('admit', () => {
  it.each<[string, Partial<Load>, string, string]>([
    ['nobody is there', {}, 'in', 'in'],
    ['one place is left', { waiting: 9, waitingPerAddress: 4 }, 'in', 'in'],
    ['its address has as many who wait as it may', { waiting: 5, waitingPerAddress: 5 }, 'waiting', 'in'],
    ['as many wait as may', { waiting: 10 }, 'waiting', 'in'],
    ['one place is left of those that are kept', { waiting: 29, waitingPerAddress: 29 }, 'waiting', 'in'],
    ['all places are taken', { waiting: 30 }, 'waiting', 'waiting'],
    ['its address has all the connections that it may', { perAddress: 40 }, 'address', 'address'],
    ['there are as many connections as may be', { connections: 100 }, 'full', 'full'],
  ])('SEC-82 where %s: a stranger and somebody who is known', (_, load, stranger, known) => {
    expect([answer(false, load), answer(true, load)]).toEqual([stranger, known]);
  });

  it('SEC-82 keeps no place for a page of another origin, whoever looks at it', () => {
    expect(answer(true, {}, 'http://evil.test')).toBe('origin');
  });
});
