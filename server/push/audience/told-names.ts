/** Names of people as an audience is told them: not at all, by their initials, or in full. Pure. */
import type { AlertsFrame } from '../../../lib/contracts/alert';
import type { Audience } from '../../../lib/contracts/board';

type Names = Audience['names'];

/** `null`: nobody, or nobody who may be named. */
export function nameAsTold(name: string | null, names: Names): string | null {
  if (name === null || names === 'none') return null;
  return names === 'full' ? name : initialsOf(name);
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const LETTER = /^[\p{L}\p{N}]/u;

/**
 * “A.K.” of “Anna-Lena Maria Krüger (Team 4)”: first and last part only, as more would name more. What is no word of
 * letters has none; `null` where nothing has. Scripts without case keep their first character: a name that is one
 * character long cannot be shorter.
 */
export function initialsOf(name: string): string | null {
  const parts = name
    .normalize('NFC')
    .replace(/\([^)]*\)|\[[^\]]*\]|@.*$/gu, ' ')
    .split(/[\s._,;/|]+/u)
    .map((part) => part.replace(/^[^\p{L}\p{N}]+/u, ''))
    .filter((part) => LETTER.test(part));
  const [first, ...others] = parts;
  if (first === undefined) return null;
  const last = others.at(-1);
  return initial(first) + (last === undefined ? '' : initial(last));
}

function initial(part: string): string {
  const [{ segment } = { segment: '' }] = graphemes.segment(part);
  const upper = segment.toUpperCase();
  // ß has no capital of its own; what grows stays as it is.
  return `${upper.length === segment.length ? upper : segment}.`;
}

type Alerts = Omit<AlertsFrame, 'serverTime'>;

/** The same object where nobody is named in it. */
export function alertsAsTold(alerts: Alerts, names: Names): Alerts {
  const isNamed = alerts.groups.some(({ acknowledgedBy }) => acknowledgedBy !== null);
  if (names === 'full' || !isNamed) return alerts;
  const groups = alerts.groups.map((group) => ({
    ...group,
    acknowledgedBy: nameAsTold(group.acknowledgedBy, names),
  }));
  return { ...alerts, groups };
}
