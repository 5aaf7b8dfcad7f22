import { afterEach, describe, expect, it } from 'vitest';
import { differences, type Stage, type StageOptions, setStage } from './stage';

let stage: Stage | null = null;

async function start(options: StageOptions = {}): Promise<Stage> {
  stage = await setStage(options);
  stage.source.start();
  return stage;
}

async function startLive(options: StageOptions = {}): Promise<Stage> {
  const started = await start(options);
  await started.until('live', () => started.source.status().state === 'live');
  return started;
}

/** The stream says at most one frame a topic and second: the books are reached within two. */
async function expectBooks(on: Stage): Promise<void> {
  await on.until('figures equal the books', () => differences(on).length === 0);
}

afterEach(async () => {
  await stage?.stop();
  expect(stage?.clock.pendingCount ?? 0).toBe(0);
  stage = null;
});

describe('collector and simulated platform', () => {
  it('GEN-1 signs in, finds the queues, goes live and follows the books', async () => {
    const on = await start();
    expect(on.source.status()).toMatchObject({ state: 'connecting', message: null });
    await on.until('live', () => on.source.status().state === 'live');
    expect(on.source.status()).toMatchObject({
      message: null,
      channels: { live: 1, total: 1 },
      topics: { subscribed: 8, rejected: 0 },
    });
    expect(on.ledger.live.size).toBe(4);
    expect(on.ledger.of('queuesListed')[0]?.queues).toHaveLength(4);
    expect(on.ledger.of('presencesListed')[0]?.presences.length).toBeGreaterThan(2);
    await expectBooks(on);
    await on.pass(60_000);
    await expectBooks(on);
    expect(on.ledger.events.some((event) => 'origin' in event && event.origin === 'live')).toBe(true);
    expect(await on.metric('floorcast_frames_total')).toBeGreaterThan(10);
  });

  it('GEN-30 nothing is called live before both scopes of its queue are complete', async () => {
    const { ledger } = await startLive();
    const restored = ledger.events.findIndex(({ kind }) => kind === 'linkRestored');
    const before = ledger.events.slice(0, restored);
    const scopes = before.flatMap((event) =>
      event.kind === 'snapshotCompleted' ? [`${event.queueId} ${event.scope.kind}`] : [],
    );
    expect(new Set(scopes).size).toBe(2 * ledger.live.size);
    expect(before.every((event) => !('reason' in event) || event.reason === 'backfill')).toBe(true);
  });

  it.each([1, 2, 3])('GEN-31 a cut is said at once and healed by a backfill, try %i', async (round) => {
    const on = await startLive();
    await on.pass(round * 700);
    on.simulator.faults.inject({ kind: 'cutSockets' });
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    expect(on.ledger.live.size).toBe(0);
    expect(on.source.status()).toMatchObject({ state: 'down', channels: { live: 0, total: 1 } });
    const [lost] = on.ledger.of('linkLost');
    expect(lost?.heardAt).toBeLessThanOrEqual(lost?.at ?? 0);
    await on.until('live again', () => on.source.status().state === 'live');
    expect(on.ledger.of('linkRestored')).toHaveLength(2);
    await expectBooks(on);
  });
});
