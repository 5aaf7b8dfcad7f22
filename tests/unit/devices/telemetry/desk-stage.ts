/** The desk with a device cloud in memory, customers and conversations that a test sets. */
import type { AgentDevice } from '../../../../lib/contracts/device';
import { err, ok, type Result } from '../../../../lib/result';
import type { CustomerQuery } from '../../../../server/devices/customers';
import type { Interaction, KnownCustomer } from '../../../../server/devices/ports';
import {
  createTelemetryDesk,
  type TelemetryDeskOptions,
} from '../../../../server/devices/telemetry/telemetry-desk';
import type { Viewer } from '../../../../server/devices/telemetry-desk';
import { type Failure, failure } from '../../../../server/runtime/errors';
import { createMetrics } from '../../../../server/runtime/metrics';
import { type CloudReply, cloudGround, ONLINE } from './cloud-stage';

export const AWAY = err(failure('retry', 'http.503', 'asking: 503', { status: 503 }));
export const ALL: Viewer = { reach: 'all', genesysUserId: null, email: null };
export const agent = (genesysUserId: string | null): Viewer => ({
  ...{ reach: 'own', genesysUserId, email: 'a@example.com' },
});

export function customer(customerId: string, ...devices: string[]): KnownCustomer {
  return { customerId, account: null, devices: devices.map((deviceId) => ({ deviceId, product: null })) };
}

export function interaction(
  id: string,
  more: Partial<Interaction> & { attributes?: object } = {},
): Interaction {
  const { attributes = {}, ...own } = more;
  return {
    ...{ id, agentUserIds: ['user-1'], customerAni: null, customerParticipantId: 'p', queueId: 'q' },
    customerAttributes: new Map(Object.entries(attributes)),
    isOver: false,
    ...own,
  };
}

export interface World {
  /** By `account:…`, `ani:…`, `deviceId:…`. */
  readonly customers: Map<string, Result<readonly KnownCustomer[], Failure>>;
  readonly interactions: Map<string, Result<Interaction | null, Failure>>;
  /** By device. */
  readonly devices: Map<string, CloudReply>;
}

export function deskStage(more: Partial<TelemetryDeskOptions> = {}, login?: () => CloudReply) {
  const world: World = { customers: new Map(), interactions: new Map(), devices: new Map() };
  const ground = cloudGround({
    ...(login === undefined ? {} : { login }),
    answer: ({ url }) => {
      const id = decodeURIComponent(/devices\/([^/]+)\/status$/.exec(url)?.[1] ?? '');
      return world.devices.get(id) ?? ONLINE;
    },
  });
  const lookups: string[] = [];
  const readings: string[] = [];
  const metrics = createMetrics();
  const desk = createTelemetryDesk({
    ...ground,
    ...{ apiUrl: 'https://cloud.example.com/v1', random: () => 0.5, metrics },
    customers: {
      async find(by: CustomerQuery) {
        const [[name, value] = []] = Object.entries(by);
        lookups.push(`${name}:${value}`);
        return world.customers.get(`${name}:${value}`) ?? ok([]);
      },
    },
    interactions: {
      async find(id) {
        readings.push(id);
        return world.interactions.get(id) ?? ok(null);
      },
      setAttributes: async () => ok(undefined),
      rolesOf: async () => ok([]),
    },
    ...more,
  });
  const told: AgentDevice[] = [];
  const tell = (device: AgentDevice) => void told.push(device);
  return { ...ground, world, lookups, readings, metrics, desk, told, tell };
}
