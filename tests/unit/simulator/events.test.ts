import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SimStage, setSimStage } from './sim-stage';

const WEBHOOK = '/api/v2/integrations/webhooks/floorcast-demo/events';
const GATEWAY = '/simulator/gateway/events';
const EVENT = {
  name: 'iot.device.alert',
  data: { alertId: 'a1', alertLevel: 'critical', telemetry: '{"rssi_dbm":-4}' },
};
let stage: SimStage;
let token: string;

const taken = async () => (await stage.call('GET', '/simulator/events')).body;
const inject = (body: unknown) => stage.call('POST', '/simulator/faults', { body });

describe('the target of events', () => {
  beforeEach(async () => {
    stage = await setSimStage();
    token = await stage.login();
  });
  afterEach(() => stage.stop());

  it('SIM-52 takes a JSON object at the webhook without a token, and says 202 and an invocation id', async () => {
    const { status, body } = await stage.call('POST', WEBHOOK, { body: { alertId: 'a1' } });
    expect([status, body]).toEqual([202, { invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    expect(await taken()).toEqual({
      ...{ taken: 1, refused: 0 },
      events: [
        {
          ...{ invocationId: body.invocationId, at: stage.clock.now(), via: 'webhook' },
          ...{ tokenId: 'floorcast-demo', body: { alertId: 'a1' } },
        },
      ],
    });
  });

  it.each([
    ['is no JSON', '{"alertId":'],
    ['is a list', '[{"alertId":"a1"}]'],
    ['is nothing', 'null'],
    ['has a snake_case key', '{"alert_id":"a1"}'],
    ['has one further inside', '{"data":[{"deviceTraits":{"Site":"x"}}]}'],
    ['is nested without end', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
    ['is larger than 8 KB', JSON.stringify({ telemetry: 'x'.repeat(8_180) })],
  ])('SIM-52 refuses what %s, and keeps nothing of it', async (_, body) => {
    const { status } = await stage.call('POST', WEBHOOK, { body });
    expect(status).toBe(400);
    expect(await taken()).toEqual({ taken: 0, refused: 1, events: [] });
  });

  it('SIM-52 takes what has 8 KB, refuses other methods, and knows no other path', async () => {
    const body = JSON.stringify({ telemetry: 'x'.repeat(8_192 - '{"telemetry":""}'.length) });
    expect((await stage.call('POST', WEBHOOK, { body })).status).toBe(202);
    expect((await stage.call('GET', WEBHOOK)).status).toBe(405);
    expect((await stage.call('POST', `${WEBHOOK}/more`, { body })).status).toBe(401);
  });

  it('SIM-52 lists the last ones', async () => {
    for (const alertId of ['a1', 'a2', 'a3']) await stage.call('POST', WEBHOOK, { body: { alertId } });
    const { body } = await stage.call('GET', '/simulator/events?limit=2');
    expect(body).toMatchObject({
      taken: 3,
      events: [{ body: { alertId: 'a2' } }, { body: { alertId: 'a3' } }],
    });
    expect((await stage.call('GET', '/simulator/events?limit=x')).status).toBe(400);
  });

  it('SIM-53 takes a named event at the gateway, with a token of this login only', async () => {
    expect((await stage.call('POST', GATEWAY, { body: EVENT })).body).toMatchObject({
      code: 'authentication.required',
    });
    expect((await stage.call('POST', GATEWAY, { body: EVENT, token: 'x' })).status).toBe(401);
    expect((await stage.call('POST', GATEWAY, { body: EVENT, token })).status).toBe(202);
    await inject({ kind: 'revokeTokens' });
    expect((await stage.call('POST', GATEWAY, { body: EVENT, token })).body).toMatchObject({
      code: 'bad.credentials',
    });
    expect(await taken()).toMatchObject({
      taken: 1,
      refused: 3,
      events: [{ via: 'gateway', tokenId: null, body: EVENT }],
    });
  });

  it.each([
    [{ data: {} }],
    [{ name: '', data: {} }],
    [{ name: 'x' }],
    [{ name: 'x', data: [] }],
    [{ name: 'x', data: { device_id: 1 } }],
  ])('SIM-53 refuses %j at the gateway', async (body) => {
    expect((await stage.call('POST', GATEWAY, { body, token })).status).toBe(400);
    expect((await stage.call('POST', WEBHOOK, { body: { ok: true } })).status).toBe(202);
  });

  it.each([
    [WEBHOOK, 'webhooks'],
    [GATEWAY, 'gateway'],
  ])('SIM-54 fails on command before anything is taken, at %s', async (path, part) => {
    const fail = { kind: 'restError', path: part, times: 1 };
    await inject({ ...fail, status: 503 });
    expect((await stage.call('POST', path, { body: EVENT, token })).status).toBe(503);
    await inject({ ...fail, status: 429, retryAfterSeconds: 7 });
    const limited = await stage.call('POST', path, { body: EVENT, token });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await taken()).toMatchObject({ taken: 0 });
    expect((await stage.call('POST', path, { body: EVENT, token })).status).toBe(202);
  });

  it('SIM-54 is slow on command, or cuts the line when it has taken the event', async () => {
    await inject({ kind: 'brokenBody', mode: 'cut', path: 'webhooks', times: 1 });
    await expect(stage.call('POST', WEBHOOK, { body: EVENT })).rejects.toThrow('fetch failed');
    expect(await taken()).toMatchObject({ taken: 1 });
    await inject({ kind: 'slowBody', delayMs: 5_000, path: 'webhooks', times: 1 });
    const slow = stage.call('POST', WEBHOOK, { body: EVENT });
    while ((await taken()).taken !== 2) await stage.pass(0);
    let answered = false;
    void slow.then(() => {
      answered = true;
    });
    await taken();
    expect(answered).toBe(false);
    await stage.pass(5_000, 1_000);
    expect((await slow).status).toBe(202);
  });
});
