/** Readiness of a collector and a gateway: who has no picture yet is not ready, and who had one stays so. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readyzSchema } from '../../../lib/contracts/api';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { DEMO_CLIENT } from '../../../server/simulator/options';
import { startSimulator } from '../../../server/simulator/simulator';
import type { Floorcast } from '../../../server/wire';
import { type AccessStage, openAccessStage } from './access-stage';

const SOON = { timeout: 30_000, interval: 20 };

let stage: AccessStage;
const stops: (() => unknown)[] = [];
beforeEach(async () => {
  stage = await openAccessStage();
  stops.push(() => stage.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function ready(at: Floorcast) {
  const answer = await fetch(`${at.url}/readyz`);
  const { sources } = readyzSchema.parse(await answer.json());
  return { status: answer.status, sources };
}

it('OPS-20 OPS-21 a collector without pages is ready once it carries, a gateway once it has the picture, and stays so', async () => {
  const simulator = await startSimulator({
    ...{ port: 0, clock: systemClock, random: seededRandom(1), log: silentLog },
    world: { kind: 'made-up', queues: 3, seed: 1, warmUp: false },
  });
  stops.push(() => simulator.stop());
  const nobody = 'http://127.0.0.1:9';
  const settings = {
    ...{ GENESYS_ALLOW_LOOPBACK: 'true', GENESYS_API_URL: simulator.url, GENESYS_LOGIN_URL: simulator.url },
    ...{ GENESYS_CLIENT_ID: DEMO_CLIENT.id, GENESYS_CLIENT_SECRET: DEMO_CLIENT.secret },
    ...{
      DEVICE_LINK_URL: 'ws://127.0.0.1:9/link',
      CUSTOMER_API_URL: nobody,
      DEVICE_TOKEN_URL: `${nobody}/token`,
    },
    ...{ DEVICE_CLIENT_ID: 'client', DEVICE_CLIENT_SECRET: 'a-secret-of-nobody' },
    ...{ SIGN_IN: '', SESSION_SECRET: '' },
  };
  const gateway = await stage.node({ settings: { ...settings, FLOORCAST_ROLE: 'gateway' } });
  expect(await ready(gateway)).toMatchObject({
    status: 503,
    sources: {
      genesys: { state: 'down' },
      devices: { state: 'degraded', message: 'no node that has diagnostic sessions is heard' },
    },
  });
  const collector = await stage.node({ settings: { ...settings, FLOORCAST_ROLE: 'collector' } });
  const shown: number[] = [];
  await expect
    .poll(async () => {
      const { status } = await ready(gateway);
      shown.push(status === 200 ? gateway.reader.rows(null).length : -1);
      return status;
    }, SOON)
    .toBe(200);
  expect(new Set(gateway.reader.rows(null).map(({ queueId }) => queueId)).size).toBe(3);
  expect(shown.at(-1)).toBeGreaterThanOrEqual(3);
  await expect.poll(async () => (await ready(collector)).status, SOON).toBe(200);
  await expect.poll(async () => (await ready(gateway)).sources?.devices.state, SOON).toBe('live');
  await collector.stop();
  await expect.poll(async () => (await ready(gateway)).sources?.genesys.state, SOON).toBe('down');
  await expect.poll(async () => (await ready(gateway)).sources?.devices.state, SOON).toBe('degraded');
  expect((await ready(gateway)).status).toBe(200);
});
