/**
 * Fails a test file that leaves sockets, servers, timers or child processes open. It runs after the file's own
 * hooks and gives what is closing a moment to be gone; what does not keep a process alive (unref) is no leak.
 */
import { afterAll, beforeAll } from 'vitest';

const WATCHED = ['TCPServerWrap', 'TCPSocketWrap', 'PipeWrap', 'ProcessWrap'];
const SETTLE_ROUNDS = 100;
const MAX_TRACKED_TIMERS = 10_000;

const [realTimeout, realInterval] = [globalThis.setTimeout, globalThis.setInterval];
// The runner keeps timers of its own, so the active ones cannot be counted: those made by tests are remembered.
const timers = new Set<NodeJS.Timeout>();
globalThis.setTimeout = remembering(globalThis.setTimeout);
globalThis.setInterval = remembering(globalThis.setInterval);

let before: ReadonlyMap<string, number> = new Map();

beforeAll(() => {
  before = openResources();
});

afterAll(async () => {
  // Several files share a process, and each has this check anew.
  [globalThis.setTimeout, globalThis.setInterval] = [realTimeout, realInterval];
  let left = leaks();
  for (let round = 0; left.length > 0 && round < SETTLE_ROUNDS; round += 1) {
    await new Promise((resolve) => realTimeout(resolve, 20));
    left = leaks();
  }
  if (left.length > 0) throw new Error(`this file left open: ${left.join(', ')}`);
});

function leaks(): string[] {
  const now = openResources();
  const resources = WATCHED.flatMap((type) => {
    const extra = (now.get(type) ?? 0) - (before.get(type) ?? 0);
    return extra > 0 ? [`${extra} ${type}`] : [];
  });
  forgetEndedTimers();
  return timers.size > 0 ? [...resources, `${timers.size} timers`] : resources;
}

function openResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function remembering<T extends typeof setTimeout | typeof setInterval>(start: T): T {
  // Both take a callback, a delay and arguments, and give a Timeout.
  const wrapped = (...args: Parameters<typeof setTimeout>) => {
    const timer = (start as typeof setTimeout)(...args);
    if (timers.size >= MAX_TRACKED_TIMERS) forgetEndedTimers();
    timers.add(timer);
    return timer;
  };
  // promisify() finds its own version of setTimeout in a property; the wrapper stands for the original in all else.
  return Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(start)) as T;
}

/** Node marks a timer that fired for the last time or was cleared; one that was unref'd holds nothing up. */
function forgetEndedTimers(): void {
  for (const timer of timers) {
    // Not in the types, but the only sign there is: hasRef() stays true for a cleared timer.
    const { _destroyed: isOver } = timer as NodeJS.Timeout & { readonly _destroyed: boolean };
    if (isOver || !timer.hasRef()) timers.delete(timer);
  }
}
