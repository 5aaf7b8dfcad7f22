import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRatePacer, type Lane } from '../../../server/genesys/rate-pacer';
import { FakeClock } from '../../support/fake-clock';

/** Asks for so many calls in each lane; gives the lanes in the order and at the times they went out. */
function run(wanted: Partial<Record<Lane, number>>) {
  const clock = new FakeClock();
  const pacer = createRatePacer(clock);
  const sent: { lane: Lane; at: number }[] = [];
  for (const lane of ['reconcile', 'backfill', 'link'] as const) {
    for (let i = 0; i < (wanted[lane] ?? 0); i++) {
      void pacer.acquire(lane).then((may) => may && sent.push({ lane, at: clock.monotonicNow() }));
    }
  }
  return { clock, pacer, sent };
}

function mostInAnyMinute(times: readonly number[]): number {
  return Math.max(
    0,
    ...times.map((start) => times.filter((at) => at >= start && at < start + 60_000).length),
  );
}

describe('rate pacer', () => {
  it('GEN-38 sends at most 300 calls in any minute, and of reconciliation at most 30', async () => {
    const count = fc.nat(400);
    await fc.assert(
      fc.asyncProperty(count, count, count, async (link, backfill, reconcile) => {
        const { clock, pacer, sent } = run({ link, backfill, reconcile });
        await clock.advanceAsync(200_000, 250);
        expect(mostInAnyMinute(sent.map(({ at }) => at))).toBeLessThanOrEqual(300);
        expect(
          mostInAnyMinute(sent.filter(({ lane }) => lane === 'reconcile').map(({ at }) => at)),
        ).toBeLessThanOrEqual(30);
        expect(sent.filter(({ lane }) => lane === 'link')).toHaveLength(link);
        pacer.stop();
        expect(clock.pendingCount).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it('GEN-38 channels go before backfills, backfills before reconciliation', async () => {
    const { clock, pacer, sent } = run({ link: 0, backfill: 90, reconcile: 0 });
    void pacer.acquire('reconcile').then(() => sent.push({ lane: 'reconcile', at: clock.monotonicNow() }));
    void pacer.acquire('link').then(() => sent.push({ lane: 'link', at: clock.monotonicNow() }));
    await clock.advanceAsync(20_000, 250);
    const order = sent.slice(60).map(({ lane }) => lane);
    expect(order[0]).toBe('link');
    expect(order.at(-1)).toBe('reconcile');
    pacer.stop();
  });

  it('DEV-103 an agent who looks at his interaction goes before backfills, what is written into it after them', async () => {
    const { clock, pacer, sent } = run({ backfill: 65 });
    for (const lane of ['reconcile', 'transcript', 'agent', 'link'] as const) {
      void pacer.acquire(lane).then(() => sent.push({ lane, at: clock.monotonicNow() }));
    }
    await clock.advanceAsync(20_000, 250);
    const order = [...new Set(sent.slice(60).map(({ lane }) => lane))];
    expect(order).toEqual(['link', 'agent', 'backfill', 'transcript', 'reconcile']);
    pacer.stop();
  });

  it('GEN-39 nobody sends while the platform asks to wait', async () => {
    const { clock, pacer, sent } = run({ link: 0, backfill: 0, reconcile: 0 });
    pacer.hold(7_000);
    void pacer.acquire('link').then(() => sent.push({ lane: 'link', at: clock.monotonicNow() }));
    await clock.advanceAsync(6_999);
    expect(sent).toEqual([]);
    await clock.advanceAsync(1);
    expect(sent).toEqual([{ lane: 'link', at: 7_000 }]);
    pacer.stop();
  });

  it('GEN-38 stopping lets nobody wait for ever, and the line has an end', async () => {
    const clock = new FakeClock();
    const pacer = createRatePacer(clock);
    const answers = Array.from({ length: 1_100 }, () => pacer.acquire('backfill'));
    pacer.stop();
    const allowed = (await Promise.all(answers)).filter(Boolean);
    expect(allowed).toHaveLength(60);
    expect(await pacer.acquire('link')).toBe(false);
  });
});
