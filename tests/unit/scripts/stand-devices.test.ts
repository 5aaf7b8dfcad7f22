import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoPeople } from '../../../scripts/demo-accounts';
import { beginStandingCall, connectDevices, STAND_CLIENT } from '../../../scripts/stand-devices';
import { standSettings } from '../../../scripts/stand-settings';
import { parseConfig } from '../../../server/config';
import { EMPTY_UNIT } from '../../../server/store/alert-ports';
import { openAlertStore } from '../../../server/store/alert-store-sqlite';
import { openSessionStore } from '../../../server/store/session-store-sqlite';
import { readSettings, saveDeviceRules } from '../../../server/store/settings';
import { openSqliteStore } from '../../../server/store/sqlite';
import { storedAlert } from '../alerts/outbox-stage';
import { sessionRow, unitOf } from '../devices/sessions/session-rows';
import { type SimStage, setSimStage } from '../simulator/sim-stage';

let stage: SimStage;
let dataDir: string;

const connect = () =>
  connectDevices({ mqttUrl: 'mqtt://127.0.0.1:1883', simulatorUrl: stage.simulator.url, dataDir });
async function inStore<T>(act: (store: ReturnType<typeof openSqliteStore>) => Promise<T>): Promise<T> {
  const store = openSqliteStore(dataDir);
  try {
    return await act(store);
  } finally {
    await store.close();
  }
}

describe('a stand with devices', () => {
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'floorcast-stand-'));
    stage = await setSimStage({
      world: { kind: 'made-up', queues: 12, seed: 1, warmUp: false },
      devices: { port: 0, devices: 5 },
    });
  });
  afterEach(async () => {
    await stage.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('SIM-56 names the broker and the webhook to its server, and maps products to queues', async () => {
    const more = await connect();
    const simulatorUrl = stage.simulator.url;
    const config = parseConfig(
      standSettings({ port: 3000, dataDir, timeZone: 'UTC', simulatorUrl, more }),
      () => '',
    );
    if (!config.ok) throw new Error(config.error.join('\n'));
    expect(config.value.alerts).toMatchObject({
      mqtt: { url: 'mqtt://127.0.0.1:1883' },
      events: { url: `${simulatorUrl}/api/v2/integrations/webhooks/floorcast-demo/events`, bearer: null },
    });
    const { deviceRules } = await inStore(readSettings);
    expect(deviceRules).toHaveLength(6);
  });

  it('SIM-79 names the device cloud, the links and the transcript to its server', async () => {
    const more = await connect();
    const simulatorUrl = stage.simulator.url;
    const config = parseConfig(
      standSettings({ port: 3000, dataDir, timeZone: 'UTC', simulatorUrl, more }),
      () => '',
    );
    if (!config.ok) throw new Error(config.error.join('\n'));
    const { devices } = config.value;
    expect(devices).toMatchObject({
      ...{ apiUrl: `${simulatorUrl}/cloud`, customerUrl: `${simulatorUrl}/cloud` },
      linkUrl: `${simulatorUrl.replace('http', 'ws')}/appliances/{deviceId}`,
      transcript: { kind: 'attributes' },
    });
    const { tokenUrl = '', clientId, clientSecret } = devices?.client ?? {};
    const response = await fetch(tokenUrl, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: 'grant_type=client_credentials',
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it('SIM-79 has a call of a customer with a device, that lasts, and whose agent can sign in', async () => {
    const { conversationId, userName } = await beginStandingCall(stage.simulator.url);
    expect(demoPeople().find(({ name }) => name === userName)?.roles).toContain('agent');
    const { body } = await stage.call('GET', `/simulator/conversations/${conversationId}`);
    expect(body).toMatchObject({ conversationId, isStanding: true, devices: [{ online: true }] });
  });

  it('SIM-56 leaves a mapping that is there alone', async () => {
    const own = [{ queueId: 'q1', site: 'Bremen' }];
    await inStore((store) => saveDeviceRules(store, own));
    await connect();
    expect((await inStore(readSettings)).deviceRules).toEqual(own);
  });

  it('SIM-59 has the session that its broker knows, and no alerts and sessions of another world', async () => {
    const old = openAlertStore(dataDir);
    await old.write({ ...EMPTY_UNIT, newAlerts: [storedAlert('a', 'dev-1')] });
    await old.close();
    const earlier = openSessionStore(dataDir);
    await earlier.write(unitOf({ sessions: [sessionRow('a')] }));
    await earlier.close();
    expect((await connect()).MQTT_CLIENT_ID).toBe(STAND_CLIENT);
    const store = openAlertStore(dataDir);
    expect(await store.count()).toBe(0);
    await store.close();
    const sessions = openSessionStore(dataDir);
    expect(await sessions.open()).toEqual([]);
    await sessions.close();
  });
});
