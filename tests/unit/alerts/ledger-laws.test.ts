import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayStart } from '../../../lib/day';
import { AlertGroups } from '../../../server/alerts/alert-groups';
import { createDeviceMap } from '../../../server/alerts/device-map';
import type { Incoming } from '../../../server/alerts/incoming';
import type { MemoryAlertStore } from '../../support/memory-alert-store';
import { cleared, type Figures, figures, HOUR, presence, raised, Stage } from './ledger-stage';

const RULES = [
  { queueId: 'q-x', product: 'X' },
  { queueId: 'q-north', site: 'N*' },
];
const OTHER_RULES = [{ queueId: 'q-x', deviceId: 'b' }];

const deviceId = fc.constantFrom('a', 'b', 'c', '__proto__');
const sensorType = fc.constantFrom('x', 'y');
const traits = fc.record({
  product: fc.constantFrom(null, 'X', 'Y'),
  site: fc.constantFrom(null, 'North', 'South'),
});
/** Some of them of yesterday. */
const time = fc.constantFrom(-30, -12, -9.1, -1, 0, 0.3, 0.5).map((hours) => hours * HOUR);
const message: fc.Arbitrary<Incoming> = fc.oneof(
  fc
    .tuple(deviceId, time, sensorType, traits)
    .map(([device, at, sensor, said]) => raised(device, at, { sensorType: sensor, ...said })),
  fc
    .tuple(deviceId, time, sensorType, traits)
    .map(([device, at, sensor, said]) => cleared(device, at, { sensorType: sensor, ...said })),
  fc
    .tuple(deviceId, fc.constantFrom('online' as const, 'offline' as const))
    .map(([device, to]) => presence(device, to)),
);

type Step =
  | { readonly kind: 'take'; readonly batch: readonly Incoming[] }
  | { readonly kind: 'again'; readonly part: number }
  | { readonly kind: 'acknowledge'; readonly part: number }
  | { readonly kind: 'fails'; readonly batch: readonly Incoming[]; readonly late: boolean }
  | { readonly kind: 'restart' }
  | { readonly kind: 'rules'; readonly other: boolean }
  | { readonly kind: 'wait'; readonly hours: number };

const batch = fc.array(message, { maxLength: 6 });
const part = fc.double({ min: 0, max: 0.999, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: batch.map((some): Step => ({ kind: 'take', batch: some })) },
  part.map((from): Step => ({ kind: 'again', part: from })),
  part.map((at): Step => ({ kind: 'acknowledge', part: at })),
  fc.tuple(batch, fc.boolean()).map(([some, late]): Step => ({ kind: 'fails', batch: some, late })),
  fc.constant<Step>({ kind: 'restart' }),
  fc.boolean().map((other): Step => ({ kind: 'rules', other })),
  fc.constantFrom(0.2, 5, 16).map((hours): Step => ({ kind: 'wait', hours })),
);

interface Played {
  stage: Stage;
  readonly sent: Incoming[];
  rules: typeof RULES | typeof OTHER_RULES;
}

async function perform(played: Played, one: Step): Promise<void> {
  const { stage, sent } = played;
  switch (one.kind) {
    case 'take':
      sent.push(...one.batch);
      return stage.take(...one.batch);
    case 'again':
      return stage.take(...sent.slice(Math.floor(one.part * sent.length)));
    case 'acknowledge': {
      const ids = [...stage.store.alerts.keys()];
      await stage.desk.acknowledge({ ids: ids.slice(Math.floor(one.part * ids.length)), note: '' }, 'Ada');
      return;
    }
    case 'fails': {
      stage.store[one.late ? 'lateFailure' : 'failure'] = new Error('disk full');
      await stage.take(...one.batch).catch(() => {});
      Object.assign(stage.store, { failure: null, lateFailure: null });
      sent.push(...one.batch);
      return stage.take(...one.batch);
    }
    case 'restart':
      played.stage = await stage.restarted({ rules: played.rules, maxAgeMs: 40 * HOUR });
      return;
    case 'rules':
      played.rules = one.other ? OTHER_RULES : RULES;
      return stage.desk.setRules(played.rules);
    case 'wait':
      await stage.clock.advanceAsync(one.hours * HOUR, 0.5 * HOUR);
  }
}

/** The figures that the store's rows give, gone through from scratch. */
function recounted(
  store: MemoryAlertStore,
  rules: Played['rules'],
  now: number,
): ReadonlyMap<string, Figures> {
  const map = createDeviceMap(rules);
  const sums = new Map<string, Record<keyof Figures, number>>();
  const add = (id: string, what: readonly (keyof Figures)[]) => {
    const device = store.deviceRows.get(id);
    if (device === undefined || what.length === 0) return;
    const queueId = map.queueOf(device);
    for (const key of [queueId === null ? 'unmapped' : `queue:${queueId}`, `site:${device.site}`]) {
      if (key === 'site:null') continue;
      const sum = sums.get(key) ?? { ...figures() };
      for (const name of what) sum[name]++;
      sums.set(key, sum);
    }
  };
  for (const { deviceId: id, connection } of store.deviceRows.values())
    if (connection === 'offline') add(id, ['offline']);
  for (const alert of store.alerts.values()) {
    if (alert.state.startsWith('active')) add(alert.deviceId, [alert.level]);
    if (alert.state === 'active-unacknowledged') add(alert.deviceId, ['unacknowledged']);
    if (alert.raisedAt >= dayStart(now, 'UTC')) add(alert.deviceId, ['today']);
  }
  return sums;
}

describe('whatever comes, in whatever order', () => {
  const plays = fc.array(step, { maxLength: 12 });

  it('ALERT-41 the figures told are those of the store, counted from scratch', async () => {
    await fc.assert(
      fc.asyncProperty(plays, async (steps) => {
        const played: Played = {
          stage: await new Stage({ rules: RULES, maxAgeMs: 40 * HOUR }).start(),
          sent: [],
          rules: RULES,
        };
        for (const one of steps) {
          await perform(played, one);
          await played.stage.settle();
          const { store, clock } = played.stage;
          expect(played.stage.figures()).toEqual(recounted(store, played.rules, clock.now()));
        }
        await played.stage.stop();
      }),
      { numRuns: 80 },
    );
  });

  it('ALERT-47 the groups shown are those of the store’s open alerts, put together from scratch', async () => {
    await fc.assert(
      fc.asyncProperty(plays, async (steps) => {
        const played: Played = {
          stage: await new Stage({ rules: RULES, maxAgeMs: 40 * HOUR }).start(),
          sent: [],
          rules: RULES,
        };
        for (const one of steps) {
          await perform(played, one);
          await played.stage.settle();
          const { store, desk } = played.stage;
          const map = createDeviceMap(played.rules);
          const groups = new AlertGroups((id) => {
            const device = store.deviceRows.get(id);
            return device === undefined ? null : map.queueOf(device);
          });
          for (const after of store.alerts.values()) groups.change({ before: null, after });
          expect(desk.frame()).toMatchObject(groups.list(50));
        }
        await played.stage.stop();
      }),
      { numRuns: 80 },
    );
  });

  it('ALERT-21 each alert is there once, and handed on once, however often all of it comes again and over restarts', async () => {
    const quiet = fc.array(message, { minLength: 1, maxLength: 20 });
    const repeats = fc.array(fc.tuple(fc.nat(19), fc.nat(19), fc.boolean()), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(quiet, repeats, async (sent, again) => {
        // As a broker does it: after a cut everything from some point on comes again, in its order.
        const once = await new Stage().start();
        for (const one of sent) await once.take(one);
        await once.stop();
        let stage = await new Stage().start();
        for (const [n, one] of sent.entries()) {
          await stage.take(one);
          for (const [at, back, withRestart] of again.filter(([at]) => at === n)) {
            if (withRestart) stage = await stage.restarted();
            await stage.take(...sent.slice(Math.max(0, at - back), at + 1));
          }
        }
        await stage.stop();
        const traitless = (store: MemoryAlertStore) =>
          [...store.alerts.values()].map(({ id, state, clearedAt, clearedBy }) => ({
            id,
            state,
            clearedAt,
            clearedBy,
          }));
        expect(traitless(stage.store)).toEqual(traitless(once.store));
        expect([...stage.store.deliveryRows.keys()]).toEqual([...once.store.deliveryRows.keys()]);
        const ids = sent.flatMap((one) => (one.kind === 'raised' ? one.id : []));
        expect(new Set(stage.store.alerts.keys())).toEqual(new Set(ids));
        expect(stage.store.units.flatMap(({ newAlerts }) => newAlerts)).toHaveLength(new Set(ids).size);
      }),
      { numRuns: 200 },
    );
  });

  it('ALERT-44 a restart tells the same figures again, as caught up, and the same groups', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (sent) => {
        const stage = await new Stage({ rules: RULES }).start();
        await stage.take(...sent);
        await stage.settle();
        const fresh = await stage.restarted({ rules: RULES });
        await fresh.settle();
        expect(fresh.figures()).toEqual(stage.figures());
        expect(fresh.desk.frame()).toEqual(stage.desk.frame());
        for (const event of fresh.told)
          expect(event).toMatchObject({ origin: 'backfill', observedAt: expect.any(Number) });
        await fresh.stop();
      }),
      { numRuns: 100 },
    );
  });
});

it('ALERT-44 what changes after a restart is told as live, whether there was anything before or not', async () => {
  let stage = await new Stage().start();
  for (const time of [0, 1]) {
    await stage.settle();
    await stage.take(raised('a', time));
    await stage.settle();
    expect(stage.told.at(-1)).toMatchObject({ origin: 'live', observedAt: expect.any(Number) });
    stage = await stage.restarted();
  }
  await stage.stop();
});
