/**
 * A screen that nobody looks at: it reads as a slow one does, a picture every five seconds, so that what is written
 * down is what such a screen was sent. What is told beside the picture it reads at the same pace, each kind by itself.
 */
import type { PreparedFrame } from '../push/frame';
import type { Screen } from '../push/screen';
import type { Clock } from '../runtime/clock';

export interface RecordingScreenOptions {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  readonly readEveryMs: number;
  readonly take: (frame: Pick<PreparedFrame, 'event' | 'json'>) => void;
  /** Its board is there no more. */
  readonly onRefused: () => void;
}

const PICTURE = 'picture';

export class RecordingScreen implements Screen {
  readonly isOurs = true;
  readonly #options: RecordingScreenOptions;
  /** When each kind was read last. */
  readonly #readAt = new Map<string, number>();

  constructor(options: RecordingScreenOptions) {
    this.#options = options;
  }

  isIdle(): boolean {
    return this.#isDue(PICTURE);
  }

  deliver(frame: PreparedFrame): boolean {
    if (!this.#isDue(kindOf(frame))) return false;
    this.queue(frame);
    return true;
  }

  queue(frame: PreparedFrame): void {
    this.#readAt.set(kindOf(frame), this.#options.clock.monotonicNow());
    this.#options.take(frame);
  }

  refuse(): void {
    this.#options.onRefused();
  }

  #isDue(kind: string): boolean {
    const readAt = this.#readAt.get(kind);
    return readAt === undefined || this.#options.clock.monotonicNow() - readAt >= this.#options.readEveryMs;
  }
}

function kindOf({ event }: PreparedFrame): string {
  return event === 'snapshot' || event === 'delta' ? PICTURE : event;
}
