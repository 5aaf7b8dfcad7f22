/** Which paths are the simulator's own, and which belong to the world that it simulates. */

/** A gateway in front of the platform: simulated too. */
export const GATEWAY_PATH = '/simulator/gateway/events';

/** Where such a gateway takes a session's transcript; the conversation may follow, after a `/`. */
export const MESSAGES_PATH = '/simulator/gateway/messages';

/** No fault comes between a person and the faults. */
export function isControlPath(path: string): boolean {
  return path.startsWith('/simulator') && path !== GATEWAY_PATH && !path.startsWith(MESSAGES_PATH);
}
