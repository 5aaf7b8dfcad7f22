/**
 * Tells screens of something as a whole: once after the snapshot and again when it is another, by one frame for all
 * who may know the same. A screen that has not read what was sent before is passed over and gets the newest when it
 * reads again: nothing piles up.
 */
import type { Cancel, Clock } from '../runtime/clock';
import { type AudienceKind, type Place, placeKey } from './audience/audience-of';
import { type PreparedFrame, prepareFrame } from './frame';
import type { Screen } from './screen';
import type { Teller } from './teller';

/** How soon a screen that was busy is tried again. */
const TRY_AGAIN_MS = 250;

/** What is told. */
export interface Telling {
  readonly event: PreparedFrame['event'];
  /** For those who sit there, without `serverTime`; the same object while nothing of it changed. */
  shown(place: Place): object;
  /** Told when it may be another somewhere. */
  subscribe(listener: () => void): () => void;
}

interface Audience {
  readonly place: Place;
  /** What each screen was told last. */
  readonly told: Map<Screen, PreparedFrame | null>;
}

export class WholeTeller implements Teller {
  readonly #telling: Telling;
  readonly #clock: Clock;
  readonly #audiences = new Map<string, Audience>();
  readonly #seats = new Map<Screen, string>();
  readonly #unsubscribe: () => void;
  #frames = new Map<object, PreparedFrame>();
  #again: Cancel | null = null;

  constructor(telling: Telling, clock: Clock) {
    this.#telling = telling;
    this.#clock = clock;
    this.#unsubscribe = telling.subscribe(() => this.#tellAll());
  }

  add(screen: Screen, boardId: string, kind: AudienceKind): void {
    const place = { boardId, audience: kind };
    const key = placeKey(place);
    const audience = this.#audiences.get(key) ?? { place, told: new Map() };
    this.#audiences.set(key, audience);
    this.#seats.set(screen, key);
    audience.told.set(screen, null);
    if (!tell(audience, screen, this.#frameFor(place))) this.#tryAgain();
  }

  remove(screen: Screen): void {
    const key = this.#seats.get(screen);
    if (key === undefined) return;
    this.#seats.delete(screen);
    const audience = this.#audiences.get(key);
    audience?.told.delete(screen);
    if (audience?.told.size === 0) this.#audiences.delete(key);
  }

  close(): void {
    this.#unsubscribe();
    this.#again?.();
    this.#again = null;
    this.#audiences.clear();
    this.#seats.clear();
    this.#frames.clear();
  }

  #tellAll(): void {
    this.#again?.();
    this.#again = null;
    const frames = new Map<object, PreparedFrame>();
    let isBehind = false;
    for (const audience of this.#audiences.values()) {
      const shown = this.#telling.shown(audience.place);
      const frame = frames.get(shown) ?? this.#frames.get(shown) ?? this.#made(shown);
      frames.set(shown, frame);
      for (const screen of audience.told.keys()) if (!tell(audience, screen, frame)) isBehind = true;
    }
    this.#frames = frames;
    if (isBehind) this.#tryAgain();
  }

  #tryAgain(): void {
    this.#again ??= this.#clock.after(TRY_AGAIN_MS, () => this.#tellAll());
  }

  #frameFor(place: Place): PreparedFrame {
    const shown = this.#telling.shown(place);
    const frame = this.#frames.get(shown) ?? this.#made(shown);
    this.#frames.set(shown, frame);
    return frame;
  }

  #made(shown: object): PreparedFrame {
    const content = { serverTime: this.#clock.now(), ...shown };
    return prepareFrame(this.#telling.event, JSON.stringify(content));
  }
}

/** Whether the screen now holds it. */
function tell({ told }: Audience, screen: Screen, frame: PreparedFrame): boolean {
  if (told.get(screen) === frame) return true;
  if (!screen.deliver(frame)) return false;
  told.set(screen, frame);
  return true;
}
