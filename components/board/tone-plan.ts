/**
 * When a screen sounds: which tone of an interruption is due now. Pure, and of server time alone, so that screens of one
 * room sound together, and one that was loaded late is not late with its sound.
 */
import type { Board } from '../../lib/contracts/board';
import { isWithinAny } from './day-span';
import type { Interruption } from './turn';

/** From the beginning of one tone to the next. */
export const TONE_EVERY_MS = 6_000;

export interface ToneInput {
  readonly board: Pick<Board, 'sound' | 'quietHours' | 'timeZone'>;
  readonly interruption: Interruption | null;
  /** Somebody has taken it. */
  readonly acknowledged: boolean;
  /** Server time. */
  readonly now: number;
}

/** Names the tone that is due: the same as long as it is the same one. `null`: it is to be quiet. */
export function dueTone({ board, interruption, acknowledged, now }: ToneInput): string | null {
  const { sound, quietHours = [], timeZone } = board;
  if (sound === undefined || sound.mode === 'off' || interruption === null || acknowledged) return null;
  const { key, at, until } = interruption;
  if (now < at || now >= until || isWithinAny(quietHours, now, timeZone)) return null;
  const number = Math.floor((now - at) / TONE_EVERY_MS);
  const most = sound.mode === 'once' ? 1 : sound.mode === 'times' ? sound.times : Number.POSITIVE_INFINITY;
  return number < most ? `${at} ${number} ${key}` : null;
}
