/** Readiness of a whole server while everybody that it talks to goes away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readyzSchema } from '../../../lib/contracts/api';
import { parseConfig } from '../../../server/config';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { DEMO_CLIENT } from '../../../server/simulator/options';
import { startSimulator } from '../../../server/simulator/simulator';
import { wire } from '../../../server/wire';
import { startRedis } from '../../support/redis';

const SOON = { timeout: 15_000, interval: 50 };
/** Nobody listens there. */
const NOBODY = '127.0.0.1:9';
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('readiness', () => {
  it('OPS-8 needs neither broker nor device cloud, and outlives Redis and Genesys Cloud', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-ready-'));
    stops.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const redis = await startRedis();
    stops.push(() => redis.stop());
    const random = seededRandom(1);
    const simulator = await startSimulator({
      ...{ port: 0, clock: systemClock, random, log: silentLog },
      world: { kind: 'made-up', queues: 3, seed: 1, warmUp: false },
    });
    stops.push(() => simulator.stop());
    const config = parseConfig(
      {
        ...{ PORT: '0', DATA_DIR: dataDir, GENESYS_ALLOW_LOOPBACK: 'true', REDIS_URL: redis.url },
        ...{ GENESYS_API_URL: simulator.url, GENESYS_LOGIN_URL: simulator.url },
        ...{ GENESYS_CLIENT_ID: DEMO_CLIENT.id, GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret },
        ...{ MQTT_URL: `mqtt://${NOBODY}`, DEVICE_API_URL: `http://${NOBODY}/cloud` },
        ...{ DEVICE_TOKEN_URL: `http://${NOBODY}/token`, DEVICE_CLIENT_ID: 'client' },
        DEVICE_CLIENT_SECRET: 'a-secret-of-nobody',
      },
      () => '',
    );
    if (!config.ok) throw new Error(config.error.join('\n'));
    const floorcast = await wire({
      ...{ config: config.value, clock: systemClock, random, log: silentLog },
      ...{ build: 'test', startPages: null },
    });
    stops.push(floorcast.stop);
    const ask = async () => {
      const answer = await fetch(`${floorcast.url}/readyz`);
      return { status: answer.status, sources: readyzSchema.parse(await answer.json()).sources };
    };
    const redisUp = async () =>
      /^floorcast_redis_up (\d)$/m.exec(await (await fetch(`${floorcast.url}/metrics`)).text())?.[1];
    await expect.poll(async () => (await ask()).status, SOON).toBe(200);
    await expect.poll(redisUp, SOON).toBe('1');
    expect((await ask()).sources?.mqtt.state).not.toBe('live');

    await Promise.all([redis.kill(), simulator.stop()]);
    await expect.poll(redisUp, SOON).toBe('0');
    await expect.poll(async () => (await ask()).sources?.genesys.state, SOON).toBe('down');
    expect((await ask()).status).toBe(200);
    expect((await fetch(`${floorcast.url}/healthz`)).status).toBe(200);
  });
});
