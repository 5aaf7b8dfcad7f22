/** A store that is not in this process does not answer: later it will. Whoever asks by HTTP is told 503. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
