/**
 * How frames are written down: a line a frame, `[at, event, content]`, many lines a piece, compressed. What is read
 * back is taken apart by the contracts' schemas; a line that is none ends what can be known of its piece.
 */
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { type AlarmsFrame, alarmsFrameSchema } from '../../lib/contracts/alarm';
import { type AlertsFrame, alertsFrameSchema } from '../../lib/contracts/alert';
import { type AnnouncementsFrame, announcementsFrameSchema } from '../../lib/contracts/announcement';
import { type Delta, deltaSchema, type Snapshot, snapshotSchema } from '../../lib/contracts/push';
import { type SitesFrame, sitesFrameSchema } from '../../lib/contracts/site-counts';

/** Of what the tellers say the newest holds, whole. */
export const TOLD_EVENTS: ReadonlySet<string> = new Set(['alerts', 'alarms', 'announcements', 'sites']);

export type TapeLine = { readonly at: number } & (
  | { readonly event: 'snapshot'; readonly content: Snapshot }
  | { readonly event: 'delta'; readonly content: Delta }
  | { readonly event: 'alerts'; readonly content: AlertsFrame }
  | { readonly event: 'alarms'; readonly content: AlarmsFrame }
  | { readonly event: 'announcements'; readonly content: AnnouncementsFrame }
  | { readonly event: 'sites'; readonly content: SitesFrame }
);

/** No piece of ours is longer than this when it is unpacked. */
const MOST_BYTES = 128_000_000;

/** `json`: the frame's content as it was sent; it holds no line break. */
export function tapeLine(at: number, event: string, json: string): string {
  return `[${at},"${event}",${json}]\n`;
}

const squeeze = promisify<string, Buffer>((text, done) => deflate(text, done));
const unsqueeze = promisify<Uint8Array, Buffer>((bytes, done) =>
  inflate(bytes, { maxOutputLength: MOST_BYTES }, done),
);

export function packLines(text: string): Promise<Uint8Array> {
  return squeeze(text);
}

/** The lines of a piece; of one that is damaged those before the damage. */
export async function unpackLines(piece: Uint8Array): Promise<readonly TapeLine[]> {
  const lines: TapeLine[] = [];
  for (const text of (await textOf(piece)).split('\n')) {
    const line = text === '' ? null : readLine(text);
    if (line === null) break;
    lines.push(line);
  }
  return lines;
}

async function textOf(piece: Uint8Array): Promise<string> {
  try {
    return (await unsqueeze(piece)).toString('utf8');
  } catch {
    // zlib refuses what it did not make, and what would be larger than anything of ours.
    return '';
  }
}

function readLine(text: string): TapeLine | null {
  const parts = jsonOf(text);
  if (!Array.isArray(parts)) return null;
  const [at, event, content] = parts as readonly unknown[];
  if (typeof at !== 'number') return null;
  switch (event) {
    case 'snapshot': {
      const read = snapshotSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    case 'delta': {
      const read = deltaSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    case 'alerts': {
      const read = alertsFrameSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    case 'alarms': {
      const read = alarmsFrameSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    case 'announcements': {
      const read = announcementsFrameSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    case 'sites': {
      const read = sitesFrameSchema.safeParse(content);
      return read.success ? { at, event, content: read.data } : null;
    }
    default:
      return null;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse throws nothing but SyntaxError: the text was cut.
    return null;
  }
}
