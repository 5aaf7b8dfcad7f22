/**
 * The live view of one session for one reader, whatever carries it: the session first and whenever it is another, its
 * metrics as they come. A reader that has not taken what was sent before holds nothing up and piles nothing up: it
 * misses samples, and then gets the session as it is by then. Knows neither HTTP nor sockets.
 */
import type { DiagnosticSession, LiveEvent } from '../../lib/contracts/diagnostics';
import type { Clock } from '../runtime/clock';
import { fullBucket, type TokenBucket, take } from '../runtime/token-bucket';
import type { DeskEvent, DiagnosticsDesk } from './diagnostics-desk';
import type { Viewer } from './telemetry-desk';

export interface FeedReader {
  /** Whether all that was sent before has left this process. */
  isReady(): boolean;
  send(event: LiveEvent): void;
  /** Calls once, later, when it may be ready again. One such call waits at a time. Returns the way out. */
  whenReady(call: () => void): () => void;
  /** It is over: after `end` was sent, or where nothing could be read any more. */
  close(): void;
}

/** Who reads, as he stands now. */
export interface FeedGuest {
  readonly viewer: Viewer;
  readonly roles: readonly string[];
}

export interface LiveFeedOptions {
  readonly desk: Pick<DiagnosticsDesk, 'session' | 'mayRun' | 'watch'>;
  readonly interactionId: string;
  readonly guest: FeedGuest;
  readonly reader: FeedReader;
  readonly clock: Pick<Clock, 'now' | 'monotonicNow'>;
  /** A read of the session that failed. */
  readonly onTrouble: (thrown: unknown) => void;
}

/** Samples a second; a device may send more. */
const SAMPLES_A_SECOND = 10;

/** Without its number. */
type Unnumbered<E> = E extends LiveEvent ? Omit<E, 'seq'> : never;

export class LiveFeed {
  readonly #options: LiveFeedOptions;
  #guest: FeedGuest;
  #session: DiagnosticSession | null = null;
  /** The session is to be sent as soon as the reader is ready. */
  #isOwed = false;
  /** Windows or breaches were left out: what is known of the session is older than they. */
  #isStale = false;
  #isReading = false;
  #isOver = false;
  #seq = 0;
  #samples: TokenBucket;
  #unwatch: () => void = () => {};
  #cancelWait: (() => void) | null = null;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.#guest = options.guest;
    this.#samples = fullBucket(SAMPLES_A_SECOND, SAMPLES_A_SECOND, options.clock.monotonicNow());
  }

  /** Begins with `session`, which was read for this guest just now. */
  start(session: DiagnosticSession): void {
    const { desk, interactionId } = this.#options;
    this.#session = session;
    this.#isOwed = true;
    this.#unwatch = desk.watch(interactionId, (event) => this.#heard(event));
    this.#flush();
  }

  /** His roles or his reach are others: what he may run, and whether he may look, is asked anew. */
  guestIs(guest: FeedGuest): void {
    if (this.#isOver || sameGuest(guest, this.#guest)) return;
    this.#guest = guest;
    this.#isOwed = true;
    this.#isStale = true;
    this.#flush();
  }

  /** Says why, where the reader still listens, and is over. */
  end(code: 'forbidden' | 'gone'): void {
    if (this.#isOver) return;
    this.#send({ kind: 'end', code });
    this.stop();
    this.#options.reader.close();
  }

  /** Without a word: the reader has gone. */
  stop(): void {
    this.#isOver = true;
    this.#unwatch();
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #heard(event: DeskEvent): void {
    if (this.#isOver) return;
    if (event.kind === 'session') {
      this.#session = event.session;
      this.#isOwed = true;
      this.#isStale = false;
      this.#flush();
      return;
    }
    const isBehind = this.#isOwed || this.#isReading || !this.#options.reader.isReady();
    if (event.kind === 'samples') {
      if (!isBehind && this.#maySample()) this.#send(event);
      return;
    }
    if (!isBehind) {
      this.#send(event);
      return;
    }
    this.#isOwed = true;
    this.#isStale = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#isOver || !this.#isOwed || this.#isReading) return;
    const { reader } = this.#options;
    if (!reader.isReady()) this.#wait();
    else if (this.#isStale || this.#session === null) void this.#read();
    else this.#sendSession(this.#session);
  }

  #wait(): void {
    this.#cancelWait ??= this.#options.reader.whenReady(() => {
      this.#cancelWait = null;
      this.#flush();
    });
  }

  /** Never rejects. */
  async #read(): Promise<void> {
    const { desk, interactionId, onTrouble } = this.#options;
    const before = this.#session;
    this.#isReading = true;
    this.#isStale = false;
    let session: DiagnosticSession | null = before;
    try {
      session = await desk.session(interactionId, this.#guest.viewer);
    } catch (thrown) {
      // What is known has to do, until the next change.
      onTrouble(thrown);
    }
    this.#isReading = false;
    if (this.#isOver) return;
    if (session === null) {
      this.end('gone');
      return;
    }
    // What was heard meanwhile is newer than what was read.
    if (this.#session === before) this.#session = session;
    this.#flush();
  }

  #sendSession(session: DiagnosticSession): void {
    const { desk, clock } = this.#options;
    this.#isOwed = false;
    const mayRun = [...desk.mayRun(session, this.#guest.roles, this.#guest.viewer.genesysUserId)];
    this.#send({ kind: 'session', serverTime: clock.now(), session, mayRun });
  }

  #send(event: Unnumbered<LiveEvent>): void {
    this.#seq += 1;
    // The one field that was left out.
    this.#options.reader.send({ ...event, seq: this.#seq } as LiveEvent);
  }

  #maySample(): boolean {
    const left = take(this.#samples, this.#options.clock.monotonicNow());
    if (left !== null) this.#samples = left;
    return left !== null;
  }
}

function sameGuest(a: FeedGuest, b: FeedGuest): boolean {
  return (
    a.viewer.reach === b.viewer.reach &&
    a.viewer.genesysUserId === b.viewer.genesysUserId &&
    a.viewer.email === b.viewer.email &&
    a.roles.join() === b.roles.join()
  );
}
