/**
 * The maker's device cloud, as a server of another company: its own tokens (client credentials), the status of a device,
 * and who owns which. It knows the same fleet as the broker: who is lost there is offline here. It counts every request
 * that arrives, also those that a fault keeps from being answered.
 * `POST /cloud/oauth/token` · `GET /cloud/devices/{id}/status` · `GET /cloud/customers?ani=|account=|device_id=`
 */
import type { Random } from '../../runtime/random';
import type { Reply } from '../platform/error-body';
import type { HttpCall } from '../platform/http-server';
import { readBasic } from '../platform/oauth';
import { createTokenStore, type SimClient } from '../platform/tokens';
import type { Customer } from '../world/customers';
import type { FleetDevice } from '../world/device-fleet';
import type { Reach } from '../world/device-life';
import { deviceStatus } from './device-status';

export interface DeviceCloudOptions {
  readonly fleet: readonly FleetDevice[];
  readonly customers: readonly Customer[];
  readonly clients: readonly SimClient[];
  readonly tokenLifetimeSeconds: number;
  readonly random: Random;
  reach(index: number): Reach;
  now(): number;
  monotonicNow(): number;
}

/** Requests since it was started. */
export interface CloudTruth {
  readonly tokens: number;
  readonly statuses: number;
  readonly customers: number;
  /** Of anything else under `/cloud`. */
  readonly others: number;
  /** Answered 401. */
  readonly unauthorised: number;
  /** Statuses asked after by device, most often first; at most 1,000 devices. */
  readonly devices: readonly { readonly deviceId: string; readonly statuses: number }[];
}

export interface DeviceCloud {
  /** Counts it, where it is for the cloud. */
  arrived(call: HttpCall): void;
  /** `null`: the path is none of its. */
  answer(call: HttpCall): Reply | null;
  /** Whether an Authorization header has a good token of its own. */
  isGood(authorization: string | undefined): boolean;
  /** How many clients lost one. */
  revoke(): number;
  sweep(): void;
  truth(): CloudTruth;
}

const STATUS = /^\/cloud\/devices\/([^/]+)\/status$/;
const MAX_COUNTED = 1_000;
const KEYS = ['ani', 'account', 'device_id'] as const;

export function createDeviceCloud(options: DeviceCloudOptions): DeviceCloud {
  const { fleet, customers, reach } = options;
  const tokens = createTokenStore(options.clients, options.tokenLifetimeSeconds, options.random);
  const deviceById = new Map(fleet.map((device) => [device.deviceId, device]));
  const asked = new Map<string, number>();
  const counts = { tokens: 0, statuses: 0, customers: 0, others: 0, unauthorised: 0 };

  function isGood(authorization: string | undefined): boolean {
    return tokens.check(authorization, options.monotonicNow()).ok;
  }
  function countStatus(deviceId: string): void {
    counts.statuses += 1;
    if (asked.has(deviceId) || asked.size < MAX_COUNTED) asked.set(deviceId, (asked.get(deviceId) ?? 0) + 1);
  }
  function token(call: HttpCall): Reply {
    if (call.method !== 'POST') return problem(405, 'method_not_allowed');
    const form = new URLSearchParams(call.body);
    if (form.get('grant_type') !== 'client_credentials') return problem(400, 'unsupported_grant_type');
    const shown = readBasic(call.authorization) ?? {
      id: form.get('client_id') ?? '',
      secret: form.get('client_secret') ?? '',
    };
    const issued = tokens.issue(shown.id, shown.secret, options.monotonicNow());
    if (issued === null) return problem(401, 'invalid_client');
    const { token: made, expiresInSeconds } = issued;
    return {
      status: 200,
      body: { access_token: made.value, token_type: 'Bearer', expires_in: expiresInSeconds },
    };
  }
  function status(deviceId: string): Reply {
    const device = deviceById.get(deviceId);
    if (device === undefined) return problem(404, 'device_not_found');
    return { status: 200, body: deviceStatus(device, reach(device.index), options.now()) };
  }
  function find(query: URLSearchParams): Reply {
    const [key, other] = KEYS.filter((one) => query.has(one));
    if (key === undefined || other !== undefined) return problem(400, 'one_of_ani_account_device_id');
    const value = query.get(key) ?? '';
    return { status: 200, body: { customers: customers.filter((one) => fits(one, key, value)).map(entity) } };
  }
  return {
    arrived({ path }) {
      if (!isOfCloud(path)) return;
      const device = STATUS.exec(path);
      if (device !== null) countStatus(decoded(device[1]) ?? '');
      else if (path === '/cloud/oauth/token') counts.tokens += 1;
      else if (path === '/cloud/customers') counts.customers += 1;
      else counts.others += 1;
    },
    answer(call) {
      if (!isOfCloud(call.path)) return null;
      if (call.path === '/cloud/oauth/token') return token(call);
      if (!isGood(call.authorization)) {
        counts.unauthorised += 1;
        return problem(401, 'invalid_token');
      }
      if (call.method !== 'GET') return problem(405, 'method_not_allowed');
      if (call.path === '/cloud/customers') return find(call.query);
      const device = STATUS.exec(call.path);
      return device === null ? problem(404, 'not_found') : status(decoded(device[1]) ?? '');
    },
    isGood,
    revoke: () => tokens.revoke(null).length,
    sweep: () => tokens.sweep(options.monotonicNow()),
    truth: () => ({
      ...counts,
      devices: [...asked]
        .map(([deviceId, statuses]) => ({ deviceId, statuses }))
        .sort((a, b) => b.statuses - a.statuses),
    }),
  };
}

function isOfCloud(path: string): boolean {
  return path === '/cloud' || path.startsWith('/cloud/');
}

function fits(customer: Customer, key: (typeof KEYS)[number], value: string): boolean {
  if (key === 'account') return customer.account === value;
  if (key === 'ani') return customer.ani === value.replace(/^tel:/, '');
  return customer.devices.some(({ deviceId }) => deviceId === value);
}

function entity({ customerId, account, devices }: Customer): unknown {
  return {
    customer_id: customerId,
    account,
    devices: devices.map(({ deviceId, product }) => ({ device_id: deviceId, product: product.name })),
  };
}

/** `null`: not a text that was encoded for an address. */
function decoded(segment: string | undefined): string | null {
  try {
    return decodeURIComponent(segment ?? '');
  } catch {
    return null; // decodeURIComponent throws nothing but URIError
  }
}

function problem(status: number, error: string): Reply {
  return { status, body: { error } };
}
