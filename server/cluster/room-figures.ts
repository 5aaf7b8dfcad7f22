/**
 * The last word of a room on each owner of figures: for who comes later, and for the room's next node, whose own count
 * does not name those that have nothing any more. Pure but for what it keeps.
 */
import type { DeviceFiguresObserved, SessionFiguresObserved } from '../kpi/events';
import type { FeedEvent } from './feed-entry';

type Figures = DeviceFiguresObserved | SessionFiguresObserved;

export class RoomFigures {
  readonly #last = new Map<string, Figures>();
  /** Of the node before, and not named by this one yet. */
  #unnamed = new Set<string>();

  /** A word of whichever node has the room. */
  note(event: Figures): void {
    const key = keyOf(event.owner);
    this.#last.set(key, event);
    this.#unnamed.delete(key);
  }

  all(): readonly Figures[] {
    return [...this.#last.values()];
  }

  /** This node opens the room. */
  begin(): void {
    this.#unnamed = new Set(this.#last.keys());
  }

  /** The room has said all that it counted: whoever it did not name has nothing since `at`. */
  complete(at: number): readonly FeedEvent[] {
    const left = [...this.#unnamed].flatMap((key) => this.#last.get(key) ?? []);
    this.#unnamed.clear();
    return left.map((event) => nothing(event, at));
  }
}

function nothing(event: Figures, observedAt: number): Figures {
  const counts = Object.entries(event).flatMap(([name, value]) =>
    typeof value === 'number' && name !== 'observedAt' ? [[name, 0] as const] : [],
  );
  // Every count of the same event, and nothing else of it.
  return { ...event, ...Object.fromEntries(counts), observedAt };
}

function keyOf(owner: Figures['owner']): string {
  switch (owner.kind) {
    case 'queue':
      return `queue ${owner.queueId}`;
    case 'site':
      return `site ${owner.site}`;
    case 'unmapped':
      return 'unmapped';
  }
}
