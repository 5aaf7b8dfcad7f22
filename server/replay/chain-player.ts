/**
 * Plays a chain: what who read everything held at a moment, by the same rules as a screen (lib/apply-delta). Where the
 * lines break off, or a delta does not follow, it stays at the last moment that is certain. Pure; goes forward only.
 */
import { applyDelta, fromSnapshot, type LiveState } from '../../lib/apply-delta';
import type { AlarmsFrame } from '../../lib/contracts/alarm';
import type { AlertsFrame } from '../../lib/contracts/alert';
import type { AnnouncementsFrame } from '../../lib/contracts/announcement';
import { PUSH_VERSION, type Snapshot } from '../../lib/contracts/push';
import type { SitesFrame } from '../../lib/contracts/site-counts';
import type { TapeLine } from './tape-line';

export interface Held {
  /** Of the newest frame in it. */
  readonly at: number;
  readonly state: LiveState;
  readonly alerts: AlertsFrame | null;
  readonly alarms: AlarmsFrame | null;
  readonly announcements: AnnouncementsFrame | null;
  readonly sites: SitesFrame | null;
}

const UNTOLD = { alerts: null, alarms: null, announcements: null, sites: null } as const;

export class ChainPlayer {
  readonly #lines: readonly TapeLine[];
  #next = 0;
  #held: Held | null = null;

  /** In the order in which they were recorded. */
  constructor(lines: readonly TapeLine[]) {
    this.#lines = lines;
  }

  /** What was held at `at`; `null`: nothing yet. Later calls give later moments. */
  playTo(at: number): Held | null {
    for (
      let line = this.#lines[this.#next];
      line !== undefined && line.at <= at;
      line = this.#lines[this.#next]
    ) {
      const held = step(this.#held, line);
      if (held === null) {
        this.#next = this.#lines.length;
        break;
      }
      this.#held = held;
      this.#next += 1;
    }
    return this.#held;
  }
}

/** `null`: the line does not follow on what is held. */
function step(held: Held | null, line: TapeLine): Held | null {
  const { at } = line;
  if (line.event === 'snapshot') {
    return { ...(held ?? UNTOLD), at, state: fromSnapshot(line.content) };
  }
  if (held === null) return null;
  if (line.event !== 'delta') return { ...held, at, [line.event]: line.content };
  const applied = applyDelta(held.state, line.content);
  switch (applied.kind) {
    case 'applied':
      return { ...held, at, state: applied.state };
    case 'duplicate':
      return { ...held, at };
    case 'gap':
      return null;
  }
}

/** The state as the snapshot of a screen that joined at `serverTime`. */
export function snapshotOf(state: LiveState, serverTime: number): Snapshot {
  const { epoch, seq, build, board, sources } = state;
  return {
    ...{ v: PUSH_VERSION, epoch, seq, serverTime, build, board, sources },
    subjects: [...state.subjects.values()],
    values: [...state.values.values()],
    trends: [...state.trends.values()].flat(),
    limits: [...state.limits],
  };
}
