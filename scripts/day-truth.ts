/**
 * `npx tsx scripts/day-truth.ts FILE [--within 20]`: works out, from a file of call records alone, what a correct board
 * shows at the end of that day, and prints it as JSON. It shares no code with the simulator or the product: it is
 * what both are held against. Columns as in the README; seconds, per cents of offered, two decimals; `null` where
 * there is nothing to divide by.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * offered, answered, abandoned, abandonRatePct, answeredWithin<N>s, serviceLevelPct, asaSeconds, maxWaitSeconds,
 * ahtSeconds.
 */
export type QueueDay = Readonly<Record<string, number | null>>;

interface Call {
  readonly queue: string;
  readonly waited: number;
  /** Seconds talked; `null`: abandoned. */
  readonly talked: number | null;
}

const DAY = 24 * 60 * 60;

/** Queue → its day, in order of name. */
export function dayTruth(csv: string, withinSeconds: number): Record<string, QueueDay> {
  const [head = [], ...lines] = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(cells);
  const names = head.map((name) => name.trim().toLowerCase());
  const calls = lines.map((line) => toCall((name) => (line[names.indexOf(name)] ?? '').trim()));
  const queues = [...new Set(calls.map((call) => call.queue))].sort();
  const days = queues.map((queue) => [
    queue,
    figures(
      calls.filter((call) => call.queue === queue),
      withinSeconds,
    ),
  ]);
  return Object.fromEntries(days) as Record<string, QueueDay>;
}

/** One line's fields; quotes may hold commas and doubled quotes, but no line breaks. */
function cells(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), (match) =>
    match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'),
  );
}

function toCall(field: (name: string) => string): Call {
  const waited = elapsed(field('offered'), field('left_queue'));
  const answered = field('outcome').toLowerCase() === 'answered';
  return {
    queue: field('queue'),
    waited,
    talked: answered ? elapsed(field('answered_start'), field('answered_end')) : null,
  };
}

/** Seconds from one time of day to the next such time. */
function elapsed(from: string, to: string): number {
  const seconds = secondsOf(to) - secondsOf(from);
  return seconds < 0 ? seconds + DAY : seconds;
}

function secondsOf(time: string): number {
  const [hours = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = time.split(':').map(Number);
  const total = hours * 3_600 + minutes * 60 + seconds;
  if (!Number.isFinite(total)) throw new Error(`"${time}" is not a time like 09:30:00`);
  return total;
}

function figures(calls: readonly Call[], withinSeconds: number): QueueDay {
  const answered = calls.filter((call) => call.talked !== null);
  const abandoned = calls.length - answered.length;
  const met = answered.filter((call) => call.waited <= withinSeconds).length;
  return {
    offered: calls.length,
    answered: answered.length,
    abandoned,
    abandonRatePct: divided(100 * abandoned, calls.length),
    [`answeredWithin${withinSeconds}s`]: met,
    serviceLevelPct: divided(100 * met, calls.length),
    asaSeconds: divided(total(answered.map((call) => call.waited)), answered.length),
    maxWaitSeconds: calls.reduce((longest, call) => Math.max(longest, call.waited), 0),
    ahtSeconds: divided(total(answered.map((call) => call.talked ?? 0)), answered.length),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** To two decimals; `null` where there is nothing to divide by. */
function divided(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum / count) * 100) / 100;
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { within: { type: 'string', default: '20' }, help: { type: 'boolean', default: false } },
  });
  const [file] = positionals;
  const within = Number(values.within);
  if (values.help || file === undefined || !(within >= 0)) {
    process.stdout.write('npx tsx scripts/day-truth.ts FILE [--within SECONDS]   (default 20)\n');
    return values.help ? 0 : 2;
  }
  process.stdout.write(`${JSON.stringify(dayTruth(readFileSync(file, 'utf8'), within), null, 1)}\n`);
  return 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main();
}
