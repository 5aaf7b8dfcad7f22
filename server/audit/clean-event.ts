/**
 * What an event may hold before it goes into the audit log: bounded text of one line, without control characters,
 * characters that turn the direction of writing, or secrets of known shapes; at most twenty details. Pure.
 */
import { scrubText } from '../runtime/log';
import type { AuditEvent } from './audit-log';

export const MAX_TEXT = 200;
export const MAX_DETAILS = 20;
const MAX_KEY = 40;

/** Half a surrogate pair is no text; bidirectional controls let a name show itself as another. */
const HARMFUL = /[\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

type DetailValue = string | number | boolean | null;

export function cleanEvent(event: AuditEvent): AuditEvent {
  return {
    actor: cleanText(event.actor),
    actorName: cleanText(event.actorName),
    action: cleanText(event.action),
    subject: event.subject === null ? null : cleanText(event.subject),
    outcome: event.outcome,
    address: event.address === null ? null : cleanText(event.address),
    details: cleanDetails(event.details),
    ...(event.alike === undefined ? {} : { alike: cleanText(event.alike) }),
  };
}

/** One line of at most 200 characters (a mark comes where it was longer); what was harmful is written as its code. */
export function cleanText(text: string): string {
  const plain = scrubText(text).replace(HARMFUL, escaped);
  return plain.length <= MAX_TEXT ? plain : `${cutAt(plain, MAX_TEXT - 1)}…`;
}

function cleanDetails(details: AuditEvent['details']): ReadonlyMap<string, DetailValue> {
  const kept = [...details].slice(0, MAX_DETAILS);
  return new Map(kept.map(([key, value]) => [cleanKey(key), cleanValue(value)]));
}

function cleanKey(key: string): string {
  // Letters first: no key is `__proto__`.
  return cutAt(key, MAX_KEY).replace(/[^A-Za-z0-9.-]/g, '-');
}

function cleanValue(value: DetailValue): DetailValue {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'boolean' ? value : null;
}

/** Never between the halves of a surrogate pair. */
function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
