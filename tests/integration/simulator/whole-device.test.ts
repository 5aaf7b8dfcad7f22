/** The whole server at a simulator with devices, both real: from a live call to what the appliance has run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agentDeviceSchema, telemetrySchema } from '../../../lib/contracts/device';
import { sessionResponseSchema } from '../../../lib/contracts/diagnostics';
import { beginStandingCall, connectDevices } from '../../../scripts/stand-devices';
import { standSettings } from '../../../scripts/stand-settings';
import { parseConfig } from '../../../server/config';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom, systemRandom } from '../../../server/runtime/random';
import type { ListedConversation } from '../../../server/simulator/conversations/conversation-control';
import { type RunningSimulator, startSimulator } from '../../../server/simulator/simulator';
import { wire } from '../../../server/wire';

const SOON = { timeout: 15_000, interval: 50 };
let dataDir: string;
let simulator: RunningSimulator;
let floorcast: Awaited<ReturnType<typeof wire>>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'floorcast-whole-'));
  simulator = await startSimulator({
    ...{ port: 0, clock: systemClock, random: seededRandom(1), log: silentLog },
    world: { kind: 'made-up', queues: 12, seed: 1, warmUp: false },
    devices: { port: 0, devices: 60, ownFaults: false },
  });
  const simulatorUrl = simulator.url;
  const more = await connectDevices({ mqttUrl: simulator.mqttUrl ?? '', simulatorUrl, dataDir });
  const settings = standSettings({ port: 0, dataDir, timeZone: 'UTC', simulatorUrl, more });
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, log: silentLog },
    ...{ build: 'test', startPages: null },
  });
});
afterEach(async () => {
  await floorcast.stop();
  await simulator.stop();
  rmSync(dataDir, { recursive: true });
});

async function ask(address: string, body?: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(floorcast.url + address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { origin: floorcast.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
async function callOf(id: string): Promise<ListedConversation & { writes: readonly unknown[] }> {
  return (await fetch(`${simulator.url}/simulator/conversations/${id}`)).json();
}

describe('the device of a caller, with the simulator', () => {
  it('SIM-79 is shown beside the call, and runs commands that its appliance knows of too', async () => {
    const { conversationId } = await beginStandingCall(simulator.url);
    const call = await callOf(conversationId);
    const [device] = call.devices;
    const deviceId = device?.deviceId ?? '';
    const seen = await ask(`/api/v1/agent/device?conversationId=${conversationId}`);
    expect(agentDeviceSchema.parse(seen.body)).toMatchObject({
      customerId: call.customerId,
      telemetry: { deviceId, deviceStatus: 'online' },
    });
    const byNumber = await ask(`/v1/device/status?ani=${encodeURIComponent(`tel:${call.ani}`)}`);
    expect(telemetrySchema.parse(byNumber.body)).toMatchObject({ deviceId, deviceStatus: 'online' });
    const nobody = await ask('/v1/device/status?ani=%2B19895550199');
    expect(telemetrySchema.parse(nobody.body).reason?.code).toBe('no-match');

    const wish = { interactionId: conversationId, customerId: call.customerId, deviceId };
    const commands = ['firmware_version', 'signal_strength', 'ping_latency'];
    const begun = await ask('/v1/diagnostics/initiate', { ...wish, requestedCommands: commands });
    expect(begun.status).toBe(201);
    const session = async () =>
      sessionResponseSchema.parse((await ask(`/v1/diagnostics/${conversationId}`)).body).session;
    await vi.waitFor(async () => {
      expect((await session()).commands.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    }, SOON);
    const runs = simulator.side.appliances?.commands(deviceId) ?? [];
    expect(runs.map(({ command, state, repeats }) => [command, state, repeats])).toEqual(
      commands.map((command) => [command, 'done', 0]),
    );
    expect(simulator.side.appliances?.truth().commands).toMatchObject({
      taken: 3,
      overlapping: 0,
      unreadable: 0,
    });
    // What was measured stands beside the conversation.
    await vi.waitFor(
      async () => expect((await callOf(conversationId)).writes.length).toBeGreaterThan(0),
      SOON,
    );
    const { windows, state } = await session();
    expect([state, windows.length > 0]).toEqual(['COMPLETED', true]);
  }, 60_000);
});
