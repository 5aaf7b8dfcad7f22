/**
 * What interrupts one floor: its budget, whose turn it is, and the flood. Pure; `tick` is monotonic ms and decides,
 * `at` is epoch ms and is told. An alarm has one turn while it lasts, and one more when it gets worse than it was;
 * whoever finds no room waits, and the worst that waits is next. Many new ones at once are one line with one turn.
 */
import { isWorseThan, type Level, type Standing } from './standing';

export const FLOOD_KEY = 'flood';
const FLOOD_WINDOW_MS = 60_000;
const FLOOD_FROM = 10;
const FLOOD_UNTIL = 3;
/** The figure “interruptions in the last ten minutes”, whatever the budget's own time. */
export const FIGURE_WINDOW_MS = 600_000;
/** The longest time that a budget can be for. */
const KEPT_MS = 120 * 60_000;
/** More is a flood all the same. */
const MOST_ARRIVALS = 2_000;

export interface Interruption {
  readonly key: string;
  readonly at: number;
  readonly tick: number;
}

export interface Current {
  readonly key: string;
  readonly at: number;
  readonly until: number;
  readonly untilTick: number;
}

export interface Flood {
  readonly since: number;
  /** How many came since then. */
  readonly count: number;
  /** Of these, those that last. */
  readonly members: ReadonlySet<string>;
  readonly hadTurn: boolean;
}

export interface Floor {
  /** Oldest first. */
  readonly interruptions: readonly Interruption[];
  readonly current: Current | null;
  /** Who had his turn, and at which level. */
  readonly done: ReadonlyMap<string, Level>;
  /** Who was listed before. */
  readonly known: ReadonlySet<string>;
  readonly arrivals: readonly { readonly key: string; readonly tick: number; readonly at: number }[];
  readonly flood: Flood | null;
}

export const EMPTY_FLOOR: Floor = {
  ...{ interruptions: [], current: null, done: new Map(), known: new Set(), arrivals: [], flood: null },
};

export interface Policy {
  readonly most: number;
  readonly minutes: number;
  readonly holdMs: number;
}

export interface FloorLook {
  readonly at: number;
  readonly tick: number;
  /** Worst first, without those on the shelf. */
  readonly listed: readonly Standing[];
  /** Whether an alarm lasts, listed here or not. */
  readonly stands: (key: string) => boolean;
  readonly policy: Policy;
}

export function stepFloor(before: Floor, look: FloorLook): Floor {
  const floor = withFlood(withArrivals(pruned(before, look), look), look);
  const current = stillCurrent(floor, look);
  if (current !== null) return { ...floor, current };
  return withTurn({ ...floor, current: null }, look);
}

/** What is over, and what is too long ago to count. */
function pruned(floor: Floor, { tick, stands }: FloorLook): Floor {
  const { flood } = floor;
  return {
    ...floor,
    interruptions: floor.interruptions.filter((one) => one.tick > tick - KEPT_MS),
    done: new Map([...floor.done].filter(([key]) => stands(key))),
    known: new Set([...floor.known].filter(stands)),
    arrivals: floor.arrivals.filter((one) => one.tick > tick - FLOOD_WINDOW_MS),
    flood: flood && { ...flood, members: new Set([...flood.members].filter(stands)) },
  };
}

/** What is listed for the first time counts as new only if it has just come: a board may be new itself. */
function withArrivals(floor: Floor, { at, tick, listed }: FloorLook): Floor {
  const unknown = listed.filter(({ key }) => !floor.known.has(key));
  if (unknown.length === 0) return floor;
  const fresh = unknown.filter(({ since }) => since > at - FLOOD_WINDOW_MS);
  const arrivals = [...floor.arrivals, ...fresh.map(({ key }) => ({ key, tick, at }))];
  const known = new Set([...floor.known, ...unknown.map(({ key }) => key)]);
  const { flood } = floor;
  const isIn = fresh.map(({ key }) => key);
  return {
    ...floor,
    known,
    arrivals: arrivals.slice(-MOST_ARRIVALS),
    flood: flood && {
      ...flood,
      count: flood.count + isIn.length,
      members: new Set([...flood.members, ...isIn]),
    },
    done: flood?.hadTurn === true ? marked(floor.done, fresh) : floor.done,
  };
}

function withFlood(floor: Floor, { at, stands }: FloorLook): Floor {
  const { flood, arrivals } = floor;
  if (flood !== null) return arrivals.length < FLOOD_UNTIL ? { ...floor, flood: null } : floor;
  if (arrivals.length < FLOOD_FROM) return floor;
  const members = new Set(arrivals.map(({ key }) => key).filter(stands));
  const since = arrivals[0]?.at ?? at;
  return { ...floor, flood: { since, count: arrivals.length, members, hadTurn: false } };
}

/** `null`: its time is over, somebody took it, or it is no more to be seen. */
function stillCurrent({ current, flood }: Floor, { tick, listed }: FloorLook): Current | null {
  if (current === null || tick >= current.untilTick) return null;
  const isHeld =
    current.key === FLOOD_KEY
      ? flood !== null && membersOf(flood, listed).some((one) => one.acknowledgement === null)
      : listed.some(({ key, acknowledgement }) => key === current.key && acknowledgement === null);
  return isHeld ? current : null;
}

function withTurn(floor: Floor, look: FloorLook): Floor {
  const { at, tick, policy, listed } = look;
  if (!hasRoom(floor, look)) return floor;
  const next = nextOf(floor, listed);
  if (next === null) return floor;
  const { flood } = floor;
  const isFlood = next === FLOOD_KEY;
  const taken = isFlood ? membersOf(flood, listed) : listed.filter(({ key }) => key === next);
  return {
    ...floor,
    interruptions: [...floor.interruptions, { key: next, at, tick }],
    current: { key: next, at, until: at + policy.holdMs, untilTick: tick + policy.holdMs },
    done: marked(floor.done, taken),
    flood: isFlood && flood !== null ? { ...flood, hadTurn: true } : flood,
  };
}

function hasRoom({ interruptions }: Floor, { tick, policy }: FloorLook): boolean {
  const since = tick - policy.minutes * 60_000;
  return interruptions.filter((one) => one.tick > since).length < policy.most;
}

/** The flood first; then the worst of those that had no turn. */
function nextOf({ flood, done }: Floor, listed: readonly Standing[]): string | null {
  const flooded = membersOf(flood, listed);
  if (flood !== null && !flood.hadTurn && flooded.some(mayInterrupt)) return FLOOD_KEY;
  const waits = (one: Standing) => {
    const had = done.get(one.key);
    return mayInterrupt(one) && (had === undefined || isWorseThan(one.level, had));
  };
  return listed.find((one) => waits(one) && flood?.members.has(one.key) !== true)?.key ?? null;
}

/** Nobody took it, it is known to last, and it is not over. */
function mayInterrupt({ acknowledgement, unknownSince, isOver }: Standing): boolean {
  return acknowledgement === null && unknownSince === null && !isOver;
}

export function membersOf(flood: Flood | null, listed: readonly Standing[]): readonly Standing[] {
  return flood === null ? [] : listed.filter(({ key }) => flood.members.has(key));
}

function marked(done: Floor['done'], taken: readonly Standing[]): Floor['done'] {
  return new Map([...done, ...taken.map(({ key, worst }) => [key, worst] as const)]);
}

/** What interrupted in the last ten minutes. */
export function interruptedOf({ interruptions }: Floor, tick: number): readonly Interruption[] {
  return interruptions.filter((one) => one.tick > tick - FIGURE_WINDOW_MS);
}

/** When time alone changes something next; `null`: never. */
export function dueTickOf(floor: Floor, { tick, policy }: Pick<FloorLook, 'tick' | 'policy'>): number | null {
  const due = [
    floor.current?.untilTick ?? tick,
    ...floor.interruptions.flatMap((one) => [
      one.tick + FIGURE_WINDOW_MS,
      one.tick + policy.minutes * 60_000,
    ]),
    ...(floor.flood === null ? [] : floor.arrivals.map((one) => one.tick + FLOOD_WINDOW_MS)),
  ].filter((then) => then > tick);
  return due.length === 0 ? null : Math.min(...due);
}
