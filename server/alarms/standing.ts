/**
 * One alarm while it lasts, and how one look at what it is about changes it. What is not known raises nothing and
 * clears nothing: the alarm is held as it was, and says since when. Pure.
 */
import type { Alarm } from '../../lib/contracts/alarm';
import type { KpiKey } from '../../lib/contracts/kpi';

export type Level = Alarm['level'];

export interface Standing {
  readonly key: string;
  readonly kind: Alarm['kind'];
  /** Now, or when it was last known. */
  readonly level: Level;
  /** While it lasted. */
  readonly worst: Level;
  readonly subject: string | null;
  readonly kpi: KpiKey | null;
  /** Of devices: whose calls they are; else `null`. */
  readonly queueId: string | null;
  /** The figure as it was last known, for the order among equals; of devices how many there were at most. */
  readonly value: number | null;
  /** As it was when it came, or got worse; of devices, when there were most. */
  readonly text: string;
  /** Epoch ms; kept while it lasts, also through restarts. */
  readonly since: number;
  readonly acknowledgement: Alarm['acknowledgement'];
  /** `null`: it is known to last. */
  readonly unknownSince: number | null;
  /** Of devices: all of it is over, and nobody has taken it. */
  readonly isOver: boolean;
}

/** What was seen. `unknown`: stale, or never told. `acknowledgedBy` absent: whoever acknowledges does it here. */
export type Sight =
  | { readonly status: 'unknown' }
  | { readonly status: 'normal' }
  | {
      readonly status: Level;
      readonly about: Pick<Standing, 'kind' | 'subject' | 'kpi' | 'queueId' | 'value' | 'isOver'>;
      readonly text: () => string;
      /** `null`: somebody must still take it. */
      readonly acknowledgedBy?: string | null;
      /** Epoch ms at which what it is about began; absent: it begins when it is seen. */
      readonly beganAt?: number;
    };

/** `null`: there is none. The same object where nothing is another. */
export function stepStanding(held: Standing | null, key: string, sight: Sight, at: number): Standing | null {
  switch (sight.status) {
    case 'unknown':
      return held === null || held.unknownSince !== null ? held : { ...held, unknownSince: at };
    case 'normal':
      return null;
    default:
      return held === null ? raised(key, sight, at) : lasting(held, sight, at);
  }
}

type Abnormal = Extract<Sight, { readonly status: Level }>;

function raised(
  key: string,
  { status, about, text, acknowledgedBy, beganAt }: Abnormal,
  at: number,
): Standing {
  const acknowledgement = acknowledgedBy == null ? null : { by: acknowledgedBy, at };
  return {
    ...about,
    ...{
      key,
      level: status,
      worst: status,
      text: text(),
      since: Math.min(at, beganAt ?? at),
      acknowledgement,
      unknownSince: null,
    },
  };
}

/** Worse than ever while it lasts: what somebody acknowledged was less than that. */
function lasting(held: Standing, sight: Abnormal, at: number): Standing {
  const { status, about } = sight;
  const isWorse = isWorseThan(status, held.worst);
  const grew = about.kind === 'devices' && (about.value ?? 0) > (held.value ?? 0);
  const next: Standing = {
    ...held,
    ...about,
    value: about.kind === 'devices' && !grew ? held.value : about.value,
    level: status,
    worst: isWorse ? status : held.worst,
    text: isWorse || grew ? sight.text() : held.text,
    acknowledgement: acknowledgementOf(held, sight, { isWorse, at }),
    unknownSince: null,
  };
  return held.value === next.value && !differsInWords(held, next) ? held : next;
}

function acknowledgementOf(
  held: Standing,
  { acknowledgedBy }: Abnormal,
  { isWorse, at }: { readonly isWorse: boolean; readonly at: number },
): Standing['acknowledgement'] {
  if (acknowledgedBy === undefined) return isWorse ? null : held.acknowledgement;
  if (acknowledgedBy === null) return null;
  return held.acknowledgement?.by === acknowledgedBy ? held.acknowledgement : { by: acknowledgedBy, at };
}

/** Whether two states of one alarm differ in more than the figure. */
export function differsInWords(a: Standing | null, b: Standing | null): boolean {
  if (a === null || b === null) return a !== b;
  return (
    a.level !== b.level ||
    a.worst !== b.worst ||
    a.queueId !== b.queueId ||
    a.isOver !== b.isOver ||
    a.text !== b.text ||
    a.unknownSince !== b.unknownSince ||
    a.acknowledgement !== b.acknowledgement
  );
}

export function isWorseThan(level: Level, other: Level): boolean {
  return level === 'critical' && other === 'warning';
}

/** As boards and webhooks get it. */
export function alarmOf(standing: Standing): Alarm {
  const { key, kind, level, subject, kpi, text, since, acknowledgement, unknownSince } = standing;
  const known = unknownSince === null ? {} : { unknownSince };
  return { key, kind, level, subject, kpi, text, since, acknowledgement, ...known };
}
