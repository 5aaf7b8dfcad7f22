/** What another node has to answer did not come in time, or nobody has that duty now: later it will. One plain sentence. */
export class OwnerUnavailable extends Error {
  override readonly name = 'OwnerUnavailable';
}
