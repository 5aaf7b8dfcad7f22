/**
 * What a line about devices says, in pieces, and which of its wordings has room. Names come from devices: they are
 * text. Pure.
 */
import type { AlertGroup, Fault } from '../../lib/contracts/alert';
import { shorten } from '../../lib/format';
import { textWidthEm } from '../board/text-fit';

/** `strong`: what happened to what. `soft`: when, and who has it. */
export interface Piece {
  readonly text: string;
  readonly tone: 'strong' | 'plain' | 'soft';
}
export type Wording = readonly Piece[];

export function wordingWidthEm(wording: Wording): number {
  return wording.reduce((sum, { text }) => sum + textWidthEm(text), 0);
}

/** The first that fits; else the last, its longest piece cut until it does. */
export function wordingThatFits(wordings: readonly Wording[], roomEm: number): Wording {
  const fitting = wordings.find((wording) => wordingWidthEm(wording) <= roomEm);
  if (fitting !== undefined) return fitting;
  let last = wordings.at(-1) ?? [];
  for (let round = 0; round < 400 && wordingWidthEm(last) > roomEm; round += 1) {
    const longest = last.reduce((a, b) => (b.text.length > a.text.length ? b : a), last[0] ?? EMPTY);
    if (longest.text.length < 3) break;
    const cut = { ...longest, text: shorten(longest.text, [...longest.text].length - 1) };
    last = last.map((piece) => (piece === longest ? cut : piece));
  }
  return last;
}
const EMPTY: Piece = { text: '', tone: 'plain' };

/** A sensor's type as people read it: `lost_heartbeat` is lost heartbeat. */
export function sensorText(sensorType: string): string {
  const words = sensorType.replace(/[_\s]+/g, ' ').trim();
  return words === '' ? sensorType : words;
}

/** `new`: somebody has to take it. `taken`: somebody has. `over`: it is cleared, and nobody took it. */
export type GroupState = 'new' | 'taken' | 'over';

export function groupState({ active, unacknowledged }: AlertGroup): GroupState {
  if (active === 0) return 'over';
  return unacknowledged === 0 ? 'taken' : 'new';
}

/** What the devices of a group or a fault have in common, for a name: product, else site; `null`: nothing. */
export function commonName({ product, site }: Pick<Fault, 'product' | 'site'>): string | null {
  return product ?? site;
}

const HOUR_MS = 3_600_000;

/** `time`: of the clock. The clock alone would lie about what began yesterday. */
export type Since =
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'hours' | 'days'; readonly count: number };

export function sinceOf(at: number, now: number): Since {
  const hours = Math.floor((now - at) / HOUR_MS);
  if (hours < 20) return { kind: 'time', at };
  return hours < 72 ? { kind: 'hours', count: hours } : { kind: 'days', count: Math.floor(hours / 24) };
}

/** How much above usual, in whole percent: 2.8 times is + 180. Never under 0. */
export function percentAbove(timesUsual: number): number {
  return Math.max(0, Math.round((timesUsual - 1) * 100));
}

/** Times usual as a person says it: whole from ten on, else one decimal. */
export function roundTimes(timesUsual: number): number {
  return timesUsual >= 10 ? Math.round(timesUsual) : Math.round(timesUsual * 10) / 10;
}

/** Those that last first; one that is over only while none lasts. */
export function shownFault(faults: readonly Fault[]): Fault | null {
  return faults.find(({ endedAt }) => endedAt === null) ?? faults[0] ?? null;
}
