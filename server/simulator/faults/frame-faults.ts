/**
 * What a bad network or a bad server does to frames on their way out: twice, late, out of order, never, or broken.
 * Seeded: the same seed breaks the same frames. Pure but for the randomness it is given.
 */
import type { Random } from '../../runtime/random';
import type { Fault } from './fault';

export type FrameFault = Extract<Fault, { kind: 'frames' }>;

/** One thing to put on the wire, `afterMs` from now. */
export interface Delivery {
  readonly payload: string | Buffer;
  readonly afterMs: number;
}

/** What becomes of one frame that the fault strikes. */
export function disturb(
  fault: Pick<FrameFault, 'mode' | 'delayMs'>,
  text: string,
  random: Random,
): readonly Delivery[] {
  const now = (payload: string | Buffer): readonly Delivery[] => [{ payload, afterMs: 0 }];
  switch (fault.mode) {
    case 'drop':
      return [];
    case 'duplicate':
      return [...now(text), { payload: text, afterMs: Math.floor(random() * fault.delayMs) }];
    case 'delay':
      return [{ payload: text, afterMs: fault.delayMs }];
    case 'reorder':
      // Each its own delay: those that follow overtake it.
      return [{ payload: text, afterMs: 1 + Math.floor(random() * fault.delayMs) }];
    case 'truncate':
      return now(text.slice(0, Math.floor(random() * text.length)));
    case 'bitFlip':
      return now(flipBit(text, random));
    case 'wrongTypes':
      return now(wrongTypes(text, random));
    case 'binary':
      return now(Buffer.from(text));
  }
}

/** One flipped bit, still text: a WebSocket library would end the connection over bytes that are not UTF-8. */
function flipBit(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << Math.floor(random() * 7)));
  return text.slice(0, at) + flipped + text.slice(at + 1);
}

const ODD_VALUES: readonly string[] = [
  'null',
  '"12"',
  '-1',
  '1e309',
  '[]',
  '{}',
  'true',
  '"__proto__"',
  '9007199254740993',
];

/** A value of the frame becomes one of another type. */
function wrongTypes(text: string, random: Random): string {
  const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)/g)];
  const hit = values[Math.floor(random() * values.length)];
  if (hit === undefined) return text;
  const odd = ODD_VALUES[Math.floor(random() * ODD_VALUES.length)] ?? 'null';
  return `${text.slice(0, hit.index + 1)}${odd}${text.slice(hit.index + hit[0].length)}`;
}
