/**
 * What a stand's server needs to see the simulated devices: where their broker is, where alerts are handed on to, the
 * device cloud and the appliances' links, and which queue each product's owners call. A mapping that somebody has made in
 * the stand already is left alone; alerts and sessions are not: their devices were those of another world.
 */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { deviceRulesSchema } from '../lib/contracts/settings';
import { DEVICE_CLIENT } from '../server/simulator/options';
import { alertsFile } from '../server/store/alert-store-sqlite';
import type { Store } from '../server/store/ports';
import { sessionsFile } from '../server/store/session-store-sqlite';
import { readSettings, saveDeviceRules } from '../server/store/settings';
import { openSqliteStore } from '../server/store/sqlite';
import type { Settings } from './stand-settings';
import { closed, withStoreAt } from './store-place';

export interface StandDevices {
  readonly mqttUrl: string;
  readonly simulatorUrl: string;
  readonly dataDir: string;
  /** Where several nodes share their store; absent or `null`: one process, with its files in `dataDir`. */
  readonly redisUrl?: string | null;
}

/** What the server calls itself at the broker, which knows it from before. */
export const STAND_CLIENT = 'floorcast-stand';

/** For `standSettings`; before the server is started. */
export async function connectDevices(stand: StandDevices): Promise<Settings> {
  const { mqttUrl, simulatorUrl, dataDir, redisUrl = null } = stand;
  const response = await fetch(`${simulatorUrl}/simulator/device-rules`, {
    signal: AbortSignal.timeout(5_000),
  });
  const { deviceRules } = z.object({ deviceRules: deviceRulesSchema }).parse(await response.json());
  for (const file of [alertsFile(dataDir), sessionsFile(dataDir)]) {
    for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
  }
  const keep = async (store: Store) => {
    const held = await readSettings(store);
    if (held.deviceRules.length === 0) await saveDeviceRules(store, deviceRules);
  };
  await (redisUrl === null ? closed(openSqliteStore(dataDir), keep) : withStoreAt(redisUrl, keep));
  return {
    MQTT_URL: mqttUrl,
    MQTT_CLIENT_ID: STAND_CLIENT,
    ALERT_EVENTS_URL: `${simulatorUrl}/api/v2/integrations/webhooks/floorcast-demo/events`,
    ...cloudSettings(simulatorUrl),
  };
}

/** Telemetry and diagnostic sessions, written down beside the conversation. */
export function cloudSettings(simulatorUrl: string): Settings {
  return {
    DEVICE_API_URL: `${simulatorUrl}/cloud`,
    DEVICE_LINK_URL: `${simulatorUrl.replace(/^http/, 'ws')}/appliances/{deviceId}`,
    DEVICE_TOKEN_URL: `${simulatorUrl}/cloud/oauth/token`,
    DEVICE_CLIENT_ID: DEVICE_CLIENT.id,
    DEVICE_CLIENT_SECRET: DEVICE_CLIENT.secret,
    TRANSCRIPT: 'attributes',
  };
}

/** A call that lasts as long as the stand, of a customer whose device is online, with an agent who can sign in. */
export async function beginStandingCall(simulatorUrl: string): Promise<StandingCall> {
  const response = await fetch(`${simulatorUrl}/simulator/conversations`, {
    method: 'POST',
    signal: AbortSignal.timeout(5_000),
  });
  return standingCallSchema.parse(await response.json());
}

const standingCallSchema = z.object({ conversationId: z.string(), userName: z.string() });
export type StandingCall = z.infer<typeof standingCallSchema>;
