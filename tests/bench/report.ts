/** What a run of the benchmarks says: a table for people, JSON for what compares runs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';

export interface Verdict {
  /** As in the table of speed goals. */
  readonly goal: string;
  readonly what: string;
  readonly measured: number;
  readonly reach: { readonly at: 'least' | 'most'; readonly value: number };
  /** Rounds behind the figure, and how far its middle half spreads. */
  readonly rounds: number;
  readonly spread: number | null;
}

export interface Note {
  readonly goal: string;
  readonly what: string;
  readonly measured: number | string;
}

export interface Report {
  readonly verdicts: readonly Verdict[];
  readonly notes: readonly Note[];
  /** Why figures of this run are not to be trusted. */
  readonly doubts: readonly string[];
}

export function isReached({ measured, reach }: Verdict): boolean {
  return reach.at === 'least' ? measured >= reach.value : measured <= reach.value;
}

export function printReport({ verdicts, notes, doubts }: Report): void {
  const rows = verdicts.map((verdict) => [
    verdict.goal,
    verdict.what,
    figure(verdict.measured),
    `${verdict.reach.at === 'least' ? '≥' : '≤'} ${figure(verdict.reach.value)}`,
    isReached(verdict) ? 'reached' : 'NOT reached',
    verdict.spread === null ? '' : `± ${Math.round((verdict.spread / 2) * 100)} %, ${verdict.rounds} rounds`,
  ]);
  printTable(['goal', 'what', 'measured', 'reach', 'verdict', ''], rows);
  console.log('\nBeside the goals, from the same run:');
  printTable(
    ['goal', 'what', 'measured'],
    notes.map((note) => [
      note.goal,
      note.what,
      typeof note.measured === 'number' ? figure(note.measured) : note.measured,
    ]),
  );
  for (const doubt of doubts) console.log(`\nDoubt: ${doubt}`);
}

export function writeReport(path: string, report: Report): void {
  mkdirSync(dirname(path), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  const verdicts = report.verdicts.map((verdict) => ({ ...verdict, reached: isReached(verdict) }));
  const content = { at: new Date().toISOString(), machine, ...report, verdicts };
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  console.log(line(head));
  console.log(widths.map((width) => '─'.repeat(width)).join('  '));
  for (const row of rows) console.log(line(row));
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
