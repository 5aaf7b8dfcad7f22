/** A screen that takes every frame at once and does nothing with it: what is measured is the server above it. */
import type { PreparedFrame } from '../../server/push/frame';
import type { Screen } from '../../server/push/screen';

export class QuietScreen implements Screen {
  /** Bytes handed over so far, so that no frame can be optimised away. */
  bytes = 0;

  isIdle(): boolean {
    return true;
  }

  deliver(frame: PreparedFrame): boolean {
    this.bytes += frame.wire[0].length;
    return true;
  }

  queue(frame: PreparedFrame): void {
    this.bytes += frame.wire[0].length;
  }

  refuse(): void {}
}
