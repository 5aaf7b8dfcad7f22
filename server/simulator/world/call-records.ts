/**
 * Call records from a CSV file, for a replay. The first line names the columns, in any order, upper or lower case;
 * columns that are not listed here are ignored.
 *
 * | column           | needed | meaning                                                                              |
 * | ---------------- | ------ | ------------------------------------------------------------------------------------ |
 * | `queue`          | yes    | the queue's name                                                                     |
 * | `offered`        | yes    | HH:MM:SS (or .mmm), local: the call joined the queue                                 |
 * | `left_queue`     | yes    | HH:MM:SS: answered or hung up; waited = left_queue − offered                         |
 * | `outcome`        | yes    | `answered` or `abandoned`                                                            |
 * | `answered_start` | yes    | HH:MM:SS: the talk began; empty for an abandoned call; may lie a second before left_queue |
 * | `answered_end`   | yes    | HH:MM:SS: the talk ended; empty for an abandoned call                                |
 * | `call`           | no     | the call's number or name; the line number where absent                              |
 * | `agent`          | no     | who talked                                                                           |
 * | `media_type`     | no     | voice (the default), chat, email, message or callback                                |
 *
 * Past midnight: a `left_queue` smaller than `offered`, or an `answered_end` smaller than `answered_start`, is on the
 * next day; `answered_start` is on the day that brings it nearest to `left_queue`; 24:05:00 is five past midnight.
 * Every problem is told with its line, the first 20 of them.
 */
import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';
import { MEDIA_TYPES, type MediaType } from './catalogue';
import { type CsvRecord, parseCsv } from './csv';

/** Times are ms since the midnight that the file's day begins with; they may run past 24 h. */
export interface CallRecord {
  readonly call: string;
  readonly queue: string;
  readonly mediaType: MediaType;
  readonly offeredMs: number;
  readonly leftQueueMs: number;
  readonly agent: string | null;
  /** `null`: abandoned. */
  readonly talk: { readonly startMs: number; readonly endMs: number } | null;
}

const NEEDED = ['queue', 'offered', 'left_queue', 'outcome', 'answered_start', 'answered_end'] as const;
const OPTIONAL = ['call', 'agent', 'media_type'] as const;
type Column = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];
type Columns = ReadonlyMap<Column, number>;

const MAX_PROBLEMS = 20;
const MAX_NAME = 200;
const DAY_MS = 86_400_000;

/** Records in order of `offered`, or every problem found (at most 20, then how many more). */
export function parseCallRecords(text: string): Result<readonly CallRecord[], readonly string[]> {
  const csv = parseCsv(text);
  if (!csv.ok) return err([`line ${csv.line}: ${csv.problem}`]);
  const [header, ...rows] = csv.records;
  if (header === undefined) return err(['line 1: the file is empty; it needs a line that names the columns']);
  const columns = readHeader(header);
  if (!columns.ok) return columns;
  if (rows.length === 0) return err([`line ${header.line}: the file has no calls`]);
  const problems: string[] = [];
  const records: CallRecord[] = [];
  for (const row of rows) {
    const record = readRecord(row, columns.value, header.fields.length);
    if (record.ok) records.push(record.value);
    else problems.push(...record.error.map((problem) => `line ${row.line}: ${problem}`));
  }
  if (problems.length > 0) return err(bounded(problems));
  return ok(records.sort((a, b) => a.offeredMs - b.offeredMs));
}

function bounded(problems: readonly string[]): readonly string[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  return [...problems.slice(0, MAX_PROBLEMS), `and ${problems.length - MAX_PROBLEMS} more`];
}

function readHeader(header: CsvRecord): Result<Columns, readonly string[]> {
  const names = header.fields.map((field) => field.trim().toLowerCase());
  const columns = new Map<Column, number>();
  const problems: string[] = [];
  for (const name of [...NEEDED, ...OPTIONAL]) {
    const at = names.indexOf(name);
    if (at !== -1) columns.set(name, at);
    if (at !== names.lastIndexOf(name)) problems.push(`line ${header.line}: column ${name} appears twice`);
  }
  const missing = NEEDED.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    problems.push(
      `line ${header.line}: missing column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`,
    );
  }
  return problems.length > 0 ? err(problems) : ok(columns);
}

function readRecord(row: CsvRecord, columns: Columns, width: number): Result<CallRecord, readonly string[]> {
  if (row.fields.length !== width) {
    return err([`${row.fields.length} fields, but the first line names ${width} columns`]);
  }
  const field = (name: Column) => (row.fields[columns.get(name) ?? -1] ?? '').trim();
  const problems: string[] = [];
  const time = (name: Column): number => {
    const ms = parseTimeOfDay(field(name));
    if (ms === null) problems.push(`${name} is "${clip(field(name))}", not a time like 09:30:00`);
    return ms ?? 0;
  };
  const queue = field('queue');
  if (queue === '') problems.push('queue is empty');
  if (queue.length > MAX_NAME) problems.push(`queue is longer than ${MAX_NAME} characters`);
  const mediaType = readMediaType(field('media_type'));
  if (mediaType === null) {
    problems.push(`media_type is "${clip(field('media_type'))}", not one of ${MEDIA_TYPES.join(', ')}`);
  }
  const offeredMs = time('offered');
  const leftQueueMs = notBefore(time('left_queue'), offeredMs);
  const talk = readTalk(field, time, leftQueueMs, problems);
  if (problems.length > 0 || mediaType === null) return err(problems);
  const call = field('call') || String(row.line);
  return ok({ call, queue, mediaType, offeredMs, leftQueueMs, agent: field('agent') || null, talk });
}

function readTalk(
  field: (name: Column) => string,
  time: (name: Column) => number,
  leftQueueMs: number,
  problems: string[],
): CallRecord['talk'] {
  const outcome = field('outcome').toLowerCase();
  const empty = (['answered_start', 'answered_end'] as const).filter((name) => field(name) === '');
  if (outcome === 'answered') {
    if (empty.length > 0) {
      problems.push(
        `the call was answered, but ${empty.join(' and ')} ${empty.length > 1 ? 'are' : 'is'} empty`,
      );
      return null;
    }
    const startMs = nearest(time('answered_start'), leftQueueMs);
    return { startMs, endMs: notBefore(time('answered_end'), startMs) };
  }
  if (outcome !== 'abandoned') {
    problems.push(`outcome is "${clip(field('outcome'))}", not answered or abandoned`);
  } else if (empty.length < 2) {
    problems.push('the call was abandoned, but it has a talk');
  }
  return null;
}

function readMediaType(text: string): MediaType | null {
  if (text === '') return 'voice';
  return MEDIA_TYPES.find((name) => name === text.toLowerCase()) ?? null;
}

/** Ms since midnight of `9:05:07`, `23:59:59.250` or `24:05:00`; `null` for anything else. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^(\d{1,2}):([0-5]\d):([0-5]\d)(?:\.(\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const [, hours = '', minutes = '', seconds = '', fraction = ''] = match;
  if (Number(hours) >= 48) return null;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1_000 + Number(fraction.padEnd(3, '0'));
}

function notBefore(ms: number, floorMs: number): number {
  return ms >= floorMs ? ms : ms + DAY_MS * Math.ceil((floorMs - ms) / DAY_MS);
}

function nearest(ms: number, anchorMs: number): number {
  return ms + DAY_MS * Math.round((anchorMs - ms) / DAY_MS);
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
