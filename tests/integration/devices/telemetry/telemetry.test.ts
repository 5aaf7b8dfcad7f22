/** Telemetry from a real HTTP server that behaves as the outside world does. */
import { afterEach, describe, expect, it } from 'vitest';
import { findCanaries } from '../../../support/canaries';
import { type Answer, type Behaviour, hang, json, ONLINE, openBadCloud, SECRET, TOKEN } from './bad-cloud';

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});
const open = (behaviour: Behaviour) => openBadCloud(behaviour, (close) => closings.push(close));
const first =
  (one: Answer, others: Answer): Answer =>
  (request, response, nth) =>
    (nth === 1 ? one : others)(request, response, nth);
const D1 = { device_id: 'SN-1' };

/** Answers come from sockets: the clock moves on only where nothing has come for a while of the loop. */
async function run<T>(stage: Awaited<ReturnType<typeof open>>, promise: Promise<T>): Promise<T> {
  let isDone = false;
  void promise.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (let round = 0; round < 30 && !isDone; round++) await new Promise<void>((go) => setImmediate(go));
    if (!isDone) stage.clock.advance(50);
  }
  return promise;
}

describe('telemetry over HTTP', () => {
  it('DEV-1 brings a token that it asked for once', async () => {
    const stage = await open({});
    const said = await Promise.all(['a', 'b', 'c'].map((device_id) => stage.desk.status({ device_id })));
    expect(said.map(({ deviceStatus }) => deviceStatus)).toEqual(['online', 'online', 'online']);
    const [login, ...calls] = stage.asked;
    const basic = Buffer.from(`the-client:${SECRET}`).toString('base64');
    expect(login).toEqual({ path: '/token', authorization: `Basic ${basic}` });
    expect(calls.map(({ authorization }) => authorization)).toEqual(Array(3).fill(`Bearer ${TOKEN}1`));
    expect(stage.paths().slice(1).sort()).toEqual(['a', 'b', 'c'].map((id) => `/api/devices/${id}/status`));
  });

  it('DEV-1 waits half a second for a token, twice', async () => {
    const stage = await open({ token: hang });
    const begin = stage.clock.monotonicNow();
    const arrived = stage.arrival();
    const asking = stage.desk.status(D1);
    await arrived;
    stage.clock.advance(500);
    expect(await run(stage, asking)).toMatchObject({ deviceStatus: 'unknown', reason: { code: 'timeout' } });
    expect(stage.clock.monotonicNow() - begin).toBeLessThanOrEqual(2_100);
    expect(stage.paths()).toEqual(['/token', '/token']);
  });

  it('DEV-2 renews a token that is refused, and comes through', async () => {
    const stage = await open({ status: first(json({ message: 'expired' }, 401), ONLINE) });
    expect(await stage.desk.status(D1)).toMatchObject({ deviceStatus: 'online' });
    expect(stage.asked.map(({ authorization }) => authorization?.split(' ')[0])).toEqual([
      ...['Basic', 'Bearer', 'Basic', 'Bearer'],
    ]);
    expect(stage.lines.join()).toContain('refused (401)');
  });

  it('DEV-3 waits two seconds, a second, and two seconds, and is never longer', async () => {
    const stage = await open({ status: hang });
    await run(stage, stage.desk.status({ device_id: 'warm-up' }));
    const begin = stage.clock.monotonicNow();
    let arrived = stage.arrival();
    const asking = stage.desk.status(D1);
    await arrived;
    stage.clock.advance(2_000);
    for (let round = 0; round < 50; round++) await new Promise<void>((go) => setImmediate(go));
    arrived = stage.arrival();
    stage.clock.advance(1_000);
    await arrived;
    stage.clock.advance(2_000);
    expect(await asking).toMatchObject({
      deviceId: 'SN-1',
      deviceStatus: 'unknown',
      reason: { code: 'timeout' },
    });
    expect(stage.clock.monotonicNow() - begin).toBe(5_000);
  });

  it.each<[string, Answer]>([
    ['a 503', json({ message: 'later' }, 503)],
    ['a connection that is cut', (_, response) => void response.destroy()],
    ['an answer that stops in the middle', (_, response) => void response.write('{"status":')],
    [
      'an answer that is cut in the middle',
      (_, response) => void response.write('{"st', () => response.destroy()),
    ],
  ])('DEV-3 comes through after %s', async (_, bad) => {
    const stage = await open({ status: first(bad, ONLINE) });
    expect(await run(stage, stage.desk.status(D1))).toMatchObject({ deviceStatus: 'online', battery: 80 });
  });

  it.each<[string, Answer]>([
    ['a page', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['ten megabytes', (_, response) => void response.end(`"${'x'.repeat(10_000_000)}"`)],
    ['bytes that are no text', (_, response) => void response.end(Buffer.from([0xff, 0xfe, 0, 1]))],
    [
      'compressed JSON',
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('\u001f'),
    ],
    ['another contract', json({ data: { state: 'online' } })],
    ['nothing', (_, response) => void response.end()],
    ['deep nesting', (_, response) => void response.end('['.repeat(30_000))],
  ])('DEV-4 does not take %s for a state', async (_, status) => {
    const stage = await open({ status });
    expect(await stage.desk.status(D1)).toMatchObject({
      deviceStatus: 'unknown',
      reason: { code: 'bad-answer' },
    });
    expect(stage.paths()).toHaveLength(2);
  });

  it.each([301, 302, 303, 307, 308])('DEV-4 does not follow a %i', async (code) => {
    const other = await open({});
    const stage = await open({
      status: (_, response) =>
        void response.writeHead(code, { location: `${other.url}/api/devices/x` }).end(),
    });
    expect(await stage.desk.status(D1)).toMatchObject({ reason: { code: 'bad-answer' } });
    expect(other.asked).toEqual([]);
  });

  it.each([400, 401, 403, 404, 429, 500, 503])('DEV-5 repeats nothing of a %i', async (code) => {
    const echo: Answer = (request, response, nth) => {
      const words = `${request.headers.authorization} ${decodeURIComponent(request.url ?? '')} ${SECRET} kan4ryechoed`;
      json({ code: 'kan4rycode', message: words, error: words }, code, { 'x-secret': words })(
        request,
        response,
        nth,
      );
    };
    const stage = await open({ status: echo, customers: echo });
    const said = [];
    for (let round = 0; round < 5; round++) {
      said.push(await run(stage, stage.desk.status({ device_id: `kan4rydevice${round}` })));
      said.push(await run(stage, stage.desk.status({ account: `kan4ryaccount${round}` })));
      said.push(await run(stage, stage.desk.status({ ani: '+35312345678' })));
    }
    const reasons = said.map(({ reason }) => reason);
    const all =
      JSON.stringify([reasons, stage.desk.sourceStatus(), stage.lines]) + (await stage.metrics.expose());
    expect(findCanaries(all, [SECRET, TOKEN, '35312345678', 'the-client'])).toEqual([]);
    expect(reasons.every((reason) => reason !== null && reason.message.length > 20)).toBe(true);
  });

  it('DEV-5 repeats nothing of an answer to the question for a token', async () => {
    const stage = await open({
      token: (request, response, nth) => {
        const words = `${request.headers.authorization} ${SECRET}`;
        json({ error: 'invalid_client', error_description: words, access_token: words }, 400)(
          request,
          response,
          nth,
        );
      },
    });
    expect(await stage.desk.status(D1)).toMatchObject({ reason: { code: 'unauthorised' } });
    expect(stage.desk.sourceStatus()).toMatchObject({
      state: 'down',
      message: expect.stringContaining('DEVICE_CLIENT_ID'),
    });
    const basic = Buffer.from(`the-client:${SECRET}`).toString('base64');
    expect(findCanaries(JSON.stringify([stage.desk.sourceStatus(), stage.lines]), [SECRET, basic])).toEqual(
      [],
    );
  });

  it('DEV-7 finds the device of a calling number', async () => {
    const customers = json({ customers: [{ customer_id: 'c1', devices: [{ device_id: 'SN/7' }] }] });
    const stage = await open({ customers });
    expect(await stage.desk.status({ ani: '+35312345678' })).toMatchObject({
      deviceId: 'SN/7',
      deviceStatus: 'online',
    });
    expect(stage.paths()).toEqual([
      '/token',
      '/crm/customers?ani=%2B35312345678',
      '/api/devices/SN%2F7/status',
    ]);
  });

  it('DEV-8 asks for no state where nobody is found', async () => {
    const stage = await open({});
    expect(await stage.desk.status({ account: '42' })).toMatchObject({ reason: { code: 'no-match' } });
    expect(stage.paths()).toEqual(['/token', '/crm/customers?account=42']);
  });

  it('DEV-9 asks for no state where customers hang', async () => {
    const stage = await open({ customers: hang });
    const begin = stage.clock.monotonicNow();
    expect(await run(stage, stage.desk.status({ account: '42' }))).toMatchObject({
      reason: { code: 'timeout' },
    });
    expect(stage.clock.monotonicNow() - begin).toBeLessThanOrEqual(5_500);
    expect(stage.paths().filter((path) => path.startsWith('/api'))).toEqual([]);
  });

  it('DEV-10 fetches once for many', async () => {
    const stage = await open({});
    await Promise.all(Array.from({ length: 100 }, () => stage.desk.status(D1)));
    expect(stage.paths()).toEqual(['/token', '/api/devices/SN-1/status']);
  });

  it('DEV-13 keeps few connections open, however many devices are asked after', async () => {
    let [now, most] = [0, 0];
    const stage = await open({
      status: (request, response, nth) => {
        most = Math.max(most, ++now);
        setImmediate(() => {
          now--;
          ONLINE(request, response, nth);
        });
      },
    });
    const devices = Array.from({ length: 400 }, (_, n) => ({ device_id: `d${n}` }));
    const said = await Promise.all(devices.map((device) => stage.desk.status(device)));
    expect(said.every(({ deviceStatus }) => deviceStatus === 'online')).toBe(true);
    expect(most).toBeLessThanOrEqual(24);
  });
});
