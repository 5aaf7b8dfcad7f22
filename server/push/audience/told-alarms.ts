/**
 * Alarms as an audience may know them: without names that it may not know, and without those about figures that it
 * does not get, as a limit that is broken tells what the figure is. One about people or waits has no value, as its text
 * is of the moment in which it came, and has not been there for longer than it was told there. What is counted and what
 * interrupts tells of none that is withheld; docs/decisions/0013 says what is left. Pure.
 */
import type { Alarm, AlarmsFrame } from '../../../lib/contracts/alarm';
import type { Audience } from '../../../lib/contracts/board';
import { kpiKeySchema } from '../../../lib/contracts/kpi';
import { kpiWords } from '../../../lib/kpi-words';
import type { CountedAlarms } from '../../alarms/desk';
import type { Figure } from '../shown';
import { nameAsTold } from './told-names';
import { deciding, isWithheld, type Knowledge } from './withheld';

type Alarms = Omit<AlarmsFrame, 'serverTime'>;

/** As the desk calls the flood. */
const FLOOD = 'flood';
/** A turn is told by the look after the one in which its alarm came. */
const LOOK_MS = 2_000;

/** What an audience was told at the look before. */
export interface ToldAlarms {
  /** Since when without a break (epoch ms), by key; of those for which that matters. */
  readonly since: ReadonlyMap<string, number>;
  /** Turns that it saw, as `turnOf` calls them. */
  readonly turns: ReadonlySet<string>;
}
export const NOT_TOLD: ToldAlarms = { since: new Map(), turns: new Set() };

export interface WithheldLook {
  readonly alarms: Alarms;
  readonly counted: CountedAlarms;
  readonly audience: Audience;
  /** `lookUp`: any figure as it is, by `valueKey`. */
  readonly knowledge: Knowledge;
  readonly before: ToldAlarms;
}

/** Where nothing is withheld but names. The same object where none of them is. */
export function alarmsAsTold(alarms: Alarms, audience: Audience): Alarms {
  const named = alarms.alarms.map((alarm) => renamed(alarm, audience));
  return named.every((alarm, index) => alarm === alarms.alarms[index])
    ? alarms
    : { ...alarms, alarms: named };
}

/** Where figures are withheld; `memory` is `before` of the next look. */
export function alarmsToldWhere(look: WithheldLook): { readonly told: Alarms; readonly memory: ToldAlarms } {
  const { alarms, counted, audience } = look;
  const kept = alarms.alarms.filter(({ key }) => isTold(key, look));
  const members = counted.flooded.filter((key) => isTold(key, look));
  const since = sinceOf([...kept.map(({ key }) => key), ...(members.length === 0 ? [] : [FLOOD])], look);
  const interruption = turnAsTold(look, since);
  const turns = turnsOf(look, interruption);
  const told: Alarms = {
    alarms: kept.map((alarm) => renamed(bare(alarm, since.get(alarm.key)), audience)),
    more: countOf(counted.unlisted, look),
    shelved: countOf(counted.shelved, look),
    flood: floodAsTold(alarms.flood, members.length, since.get(FLOOD)),
    interruption,
    interruptions: counted.interrupted.filter((one) => !isOurs(one.key, audience) || turns.has(turnOf(one)))
      .length,
  };
  return { told, memory: { since, turns } };
}

function isTold(key: string, { audience, knowledge }: WithheldLook): boolean {
  const figure = figureOf(key);
  return figure === null || !isWithheld(figure, audience, knowledge);
}

function countOf(keys: readonly string[], look: WithheldLook): number {
  return keys.filter((key) => isTold(key, look)).length;
}

/** Whether it may be told at one moment and withheld at another. */
function isOurs(key: string, audience: Audience): boolean {
  const figure = figureOf(key);
  return key === FLOOD || (figure !== null && deciding(figure, audience).length > 0);
}

function sinceOf(keys: readonly string[], { audience, knowledge, before }: WithheldLook) {
  const ours = keys.filter((key) => isOurs(key, audience));
  return new Map(ours.map((key) => [key, before.since.get(key) ?? knowledge.now] as const));
}

/** One that began before its alarm was told there is none there: its end would tell when that was. */
function turnAsTold({ alarms, audience }: WithheldLook, since: ToldAlarms['since']): Alarms['interruption'] {
  const { interruption } = alarms;
  if (interruption === null || !isOurs(interruption.key, audience)) return interruption;
  const from = since.get(interruption.key);
  return from !== undefined && from <= interruption.at + LOOK_MS ? interruption : null;
}

function turnsOf({ counted, before }: WithheldLook, now: Alarms['interruption']): ReadonlySet<string> {
  const all = counted.interrupted.map(turnOf);
  return new Set(all.filter((turn) => before.turns.has(turn) || (now !== null && turn === turnOf(now))));
}

function turnOf({ key, at }: { readonly key: string; readonly at: number }): string {
  return `${at} ${key}`;
}

/** Of those that came only they are known that last. */
function floodAsTold(flood: Alarms['flood'], count: number, since: number | undefined): Alarms['flood'] {
  if (flood === null || since === undefined) return null;
  return { count, since: Math.max(flood.since, since) };
}

/** `from` undefined: it is about neither people nor waits. */
function bare(alarm: Alarm, from: number | undefined): Alarm {
  const figure = figureOf(alarm.key);
  if (from === undefined || figure === null) return alarm;
  const { text, since, acknowledgement, unknownSince } = alarm;
  return {
    ...alarm,
    text: withoutValue(text, kpiWords(figure.kpi)),
    since: Math.max(since, from),
    acknowledgement: acknowledgement && { ...acknowledgement, at: Math.max(acknowledgement.at, from) },
    ...(unknownSince === undefined ? {} : { unknownSince: Math.max(unknownSince, from) }),
  };
}

/** Of “Support: occupancy 100 %”, “Support: occupancy”. */
function withoutValue(text: string, words: string): string {
  const at = text.lastIndexOf(`: ${words}`);
  return at === -1 ? words : `${text.slice(0, at)}: ${words}`;
}

function renamed(alarm: Alarm, { names }: Audience): Alarm {
  const { acknowledgement } = alarm;
  if (acknowledgement === null) return alarm;
  const by = nameAsTold(acknowledgement.by, names);
  return by === acknowledgement.by ? alarm : { ...alarm, acknowledgement: { ...acknowledgement, by } };
}

/** Of `kpi:<subject>#<kpi>`; `null`: it is about no figure. A subject may have a `#` of its own. */
function figureOf(key: string): Figure | null {
  const at = key.lastIndexOf('#');
  if (!key.startsWith('kpi:') || at === -1) return null;
  const kpi = kpiKeySchema.safeParse(key.slice(at + 1));
  return kpi.success ? { subject: key.slice(4, at), kpi: kpi.data } : null;
}
