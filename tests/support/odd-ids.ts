/** Ids that are none of ours: hostile ones, paths, nothing, and one character too many. */
import { HOSTILE_IDS } from './object-keys';

export const ODD_IDS: readonly string[] = [
  ...HOSTILE_IDS,
  ...['', '.', '..', '../x', 'a/b', '%2e%2e', 'x'.repeat(65), 'a\r\nb', '\u0000', '💥'],
];

/** For the message of a failed expectation. */
export function shortly(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
