/**
 * Knows every secret there is while a server runs, those of its settings and those that arise, and finds them in what
 * goes out: each answer may hold what it is there to give, and nothing else holds any.
 */
import { findCanaries } from '../../support/canaries';

export interface Found {
  readonly secret: string;
  readonly where: string;
}

interface Given {
  readonly where: string;
  readonly text: string;
  /** Names of secrets that it is there to give: as learnt, or canaries by their slugs. */
  readonly gives: readonly string[];
}

export class SecretWatch {
  /** By value: those of this try, and those of earlier ones. */
  #names = new Map<string, string>();
  readonly #earlier = new Map<string, string>();
  #given: Given[] = [];

  /** Learns a secret that arose. Nothing shorter can be told from other text. */
  learn(name: string, ...values: readonly (string | null | undefined)[]): void {
    for (const value of values) if (value && value.length >= 16) this.#names.set(value, name);
  }

  /** A new try: from now on only what arises in it is looked for, but for `foundOfAll`. */
  begin(): void {
    for (const [value, name] of this.#names) this.#earlier.set(value, name);
    this.#names = new Map();
  }

  names(): ReadonlySet<string> {
    return new Set(this.#names.values());
  }

  /** One secret of each name. */
  oneOfEach(): ReadonlyMap<string, string> {
    return new Map([...this.#names].map(([value, name]) => [name, value]));
  }

  gave(where: string, text: string, gives: readonly string[] = []): void {
    this.#given.push({ where, text, gives });
  }

  /** What has been found in all that was given since the last time. */
  found(): readonly Found[] {
    return this.#found(this.#names);
  }

  foundOfAll(): readonly Found[] {
    return this.#found(new Map([...this.#earlier, ...this.#names]));
  }

  #found(names: ReadonlyMap<string, string>): readonly Found[] {
    const given = this.#given;
    this.#given = [];
    return given.flatMap(({ where, text, gives }) =>
      secretsIn(text, names)
        .filter((secret) => !gives.includes(secret))
        .map((secret) => ({ secret, where: `${where}: ${text.slice(0, 300)}` })),
    );
  }
}

function secretsIn(text: string, names: ReadonlyMap<string, string>): string[] {
  const found = findCanaries(text, [...names.keys()]);
  return [...new Set(found.map((one) => names.get(one) ?? one))];
}
