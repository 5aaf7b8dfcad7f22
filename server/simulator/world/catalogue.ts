/**
 * The names the simulated platform knows: media types, interval metrics and where each lies in a row of the books,
 * routing statuses, organisation presences. Source: the platform facts (observations topic, aggregates query).
 */
import { assert } from '../../../lib/assert';

export const MEDIA_TYPES = ['voice', 'chat', 'email', 'message', 'callback'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];
export const VOICE = 0;

export type MetricKind = 'count' | 'time' | 'serviceLevel';

/** One interval metric: `offset` is its first number in a row, `bit` its place in a mask of changed metrics. */
export interface IntervalMetric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly offset: number;
  readonly bit: number;
  /** The captured `observations` frames carry it; the others are in REST answers only. */
  readonly streamed: boolean;
}

const WIDTH: Record<MetricKind, number> = { count: 1, time: 4, serviceLevel: 2 };

const NAMES = [
  ['nOffered', 'count', true],
  ['tAnswered', 'time', true],
  ['tAbandon', 'time', true],
  ['tShortAbandon', 'time', false],
  ['tWait', 'time', true],
  ['tAcd', 'time', true],
  ['tAlert', 'time', true],
  ['tNotResponding', 'time', true],
  ['tTalk', 'time', true],
  ['tHeld', 'time', false],
  ['tAcw', 'time', true],
  ['tHandle', 'time', true],
  ['tFlowOut', 'time', false],
  ['nOverSla', 'count', false],
  ['nTransferred', 'count', false],
  ['oServiceLevel', 'serviceLevel', true],
] as const;
export type MetricName = (typeof NAMES)[number][0];

function layOut(): { metrics: IntervalMetric[]; rowSize: number } {
  const metrics: IntervalMetric[] = [];
  let offset = 0;
  for (const [name, kind, streamed] of NAMES) {
    metrics.push({ name, kind, offset, bit: 1 << metrics.length, streamed });
    offset += WIDTH[kind];
  }
  return { metrics, rowSize: offset };
}

const layout = layOut();
export const INTERVAL_METRICS: readonly IntervalMetric[] = layout.metrics;
/** Numbers in one row of the books. */
export const ROW_SIZE = layout.rowSize;

const byName = new Map(INTERVAL_METRICS.map((metric) => [metric.name, metric]));

/** The metric of that name; `undefined` for a name the platform does not have. */
export function intervalMetric(name: string): IntervalMetric | undefined {
  return byName.get(name);
}

/** Instant observations of a queue and media type; bits of the mask of changed gauges. */
export const GAUGE = { waiting: 1, interacting: 2, alerting: 4 } as const;

/** Routing statuses of users who are on queue. */
export const ON_QUEUE_STATUSES = ['IDLE', 'INTERACTING', 'NOT_RESPONDING', 'COMMUNICATING'] as const;
export type OnQueueStatus = (typeof ON_QUEUE_STATUSES)[number];

export interface Presence {
  readonly id: string;
  /** The organisation's own label. */
  readonly label: string;
  readonly systemPresence: string;
  readonly primary: boolean;
}

/** Organisation presences; the ids are the ones the qualifiers of presence metrics carry. */
export const PRESENCES: readonly Presence[] = [
  presence('6a3af858-942f-489d-9700-5f9bcdcdae9b', 'Available', 'Available'),
  presence('5e5c5c66-ea97-4e7f-ac41-6424784829f2', 'Away', 'Away'),
  presence('227b37e2-f1d0-4dd0-8f50-badd7cf6d158', 'Break', 'Break'),
  presence('31fe3bac-dea6-44b7-bed7-47f91660a1a0', 'Busy', 'Busy'),
  presence('3fd96123-badb-4f69-bc03-1b1ccc6d8014', 'Meal', 'Meal'),
  presence('f81c38db-7a2d-4c34-9d31-6b2fbd0ddb41', 'Meeting', 'Meeting'),
  presence('e08eaf1b-ee47-4fa9-a231-1200e284798f', 'On Queue', 'On Queue'),
  presence('ccf3c10a-aa2c-4845-8e8d-f59fa48c58e5', 'Offline', 'Offline'),
  presence('8c4b0f4e-9d5a-4a3c-9b8e-2f0f7a6d1c21', 'Training', 'Training'),
  presence('b7d1f0a2-3c64-4e19-8a5f-6e2d9c0b4f73', 'Coaching', 'Training', false),
];

function presence(id: string, label: string, systemPresence: string, primary = true): Presence {
  return { id, label, systemPresence, primary };
}

/** Index into PRESENCES of a label that is in it. */
export function presenceIndex(label: string): number {
  const index = PRESENCES.findIndex((entry) => entry.label === label);
  assert(index !== -1, `presence ${label}`);
  return index;
}
