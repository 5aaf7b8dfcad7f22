/**
 * What waits to be written into one interaction, in order. Bounded: where it is full, the two oldest windows that wait
 * become one; where there are none, the two oldest notices are joined, so that none is dropped. What is under way is
 * left alone.
 */
import {
  joinedNotices,
  mergedMessages,
  type NoticeMessage,
  type TranscriptMessage,
  type WindowMessage,
} from './transcript-message';

export interface Waiting {
  readonly message: TranscriptMessage;
  /** Monotonic ms. */
  readonly since: number;
}

export class MessageQueue {
  readonly #bound: number;
  #waiting: Waiting[] = [];
  #underWay = 0;

  /** `bound`: at least 20, more than goes out in one request. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** `null`: nothing waits. */
  oldestSince(): number | null {
    return this.#waiting[0]?.since ?? null;
  }

  /** How many were made one of others for it. */
  add(message: TranscriptMessage, now: number): number {
    this.#waiting.push({ message, since: now });
    const before = this.#waiting.length;
    if (before > this.#bound) this.#makeRoom();
    return before - this.#waiting.length;
  }

  /** The oldest ones go out: until `done` or `back` they are where they are. */
  begin(atMost: number): readonly TranscriptMessage[] {
    const first = this.#waiting.slice(0, atMost);
    this.#underWay = first.length;
    return first.map(({ message }) => message);
  }

  /** They are gone, whatever became of them. */
  done(): void {
    this.#waiting.splice(0, this.#underWay);
    this.#underWay = 0;
  }

  /** They wait again. */
  back(): void {
    this.#underWay = 0;
  }

  clear(): void {
    this.#waiting = [];
    this.#underWay = 0;
  }

  #makeRoom(): void {
    const isMade =
      this.#makeOne((message): message is WindowMessage => message.kind === 'window', mergedMessages) ||
      this.#makeOne((message): message is NoticeMessage => message.kind === 'notice', joinedNotices);
    // Two of a kind wait in any three.
    if (!isMade) throw new Error('a queue of messages is bounded too closely');
  }

  /** The first two of a kind become one, in the place of the second: what came in between stays before it. */
  #makeOne<M extends TranscriptMessage>(
    isOfKind: (message: TranscriptMessage) => message is M,
    join: (one: M, other: M) => M,
  ): boolean {
    let first: { readonly index: number; readonly message: M } | null = null;
    for (let index = this.#underWay; index < this.#waiting.length; index++) {
      const message = this.#waiting[index]?.message;
      if (message === undefined || !isOfKind(message)) continue;
      if (first === null) {
        first = { index, message };
        continue;
      }
      const since = this.#waiting[first.index]?.since ?? 0;
      this.#waiting[index] = { message: join(first.message, message), since };
      this.#waiting.splice(first.index, 1);
      return true;
    }
    return false;
  }
}
