/**
 * A fence: the number that a duty's owner was given with its lease. Who writes for a duty sends it along, and a script
 * that begins with `FENCED` writes nothing where another owner has had a higher one since.
 */
export interface Fence {
  readonly duty: string;
  readonly number: number;
}

/** The first words of such an answer. */
export const FENCED_OFF = 'FENCED';

/** Lua: KEYS[1] is the lease, ARGV[1] the number. */
export const FENCED = `
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then
  return redis.error_reply('${FENCED_OFF} another node has this duty now')
end
`;
