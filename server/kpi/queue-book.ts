/** Which queues there are, which roll-ups they make, and where the view of a subject is. */
import type { SubjectInfo } from '../../lib/contracts/push';
import type { DayCalendar } from '../../lib/day-calendar';
import { parseSubject, type QueueId, type SubjectKey, subjectKey } from '../../lib/ids';
import type { QueueInfo } from './events';
import { buildRollups, type QueueGroup } from './rollup-book';
import { shortNames } from './short-name';
import {
  createQueueEntry,
  type QueueEntry,
  type QueueViews,
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
  #groups: readonly QueueGroup[];
  readonly entries = new Map<QueueId, QueueEntry>();
  /** By name. */
  sorted: readonly QueueEntry[] = [];
  bases: readonly RollupBase[] = [];
  /** Made when they are first asked for. */
  #subjects: readonly SubjectInfo[] | null = null;
  #baseByKey = new Map<SubjectKey, RollupBase>();

  constructor(settings: BookSettings, calendar: DayCalendar) {
    this.#settings = settings;
    this.#groups = settings.groups;
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

  /** Takes other groups: every roll-up is new. */
  regroup(groups: readonly QueueGroup[]): void {
    this.#groups = groups;
    this.#rebuild();
  }

  #put(info: QueueInfo, now: number): void {
    const held = this.entries.get(info.id);
    if (held !== undefined) {
      if (!isSameInfo(held.info, info)) held.info = info;
      return;
    }
    const timeZone = this.#settings.timeZoneOf(info.id);
    const dayStart = this.#calendar.startOf(now, timeZone);
    this.entries.set(info.id, createQueueEntry(info, { timeZone, dayStart }));
  }

  #rebuild(): void {
    this.#subjects = null;
    const byName = new Intl.Collator('en', { numeric: true });
    this.sorted = [...this.entries.values()].sort((a, b) => byName.compare(a.info.name, b.info.name));
    const short = shortNames(this.sorted.map((entry) => entry.info.name));
    for (const [index, entry] of this.sorted.entries()) {
      entry.shortName = short[index] ?? entry.info.name;
    }
    this.bases = buildRollups(this.sorted, this.#groups, this.#settings);
    this.#baseByKey = new Map(this.bases.map((base) => [base.all.view.key, base]));
  }

  /** The view of a subject; `null` where there is none (yet). A queue's views are brought up by `views`. */
  find(key: SubjectKey, views: { viewsOf(entry: QueueEntry): QueueViews }): SubjectView | null {
    const subject = parseSubject(key);
    if (subject === null) return null;
    const { kind, id, mediaType } = subject;
    if (kind !== 'queue') {
      const base = this.#baseByKey.get(subjectKey(kind, id));
      return (mediaType === null ? base?.all : base?.media.get(mediaType))?.view ?? null;
    }
    const entry = this.entryOf(id);
    if (entry === null) return null;
    const { view, media } = views.viewsOf(entry);
    return mediaType === null ? view : (media.find((own) => own.view.mediaType === mediaType)?.view ?? null);
  }

  /** The entry of an id from outside; `null` where it is not listed. */
  entryOf(id: string): QueueEntry | null {
    // A brand on text that is only looked up: an unknown id finds nothing.
    return this.entries.get(id as QueueId) ?? null;
  }

  /** The queues that a subject is made of; `null`: nobody knows it. */
  membersOf(key: SubjectKey): readonly QueueId[] | null {
    const subject = parseSubject(key);
    if (subject === null) return null;
    const entry = subject.kind === 'queue' ? this.entryOf(subject.id) : null;
    if (entry !== null) return [entry.id];
    return this.#baseByKey.get(key)?.members.map((member) => member.id) ?? null;
  }

  /** Which queues move half hours that somebody watches. */
  watchHalfHours(): void {
    const isWatched = (base: RollupBase) =>
      base.all.halfHours !== null || [...base.media.values()].some((node) => node.halfHours !== null);
    for (const { crowd } of this.sorted) crowd.isWatched = crowd.bases.some(isWatched);
  }

  *nodeViews(): Iterable<SubjectView> {
    for (const base of this.bases) {
      yield base.all.view;
      for (const node of base.media.values()) yield node.view;
    }
  }

  subjects(): readonly SubjectInfo[] {
    this.#subjects ??= [
      ...this.bases.map((base) => baseInfo(base, null)),
      ...this.sorted.map((entry) => queueInfo(entry, null)),
    ];
    return this.#subjects;
  }

  info(key: SubjectKey): SubjectInfo | null {
    const subject = parseSubject(key);
    if (subject === null) return null;
    const { kind, id, mediaType } = subject;
    const entry = kind === 'queue' ? this.entryOf(id) : null;
    if (entry !== null) return queueInfo(entry, mediaType);
    const base = kind === 'queue' ? undefined : this.#baseByKey.get(subjectKey(kind, id));
    return base === undefined ? null : baseInfo(base, mediaType);
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
