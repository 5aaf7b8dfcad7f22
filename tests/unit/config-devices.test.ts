import { describe, expect, it } from 'vitest';
import { type Config, type Environment, parseConfig } from '../../server/config';

const CLIENT: Environment = {
  ...{ DEVICE_TOKEN_URL: 'https://login.example.com/oauth/token', DEVICE_CLIENT_ID: 'floorcast' },
  DEVICE_CLIENT_SECRET: 'w8Kd2pQz7Lx',
};
const CLOUD: Environment = { ...CLIENT, DEVICE_API_URL: 'https://devices.example.com/v1' };
const LINK: Environment = {
  ...CLOUD,
  DEVICE_LINK_URL: 'wss://link.example.com/devices/{deviceId}',
};
const GENESYS: Environment = {
  ...{ GENESYS_REGION: 'mypurecloud.ie', GENESYS_CLIENT_ID: 'client', GENESYS_CLIENT_SECRET: 'w8Kd2pQz7Ly' },
};

describe('settings of the customer’s device', () => {
  it('RUN-46 are none, or all that what is configured needs', () => {
    expect(read({}).devices).toBeNull();
    expect(read(CLOUD).devices).toEqual({
      ...{ apiUrl: CLOUD.DEVICE_API_URL, customerUrl: CLOUD.DEVICE_API_URL, linkUrl: null, linkCa: null },
      client: {
        ...{ tokenUrl: CLIENT.DEVICE_TOKEN_URL, clientId: 'floorcast' },
        clientSecret: CLIENT.DEVICE_CLIENT_SECRET,
      },
      ...{ transcript: { kind: 'off' }, roles: { kind: 'account' }, widgetOrigins: [] },
    });
    const all = read({
      ...{ ...LINK, ...GENESYS, CUSTOMER_API_URL: 'https://customers.example.com', DEVICE_LINK_CA: 'PEM' },
      ...{ TRANSCRIPT: 'gateway', TRANSCRIPT_URL: 'https://gateway.example.com/messages' },
      ...{ DEVICE_ROLES: 'genesys-role', DEVICE_SENIOR_NAME: 'Senior Technician' },
      WIDGET_ORIGINS: 'https://apps.example.com',
    }).devices;
    expect(all).toMatchObject({
      ...{ customerUrl: 'https://customers.example.com', linkUrl: LINK.DEVICE_LINK_URL, linkCa: 'PEM' },
      transcript: { kind: 'gateway', url: 'https://gateway.example.com/messages' },
      roles: { kind: 'genesys-role', seniorRole: 'Senior Technician' },
      widgetOrigins: ['https://apps.example.com'],
    });
  });

  it.each<[string, Environment, string]>([
    ['a cloud without a client', { DEVICE_API_URL: CLOUD.DEVICE_API_URL }, 'DEVICE_CLIENT_ID is missing'],
    ['a cloud without a secret', { ...CLOUD, DEVICE_CLIENT_SECRET: '' }, 'DEVICE_CLIENT_SECRET is missing'],
    ['a link without a token', { ...LINK, DEVICE_TOKEN_URL: '' }, 'DEVICE_TOKEN_URL is missing'],
    ['a link without customers', { ...LINK, DEVICE_API_URL: '' }, 'CUSTOMER_API_URL is missing'],
    [
      'customers for nothing',
      { ...CLIENT, CUSTOMER_API_URL: 'https://c.example' },
      'CUSTOMER_API_URL is for nothing',
    ],
    ['a client for nothing', CLIENT, 'DEVICE_CLIENT_ID is for nothing'],
    ['an authority for nothing', { ...CLOUD, DEVICE_LINK_CA: 'PEM' }, 'DEVICE_LINK_CA is for nothing'],
    ['a cloud in the clear', { ...CLOUD, DEVICE_API_URL: 'http://devices.example.com' }, 'is not encrypted'],
    ['customers in the clear', { ...CLOUD, CUSTOMER_API_URL: 'http://crm.example.com' }, 'is not encrypted'],
    ['tokens in the clear', { ...CLOUD, DEVICE_TOKEN_URL: 'http://login.example.com' }, 'is not encrypted'],
    ['a link in the clear', { ...LINK, DEVICE_LINK_URL: 'ws://link.example.com/x' }, 'is not encrypted'],
    ['a link that is none', { ...LINK, DEVICE_LINK_URL: 'https://link.example.com' }, 'wss://link.example'],
    ['a device as the host', { ...LINK, DEVICE_LINK_URL: 'wss://{deviceId}.example.com' }, 'wss://link.ex'],
    ['a device in the host', { ...LINK, DEVICE_LINK_URL: 'wss://a.{deviceId}' }, 'wss://link.example.com'],
    ['a device as the port', { ...LINK, DEVICE_LINK_URL: 'wss://link.example:{deviceId}/' }, 'wss://link.ex'],
    ['a user in an address', { ...CLOUD, DEVICE_API_URL: 'https://a:b@devices.example.com' }, 'no user'],
    ['a gateway without address', { ...LINK, TRANSCRIPT: 'gateway' }, 'TRANSCRIPT_URL is missing'],
    ['a gateway for nothing', { ...LINK, TRANSCRIPT_URL: 'https://g.example.com' }, 'TRANSCRIPT=gateway'],
    ['attributes without Genesys', { ...LINK, TRANSCRIPT: 'attributes' }, 'need GENESYS_CLIENT_ID'],
    ['roles without Genesys', { ...LINK, DEVICE_ROLES: 'genesys-role' }, 'need GENESYS_CLIENT_ID'],
    ['any origin for the widget', { ...CLOUD, WIDGET_ORIGINS: '*' }, 'is no origin'],
    ['an origin with a path', { ...CLOUD, WIDGET_ORIGINS: 'https://a.example/x' }, 'is no origin'],
  ])('RUN-46 %s is a wrong setting', (_, environment, expected) => {
    expect(problems(environment).join('\n')).toContain(expected);
  });

  it('RUN-46 this machine may be asked in the clear, and a device may stand in the path or the query', () => {
    for (const link of [
      'ws://127.0.0.1:9/{deviceId}',
      'wss://link.example.com?of={deviceId}',
      'wss://a.example',
    ])
      expect(problems({ ...LINK, DEVICE_API_URL: 'http://127.0.0.1:9', DEVICE_LINK_URL: link })).toEqual([]);
  });
});

function problems(environment: Environment): readonly string[] {
  const result = parseConfig(environment, () => '');
  return result.ok ? [] : result.error;
}

function read(environment: Environment): Config {
  const result = parseConfig(environment, () => '');
  if (!result.ok) throw new Error(result.error.join('\n'));
  return result.value;
}
