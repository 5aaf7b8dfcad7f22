/**
 * The filter of an analytics query: `{type: and|or, predicates?, clauses?}` over queueId and mediaType.
 * Read once, then asked for every (queue, media type). Pure.
 */
import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';

/** `mediaType` is `null` for the group of a queue's users. */
export type Matches = (queueId: string, mediaType: string | null) => boolean;

export interface QueryFilter {
  readonly matches: Matches;
  /** Every queue that the filter names. */
  readonly queueIds: readonly string[];
  readonly namesMediaTypes: boolean;
}

type Dimension = 'queueId' | 'mediaType';

interface Reading {
  readonly queueIds: Set<string>;
  namesMediaTypes: boolean;
}

const MAX_PREDICATES = 50_000;

export function readFilter(raw: unknown): Result<QueryFilter, string> {
  const reading: Reading = { queueIds: new Set(), namesMediaTypes: false };
  const matches = readClause(raw, reading, true);
  if (!matches.ok) return matches;
  return ok({
    matches: matches.value,
    queueIds: [...reading.queueIds],
    namesMediaTypes: reading.namesMediaTypes,
  });
}

function readClause(raw: unknown, reading: Reading, nested: boolean): Result<Matches, string> {
  if (!isObject(raw)) return err('filter must be an object');
  const type = typeof raw.type === 'string' ? raw.type.toLowerCase() : '';
  if (type !== 'and' && type !== 'or') return err('filter.type must be and or or');
  const predicates = listOf(raw.predicates);
  const clauses = listOf(raw.clauses);
  if (predicates === null || clauses === null)
    return err('filter.predicates and filter.clauses must be arrays');
  if (clauses.length > 0 && !nested) return err('a clause cannot hold clauses');
  if (predicates.length + clauses.length === 0) return err('filter needs at least one predicate or clause');
  if (predicates.length > MAX_PREDICATES) return err(`filter has more than ${MAX_PREDICATES} predicates`);
  const parts = clauses.map((clause) => readClause(clause, reading, false));
  const own = readPredicates(predicates, type, reading);
  const all: Matches[] = [];
  for (const part of [...parts, own]) {
    if (!part.ok) return part;
    if (part.value !== null) all.push(part.value);
  }
  return ok(
    type === 'and' ? (q, m) => all.every((one) => one(q, m)) : (q, m) => all.some((one) => one(q, m)),
  );
}

/** All values of one dimension become one set: a hundred queues cost one look-up. */
function readPredicates(
  predicates: readonly unknown[],
  type: 'and' | 'or',
  reading: Reading,
): Result<Matches | null, string> {
  if (predicates.length === 0) return ok(null);
  const values: Record<Dimension, Set<string>> = { queueId: new Set(), mediaType: new Set() };
  for (const raw of predicates) {
    const predicate = readPredicate(raw);
    if (!predicate.ok) return predicate;
    values[predicate.value.dimension].add(predicate.value.value);
  }
  for (const id of values.queueId) reading.queueIds.add(id);
  if (values.mediaType.size > 0) reading.namesMediaTypes = true;
  return ok(type === 'and' ? everyValue(values) : someValue(values));
}

function someValue(values: Record<Dimension, Set<string>>): Matches {
  return (queueId, mediaType) =>
    values.queueId.has(queueId) || (mediaType !== null && values.mediaType.has(mediaType));
}

/** Under `and`, two different values of one dimension can never both hold. */
function everyValue(values: Record<Dimension, Set<string>>): Matches {
  const { queueId: queueIds, mediaType: mediaTypes } = values;
  if (queueIds.size > 1 || mediaTypes.size > 1) return () => false;
  return (queueId, mediaType) =>
    (queueIds.size === 0 || queueIds.has(queueId)) &&
    (mediaTypes.size === 0 || (mediaType !== null && mediaTypes.has(mediaType)));
}

function readPredicate(raw: unknown): Result<{ dimension: Dimension; value: string }, string> {
  if (!isObject(raw)) return err('a predicate must be an object');
  const { type, dimension, operator, value } = raw;
  if (type !== undefined && type !== 'dimension') return err('predicate.type must be dimension');
  if (operator !== undefined && operator !== 'matches') return err('predicate.operator must be matches');
  if (dimension !== 'queueId' && dimension !== 'mediaType') {
    return err(`predicate.dimension must be queueId or mediaType, not ${String(dimension).slice(0, 60)}`);
  }
  if (typeof value !== 'string' || value === '') return err('predicate.value must be a non-empty string');
  return ok({ dimension, value });
}

/** An absent list is empty; `null`: something that is no list. */
function listOf(raw: unknown): readonly unknown[] | null {
  if (raw === undefined || raw === null) return [];
  return Array.isArray(raw) ? raw : null;
}

export function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
