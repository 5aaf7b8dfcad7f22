/** Which queues there are, which roll-ups they make, and where the view of a subject is. */
import type { SubjectInfo } from '../../lib/contracts/push';
import { parseSubject, type QueueId, type SubjectKey, subjectKey } from '../../lib/ids';
import type { DayCalendar } from './day-calendar';
import type { QueueInfo } from './events';
import { noFigures } from './figures';
import { buildRollups, type QueueGroup } from './rollup-book';
import { shortNames } from './short-name';
import {
  createQueueEntry,
  type QueueEntry,
  type RollupBase,
  type RulesOf,
  type SubjectView,
} from './subject-view';

/** The platform's own limit is 20,000 topics a client; several clients may share a server. */
export const MAX_QUEUES = 100_000;

export interface BookSettings {
  readonly timeZone: string;
  readonly timeZoneOf: (queueId: string) => string;
  readonly groups: readonly QueueGroup[];
  readonly rulesOf: RulesOf;
}

export class QueueBook {
  readonly #settings: BookSettings;
  readonly #calendar: DayCalendar;
  readonly entries = new Map<QueueId, QueueEntry>();
  /** By name. */
  sorted: readonly QueueEntry[] = [];
  bases: readonly RollupBase[] = [];
  #baseByKey = new Map<SubjectKey, RollupBase>();

  constructor(settings: BookSettings, calendar: DayCalendar) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#rebuild();
  }

  /** Takes the whole list of queues. False where it is the one that is held. */
  list(queues: readonly QueueInfo[], now: number): boolean {
    const kept = queues.slice(0, MAX_QUEUES);
    const isSame =
      kept.length === this.entries.size &&
      kept.every((info) => isSameInfo(this.entries.get(info.id)?.info, info));
    if (isSame) return false;
    const listed = new Set(kept.map((info) => info.id));
    for (const id of [...this.entries.keys()]) if (!listed.has(id)) this.entries.delete(id);
    for (const info of kept) this.#put(info, now);
    this.#rebuild();
    return true;
  }

  #put(info: QueueInfo, now: number): void {
    const held = this.entries.get(info.id);
    if (held !== undefined) {
      if (!isSameInfo(held.info, info)) held.info = info;
      return;
    }
    const timeZone = this.#settings.timeZoneOf(info.id);
    const dayStart = this.#calendar.startOf(now, timeZone);
    const { rulesOf } = this.#settings;
    this.entries.set(info.id, createQueueEntry(info, { timeZone, dayStart, rulesOf }));
  }

  #rebuild(): void {
    const byName = new Intl.Collator('en', { numeric: true });
    this.sorted = [...this.entries.values()].sort((a, b) => byName.compare(a.info.name, b.info.name));
    const short = shortNames(this.sorted.map((entry) => entry.info.name));
    for (const [index, entry] of this.sorted.entries()) {
      entry.shortName = short[index] ?? entry.info.name;
      forgetFigures(entry);
    }
    this.bases = buildRollups(this.sorted, this.#settings.groups, this.#settings);
    this.#baseByKey = new Map(this.bases.map((base) => [base.all.view.key, base]));
  }

  /** The view of a subject; `null` where there is none (yet). */
  find(key: SubjectKey): SubjectView | null {
    const subject = parseSubject(key);
    if (subject === null) return null;
    const { kind, id, mediaType } = subject;
    if (kind === 'queue') {
      // A brand on text that is only looked up: an unknown id finds nothing.
      const entry = this.entries.get(id as QueueId);
      if (mediaType === null) return entry?.view ?? null;
      return entry?.media.find((view) => view.mediaType === mediaType) ?? null;
    }
    const base = this.#baseByKey.get(subjectKey(kind, id));
    return (mediaType === null ? base?.all.view : base?.media.get(mediaType)?.view) ?? null;
  }

  *views(): Iterable<SubjectView> {
    for (const base of this.bases) {
      yield base.all.view;
      for (const node of base.media.values()) yield node.view;
    }
    for (const entry of this.sorted) {
      yield entry.view;
      yield* entry.media;
    }
  }

  subjects(): readonly SubjectInfo[] {
    return [
      ...this.bases.map((base) => baseInfo(base, null)),
      ...this.sorted.map((entry) => queueInfo(entry, null)),
    ];
  }

  info(key: SubjectKey): SubjectInfo | null {
    const subject = parseSubject(key);
    if (subject === null) return null;
    const { kind, id, mediaType } = subject;
    // See find().
    const entry = kind === 'queue' ? this.entries.get(id as QueueId) : undefined;
    if (entry !== undefined) return queueInfo(entry, mediaType);
    const base = kind === 'queue' ? undefined : this.#baseByKey.get(subjectKey(kind, id));
    return base === undefined ? null : baseInfo(base, mediaType);
  }
}

/** New roll-ups start from nothing: so must what a queue has given to them. */
function forgetFigures(entry: QueueEntry): void {
  entry.settled = null;
  for (const view of [entry.view, ...entry.media]) {
    view.figures = noFigures();
    view.isCountedStale = false;
    view.nodes = [];
  }
}

function named(name: string, mediaType: string | null): string {
  return mediaType === null ? name : `${name} · ${mediaType}`;
}

function queueInfo(entry: QueueEntry, mediaType: string | null): SubjectInfo {
  const subject = subjectKey('queue', entry.id, mediaType);
  const { info, shortName, timeZone } = entry;
  return { subject, name: named(info.name, mediaType), shortName, timeZone };
}

function baseInfo(base: RollupBase, mediaType: string | null): SubjectInfo {
  const subject = subjectKey(base.kind, base.id, mediaType);
  const [shortName = base.name] = shortNames([base.name]);
  return { subject, name: named(base.name, mediaType), shortName, timeZone: base.timeZone };
}

function isSameInfo(a: QueueInfo | undefined, b: QueueInfo): boolean {
  return (
    a !== undefined &&
    a.name === b.name &&
    a.divisionId === b.divisionId &&
    a.divisionName === b.divisionName &&
    a.serviceLevels.length === b.serviceLevels.length &&
    a.serviceLevels.every((level, index) => isSameLevel(level, b.serviceLevels[index]))
  );
}

type Level = QueueInfo['serviceLevels'][number];

function isSameLevel(a: Level, b: Level | undefined): boolean {
  return a.mediaType === b?.mediaType && a.percentage === b.percentage && a.durationMs === b.durationMs;
}
