/**
 * Which view is shown when an alarm interrupts: the pages stop, or the one that shows it comes, for as long as the board
 * says; then they go on where the server's clock has them. Pure, and of server time alone, so that all screens of a
 * board agree.
 */
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import type { Rotation } from '../../lib/contracts/board';
import { type KpiKey, kpiKeySchema } from '../../lib/contracts/kpi';
import { viewAt } from './plan';
import type { View } from './view-parts';

export type Interruption = NonNullable<AlarmsFrame['interruption']>;

export interface Turn {
  readonly index: number;
  /** The pages do not go on now, because of an alarm. */
  readonly held: boolean;
}

export interface TurnInput {
  readonly views: readonly View[];
  readonly rotation: Rotation | undefined;
  readonly interruption: Interruption | null;
  /** Server time. */
  readonly now: number;
}

export function turnAt({ views, rotation, interruption, now }: TurnInput): Turn {
  const usual: Turn = { index: viewAt(views, now), held: false };
  if (rotation === undefined || rotation.onAlert === 'go-on' || interruption === null) return usual;
  const until = Math.min(interruption.until, interruption.at + rotation.holdSeconds * 1_000);
  if (now < interruption.at || now >= until) return usual;
  if (rotation.onAlert === 'stop') return { index: viewAt(views, interruption.at), held: true };
  const index = viewOf(views, interruption.key);
  return index === null ? usual : { index, held: true };
}

/** The first view that shows what the alarm is about; `null`: none does. */
export function viewOf(views: readonly View[], alarmKey: string): number | null {
  const about = aboutOf(alarmKey);
  if (about === null) return null;
  const tests: readonly ((view: View) => boolean)[] =
    about.kind === 'devices'
      ? [showsAlerts, showsDevices]
      : [(view) => shows(view, about.subject, about.kpi), (view) => shows(view, about.subject, null)];
  for (const test of tests) {
    const index = views.findIndex(test);
    if (index !== -1) return index;
  }
  return null;
}

type About =
  | { readonly kind: 'kpi'; readonly subject: string; readonly kpi: KpiKey }
  | { readonly kind: 'devices' };

/** `kpi:<subject>#<kpi>`, `devices:<group>`, `fault:<id>`; `null` for a flood, and for what cannot be read. */
function aboutOf(key: string): About | null {
  if (key.startsWith('devices:') || key.startsWith('fault:')) return { kind: 'devices' };
  const hash = key.lastIndexOf('#');
  const kpi = kpiKeySchema.safeParse(key.slice(hash + 1));
  if (!key.startsWith('kpi:') || hash === -1 || !kpi.success) return null;
  return { kind: 'kpi', subject: key.slice('kpi:'.length, hash), kpi: kpi.data };
}

/** `kpi` null: anything of the subject. */
function shows(view: View, subject: string, kpi: KpiKey | null): boolean {
  const isIt = (other: { readonly subject: string; readonly kpi: KpiKey }) =>
    other.subject === subject && (kpi === null || other.kpi === kpi);
  const table = view.table?.table;
  const inTable =
    table !== undefined &&
    (kpi === null || table.columns.includes(kpi)) &&
    (table.subjects === 'queues'
      ? subject.startsWith('queue:') && !subject.includes('|')
      : table.subjects.includes(subject));
  return (view.grid?.tiles.some(isIt) ?? false) || inTable || (view.trends?.trends.some(isIt) ?? false);
}

function showsAlerts({ panels }: View): boolean {
  return panels?.items.some(({ kind }) => kind === 'alerts') ?? false;
}

const OF_DEVICES: ReadonlySet<KpiKey> = new Set<KpiKey>([
  'alertsActive',
  'alertsCritical',
  'alertsUnacknowledged',
  'devicesOffline',
]);

function showsDevices(view: View): boolean {
  const inPanel = view.panels?.items.some(({ kind }) => kind === 'devices') ?? false;
  return inPanel || (view.grid?.tiles.some(({ kpi }) => OF_DEVICES.has(kpi)) ?? false);
}
