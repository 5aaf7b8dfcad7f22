import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertLevel } from '../../../lib/contracts/alert';
import { MAX_SENSORS } from '../../../server/alerts/device-row';
import type { Incoming } from '../../../server/alerts/incoming';
import { decideBatch } from '../../../server/alerts/ledger-decide';
import { LedgerMemory } from '../../../server/alerts/ledger-memory';
import type { StoredAlert } from '../../../server/store/alert-ports';
import { cleared, HOUR, presence, raised, START } from './ledger-stage';

/** A ledger without a store: every batch decided and moved; it knows every id that it ever saw. */
function played(batches: readonly (readonly Incoming[])[], maxDevices = 100) {
  const memory = new LedgerMemory(maxDevices);
  const rows = new Map<string, StoredAlert>();
  const deliveries: string[] = [];
  const counts = { repeated: 0, strangers: 0, refused: 0 };
  for (const batch of batches) {
    const decision = decideBatch(memory, batch, {
      known: new Set(rows.keys()),
      now: START,
      levelsToForward: new Set<AlertLevel>(['critical']),
      nextSeq: deliveries.length + 1,
      newId: () => 'r',
    });
    memory.apply(decision);
    for (const { after } of decision.alerts) if (after !== null) rows.set(after.id, after);
    deliveries.push(...decision.deliveries.map(({ seq, alertId }) => `${seq} ${alertId}`));
    counts.repeated += decision.repeatedCount;
    counts.strangers += decision.strangerCount;
    counts.refused += decision.refusals.length;
  }
  const states = Object.fromEntries([...rows.values()].map(({ id, state }) => [id, state]));
  return { memory, rows, states, deliveries, counts, devices: [...memory.devices()] };
}

const play = (...batch: Incoming[]) => played([batch]);
const states = (...batch: Incoming[]) => Object.values(play(...batch).states);
const AHEAD = 1_000 * HOUR;

describe('what a message clears', () => {
  it('ALERT-22 is all that is active of that device and sensor, raised at or before it', () => {
    const { rows } = play(
      raised('d', 0),
      raised('d', 5),
      raised('d', 6),
      raised('d', 1, { sensorType: 'door' }),
      raised('e', 1),
      cleared('d', 5, { by: 'threshold' }),
    );
    expect(
      [...rows.values()].map(({ id, state, clearedBy, clearedAt }) => [id, state, clearedBy, clearedAt]),
    ).toEqual([
      ['d/temperature/0', 'cleared-unacknowledged', 'threshold', START + 5],
      ['d/temperature/5', 'cleared-unacknowledged', 'threshold', START + 5],
      ['d/temperature/6', 'active-unacknowledged', null, null],
      ['d/door/1', 'active-unacknowledged', null, null],
      ['e/temperature/1', 'active-unacknowledged', null, null],
    ]);
  });

  it('ALERT-22 holds for what comes late: it is stored as cleared, by the newest clearing of its sensor', () => {
    const { rows, deliveries } = play(cleared('d', 7), cleared('d', 3), raised('d', 5), raised('d', 8));
    const [late, later] = [...rows.values()];
    expect(late).toMatchObject({
      state: 'cleared-unacknowledged',
      clearedBy: 'normal',
      clearedAt: START + 7,
    });
    expect(later).toMatchObject({ state: 'active-unacknowledged', clearedAt: null });
    expect(deliveries).toEqual(['1 d/temperature/8']);
  });

  it('ALERT-22 clears in the same way in the same batch, in a later one, and again', () => {
    const [a, b, c] = [raised('d', 0), cleared('d', 1), raised('d', 2)];
    const expected = {
      'd/temperature/0': 'cleared-unacknowledged',
      'd/temperature/2': 'active-unacknowledged',
    };
    expect(played([[a, b, c]]).states).toEqual(expected);
    expect(played([[a], [b], [c], [b], [a, b]]).states).toEqual(expected);
  });

  it('ALERT-22 never says that an alert was over before it began', () => {
    const old = raised('d', -50 * HOUR, { raisedAt: START, clockSkewMs: -50 * HOUR });
    const { rows } = play(old, cleared('d', -1 * HOUR));
    expect([...rows.values()][0]).toMatchObject({ state: 'cleared-unacknowledged', clearedAt: START });
  });
});

describe('clocks beyond belief', () => {
  const skewed = { clockSkewMs: AHEAD };
  it.each([
    [
      'an alert ahead counts from when it came',
      [raised('d', AHEAD, { ...skewed, raisedAt: START }), cleared('d', 1)],
      ['cleared-unacknowledged'],
    ],
    [
      'also where its clearing came before',
      [cleared('d', 1), raised('d', AHEAD, { ...skewed, raisedAt: START + 2 })],
      ['active-unacknowledged'],
    ],
    [
      'a clearing ahead is not remembered',
      [cleared('d', AHEAD, skewed), raised('d', 1)],
      ['active-unacknowledged'],
    ],
    ['but clears what is there', [raised('d', 1), cleared('d', AHEAD, skewed)], ['cleared-unacknowledged']],
    [
      'and of the same clock only what was before it',
      [raised('d', AHEAD + 5, { ...skewed, raisedAt: START }), cleared('d', AHEAD, skewed)],
      ['active-unacknowledged'],
    ],
    [
      'a clearing of 1970 clears nothing of now',
      [raised('d', 1), cleared('d', -START, { clockSkewMs: -START })],
      ['active-unacknowledged'],
    ],
  ])('ALERT-23 %s', (_, batch, expected) => {
    expect(states(...batch)).toEqual(expected);
  });
});

describe('what is known of a device', () => {
  it('ALERT-24 completes what it left out, and follows what it says', () => {
    const { rows, devices } = play(
      raised('d', 0, { product: 'X', firmwareVersion: '3.1', site: 'Oslo' }),
      raised('d', 1, { firmwareVersion: '3.2' }),
      raised('d', 2, { clockSkewMs: 7 }),
    );
    const traits = { deviceId: 'd', product: 'X', firmwareVersion: '3.2', site: 'Oslo' };
    expect([...rows.values()].slice(1)).toMatchObject([traits, traits]);
    expect(devices).toEqual([
      {
        ...traits,
        connection: 'unknown',
        connectionSince: null,
        lastAlertAt: START + 2,
        clockSkewMs: 7,
        clearedThrough: [],
      },
    ]);
  });

  it('ALERT-33 is what its last status says, also of a device that was never heard of', () => {
    const { devices } = play(
      presence('d', 'offline', 1),
      presence('d', 'offline', 2),
      presence('e', 'online', 3),
    );
    expect(
      devices.map(({ deviceId, connection, connectionSince }) => [deviceId, connection, connectionSince]),
    ).toEqual([
      ['d', 'offline', START + 1],
      ['e', 'online', START + 3],
    ]);
  });

  it('ALERT-33 changes nothing when a status is repeated', () => {
    const { memory } = play(presence('d', 'offline'));
    const context = {
      known: new Set<string>(),
      now: START,
      levelsToForward: new Set<AlertLevel>(),
      nextSeq: 1,
      newId: () => '',
    };
    expect(decideBatch(memory, [presence('d', 'offline', 9)], context).devices).toEqual([]);
    expect(decideBatch(memory, [presence('d', 'online', 9)], context).devices).toHaveLength(1);
  });

  it('ALERT-34 is the newest clearing of so many sensors, the oldest forgotten first', () => {
    const sensors = Array.from({ length: MAX_SENSORS + 1 }, (_, n) =>
      cleared('d', n, { sensorType: `s${n}` }),
    );
    const [device] = play(...sensors, cleared('d', 2, { sensorType: 's5' })).devices;
    expect(device?.clearedThrough).toHaveLength(MAX_SENSORS);
    expect(device?.clearedThrough.some(([sensor]) => sensor === 's0')).toBe(false);
    expect(device?.clearedThrough.find(([sensor]) => sensor === 's5')?.[1]).toBe(START + 5);
  });

  it('ALERT-32 is nothing where all places are taken, but its alerts are stored, cleared and handed on', () => {
    const batch = [
      raised('a', 0),
      raised('b', 0),
      raised('c', 0),
      presence('c', 'offline'),
      cleared('b', 1),
      presence('a', 'offline'),
    ];
    for (const { devices, states: stored, counts, deliveries } of [
      played([batch], 1),
      played(
        batch.map((one) => [one]),
        1,
      ),
    ]) {
      expect(devices.map(({ deviceId, connection }) => [deviceId, connection])).toEqual([['a', 'offline']]);
      expect(Object.values(stored)).toEqual([
        'active-unacknowledged',
        'cleared-unacknowledged',
        'active-unacknowledged',
      ]);
      expect([counts.strangers, deliveries.length]).toEqual([4, 3]);
    }
  });
});

describe('a batch', () => {
  const message = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 'b', '__proto__'),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('x', 'y'),
        fc.constantFrom('critical' as const, 'info' as const),
      )
      .map(([device, time, sensorType, level]) => raised(device, time, { sensorType, level })),
    fc
      .tuple(
        fc.constantFrom('a', 'b', '__proto__'),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('x', 'y'),
      )
      .map(([device, time, sensorType]) => cleared(device, time, { sensorType })),
    fc
      .tuple(fc.constantFrom('a', 'c'), fc.constantFrom('online' as const, 'offline' as const))
      .map(([device, to]) => presence(device, to)),
  );

  it('ALERT-25 cut anywhere gives the same', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 25 }),
        fc.array(fc.integer({ min: 0, max: 25 })),
        (batch, cuts) => {
          const at = [0, ...cuts.sort((x, y) => x - y), batch.length];
          const parts = at.map((from, n) => batch.slice(from, Math.max(from, at[n + 1] ?? batch.length)));
          const [whole, cut] = [play(...batch), played(parts)];
          expect(cut.rows).toEqual(whole.rows);
          expect(cut.deliveries).toEqual(whole.deliveries);
          expect(cut.devices).toEqual(whole.devices);
          expect(cut.counts).toEqual(whole.counts);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('ALERT-22 ends with the same open alerts in whatever order the messages of a device come', () => {
    const some = fc.array(message, { maxLength: 12 });
    fc.assert(
      fc.property(
        some.chain((batch) =>
          fc.tuple(fc.constant(batch), fc.shuffledSubarray(batch, { minLength: batch.length })),
        ),
        ([batch, shuffled]) => {
          // The level is the first delivery's: the same id twice with two levels is no order's fault.
          const unique = (list: readonly Incoming[]) =>
            list.filter((one) => one.kind !== 'raised' || one.level === 'critical');
          expect(play(...unique(shuffled)).states).toEqual(play(...unique(batch)).states);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('ALERT-35 keeps a refused message beside the good ones', () => {
    const refused: Incoming = {
      kind: 'refused',
      topic: 't',
      reason: 'not-json',
      detail: 'x',
      bytes: 3,
      text: '{',
      receivedAt: START,
    };
    const memory = new LedgerMemory(9);
    const context = {
      known: new Set<string>(),
      now: START,
      levelsToForward: new Set<AlertLevel>(),
      nextSeq: 1,
      newId: () => 'r1',
    };
    const { refusals, alerts } = decideBatch(memory, [refused, raised('d', 0)], context);
    expect(refusals).toEqual([
      { id: 'r1', at: START, topic: 't', reason: 'not-json', detail: 'x', bytes: 3, text: '{' },
    ]);
    expect(alerts).toHaveLength(1);
  });
});
