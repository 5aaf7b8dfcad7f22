/**
 * How a site of several nodes grows with its queues, by the simulator: a simulated Genesys Cloud of ever more queues, each
 * with the calls of an ordinary hour, two collectors, two gateways and a hundred screens, each as it runs. What an event
 * costs there, and what a node holds.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type NodeOfSite, NodeSite } from '../simulation/nodes/node-site';
import type { Note, Report } from './report';
import { growthExponent } from './statistics';

const SIZES = [500, 1_000, 2_000, 4_000];
const START_LIMIT_MS = 120_000;
/** Until V8 has compiled what is hot, and what the start asked of REST is done. */
const SETTLE_MS = 15_000;
const MEASURED_MS = 15_000;

interface Size {
  readonly queues: number;
  readonly perSecond: number;
  /** CPU µs an event: both collectors together, each gateway. */
  readonly collectorsUs: number;
  readonly gatewayUs: number;
  readonly gatewayBytes: number;
}

export async function measureGrowth(): Promise<Report> {
  const sizes: Size[] = [];
  for (const queues of SIZES) {
    sizes.push(await measureSize(queues));
    console.log(`  growth: ${queues} queues measured`);
  }
  const notes = sizes.map(
    ({ queues, perSecond, collectorsUs, gatewayUs, gatewayBytes }): Note => ({
      ...{ goal: 'growth', what: `${queues} queues of the simulator` },
      measured:
        `${perSecond.toFixed(0)} events/s; ${collectorsUs.toFixed(0)} µs an event at the collectors, ` +
        `${gatewayUs.toFixed(0)} at each gateway; ${(gatewayBytes / 1e6).toFixed(0)} MB resident there`,
    }),
  );
  const exponent = (pick: (size: Size) => number) =>
    growthExponent(sizes.map((size) => ({ x: size.queues, y: pick(size) }))).toFixed(2);
  const whole = (us: (size: Size) => number) => exponent((size) => us(size) * size.perSecond);
  const measured =
    `CPU of the collectors ${whole((size) => size.collectorsUs)}, of a gateway ${whole((size) => size.gatewayUs)}, ` +
    `its memory ${exponent((size) => size.gatewayBytes)}`;
  const [first, last] = [SIZES[0], SIZES.at(-1)];
  notes.push({ goal: 'growth', what: `exponents in queues, ${first} to ${last}`, measured });
  return { verdicts: [], notes, doubts: [] };
}

async function measureSize(queues: number): Promise<Size> {
  const site = new NodeSite({ queues, screens: 100, boards: 10 });
  try {
    await site.start();
    const end = performance.now() + START_LIMIT_MS;
    while (site.compared() === 0 || site.stale() > 0) {
      if (performance.now() > end) throw new Error(`${queues} queues were not live in time`);
      await wait(250);
    }
    await wait(SETTLE_MS);
    const before = await usageOf(site);
    await wait(MEASURED_MS);
    const after = await usageOf(site);
    const events = after.events - before.events;
    const cpuUs = (role: 'collector' | 'gateway') => (after[role] - before[role]) * 1_000;
    return {
      queues,
      perSecond: events / (MEASURED_MS / 1_000),
      collectorsUs: cpuUs('collector') / events,
      gatewayUs: cpuUs('gateway') / gatewaysOf(site).length / events,
      gatewayBytes: after.gatewayBytes,
    };
  } finally {
    await site.stop();
  }
}

function gatewaysOf({ nodes }: NodeSite): readonly NodeOfSite[] {
  return nodes.filter(({ role }) => role === 'gateway');
}

/** CPU ms by role so far, the events that a gateway was told, and the memory of the larger one. */
async function usageOf(site: NodeSite) {
  const used = { collector: 0, gateway: 0, events: 0, gatewayBytes: 0 };
  for (const node of site.nodes) {
    const { cpuMs, rssBytes } = await node.loop();
    const isGateway = node.role === 'gateway';
    used[isGateway ? 'gateway' : 'collector'] += cpuMs;
    if (isGateway) used.gatewayBytes = Math.max(used.gatewayBytes, rssBytes);
  }
  const [gateway] = gatewaysOf(site);
  if (gateway !== undefined) used.events = await site.metric(gateway, 'floorcast_kpi_events_total');
  return used;
}
