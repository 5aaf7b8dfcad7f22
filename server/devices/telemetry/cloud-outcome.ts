/** How a call to one of the customer's APIs went, as one word of a closed set. Pure. */
import type { Failure } from '../../runtime/errors';

/** `refused`: our identity is not let in. `busy`: not asked, too many were waiting. `ended`: by ourselves. */
export type CloudOutcome =
  | 'ok'
  | 'not-found'
  | 'timeout'
  | 'unavailable'
  | 'refused'
  | 'bad-answer'
  | 'busy'
  | 'ended';

/** The code of a failure: an id that can be none was not even asked after. */
export const NO_ID = 'not.an.id';

export function outcomeOf({ kind, code, status }: Failure): CloudOutcome {
  if (kind === 'abort') return 'ended';
  if (code === 'timeout' || code === 'busy') return code;
  if (code === NO_ID || status === 404 || status === 410) return 'not-found';
  if (code === 'invalid_client' || status === 401 || status === 403) return 'refused';
  const isBad = code === 'malformed' || code === 'too.large' || kind === 'fatal';
  return isBad ? 'bad-answer' : 'unavailable';
}
