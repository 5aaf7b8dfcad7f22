/**
 * Frames of the platform as bytes, in its own shape and at its measured sizes: S 541 B (instant observations of one
 * media type), M 1,262 B (running aggregates of a half hour), L 2,530 B (a queue's users by qualifier), mixed to
 * 846 B on average. `advance` moves every frame on by a second: stamps, counts and sums in their places, so that
 * each pass is news to the engine. Nothing is copied: the bytes change in place.
 */
import { seededRandom } from '../../server/runtime/random';

export const FRAME_BYTES = { S: 541, M: 1_262, L: 2_530 } as const;
export const MIX_AVERAGE_BYTES = 846;
/** 0.665 × 541 + 0.285 × 1,262 + 0.05 × 2,530 = 846. */
const SHARE = { S: 0.665, M: 0.285, L: 0.05 } as const;

export type FrameSize = keyof typeof FRAME_BYTES;

export interface PlatformFrames {
  readonly buffers: readonly Buffer[];
  readonly topicNames: ReadonlyMap<string, string>;
  /** Epoch ms of the pass: every frame is observed then. */
  readonly now: number;
  /** Makes every frame newer by a second and its figures larger. */
  advance(): void;
}

interface Patch {
  readonly offset: number;
  readonly width: number;
  /** What stands there at `step`, of exactly `width` characters. */
  readonly text: (step: number) => string;
}

interface MadeFrame {
  readonly buffer: Buffer;
  readonly patches: readonly Patch[];
}

const HALF_HOUR_MS = 1_800_000;
/** Passes go on for half an hour before it ends. */
const START = Date.UTC(2026, 10, 20, 9, 0, 0);
const MEDIA = ['voice', 'voice', 'voice', 'chat', 'message'];
const PRESENCES = 12;

/** `halfHour`: when the half hour begins that the frames are about. */
export interface FramesOptions {
  readonly only?: FrameSize;
  readonly halfHour?: number;
}

/** `count` frames over `queueCount` queues, in a seeded order; every queue gets each size in its turn. */
export function createPlatformFrames(
  count: number,
  queueCount: number,
  { only, halfHour = START }: FramesOptions = {},
): PlatformFrames {
  const random = seededRandom(20_261_120);
  const queues = Array.from({ length: queueCount }, (_, index) => uuid(index, 1));
  const topicNames = new Map(queues.map((queue) => [`v2.analytics.queues.${queue}.observations`, queue]));
  const made = Array.from({ length: count }, (_, index) => {
    // Walks through all queues before it comes to one again, as one update a topic a second does.
    const queue = queues[index % queueCount] ?? '';
    const seed = Math.floor(random() * 900_000);
    // The golden ratio spreads the sizes evenly: the mix is the same in every part of a pass.
    const size = only ?? drawSize((index * 0.618_033_988_75) % 1);
    return makeFrame(size, { queue, seed, turn: Math.floor(index / queueCount), halfHour });
  });
  let step = 0;
  const write = () => {
    for (const { buffer, patches } of made) {
      for (const { offset, width, text } of patches) buffer.write(text(step), offset, width, 'latin1');
    }
  };
  write();
  return {
    buffers: made.map((frame) => frame.buffer),
    topicNames,
    get now() {
      return halfHour + step * 1_000 + 999;
    },
    advance() {
      step += 1;
      write();
    },
  };
}

function drawSize(draw: number): FrameSize {
  if (draw < SHARE.S) return 'S';
  return draw < SHARE.S + SHARE.M ? 'M' : 'L';
}

interface FrameOf {
  readonly queue: string;
  readonly seed: number;
  /** How many frames of this queue came before in a pass; each is a millisecond newer. */
  readonly turn: number;
  readonly halfHour: number;
}

function makeFrame(size: FrameSize, of: FrameOf): MadeFrame {
  const { queue, seed, turn } = of;
  const text = new PatchedText();
  text.add(`{"topicName":"v2.analytics.queues.${queue}.observations","version":"2","eventBody":{"group":`);
  if (size === 'L') text.add(`{"queueId":"${queue}"}`);
  else text.add(`{"queueId":"${queue}","mediaType":"${MEDIA[seed % MEDIA.length]}"}`);
  text.add(',"data":[');
  if (size === 'S') addInstant(text, of);
  else if (size === 'M') addAggregates(text, of);
  else addUsers(text, of);
  text.add(`]},"metadata":{"CorrelationId":"${uuid(seed, turn)}"`);
  const padding = FRAME_BYTES[size] - text.length - ',"type":""}}'.length;
  if (padding < 0) throw new Error(`a frame of size ${size} is ${-padding} bytes too long`);
  text.add(`,"type":"${'metric-change-'.repeat(200).slice(0, padding)}"}}`);
  return { buffer: Buffer.from(text.toString(), 'latin1'), patches: text.patches };
}

function addInstant(text: PatchedText, { seed, turn, halfHour }: FrameOf): void {
  addStamp(text, turn, halfHour);
  for (const [index, metric] of ['oAlerting', 'oInteracting', 'oWaiting'].entries()) {
    text.add(`${index === 0 ? '' : ','}{"metric":"${metric}","stats":{"count":`);
    text.patch(2, (step) => String(10 + ((seed + step * (index + 1)) % 90)));
    text.add('}}');
  }
  text.add(']}');
}

function addAggregates(text: PatchedText, { turn, halfHour }: FrameOf): void {
  const interval = [halfHour, halfHour + HALF_HOUR_MS].map((at) => new Date(at).toISOString()).join('/');
  text.add(`{"interval":"${interval}","metrics":[{"metric":"nOffered","stats":{"count":`);
  // Running aggregates only grow; steps of 20 leave room for the frames that one queue sends within a pass.
  const count = (step: number) => String(100_000 + step * 20 + turn);
  text.patch(6, count);
  text.add('}}');
  for (const metric of ['tAnswered', 'tAbandon', 'tWait', 'tAcd', 'tHandle', 'tTalk', 'tAcw', 'tAlert']) {
    text.add(`,{"metric":"${metric}","stats":{"count":`);
    text.patch(6, count);
    text.add(',"sum":');
    text.patch(9, (step) => String(300_000_000 + step * 4_000 + turn * 150));
    text.add(',"min":1178,"max":74387}}');
  }
  text.add(',{"metric":"oServiceLevel","stats":{"ratio":0.8312,"numerator":');
  text.patch(6, (step) => String(100_000 + step * 20 + turn));
  text.add(',"denominator":');
  text.patch(6, count);
  text.add(',"target":0.8}}]}');
}

function addUsers(text: PatchedText, { seed, turn, halfHour }: FrameOf): void {
  addStamp(text, turn, halfHour);
  const qualifiers = ['IDLE', 'INTERACTING', 'NOT_RESPONDING', 'COMMUNICATING'];
  const rows = [
    ...qualifiers.map((qualifier) => ['oOnQueueUsers', qualifier] as const),
    ...[...qualifiers, 'OFF_QUEUE'].map((qualifier) => ['oUserRoutingStatuses', qualifier] as const),
    ...Array.from({ length: PRESENCES }, (_, index) => ['oOffQueueUsers', uuid(index, 77)] as const),
  ];
  for (const [index, [metric, qualifier]] of rows.entries()) {
    text.add(`${index === 0 ? '' : ','}{"metric":"${metric}","qualifier":"${qualifier}","stats":{"count":`);
    text.patch(2, (step) => String(10 + ((seed + step + index) % 90)));
    text.add('}}');
  }
  text.add(']}');
}

/** A zero-length interval at the moment of the pass. */
function addStamp(text: PatchedText, turn: number, halfHour: number): void {
  const stamp = (step: number) => new Date(halfHour + step * 1_000 + turn).toISOString();
  text.add('{"interval":"');
  text.patch(24, stamp);
  text.add('/');
  text.patch(24, stamp);
  text.add('","metrics":[');
}

class PatchedText {
  readonly patches: Patch[] = [];
  #text = '';

  get length(): number {
    return this.#text.length;
  }

  add(text: string): void {
    this.#text += text;
  }

  patch(width: number, text: (step: number) => string): void {
    this.patches.push({ offset: this.#text.length, width, text });
    this.#text += ' '.repeat(width);
  }

  toString(): string {
    return this.#text;
  }
}

function uuid(number: number, salt: number): string {
  const tail = number.toString(16).padStart(12, '0');
  return `${salt.toString(16).padStart(8, '0')}-4d1c-4e2f-9a3b-${tail}`;
}
