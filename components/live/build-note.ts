/**
 * Which build this page is of, else which it heard of first, and whether the server has another by now, in whichever
 * way that is heard.
 */
export class BuildNote {
  readonly #onNew: (build: string) => void;
  #first: string | null;

  /** `own`: as the page says of itself; `null`: it does not. */
  constructor(onNew: (build: string) => void, own: string | null = null) {
    this.#onNew = onNew;
    this.#first = own;
  }

  /** `null`: not known yet. */
  first(): string | null {
    return this.#first;
  }

  note(build: string): void {
    if (this.#first !== null && this.#first !== build) this.#onNew(build);
    this.#first ??= build;
  }
}
