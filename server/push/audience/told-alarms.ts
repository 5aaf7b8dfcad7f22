/**
 * Alarms as an audience may know them: without names that it may not know, and without those about figures that it
 * does not get, as a limit that is broken tells what the figure is. Pure.
 */
import type { Alarm, AlarmsFrame } from '../../../lib/contracts/alarm';
import type { Audience } from '../../../lib/contracts/board';
import { kpiKeySchema } from '../../../lib/contracts/kpi';
import type { Figure } from '../shown';
import { nameAsTold } from './told-names';
import { isWithheld, type Knowledge, loneUntil, withholds } from './withheld';

type Alarms = Omit<AlarmsFrame, 'serverTime'>;

export interface ToldAlarms {
  /** The same object where nothing of it is kept back. */
  readonly alarms: Alarms;
  /** When it is another by itself, epoch ms: one who waits alone is told of by then. `null`: it is not. */
  readonly until: number | null;
}

/** `knowledge.valueOf`: any figure as it is, by `valueKey`. */
export function alarmsAsTold(alarms: Alarms, audience: Audience, knowledge: Knowledge): ToldAlarms {
  const about = withholds(audience) ? alarms.alarms.map((alarm) => figureOf(alarm.key)) : [];
  const kept = alarms.alarms.filter((_, index) => isTold(about[index] ?? null, audience, knowledge));
  const named = kept.map((alarm) => renamed(alarm, audience));
  const interruption = interruptionOf(alarms, audience, knowledge);
  const isSame =
    interruption === alarms.interruption &&
    named.length === alarms.alarms.length &&
    named.every((alarm, index) => alarm === alarms.alarms[index]);
  const told = isSame ? alarms : { ...alarms, alarms: named, interruption };
  return { alarms: told, until: firstOf(about, audience, knowledge) };
}

function interruptionOf(
  { interruption }: Alarms,
  audience: Audience,
  knowledge: Knowledge,
): Alarms['interruption'] {
  if (interruption === null || !withholds(audience)) return interruption;
  return isTold(figureOf(interruption.key), audience, knowledge) ? interruption : null;
}

function isTold(figure: Figure | null, audience: Audience, knowledge: Knowledge): boolean {
  return figure === null || !isWithheld(figure, audience, knowledge);
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

function firstOf(
  figures: readonly (Figure | null)[],
  audience: Audience,
  knowledge: Knowledge,
): number | null {
  let first: number | null = null;
  for (const figure of figures) {
    const until = figure === null ? null : loneUntil(figure.subject, audience, knowledge);
    if (until !== null && (first === null || until < first)) first = until;
  }
  return first;
}
