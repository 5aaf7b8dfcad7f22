/**
 * The customer API over HTTP: who has that account, calling number or device. What it says is checked against what was
 * asked: an API that passes over the question and lists everybody finds nobody. Nothing is kept; whoever asks gets
 * what holds now. Ids are as they were given; names of products are one bounded line.
 */
import { type CloudCustomers, cloudCustomersSchema } from '../../lib/contracts/device';
import { plainName } from '../../lib/plain-name';
import { ok } from '../../lib/result';
import type { Metrics } from '../runtime/metrics';
import type { CustomerDirectory, KnownCustomer } from './ports';
import { type CloudClientOptions, createCloudClient } from './telemetry/cloud-client';
import { cloudMetrics } from './telemetry/cloud-metrics';

export type CustomerQuery = Parameters<CustomerDirectory['find']>[0];

export interface CustomerDirectoryOptions
  extends Pick<CloudClientOptions, 'tokens' | 'http' | 'clock' | 'log' | 'signal'> {
  /** `CUSTOMER_API_URL`. */
  readonly url: string;
  readonly metrics: Metrics;
}

type Row = CloudCustomers['customers'][number];

const MAX_BYTES = 1024 * 1024;
const MAX_PRODUCT = 100;

export function createCustomerDirectory(options: CustomerDirectoryOptions): CustomerDirectory {
  const { url, metrics, ...ground } = options;
  const client = createCloudClient({
    ...ground,
    ...{ baseUrl: url, what: 'asking who the customer is', maxBytes: MAX_BYTES },
  });
  cloudMetrics(metrics, 'floorcast_device_cloud_customer', 'who a customer is', client);
  return {
    async find(by) {
      const query = [parameterOf(by)];
      const said = await client.get({ path: ['customers'], query, schema: cloudCustomersSchema });
      return said.ok ? ok(merged(said.value.customers.filter((row) => isMeant(row, by)))) : said;
    },
  };
}

function parameterOf(by: CustomerQuery): readonly [string, string] {
  if ('account' in by) return ['account', by.account];
  return 'ani' in by ? ['ani', by.ani] : ['device_id', by.deviceId];
}

/** Of a calling number the answer says nothing; the others must be what was asked for. */
function isMeant({ account, devices }: Row, by: CustomerQuery): boolean {
  if ('account' in by) return (account ?? by.account) === by.account;
  return 'ani' in by || devices.some(({ device_id }) => device_id === by.deviceId);
}

/** One who is listed twice is one, and so is his device. */
function merged(rows: readonly Row[]): readonly KnownCustomer[] {
  const byId = new Map<string, { account: string | null; products: Map<string, string | null> }>();
  for (const { customer_id, account, devices } of rows) {
    const known = byId.get(customer_id) ?? { account: account ?? null, products: new Map() };
    for (const { device_id, product } of devices) known.products.set(device_id, cleanProduct(product));
    byId.set(customer_id, known);
  }
  return [...byId].map(([customerId, { account, products }]) => ({
    ...{ customerId, account },
    devices: [...products].map(([deviceId, product]) => ({ deviceId, product })),
  }));
}

function cleanProduct(product: string | null | undefined): string | null {
  const plain = plainName(product ?? '', MAX_PRODUCT);
  return plain === '' ? null : plain;
}
