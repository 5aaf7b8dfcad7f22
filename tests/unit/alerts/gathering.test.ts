/** Batches and their acknowledgements, with a stream and a store that are made by hand. */
import { describe, expect, it } from 'vitest';
import { Gathering, type HeldStream, MAX_BATCH } from '../../../server/alerts/gathering';
import type { BrokerMessage } from '../../../server/alerts/incoming';

/** Sends what is written, or holds it while it is corked, as Node's streams do. */
class FakeStream implements HeldStream {
  readonly sent: string[] = [];
  isDestroyed = false;
  #corked = 0;
  #held: string[] = [];

  cork(): void {
    this.#corked += 1;
  }
  uncork(): void {
    this.#corked -= 1;
    if (this.#corked === 0 && !this.isDestroyed) this.sent.push(...this.#held.splice(0));
  }
  destroy(): void {
    this.isDestroyed = true;
  }
  write(text: string): void {
    this.#held.push(text);
    this.cork();
    this.uncork();
  }
}

interface Storing {
  readonly topics: readonly string[];
  done(): Promise<void>;
  fail(): Promise<void>;
}

class Stage {
  readonly stream = new FakeStream();
  readonly storing: Storing[] = [];
  readonly failures: unknown[] = [];
  readonly left: string[] = [];
  storedCount = 0;
  /** Messages after which the next one may be read. */
  readonly readOn: string[] = [];
  readonly gathering: Gathering;
  #deferred: (() => void)[] = [];

  constructor() {
    this.gathering = new Gathering({
      stream: () => this.stream,
      defer: (run) => this.#deferred.push(run),
      intake: (batch) => this.#store(batch),
      onStored: () => {
        this.storedCount += 1;
      },
      onFailure: (thrown) => this.failures.push(thrown),
    });
  }

  take(...topics: readonly string[]): void {
    for (const topic of topics) {
      this.gathering.take(message(topic), (left) => {
        this.readOn.push(topic);
        if (left === undefined) this.stream.write(topic);
        else this.left.push(topic);
      });
    }
  }

  /** What the event loop has at hand is done. */
  turn(): void {
    for (const run of this.#deferred.splice(0)) run();
  }

  #store(batch: readonly BrokerMessage[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = async (settle: () => void) => {
        settle();
        await soon();
      };
      this.storing.push({
        topics: batch.map(({ topic }) => topic),
        done: () => settled(resolve),
        fail: () => settled(() => reject(new Error('the disk is full'))),
      });
    });
  }
}

function message(topic: string): BrokerMessage {
  return { topic, payload: new Uint8Array(), receivedAt: 0, retained: false };
}

/** Promises that are settled have been heard of. */
function soon(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void promise.then(() => {
    isOver = true;
  });
  await soon();
  return !isOver;
}

describe('gathering messages of the broker', () => {
  it('ALERT-55 stores those of one turn as one batch, and lets their acknowledgements go when it is stored', async () => {
    const stage = new Stage();
    stage.take('a', 'b', 'c');
    expect(stage.storing).toEqual([]);
    stage.turn();
    expect(stage.storing.map(({ topics }) => topics)).toEqual([['a', 'b', 'c']]);
    expect(stage.readOn).toEqual(['a', 'b', 'c']);
    await soon();
    expect(stage.stream.sent).toEqual([]);
    await stage.storing[0]?.done();
    expect(stage.stream.sent).toEqual(['a', 'b', 'c']);
    expect(stage.storedCount).toBe(1);
    // And it goes on.
    stage.take('d');
    stage.turn();
    await stage.storing[1]?.done();
    expect(stage.stream.sent).toEqual(['a', 'b', 'c', 'd']);
  });

  it('ALERT-56 lets the next message wait while a batch is being stored, and stores it after that', async () => {
    const stage = new Stage();
    stage.take('a');
    stage.turn();
    stage.take('b');
    stage.turn();
    expect(stage.readOn).toEqual(['a']);
    expect(stage.storing).toHaveLength(1);
    await stage.storing[0]?.done();
    expect(stage.stream.sent).toEqual(['a']);
    expect(stage.readOn).toEqual(['a', 'b']);
    // Read on now, in the turn of the one that waited.
    stage.take('c');
    stage.turn();
    expect(stage.storing[1]?.topics).toEqual(['b', 'c']);
    await soon();
    expect(stage.stream.sent).toEqual(['a']);
    await stage.storing[1]?.done();
    expect(stage.stream.sent).toEqual(['a', 'b', 'c']);
  });

  it('ALERT-56 takes no more than a bound into one batch', async () => {
    const stage = new Stage();
    const many = Array.from({ length: MAX_BATCH + 1 }, (_, n) => `${n}`);
    stage.take(...many);
    expect(stage.readOn).toHaveLength(MAX_BATCH);
    stage.turn();
    expect(stage.storing[0]?.topics).toHaveLength(MAX_BATCH);
    await stage.storing[0]?.done();
    stage.turn();
    expect(stage.storing[1]?.topics).toEqual([`${MAX_BATCH}`]);
    await stage.storing[1]?.done();
    expect(stage.stream.sent).toEqual(many);
  });

  it('ALERT-57 acknowledges nothing of a batch that is not stored, ends the connection, and takes no more', async () => {
    const stage = new Stage();
    stage.take('a', 'b');
    stage.turn();
    stage.take('c');
    await stage.storing[0]?.fail();
    expect(stage.stream.isDestroyed).toBe(true);
    expect(stage.stream.sent).toEqual([]);
    expect(stage.failures).toEqual([new Error('the disk is full')]);
    expect(stage.storedCount).toBe(0);
    stage.take('d');
    stage.turn();
    expect(stage.storing).toHaveLength(1);
    expect(stage.left).toEqual(['c', 'd']);
    expect(await isPending(stage.gathering.end())).toBe(false);
  });

  it('ALERT-67 stores and acknowledges at the end what it has, and leaves to the broker what comes then', async () => {
    const stage = new Stage();
    stage.take('a');
    const end = stage.gathering.end();
    stage.take('b');
    expect(await isPending(end)).toBe(true);
    stage.turn();
    expect(stage.storing.map(({ topics }) => topics)).toEqual([['a']]);
    expect(await isPending(end)).toBe(true);
    await stage.storing[0]?.done();
    await end;
    expect(stage.stream.sent).toEqual(['a']);
    // Reading goes on, so that answers that stand behind messages are heard.
    expect(stage.left).toEqual(['b']);
  });

  it('ALERT-67 leaves the message that waits at the end to the broker', async () => {
    const stage = new Stage();
    stage.take('a');
    stage.turn();
    stage.take('b');
    const end = stage.gathering.end();
    await stage.storing[0]?.done();
    await end;
    expect(stage.stream.sent).toEqual(['a']);
    expect(stage.left).toEqual(['b']);
    expect(stage.storing).toHaveLength(1);
  });

  it('ALERT-67 ends at once where nothing is under way', async () => {
    const stage = new Stage();
    expect(await isPending(stage.gathering.end())).toBe(false);
  });
});
