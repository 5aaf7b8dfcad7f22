/** Which session each client's request made, the newest ten thousand: the same request again is no new session. */
import type { StoredSession } from '../../store/session-ports';

type Made = Pick<StoredSession, 'interactionId' | 'customerId' | 'deviceId' | 'startedByActor'>;

const MAX_KNOWN = 10_000;

export class RequestIds {
  readonly #made = new Map<string, Made>();

  note({ requestId, interactionId, customerId, deviceId, startedByActor }: StoredSession): void {
    if (requestId === null) return;
    this.#made.delete(requestId);
    this.#made.set(requestId, { interactionId, customerId, deviceId, startedByActor });
    if (this.#made.size <= MAX_KNOWN) return;
    for (const oldest of this.#made.keys()) {
      this.#made.delete(oldest);
      return;
    }
  }

  /** `other`: it was used for something else. */
  find(requestId: string | undefined, wished: Made): 'new' | 'same' | 'other' {
    const made = requestId === undefined ? undefined : this.#made.get(requestId);
    if (made === undefined) return 'new';
    const isSame =
      made.interactionId === wished.interactionId &&
      made.customerId === wished.customerId &&
      made.deviceId === wished.deviceId &&
      made.startedByActor === wished.startedByActor;
    return isSame ? 'same' : 'other';
  }
}
