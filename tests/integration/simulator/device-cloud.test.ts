import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloudCustomersSchema, cloudStatusSchema } from '../../../lib/contracts/device';
import { DEVICE_CLIENT } from '../../../server/simulator/options';
import { planCustomers } from '../../../server/simulator/world/customers';
import { planFleet } from '../../../server/simulator/world/device-fleet';
import { type ApplianceStage, setApplianceStage } from './appliance-stage';

const FLEET = planFleet({ devices: 60, seed: 1 });
const CUSTOMERS = planCustomers(FLEET, 1);
const [DEVICE] = FLEET;
const ID = DEVICE?.deviceId ?? '';
let stage: ApplianceStage;

describe('the device cloud', () => {
  beforeEach(async () => {
    stage = await setApplianceStage();
  });
  afterEach(() => stage.stop());

  it('SIM-61 gives tokens for credentials, by header or form, that expire and can be taken away', async () => {
    const { status, body } = await stage.token();
    expect([status, body.token_type, body.expires_in]).toEqual([200, 'Bearer', 3_599]);
    const form = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: DEVICE_CLIENT.id },
      client_secret: DEVICE_CLIENT.secret,
    });
    const byForm = await stage.call('POST', '/cloud/oauth/token', { body: form.toString() });
    expect(byForm.status).toBe(200);
    const token = String(body.access_token);
    expect((await stage.cloud('/customers?ani=%2B1', token)).status).toBe(200);
    stage.clock.advance(3_600_000);
    expect((await stage.cloud('/customers?ani=%2B1', token)).status).toBe(401);
    const second = String((await stage.token()).body.access_token);
    expect((await stage.inject({ kind: 'revokeDeviceTokens' })).body.affected).toBe(1);
    expect((await stage.cloud('/customers?ani=%2B1', second)).status).toBe(401);
  });

  it('SIM-61 refuses other credentials, and who has none or the platform’s', async () => {
    expect(await stage.token({ id: DEVICE_CLIENT.id, secret: 'no' })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    const other = await stage.call('POST', '/cloud/oauth/token', { body: 'grant_type=password' });
    expect(other).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    const platform = await stage.login();
    for (const token of ['', 'x', platform]) {
      expect((await stage.cloud(`/devices/${ID}/status`, token)).status).toBe(401);
    }
    expect((await stage.control('cloud')).unauthorised).toBe(3);
  });

  it('SIM-62 says of each device what the fleet is, and who is lost there is offline here', async () => {
    for (const device of FLEET.slice(0, 20)) {
      const { body } = await stage.cloud(`/devices/${device.deviceId}/status`);
      const told = cloudStatusSchema.parse(body);
      expect(told.firmware_version).toBe(device.firmwareVersion);
      const isPrototype = device.product.name === 'FieldTest X';
      expect(told.battery_level === null).toBe(isPrototype);
    }
    const now = stage.clock.now();
    const seenAt = async () => {
      const { body } = await stage.cloud(`/devices/${ID}/status`);
      return { status: body.status, at: Date.parse(String(body.last_seen)) };
    };
    const there = await seenAt();
    expect([there.status, now - there.at < 30_000, there.at <= now]).toEqual(['online', true, true]);
    expect((await stage.inject({ kind: 'loseDevice', deviceId: ID, forMs: 60_000 })).body.affected).toBe(1);
    expect((await stage.inject({ kind: 'loseDevice', deviceId: ID })).body.affected).toBe(0);
    expect((await stage.inject({ kind: 'loseDevice', deviceId: 'none' })).body.affected).toBe(0);
    await stage.pass(30_000, 1_000);
    expect(await seenAt()).toEqual({ status: 'offline', at: now });
    await stage.pass(31_000, 1_000);
    expect((await seenAt()).status).toBe('online');
    expect(await stage.cloud('/devices/none/status')).toMatchObject({
      status: 404,
      body: { error: 'device_not_found' },
    });
    expect((await stage.cloud('/devices/%E0%A4%A/status')).status).toBe(404);
  });

  it('SIM-63 finds customers by number, account or device', async () => {
    const [one] = CUSTOMERS.filter(({ devices }) => devices.length === 1);
    const wanted = {
      customer_id: one?.customerId,
      account: one?.account,
      devices: one?.devices.map(({ deviceId, product }) => ({ device_id: deviceId, product: product.name })),
    };
    const ani = one?.ani ?? '';
    const questions = [
      `ani=${encodeURIComponent(ani)}`,
      `ani=${encodeURIComponent(`tel:${ani}`)}`,
      `account=${one?.account}`,
      `device_id=${one?.devices[0]?.deviceId}`,
    ];
    for (const question of questions) {
      const { body } = await stage.cloud(`/customers?${question}`);
      expect(cloudCustomersSchema.parse(body).customers).toEqual([wanted]);
    }
    expect((await stage.cloud('/customers?account=none')).body).toEqual({ customers: [] });
    expect((await stage.cloud('/customers')).status).toBe(400);
    expect((await stage.cloud(`/customers?${questions[0]}&${questions[2]}`)).status).toBe(400);
  });

  it.each([
    [{ kind: 'restError', status: 503 }, 503, '"service.unavailable"'],
    [{ kind: 'restError', status: 401 }, 401, '"bad.credentials"'],
    [{ kind: 'brokenBody', mode: 'html' }, 200, '<!doctype html>'],
    [{ kind: 'brokenBody', mode: 'wrongTypes' }, 200, '{"status":7,'],
    [{ kind: 'brokenBody', mode: 'truncated' }, 200, '{"status":"online"'],
  ])('SIM-64 fails on command, %j, and counts what arrived', async (fault, status, text) => {
    await stage.inject({ ...fault, path: `/cloud/devices/${ID}`, times: 1 });
    const path = `/devices/${ID}/status`;
    const answer = await stage.cloud(path);
    expect([answer.status, answer.text.includes(text)]).toEqual([status, true]);
    expect(cloudStatusSchema.safeParse(answer.body).success).toBe(false);
    expect(cloudStatusSchema.safeParse((await stage.cloud(path)).body).success).toBe(true);
    expect(await stage.control('cloud')).toMatchObject({
      ...{ tokens: 1, statuses: 2, customers: 0, others: 0 },
      devices: [{ deviceId: ID, statuses: 2 }],
    });
  });

  it('SIM-64 gives a huge answer, a slow one, and none, on command', async () => {
    const path = `/devices/${ID}/status`;
    await stage.inject({ kind: 'brokenBody', mode: 'huge', path, times: 1 });
    expect((await stage.cloud(path)).text.length).toBeGreaterThan(16_000_000);
    await stage.inject({ kind: 'slowBody', delayMs: 5_000, path, times: 1 });
    const slow = stage.cloud(path);
    await stage.until(() => stage.simulator.faults.list().length === 0);
    await stage.pass(5_000, 500);
    expect((await slow).status).toBe(200);
    await stage.inject({ kind: 'brokenBody', mode: 'hang', path, times: 1 });
    const token = String((await stage.token()).body.access_token);
    const hanging = request(`${stage.simulator.url}/cloud${path}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    let isAnswered = false;
    hanging.on('response', () => {
      isAnswered = true;
    });
    hanging.on('error', () => {});
    hanging.end();
    await stage.until(() => stage.simulator.faults.list().length === 0);
    await stage.pass(60_000, 1_000);
    expect(isAnswered).toBe(false);
    const ended = new Promise<void>((resolve) => hanging.once('close', () => resolve()));
    hanging.destroy();
    await ended;
  });
});
