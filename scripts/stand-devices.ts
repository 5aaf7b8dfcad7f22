/**
 * What a stand's server needs to see the simulated devices: where their broker is, where alerts are handed on to, and
 * which queue each product's owners call. A mapping that somebody has made in the stand already is left alone; alerts
 * are not: the devices that raised them were those of another world.
 */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { deviceRulesSchema } from '../lib/contracts/settings';
import { alertsFile } from '../server/store/alert-store-sqlite';
import { readSettings, saveDeviceRules } from '../server/store/settings';
import { openSqliteStore } from '../server/store/sqlite';
import type { Settings } from './stand-settings';

export interface StandDevices {
  readonly mqttUrl: string;
  readonly simulatorUrl: string;
  readonly dataDir: string;
}

/** What the server calls itself at the broker, which knows it from before. */
export const STAND_CLIENT = 'floorcast-stand';

/** For `standSettings`; before the server is started. */
export async function connectDevices({ mqttUrl, simulatorUrl, dataDir }: StandDevices): Promise<Settings> {
  const response = await fetch(`${simulatorUrl}/simulator/device-rules`, {
    signal: AbortSignal.timeout(5_000),
  });
  const { deviceRules } = z.object({ deviceRules: deviceRulesSchema }).parse(await response.json());
  for (const end of ['', '-wal', '-shm']) await rm(`${alertsFile(dataDir)}${end}`, { force: true });
  const store = openSqliteStore(dataDir);
  try {
    const held = await readSettings(store);
    if (held.deviceRules.length === 0) await saveDeviceRules(store, deviceRules);
  } finally {
    await store.close();
  }
  return {
    MQTT_URL: mqttUrl,
    MQTT_CLIENT_ID: STAND_CLIENT,
    ALERT_EVENTS_URL: `${simulatorUrl}/api/v2/integrations/webhooks/floorcast-demo/events`,
  };
}
