/** The settings of the customer's device: the device cloud, customers, the link to appliances, the transcript. */
import { z } from 'zod';
import { isLoopback, list } from './fields';

export interface OutsideClient {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface DevicesConfig {
  /** `null`: telemetry is off. */
  readonly apiUrl: string | null;
  readonly customerUrl: string | null;
  /** With `{deviceId}` in it, or the device is added as the last part. `null`: no diagnostic sessions. */
  readonly linkUrl: string | null;
  /** PEM of the authority that vouches for the link, and no other does; `null`: those of the system. */
  readonly linkCa: string | null;
  readonly client: OutsideClient;
  readonly transcript:
    | { readonly kind: 'off' }
    | { readonly kind: 'attributes' }
    | { readonly kind: 'gateway'; readonly url: string };
  /** Where agents' roles come from, beside those of their account here. */
  readonly roles:
    | { readonly kind: 'account' }
    | { readonly kind: 'genesys-role'; readonly seniorRole: string }
    | { readonly kind: 'genesys-attribute'; readonly attribute: string };
  /** Origins whose pages may hold the widget, beside those of the Genesys region; also those who may post to it. */
  readonly widgetOrigins: readonly string[];
}

const address = (protocols: RegExp, example: string) =>
  z
    .url({ protocol: protocols, error: `must be an address like ${example}` })
    .refine(
      (value) => new URL(value).username === '' && new URL(value).password === '',
      'must have no user in it',
    )
    .optional();

export const deviceShape = {
  DEVICE_API_URL: address(/^https?$/, 'https://devices.example.com/v1'),
  CUSTOMER_API_URL: address(/^https?$/, 'https://customers.example.com/v1'),
  DEVICE_LINK_URL: z
    .string()
    .refine((value) => isLinkUrl(value), 'must be an address like wss://link.example.com/devices/{deviceId}')
    .optional(),
  DEVICE_LINK_CA: z.string().max(100_000).optional(),
  DEVICE_TOKEN_URL: address(/^https?$/, 'https://login.example.com/oauth/token'),
  DEVICE_CLIENT_ID: z.string().max(200).optional(),
  DEVICE_CLIENT_SECRET: z.string().max(2_000).optional(),
  TRANSCRIPT: z
    .enum(['off', 'attributes', 'gateway'], { error: 'must be off, attributes or gateway' })
    .default('off'),
  TRANSCRIPT_URL: address(/^https?$/, 'https://gateway.example.com/messages'),
  DEVICE_ROLES: z
    .enum(['account', 'genesys-role', 'genesys-attribute'], {
      error: 'must be account, genesys-role or genesys-attribute',
    })
    .default('account'),
  DEVICE_SENIOR_NAME: z.string().min(1).max(100).default('senior_tech'),
  WIDGET_ORIGINS: list,
};
const schema = z.object(deviceShape);
export type DeviceSettings = z.infer<typeof schema>;

/** `hasGenesys`: the platform can be asked after conversations. */
export function deviceProblems(p: DeviceSettings, hasGenesys: boolean): string[] {
  const problems: string[] = [];
  const uses = [p.DEVICE_API_URL, p.CUSTOMER_API_URL, p.DEVICE_LINK_URL].filter((url) => url !== undefined);
  const credentials = ['DEVICE_TOKEN_URL', 'DEVICE_CLIENT_ID', 'DEVICE_CLIENT_SECRET'] as const;
  for (const name of credentials) {
    if (uses.length > 0 && p[name] === undefined) problems.push(`${name} is missing`);
    if (uses.length === 0 && p[name] !== undefined) {
      problems.push(`${name} is for nothing: DEVICE_API_URL or DEVICE_LINK_URL is missing`);
    }
  }
  if (p.DEVICE_LINK_URL !== undefined && (p.DEVICE_API_URL ?? p.CUSTOMER_API_URL) === undefined) {
    problems.push('CUSTOMER_API_URL is missing: no session begins before it says whose device it is');
  }
  if (p.CUSTOMER_API_URL !== undefined && (p.DEVICE_API_URL ?? p.DEVICE_LINK_URL) === undefined) {
    problems.push('CUSTOMER_API_URL is for nothing: DEVICE_API_URL or DEVICE_LINK_URL is missing');
  }
  if (p.DEVICE_LINK_CA !== undefined && p.DEVICE_LINK_URL === undefined) {
    problems.push('DEVICE_LINK_CA is for nothing: DEVICE_LINK_URL is missing');
  }
  for (const [name, url] of [
    ['DEVICE_API_URL', p.DEVICE_API_URL],
    ['CUSTOMER_API_URL', p.CUSTOMER_API_URL],
    ['DEVICE_LINK_URL', p.DEVICE_LINK_URL?.replaceAll('{deviceId}', 'x')],
    ['DEVICE_TOKEN_URL', p.DEVICE_TOKEN_URL],
    ['TRANSCRIPT_URL', p.TRANSCRIPT_URL],
  ] as const) {
    if (url === undefined || /^(https|wss):/.test(url) || isLoopback(new URL(url).hostname)) continue;
    problems.push(`${name} is not encrypted: https: or wss:, or an address of this machine`);
  }
  if (p.TRANSCRIPT === 'gateway' && p.TRANSCRIPT_URL === undefined)
    problems.push('TRANSCRIPT_URL is missing');
  if (p.TRANSCRIPT !== 'gateway' && p.TRANSCRIPT_URL !== undefined) {
    problems.push('TRANSCRIPT_URL is for TRANSCRIPT=gateway');
  }
  if (!hasGenesys && (p.TRANSCRIPT === 'attributes' || p.DEVICE_ROLES !== 'account')) {
    problems.push('TRANSCRIPT=attributes and DEVICE_ROLES of Genesys need GENESYS_CLIENT_ID');
  }
  for (const origin of p.WIDGET_ORIGINS.filter((one) => !isOrigin(one))) {
    problems.push(`WIDGET_ORIGINS: “${origin}” is no origin like https://apps.example.com`);
  }
  return problems;
}

/** `null`: nothing of it is configured. */
export function devicesConfig(p: DeviceSettings): DevicesConfig | null {
  const apiUrl = p.DEVICE_API_URL ?? null;
  const linkUrl = p.DEVICE_LINK_URL ?? null;
  if (apiUrl === null && linkUrl === null) return null;
  return {
    ...{ apiUrl, linkUrl, customerUrl: p.CUSTOMER_API_URL ?? apiUrl, linkCa: p.DEVICE_LINK_CA ?? null },
    client: {
      tokenUrl: p.DEVICE_TOKEN_URL ?? '',
      clientId: p.DEVICE_CLIENT_ID ?? '',
      clientSecret: p.DEVICE_CLIENT_SECRET ?? '',
    },
    transcript: transcriptOf(p),
    roles: rolesOf(p),
    widgetOrigins: p.WIDGET_ORIGINS,
  };
}

function transcriptOf(p: DeviceSettings): DevicesConfig['transcript'] {
  if (p.TRANSCRIPT === 'gateway') return { kind: 'gateway', url: p.TRANSCRIPT_URL ?? '' };
  return { kind: p.TRANSCRIPT };
}

function rolesOf(p: DeviceSettings): DevicesConfig['roles'] {
  if (p.DEVICE_ROLES === 'genesys-role') return { kind: p.DEVICE_ROLES, seniorRole: p.DEVICE_SENIOR_NAME };
  if (p.DEVICE_ROLES === 'genesys-attribute')
    return { kind: p.DEVICE_ROLES, attribute: p.DEVICE_SENIOR_NAME };
  return { kind: 'account' };
}

function isLinkUrl(value: string): boolean {
  const [one, other] = ['x', 'y'].map((id) => value.replaceAll('{deviceId}', id));
  if (one === undefined || other === undefined || !URL.canParse(one) || !URL.canParse(other)) return false;
  const { protocol, host, username, password, hash } = new URL(one);
  // A device's name comes from outside: it never says which host is asked.
  const isFixed = host === new URL(other).host;
  return isFixed && /^wss?:$/.test(protocol) && `${username}${password}${hash}` === '';
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value && /^https?:/.test(value);
}
