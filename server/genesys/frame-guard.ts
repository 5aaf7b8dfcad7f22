/**
 * Narrows parsed frames by hand, and copies nothing: what passes is the platform's own objects. Equal, by a property
 * test, to the contract in `schemas`. `null` fields are taken off, so that inside "absent" has one form.
 */
import type { MetricSample } from '../kpi/events';

export type Json = unknown;

const MAX_NAME = 200;

/** An object that is no array. */
export function isRecord(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of metric samples in the platform's shape. */
export function areSamples(value: Json): value is MetricSample[] {
  if (!Array.isArray(value)) return false;
  for (let i = 0; i < value.length; i++) {
    if (!isSample(value[i])) return false;
  }
  return true;
}

function isSample(value: Json): boolean {
  // The cast reads fields of something that may be anything; each is checked before it is believed.
  const sample = value as { metric?: Json; qualifier?: Json; stats?: Json } | null;
  if (typeof sample !== 'object' || sample === null) return false;
  if (typeof sample.metric !== 'string') return false;
  if (sample.qualifier !== undefined && typeof sample.qualifier !== 'string') {
    if (sample.qualifier !== null) return false;
    delete sample.qualifier;
  }
  return areStats(sample.stats);
}

/** Known fields are finite numbers, not negative; unknown ones are nobody's business. */
function areStats(value: Json): boolean {
  if (!isRecord(value)) return false;
  for (const field in value) {
    const figure = value[field];
    if (typeof figure === 'number' && figure >= 0 && figure < Number.POSITIVE_INFINITY) continue;
    if (!isKnownFigure(field)) continue;
    if (figure !== null) return false;
    delete value[field];
  }
  return true;
}

function isKnownFigure(field: string): boolean {
  switch (field) {
    case 'count':
    case 'sum':
    case 'min':
    case 'max':
    case 'numerator':
    case 'denominator':
    case 'target':
    case 'ratio':
    case 'calculatedMetricValue':
      return true;
    default:
      return false;
  }
}

/** A figure that may be left out or `null`. */
export function isOptionalFigure(value: Json): value is number | null | undefined {
  if (value === undefined || value === null) return true;
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** A media type, or nothing. */
export function isOptionalName(value: Json): value is string | null | undefined {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}
