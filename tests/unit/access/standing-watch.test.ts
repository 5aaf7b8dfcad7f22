import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Ended, Gate } from '../../../server/access/gate';
import type { Principal } from '../../../server/access/principal';
import { StandingWatch } from '../../../server/access/standing-watch';
import type { Log } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { MACHINE, PERSON, SCREEN } from '../../support/fake-gate';

interface Guest {
  readonly name: string;
  readonly principal: Principal;
}

interface Told {
  readonly name: string;
  readonly standing: Principal | null;
  readonly changed: boolean;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A watch over a gate that the test plays. */
function open(most = 5_000, answer: Gate['standing'] = async (principal) => principal) {
  const clock = new FakeClock();
  const told: Told[] = [];
  const logged: [level: string, fields: object][] = [];
  const note =
    (level: string) =>
    (_: string, fields: object = {}) =>
      void logged.push([level, fields]);
  const log: Log = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  };
  let listener: (changed: Ended) => void = () => {};
  const asked: string[] = [];
  const gate: Gate = {
    identify: () => Promise.reject(new Error('not asked here')),
    standing: (principal) => {
      asked.push('screenId' in principal ? principal.screenId : principal.kind);
      return answer(principal);
    },
    onChanged: (added) => {
      listener = added;
      return () => {
        listener = () => {};
      };
    },
  };
  const watch = new StandingWatch<Guest>({
    ...{ gate, clock, log, most },
    told: ({ name }, standing, changed) => told.push({ name, standing, changed }),
  });
  watches.push({ close: () => watch.close(), clock });
  return { clock, told, logged, asked, watch, tell: (changed: Ended) => listener(changed) };
}

const watches: { readonly close: () => void; readonly clock: FakeClock }[] = [];
afterEach(() => {
  for (const { close, clock } of watches.splice(0)) {
    close();
    expect(clock.pendingCount).toBe(0);
  }
});

function screens(count: number, from = 0): Guest[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `s${from + n}`,
    principal: SCREEN('main', `s${from + n}`),
  }));
}

describe('the watch over those who are seated', () => {
  it('SEC-35 asks about 5,000 who came at once, each within 4 s, and never about more than 250 in a tick', async () => {
    const { clock, asked, watch } = open();
    for (const guest of screens(5_000)) watch.add(guest);
    for (let round = 0; round < 3; round += 1) {
      const before = asked.length;
      for (let tick = 0; tick < 39; tick += 1) {
        const soFar = asked.length;
        await clock.advanceAsync(100);
        expect(asked.length - soFar).toBeLessThanOrEqual(250);
        expect(asked.length - soFar).toBeGreaterThan(0);
      }
      expect(new Set(asked.slice(before)).size).toBe(5_000);
    }
  });

  it('SEC-35 asks about each within 4 s whoever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ joining: fc.nat(60), leaving: fc.nat(60) }), { minLength: 60, maxLength: 90 }),
        async (steps) => {
          const { clock, told, watch } = open(100);
          const seated = new Map<string, { guest: Guest; askedAt: number }>();
          let made = 0;
          for (const { joining, leaving } of steps) {
            for (const guest of screens(Math.min(joining, 100 - seated.size), made)) {
              made += 1;
              seated.set(guest.name, { guest, askedAt: clock.monotonicNow() });
              watch.add(guest);
            }
            // The newest go: what is left is the oldest part of the line.
            for (const { guest } of [...seated.values()].reverse().slice(0, leaving)) {
              seated.delete(guest.name);
              watch.remove(guest);
            }
            await clock.advanceAsync(100);
            for (const { name } of told.splice(0)) {
              const seat = seated.get(name);
              if (seat !== undefined) seat.askedAt = clock.monotonicNow();
            }
            for (const { askedAt } of seated.values()) {
              expect(clock.monotonicNow() - askedAt).toBeLessThanOrEqual(4_000);
            }
          }
          watch.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('SEC-35 does not put off the last of a line from whose end the others go', async () => {
    const { clock, told, watch } = open(100);
    const guests = new Map(screens(90).map((guest) => [guest.name, guest]));
    for (const guest of guests.values()) watch.add(guest);
    for (let tick = 0; tick < 40; tick += 1) {
      await clock.advanceAsync(100);
      for (const { name } of told.splice(0)) {
        const guest = guests.get(name);
        if (guest !== undefined) watch.remove(guest);
        guests.delete(name);
      }
    }
    expect(guests.size).toBe(0);
  });

  it('SEC-35 rests while nobody is seated', () => {
    const { clock, watch } = open();
    const [guest] = screens(1) as [Guest];
    expect(clock.pendingCount).toBe(0);
    watch.add(guest);
    expect(clock.pendingCount).toBe(1);
    watch.remove(guest);
    expect(clock.pendingCount).toBe(0);
  });

  it.each<[string, Ended, readonly string[]]>([
    ['a session', { kind: 'session', sessionId: 'session-of-p1' }, ['p1']],
    ['a person', { kind: 'person', personId: 'p2' }, ['p2']],
    ['a screen', { kind: 'screen', screenId: 's1' }, ['s1']],
    ['a machine', { kind: 'machine', clientId: 'm1' }, ['m1']],
    ['somebody who is not here', { kind: 'screen', screenId: 'p1' }, []],
  ])(
    'SEC-33 asks at once about those whom the change of %s concerns, and about nobody else',
    async (_, changed, names) => {
      const { told, watch, tell } = open();
      watch.add({ name: 'p1', principal: PERSON(['admin']) });
      watch.add({ name: 'p2', principal: PERSON(['admin'], 'p2') });
      watch.add({ name: 's1', principal: SCREEN() });
      watch.add({ name: 'm1', principal: MACHINE(['kpis:read']) });
      tell(changed);
      await settle();
      expect(told.map(({ name, changed: isChange }) => [name, isChange])).toEqual(
        names.map((name) => [name, true]),
      );
    },
  );

  it('SEC-35 keeps to the bound where one change concerns very many, and then comes to them all', async () => {
    const { clock, asked, told, watch, tell } = open(1_000);
    for (let n = 0; n < 300; n += 1) watch.add({ name: `p${n}`, principal: PERSON(['admin']) });
    tell({ kind: 'person', personId: 'p1' });
    expect(asked).toHaveLength(50);
    for (let tick = 1; tick < 6; tick += 1) {
      await clock.advanceAsync(100);
      expect(asked).toHaveLength(50 * (tick + 1));
    }
    expect(new Set(told.map(({ name }) => name)).size).toBe(300);
  });

  it('SEC-33 asks again where something changes while it is being asked', async () => {
    const answers: ((standing: Principal | null) => void)[] = [];
    const { told, watch, tell, clock } = open(10, () => new Promise((resolve) => answers.push(resolve)));
    watch.add({ name: 's1', principal: SCREEN() });
    clock.advance(100);
    tell({ kind: 'screen', screenId: 's1' });
    tell({ kind: 'screen', screenId: 's1' });
    answers[0]?.(SCREEN());
    await settle();
    answers[1]?.(null);
    await settle();
    expect(told).toEqual([
      { name: 's1', standing: SCREEN(), changed: false },
      { name: 's1', standing: null, changed: true },
    ]);
    expect(answers).toHaveLength(2);
  });

  it.each<[string, Gate['standing']]>([
    ['rejects', () => Promise.reject(new Error('the store is shut'))],
    [
      'throws',
      () => {
        throw new Error('the store is shut');
      },
    ],
  ])(
    'SEC-36 says nothing of anybody where the gate %s, and logs that twice a minute at most',
    async (_, answer) => {
      const { clock, told, logged, asked, watch } = open(100, answer);
      for (const guest of screens(90)) watch.add(guest);
      await clock.advanceAsync(61_000, 100);
      expect(told).toEqual([]);
      expect(asked.length).toBeGreaterThan(1_500);
      expect(logged.map(([level]) => level)).toEqual(['warn', 'error', 'error']);
      expect(logged[0]?.[1]).toMatchObject({ reason: 'the store is shut' });
    },
  );

  it('SEC-36 asks anew where the gate never answers, holds one question open, and hears no late answer', async () => {
    const answers: ((standing: Principal | null) => void)[] = [];
    const { clock, told, logged, watch } = open(10, () => new Promise((resolve) => answers.push(resolve)));
    watch.add({ name: 's1', principal: SCREEN() });
    await clock.advanceAsync(10_000, 100);
    expect(answers).toHaveLength(1);
    await clock.advanceAsync(4_000, 100);
    expect(answers).toHaveLength(2);
    answers[0]?.(null);
    await settle();
    expect(told).toEqual([]);
    answers[1]?.(SCREEN());
    await settle();
    expect(told).toHaveLength(1);
    expect(logged.length).toBeGreaterThan(0);
  });

  it('SEC-37 tells nothing of who has left while the gate was asked', async () => {
    const answers: ((standing: Principal | null) => void)[] = [];
    const { clock, told, watch } = open(10, () => new Promise((resolve) => answers.push(resolve)));
    const [guest] = screens(1) as [Guest];
    watch.add(guest);
    await clock.advanceAsync(100);
    watch.remove(guest);
    answers[0]?.(null);
    await settle();
    expect(told).toEqual([]);
  });
});
