/**
 * Inputs that make trouble by themselves, so that a person can try a fault without the control API.
 *
 * Client ids, all with the secret `floorcast-demo-secret`:
 * | id                    | what happens                                              |
 * | --------------------- | --------------------------------------------------------- |
 * | `sentinel-short-token`| its tokens live 10 s                                      |
 * | `sentinel-expired`    | its tokens have expired when they arrive                  |
 * | `sentinel-forbidden`  | every API call but tokens/me answers 403                  |
 * | `sentinel-limited`    | 10 requests a minute instead of 300                       |
 * | `sentinel-unavailable`| the login itself answers 503                              |
 *
 * Queue names (e.g. in a file that is replayed):
 * | the name holds    | what happens                                                  |
 * | ----------------- | ------------------------------------------------------------- |
 * | `[no permission]` | its topics are refused (403, or Rejected with ignoreErrors)   |
 * | `[silent]`        | its topics are permitted, and nothing is ever sent on them    |
 *
 * People who sign in:
 * | the name holds | what happens                                          |
 * | -------------- | ----------------------------------------------------- |
 * | `[leaves]`     | signs in, and is refused when the token is refreshed  |
 */
export interface SentinelClient {
  readonly secret: string;
  readonly tokenLifetimeSeconds?: number;
  readonly requestsPerMinute?: number;
  readonly forbidden?: boolean;
  readonly loginStatus?: number;
}

const SECRET = 'floorcast-demo-secret';
const CLIENTS = new Map<string, SentinelClient>([
  ['sentinel-short-token', { secret: SECRET, tokenLifetimeSeconds: 10 }],
  ['sentinel-expired', { secret: SECRET, tokenLifetimeSeconds: 0 }],
  ['sentinel-forbidden', { secret: SECRET, forbidden: true }],
  ['sentinel-limited', { secret: SECRET, requestsPerMinute: 10 }],
  ['sentinel-unavailable', { secret: SECRET, loginStatus: 503 }],
]);

/** What that client id does; `undefined` for an ordinary one. */
export function sentinelClient(id: string): SentinelClient | undefined {
  return CLIENTS.get(id);
}

export function isForbiddenQueue(name: string): boolean {
  return name.includes('[no permission]');
}

export function isSilentQueue(name: string): boolean {
  return name.includes('[silent]');
}
