import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAIRING_ALPHABET, PAIRING_CODE_LENGTH, pairingCodeSchema } from '../../../lib/contracts/access';
import { drawPairingCode } from '../../../server/access/screens/pairing-code';
import {
  aliveOffers,
  matchedOffer,
  type Offer,
  type OpenOffer,
  offerOf,
  takenOffer,
  withOffer,
  withoutScreen,
} from '../../../server/access/screens/pairing-offers';
import {
  countTry,
  TRIES_IN_ALL,
  TRIES_PER_PERSON,
  type Tries,
} from '../../../server/access/screens/pairing-tries';
import { hashOf } from '../../../server/access/secret-hash';
import { comparisonsIn } from '../../support/comparisons';

const MINUTE_MS = 60_000;

/** Gives these bytes again and again. */
function source(bytes: readonly number[]) {
  let at = 0;
  return (count: number) => Buffer.from(Array.from({ length: count }, () => bytes[at++ % bytes.length] ?? 0));
}

describe('a pairing code', () => {
  it('ACC-60 has six characters of the alphabet, whatever the bytes are', () => {
    const usable = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(usable, (bytes) => {
        fc.pre(bytes.some((byte) => byte < 248));
        const code = drawPairingCode(source(bytes));
        expect(code).toHaveLength(PAIRING_CODE_LENGTH);
        expect([...code].every((character) => PAIRING_ALPHABET.includes(character))).toBe(true);
        expect(pairingCodeSchema.parse(code)).toBe(code);
      }),
    );
  });

  it('ACC-60 has each character as likely as the others, and none that is taken for another', () => {
    const counts = new Map<string, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      // A byte that is thrown away is followed by one that is not.
      const [first = ''] = byte < 248 ? drawPairingCode(source([byte])) : [];
      if (first !== '') counts.set(first, (counts.get(first) ?? 0) + 1);
      else expect(drawPairingCode(source([byte, 30]))).toBe('ZZZZZZ');
    }
    expect([...counts.keys()].sort().join('')).toBe(PAIRING_ALPHABET);
    expect(new Set(counts.values())).toEqual(new Set([8]));
    expect(PAIRING_ALPHABET).toHaveLength(31);
    expect(PAIRING_ALPHABET).not.toMatch(/[01ILO]/);
  });

  it('ACC-60 is not drawn for ever from a source that is none', () => {
    let draws = 0;
    const none = (count: number) => {
      draws += 1;
      return Buffer.alloc(count, 255);
    };
    expect(() => drawPairingCode(none)).toThrow('random');
    expect(draws).toBe(100);
  });
});

describe('a code that is typed', () => {
  it.each([
    ['small letters', 'k7m4xr'],
    ['a blank', 'K7M 4XR'],
    ['a dash', 'k7m-4xr'],
    ['blanks around it', ' K7M4XR\t'],
  ])('ACC-61 may have %s', (_, typed) => {
    expect(pairingCodeSchema.parse(typed)).toBe('K7M4XR');
  });

  it.each(['', 'K7M4X', 'K7M4XRR', `K7M4XR${' '.repeat(11)}`, 7, null])('ACC-61 is none: %j', (typed) => {
    expect(pairingCodeSchema.safeParse(typed).success).toBe(false);
  });
});

const who = fc.constantFrom('person:a', 'person:b', '__proto__', 'local');
const knocks = fc.array(fc.tuple(who, fc.integer({ min: 0, max: 20_000 })), { maxLength: 200 });

interface Knock {
  readonly who: string;
  readonly at: number;
  readonly waitMs: number;
}

/** All tries, each some ms after the one before. */
function knocked(steps: readonly (readonly [string, number])[]): { knocks: Knock[]; tries: Tries } {
  let now = 0;
  let tries: Tries = [];
  const done: Knock[] = [];
  for (const [person, afterMs] of steps) {
    now += afterMs;
    const counted = countTry(tries, person, now);
    tries = counted.tries;
    done.push({ who: person, at: now, waitMs: counted.waitMs });
  }
  return { knocks: done, tries };
}

describe('tries', () => {
  it('ACC-62 are five a minute of one, however they are spread', () => {
    fc.assert(
      fc.property(knocks, (steps) => {
        const passed = knocked(steps).knocks.filter(({ waitMs }) => waitMs === 0);
        for (const one of passed) {
          const before = passed.filter(
            ({ who, at }) => who === one.who && at <= one.at && one.at - at < MINUTE_MS,
          );
          expect(
            before.filter((other) => passed.indexOf(other) <= passed.indexOf(one)).length,
          ).toBeLessThanOrEqual(5);
        }
      }),
    );
  });

  it('ACC-62 are free again when it was said, and not a millisecond before', () => {
    fc.assert(
      fc.property(knocks, who, (steps, person) => {
        const { knocks: done, tries } = knocked(steps);
        const now = done.at(-1)?.at ?? 0;
        const { waitMs } = countTry(tries, person, now);
        expect(waitMs).toBeLessThanOrEqual(MINUTE_MS);
        if (waitMs === 0) return;
        expect(countTry(tries, person, now + waitMs - 1).waitMs).toBe(1);
        expect(countTry(tries, person, now + waitMs).waitMs).toBe(0);
      }),
    );
  });

  it('ACC-62 of one who was refused are not counted: he is not kept out for ever', () => {
    const steps = Array.from({ length: 61 }, (_, n) => ['person:a', n === 0 ? 0 : 1_000] as const);
    const passed = knocked(steps).knocks.filter(({ waitMs }) => waitMs === 0);
    expect(passed.map(({ at }) => at)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 60_000]);
  });

  it('ACC-62 are sixty a minute of all, and no more are remembered', () => {
    const crowd = Array.from({ length: 100 }, (_, n) => [`person:${n}`, 1] as const);
    const { knocks: done, tries } = knocked(crowd);
    expect(done.filter(({ waitMs }) => waitMs === 0)).toHaveLength(60);
    expect(done[60]?.waitMs).toBe(MINUTE_MS - 60);
    expect(tries).toHaveLength(60);
    expect([TRIES_PER_PERSON, TRIES_IN_ALL]).toEqual([5, 60]);
    expect(countTry(tries, 'person:new', 1 + MINUTE_MS).waitMs).toBe(0);
  });
});

function openOffer(code: string, more: Partial<OpenOffer> = {}): OpenOffer {
  const claim = { claimHash: hashOf(`claim of ${code}`), address: '192.0.2.50' };
  return { kind: 'open', ...claim, code, codeHash: hashOf(code), expiresAt: 100, ...more };
}
const OPEN = openOffer('AAAAAA');
const TAKEN: Offer = takenOffer(openOffer('BBBBBB'), 50);
const PAIRED: Offer = {
  kind: 'paired',
  ...{ claimHash: hashOf('claim of CCCCCC'), code: 'CCCCCC', address: '192.0.2.50' },
  ...{ screenId: 's1', token: 's1.token', until: 100 },
};
const ALL: readonly Offer[] = [OPEN, TAKEN, PAIRED];

describe('offers', () => {
  it('ACC-61 are alive until their time is over; a pairing under way is waited for, not for ever', () => {
    expect(aliveOffers(ALL, 99)).toBe(ALL);
    expect(aliveOffers(ALL, 100)).toEqual([TAKEN]);
    expect(aliveOffers(ALL, 180_049)).toEqual([TAKEN]);
    expect(aliveOffers(ALL, 180_050)).toEqual([]);
  });

  it('ACC-61 are matched only while they are open', () => {
    expect(matchedOffer(ALL, 'AAAAAA')).toBe(OPEN);
    for (const code of ['BBBBBB', 'CCCCCC', 'DDDDDD', '', '__proto__']) {
      expect(matchedOffer(ALL, code), code).toBeNull();
    }
  });

  it('ACC-63 are compared all, in constant time, whichever is the one', async () => {
    const offers = ['AAAAAA', 'BBBBBB', 'CCCCCC', 'DDDDDD'].map((code) => openOffer(code));
    for (const code of ['AAAAAA', 'CCCCCC', 'DDDDDD', 'ZZZZZZ', '']) {
      expect(await comparisonsIn(() => matchedOffer(offers, code)), code).toBe(4);
      expect(await comparisonsIn(() => offerOf(offers, `claim of ${code}`)), code).toBe(4);
    }
    expect(offerOf(offers, 'claim of CCCCCC')).toBe(offers[2]);
    expect(offerOf(offers, 'claim of ZZZZZZ')).toBeNull();
  });

  it('ACC-67 are replaced by their claim, and gone when their screen has shown its token', () => {
    const paired = { ...PAIRED, claimHash: OPEN.claimHash };
    expect(withOffer(ALL, paired)).toEqual([paired, TAKEN, PAIRED]);
    expect(withOffer([TAKEN], paired)).toEqual([TAKEN]);
    expect(withoutScreen(ALL, 's1')).toEqual([OPEN, TAKEN]);
    expect(withoutScreen(ALL, 's2')).toBe(ALL);
  });
});
