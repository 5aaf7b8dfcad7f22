/** Which build this page began with, and whether the server has another by now, in whichever way that is heard. */
export class BuildNote {
  readonly #onNew: (build: string) => void;
  #first: string | null = null;

  constructor(onNew: (build: string) => void) {
    this.#onNew = onNew;
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
