import { describe, expect, it } from 'vitest';
import { createCustomerDirectory } from '../../../../server/devices/customers';
import { createMetrics } from '../../../../server/runtime/metrics';
import type { Reply } from '../../genesys/memory-http';
import { cloudGround } from './cloud-stage';

const customer = (customer_id: unknown, devices: unknown[], more: object = {}) => ({
  customer_id,
  devices: devices.map((device_id) => ({ device_id })),
  ...more,
});
const saying = (...customers: unknown[]): Reply => ({ status: 200, body: { customers } });

function stage(reply: Reply) {
  const metrics = createMetrics();
  const ground = cloudGround({ answer: () => reply });
  const directory = createCustomerDirectory({ ...ground, url: 'https://crm.example.com/v1', metrics });
  return { ...ground, directory, metrics };
}
const ids = (said: Awaited<ReturnType<ReturnType<typeof stage>['directory']['find']>>) =>
  said.ok
    ? said.value.map(({ customerId, devices }) => [customerId, ...devices.map(({ deviceId }) => deviceId)])
    : said.error.code;

describe('the list of customers', () => {
  it.each([
    [{ account: '42' }, 'account=42'],
    [{ ani: '+35312345678' }, 'ani=%2B35312345678'],
    [{ deviceId: 'SN&1' }, 'device_id=SN%261'],
  ])('DEV-7 is asked for %j', async (by, query) => {
    const { directory, calls } = stage(saying());
    expect(await directory.find(by)).toEqual({ ok: true, value: [] });
    expect(calls.map(({ url }) => url)).toEqual([`https://crm.example.com/v1/customers?${query}`]);
    expect(calls[0]?.headers.authorization).toBe('Bearer t1');
  });

  it('DEV-7 gives whom it found, with names that are one line', async () => {
    const product = 'Hub\r\n4\u202e';
    const { directory } = stage(
      saying({ customer_id: 'c1', account: '42', devices: [{ device_id: 'd1', product }] }),
    );
    expect(await directory.find({ account: '42' })).toEqual({
      ok: true,
      value: [{ customerId: 'c1', account: '42', devices: [{ deviceId: 'd1', product: 'Hub 4' }] }],
    });
  });

  const both = saying(customer('c1', ['d1'], { account: '42' }), customer('c2', ['d2'], { account: '43' }));
  it.each<[string, Reply, Parameters<ReturnType<typeof stage>['directory']['find']>[0], unknown]>([
    ['everybody, asked for one account', both, { account: '43' }, [['c2', 'd2']]],
    ['everybody, asked for an account of nobody', both, { account: '44' }, []],
    ['everybody, asked for one device', both, { deviceId: 'd1' }, [['c1', 'd1']]],
    ['everybody, asked for a device of nobody', both, { deviceId: 'd9' }, []],
    [
      'two, of a calling number',
      both,
      { ani: '+353' },
      [
        ['c1', 'd1'],
        ['c2', 'd2'],
      ],
    ],
    ['one without an account', saying(customer('c1', ['d1'])), { account: '42' }, [['c1', 'd1']]],
    [
      'one twice',
      saying(customer('c1', ['d1']), customer('c1', ['d1', 'd2'])),
      { ani: '+353' },
      [['c1', 'd1', 'd2']],
    ],
    [
      'another account of the same customer',
      saying(customer('c1', ['d1'], { account: '42' }), customer('c1', ['d2'], { account: '43' })),
      { account: '42' },
      [['c1', 'd1']],
    ],
    [
      'names that objects have',
      saying(customer('__proto__', ['constructor'])),
      { ani: '+353' },
      [['__proto__', 'constructor']],
    ],
  ])('DEV-7 is checked where it says %s', async (_, reply, by, expected) => {
    expect(ids(await stage(reply).directory.find(by))).toEqual(expected);
  });

  it.each<[string, Reply]>([
    ['a customer without an id', saying(customer('', ['d1']))],
    ['an id of a number', saying(customer(5, ['d1']))],
    ['an account of a number', saying(customer('c1', ['d1'], { account: 42 }))],
    ['a device that is none', saying(customer('c1', ['d1', 'd\u00002']))],
    ['a device of spaces', saying(customer('c1', ['  ', 'd1']))],
    ['too many customers', saying(...Array.from({ length: 51 }, (_, n) => customer(`c${n}`, [])))],
    [
      'too many devices',
      saying(
        customer(
          'c1',
          Array.from({ length: 501 }, (_, n) => `d${n}`),
        ),
      ),
    ],
    ['no list', { status: 200, body: {} }],
  ])('DEV-7 is not taken where it has %s: another one could be taken for the only one', async (_, reply) => {
    expect(ids(await stage(reply).directory.find({ ani: '+353' }))).toBe('malformed');
  });

  it('DEV-18 counts its questions', async () => {
    const { directory, metrics } = stage(saying());
    await directory.find({ ani: '+353' });
    const text = await metrics.expose();
    expect(text).toContain('floorcast_device_cloud_customer_requests_total{outcome="ok"} 1');
    expect(text).not.toContain('353');
  });
});
