import { afterEach, describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { queueId } from '../../../lib/ids';
import { observationsTopic } from '../../../server/genesys/topics';
import { CLIENT, differences, type Stage, type StageOptions, setStage } from './stage';

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

/** How many channels the platform holds for our client. */
async function channelCount({ simulator: { url } }: Stage): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const login = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  const { access_token } = await login.json();
  const headers = { authorization: `Bearer ${access_token}` };
  const { entities } = await (
    await fetch(`${url}/api/v2/notifications/channels?includechannels=oauthclient`, { headers })
  ).json();
  return entities.length;
}

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

  it('GEN-13 silence is seen within 45 s, and healed by the same channel', async () => {
    const on = await startLive();
    const fault = on.simulator.faults.inject({ kind: 'silence' });
    const silentSince = on.clock.now();
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    expect(on.clock.now() - silentSince).toBeLessThan(45_000);
    const [lost] = on.ledger.of('linkLost');
    expect((lost?.at ?? 0) - (lost?.heardAt ?? 0)).toBeGreaterThanOrEqual(35_000);
    on.simulator.faults.clear(fault.id);
    await on.until('live again', () => on.source.status().state === 'live');
    expect(await channelCount(on)).toBe(1);
    await expectBooks(on);
  });

  it('GEN-12 quiet queues keep their channel: heartbeats and pongs are life', async () => {
    const on = await startLive({
      simulator: { world: { kind: 'made-up', queues: 2, seed: 1, warmUp: false, callsPerHour: 0.001 } },
    });
    await on.pass(180_000);
    expect(on.ledger.of('linkLost')).toEqual([]);
    expect(on.source.status().state).toBe('live');
  });

  it('GEN-16 an announced closing is not noticed by anybody', async () => {
    const on = await startLive();
    const backfills = on.ledger.of('snapshotCompleted').length;
    on.simulator.faults.inject({ kind: 'announceClosing', closeAfterMs: 5_000 });
    await on.until(
      'caught up again',
      () =>
        on.ledger.of('snapshotCompleted').filter(({ reason }) => reason === 'backfill').length >=
        2 * backfills,
    );
    await on.pass(8_000);
    expect(on.ledger.of('linkLost')).toEqual([]);
    expect(on.source.status().state).toBe('live');
    expect(await on.metric('floorcast_channel_reconnects_total')).toBe(0);
    await expectBooks(on);
  });

  it('GEN-18 a topic that the platform dropped is subscribed to anew', async () => {
    const on = await startLive();
    const dropped = observationsTopic(queueId(on.simulator.truth().queues[0]?.id ?? ''));
    on.simulator.faults.inject({ kind: 'loseTopic', topic: dropped });
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    await on.until('live again', () => on.source.status().state === 'live');
    expect(await channelCount(on)).toBe(1);
    await on.pass(5_000);
    await expectBooks(on);
  });

  it('GEN-14 an evicted channel is reported and made anew', async () => {
    const on = await startLive();
    on.simulator.faults.inject({ kind: 'evictChannel' });
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    await on.until('all live', () => on.ledger.live.size === 4);
    expect(await channelCount(on)).toBe(1);
    expect(on.source.status().message).toMatch(/evicted 1 channel/);
    expect(await on.metric('floorcast_channel_evictions_total')).toBe(1);
    await expectBooks(on);
  });

  it('GEN-13 a refused handshake is tried at the same address until it is taken', async () => {
    const on = await startLive();
    on.simulator.faults.inject({ kind: 'refuseHandshakes', status: 503, times: 3 });
    on.simulator.faults.inject({ kind: 'cutSockets' });
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    await on.until('live again', () => on.source.status().state === 'live');
    await expectBooks(on);
  });

  it('GEN-17 outlives the end of its channel by renewing before', async () => {
    const on = await startLive({ simulator: { limits: { channelLifetimeMs: 120_000 } } });
    await on.pass(400_000);
    expect(on.ledger.of('linkLost')).toEqual([]);
    expect(on.source.status().state).toBe('live');
  });

  it('GEN-4 renews its token before the end and after a 401', async () => {
    const on = await startLive({ simulator: { tokenLifetimeSeconds: 60 } });
    on.simulator.faults.inject({ kind: 'revokeTokens' });
    await on.until('live again', () => on.ledger.live.size === 4);
    on.simulator.faults.inject({ kind: 'cutSockets' });
    await on.until('lost', () => on.ledger.live.size === 0);
    await on.until('live again', () => on.source.status().state === 'live');
    await on.pass(180_000);
    expect(on.source.status().state).toBe('live');
    await expectBooks(on);
  });

  it.each([
    { fault: { kind: 'restError', status: 429, retryAfterSeconds: 3, times: 3 } },
    { fault: { kind: 'restError', status: 429, times: 2 } },
    { fault: { kind: 'restError', status: 503, times: 4 } },
    { fault: { kind: 'restError', status: 500, times: 4 } },
    { fault: { kind: 'restError', status: 401, times: 1 } },
    { fault: { kind: 'brokenBody', mode: 'html', times: 3 } },
    { fault: { kind: 'brokenBody', mode: 'truncated', times: 3 } },
    { fault: { kind: 'brokenBody', mode: 'empty', times: 3 } },
    { fault: { kind: 'slowBody', delayMs: 45_000, times: 2 } },
  ] as const)('GEN-32 comes up, and back after a cut, through $fault', async ({ fault }) => {
    const on = await start();
    on.simulator.faults.inject(fault);
    await on.until('live', () => on.source.status().state === 'live');
    on.simulator.faults.inject(fault);
    on.simulator.faults.inject({ kind: 'cutSockets' });
    await on.until('lost', () => on.ledger.live.size === 0);
    await on.until('live again', () => on.source.status().state === 'live');
    await expectBooks(on);
  });

  it('GEN-23 bad frames are counted and harm nothing', async () => {
    const on = await startLive();
    for (const mode of ['bitFlip', 'wrongTypes', 'truncate', 'binary'] as const) {
      on.simulator.faults.inject({ kind: 'frames', mode, probability: 0.5, times: 15 });
    }
    await on.pass(60_000);
    on.simulator.faults.clear();
    on.simulator.faults.inject({ kind: 'cutSockets' });
    await on.until('lost', () => on.ledger.of('linkLost').length > 0);
    await on.until('live again', () => on.source.status().state === 'live');
    await expectBooks(on);
    const text = await on.metrics.expose();
    const sums = [...text.matchAll(/^floorcast_frames_rejected_total\{reason="(\w+)"\} (\d+)$/gm)];
    const rejected = sums.reduce((sum, [, , count]) => sum + Number(count), 0);
    expect(rejected).toBeGreaterThan(0);
    const parts =
      (await on.metric('floorcast_frames_applied_total')) +
      (await on.metric('floorcast_frames_ignored_total'));
    expect(await on.metric('floorcast_frames_total')).toBe(parts + rejected);
  });

  it('GEN-9 connects nowhere that the operator did not allow', async () => {
    const on = await start({ source: { allowPlainSocketsTo: [] } });
    await on.until('down', () => on.source.status().state === 'down');
    expect(on.source.status().message).toMatch(
      /refused to connect: plain sockets to 127\.0\.0\.1 are not allowed/,
    );
    expect(on.ledger.live.size).toBe(0);
  });

  it('GEN-40 wrong credentials are said, and tried again for ever', async () => {
    const on = await start({ source: { clients: [{ id: CLIENT.id, secret: 'wrong' }] } });
    await on.until('down', () => on.source.status().state === 'down');
    expect(on.source.status().message).toMatch(
      /refused the client id or secret at .*GENESYS_CLIENT_ID.*region/,
    );
    const asked = await on.metric('floorcast_rest_calls_total{status="2xx"}');
    await on.pass(120_000);
    expect(on.source.status().state).toBe('down');
    expect(asked || 0).toBe(0);
  });

  it('GEN-40 missing rights name the permission and the topics', async () => {
    const on = await start({ simulator: { missingPermissions: ['analytics:queueObservation:view'] } });
    await on.until('down', () => on.source.status().state === 'down');
    expect(on.source.status().message).toMatch(/analytics:queueObservation:view.*v2\.analytics\.queues\./);
    expect(on.ledger.live.size).toBe(0);
  });

  it('GEN-8 a refused topic leaves its queue out of the live ones, and says so', async () => {
    const first = await setStage();
    const forbidden = first.simulator.truth().queues[0]?.id ?? '';
    await first.stop();
    const on = await start({ simulator: { forbiddenQueueIds: [forbidden] } });
    await on.until('others live', () => on.ledger.live.size === 3);
    expect([...on.ledger.live]).not.toContain(forbidden);
    expect(on.source.status()).toMatchObject({ state: 'degraded', topics: { subscribed: 6, rejected: 2 } });
    expect(on.source.status().message).toMatch(/2 topics refused/);
  });

  it('GEN-3 QUEUE_IDS narrows the queues, and names what cannot be seen', async () => {
    const first = await setStage();
    const wanted = first.simulator.truth().queues[1]?.id ?? '';
    await first.stop();
    const on = await start({ source: { queueIds: [wanted, 'nowhere'] } });
    await on.until('live', () => on.ledger.live.size === 1);
    expect([...on.ledger.live]).toEqual([wanted]);
    expect(on.source.status()).toMatchObject({ state: 'degraded' });
    expect(on.source.status().message).toMatch(/cannot see 1 queue of QUEUE_IDS: nowhere/);
  });

  it('GEN-3 pages through the queues and spreads them over channels', async () => {
    const on = await startLive({
      simulator: { world: { kind: 'made-up', queues: 1_200, seed: 2, warmUp: false, callsPerHour: 1 } },
    });
    expect(on.source.status()).toMatchObject({
      channels: { live: 3, total: 3 },
      topics: { subscribed: 2_400 },
    });
    expect(on.ledger.live.size).toBe(1_200);
  });

  it('GEN-33 compares the live queues with REST inside a tenth of the budget', async () => {
    const on = await startLive({ source: { isShown: () => true } });
    const before = await on.metric('floorcast_rest_calls_total{status="2xx"}');
    await on.pass(10 * 60_000);
    const made = (await on.metric('floorcast_rest_calls_total{status="2xx"}')) - before;
    expect(made).toBeGreaterThan(10);
    expect(made).toBeLessThanOrEqual(10 * 30 + 6);
    const compared = on.ledger.of('snapshotCompleted').filter(({ reason }) => reason === 'reconcile');
    expect(new Set(compared.map(({ queueId, scope }) => `${queueId}${scope.kind}`)).size).toBe(8);
  });

  it('GEN-34 asks for the half hour that has just closed', async () => {
    const on = await startLive();
    const boundary = Math.ceil((on.clock.now() + 1) / HALF_HOUR_MS) * HALF_HOUR_MS;
    await on.pass(boundary - on.clock.now() + 20_000);
    const closed = on.ledger
      .of('snapshotCompleted')
      .filter(
        ({ scope }) =>
          scope.kind === 'intervals' && scope.to === boundary && scope.from === boundary - HALF_HOUR_MS,
      );
    expect(closed).toHaveLength(4);
  });

  it('GEN-35 refreshes the longest wait by query where no activity topic tells it', async () => {
    const on = await startLive({ source: { activityTopics: false } });
    expect(on.source.status().topics.subscribed).toBe(4);
    const told = () =>
      on.ledger
        .of('gaugesObserved')
        .filter(
          ({ origin, metrics }) =>
            origin === 'backfill' &&
            metrics.length > 0 &&
            metrics.every(({ metric }) => metric === 'oLongestWaiting'),
        ).length;
    await on.until('somebody waits and is asked for', () => told() > 0);
  });
});
