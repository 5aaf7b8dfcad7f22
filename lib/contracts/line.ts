/** One line of text that is shown to people and compared: taken as it is, but for blanks around it, or not at all. */
import { z } from 'zod';
import { PLAIN_LINE } from '../plain-name';

export function lineSchema(max: number) {
  return z.string().trim().min(1).max(max).regex(PLAIN_LINE, 'one line of text');
}
