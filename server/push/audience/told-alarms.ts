/**
 * Alarms as an audience may know them: without names that it may not know, and without those about figures that it
 * does not get, as a limit that is broken tells what the figure is. Pure.
 */
import type { Alarm, AlarmsFrame } from '../../../lib/contracts/alarm';
import type { Audience } from '../../../lib/contracts/board';
import { kpiKeySchema } from '../../../lib/contracts/kpi';
import type { Figure } from '../shown';
import { nameAsTold } from './told-names';
import { isWithheld, type Knowledge, withholds } from './withheld';

type Alarms = Omit<AlarmsFrame, 'serverTime'>;

/** `knowledge.lookUp`: any figure as it is, by `valueKey`. The same object where nothing of it is kept back. */
export function alarmsAsTold(alarms: Alarms, audience: Audience, knowledge: Knowledge): Alarms {
  const kept = withholds(audience)
    ? alarms.alarms.filter((alarm) => isTold(figureOf(alarm.key), audience, knowledge))
    : alarms.alarms;
  const named = kept.map((alarm) => renamed(alarm, audience));
  const interruption = interruptionOf(alarms, audience, knowledge);
  const isSame =
    interruption === alarms.interruption &&
    named.length === alarms.alarms.length &&
    named.every((alarm, index) => alarm === alarms.alarms[index]);
  return isSame ? alarms : { ...alarms, alarms: named, interruption };
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
