/**
 * What this screen last heard of one kind beside its figures, and whether it is still true: of the connection that is
 * open now, or of one before. A frame is the whole of it, so that one that cannot be read leaves the last one, as
 * outdated.
 */
import type { z } from 'zod';

export interface HeardFrame<Frame> {
  readonly frame: Frame;
  /** Server time at which it was last known to be right; `null`: it is now. */
  readonly rightUntil: number | null;
}

export class FrameMemory<Frame extends { readonly serverTime: number }> {
  readonly #schema: z.ZodType<Frame>;
  readonly #tell: () => void;
  #heard: HeardFrame<Frame> | null = null;

  /** `tell`: another one is to be shown. */
  constructor(schema: z.ZodType<Frame>, tell: () => void) {
    this.#schema = schema;
    this.#tell = tell;
  }

  /** `null`: never heard. The same object while nothing of it changed. */
  now(): HeardFrame<Frame> | null {
    return this.#heard;
  }

  /** `heardAt`: server time of the last sign of life before this frame. */
  hear(frame: unknown, heardAt: number | null): void {
    const parsed = this.#schema.safeParse(frame);
    if (parsed.success) this.#show({ frame: parsed.data, rightUntil: null });
    else this.outdate(heardAt);
  }

  /** As it was kept in the browser. */
  restore(frame: Frame | null, heardAt: number): void {
    if (frame !== null && this.#heard === null) this.#show({ frame, rightUntil: heardAt });
  }

  /** The connection is gone, or was not understood: nothing newer is known. */
  outdate(heardAt: number | null): void {
    if (this.#heard === null || this.#heard.rightUntil !== null) return;
    const { frame } = this.#heard;
    this.#show({ frame, rightUntil: Math.max(heardAt ?? 0, frame.serverTime) });
  }

  forget(): void {
    this.#heard = null;
  }

  #show(heard: HeardFrame<Frame>): void {
    this.#heard = heard;
    this.#tell();
  }
}
