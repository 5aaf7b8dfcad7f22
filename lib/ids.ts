/**
 * Branded identifiers, and the address of a figure on the wire.
 * A subject is what a figure is about: one queue, a group of queues, a division, or all queues, each of them over all
 * media types or for one; or a site, for figures of devices. Ids come from outside: they are Map keys or text, never keys of plain objects.
 */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type QueueId = Brand<string, 'QueueId'>;
export type GroupId = Brand<string, 'GroupId'>;
export type BoardId = Brand<string, 'BoardId'>;
/**
 * `queue:<id>`, `group:<id>`, `division:<id>` or `all`, followed by `|<mediaType>` for one media type; `site:<name>`.
 */
export type SubjectKey = Brand<string, 'SubjectKey'>;

export type SubjectKind = 'queue' | 'group' | 'division' | 'all' | 'site';

export interface Subject {
  readonly kind: SubjectKind;
  /** Empty for `all`. */
  readonly id: string;
  /** `null`: over all media types. */
  readonly mediaType: string | null;
}

// The casts below are the only doors into the brands: a brand is a promise about where a string came from.
export function queueId(raw: string): QueueId {
  return raw as QueueId;
}
export function groupId(raw: string): GroupId {
  return raw as GroupId;
}
export function boardId(raw: string): BoardId {
  return raw as BoardId;
}

export const ALL_QUEUES: SubjectKey = 'all' as SubjectKey;

export function subjectKey(kind: SubjectKind, id: string, mediaType: string | null = null): SubjectKey {
  const base = kind === 'all' ? 'all' : `${kind}:${id}`;
  return (mediaType === null ? base : `${base}|${mediaType}`) as SubjectKey;
}

/** Reads a subject's address; `null` where the text is none. */
export function parseSubject(key: string): Subject | null {
  // A site's name is a person's text; it has no media types.
  if (key.startsWith('site:')) {
    return key.length > 5 ? { kind: 'site', id: key.slice(5), mediaType: null } : null;
  }
  const bar = key.lastIndexOf('|');
  const base = bar === -1 ? key : key.slice(0, bar);
  const mediaType = bar === -1 ? null : key.slice(bar + 1);
  if (mediaType === '') return null;
  if (base === 'all') return { kind: 'all', id: '', mediaType };
  const colon = base.indexOf(':');
  const kind = base.slice(0, colon);
  const id = base.slice(colon + 1);
  if (colon === -1 || id === '') return null;
  return kind === 'queue' || kind === 'group' || kind === 'division' ? { kind, id, mediaType } : null;
}
