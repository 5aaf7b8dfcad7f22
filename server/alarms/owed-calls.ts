/**
 * What a webhook is still to be told: what it was told is compared with what is so, again and again. So nothing is
 * told twice, nothing stays raised there that is over, and a restart in the middle changes nothing. What is on the
 * shelf is not told of; what came in a flood is one call. Pure.
 */
import type { Alarm, Webhook } from '../../lib/contracts/alarm';
import type { AlarmCall } from '../store/alarm-documents';
import { alarmOf, isWorseThan, type Level, type Standing } from './standing';

/** Of one alarm, or of a board's flood. */
export interface Told {
  readonly level: Level;
  readonly isAcknowledged: boolean;
  /** As it was told; `null`: it was not, and will not be unless it gets worse. */
  readonly alarm: Alarm | null;
  readonly boardIds: readonly string[];
}
export type ToldOf = ReadonlyMap<string, Told>;

export interface BoardSight {
  /** Without those in the flood and those on the shelf. */
  readonly single: readonly Standing[];
  readonly flooded: readonly Standing[];
  readonly flood: { readonly since: number; readonly count: number } | null;
}

export interface CallSight {
  readonly at: number;
  readonly boards: ReadonlyMap<string, BoardSight>;
  readonly standing: (key: string) => Standing | null;
  readonly isShelved: (key: string) => boolean;
  /** Whether people may be named where all of these boards hang. */
  readonly mayName: (boardIds: readonly string[]) => boolean;
}

type Wanted = Pick<Webhook, 'id' | 'levels' | 'boardIds'>;
export interface Owed {
  readonly calls: readonly AlarmCall[];
  /** The same where nothing is owed and nothing was forgotten. */
  readonly told: ToldOf;
}

const FLOOD = 'flood:';

export function owedCalls(hook: Wanted, told: ToldOf, sight: CallSight): Owed {
  const next = new Map(told);
  const calls: AlarmCall[] = [];
  const say = (event: AlarmCall['event'], about: Pick<AlarmCall, 'alarm' | 'flood' | 'boardIds'>) =>
    calls.push({ webhookId: hook.id, event, at: sight.at, ...about });
  const boards = boardsOf(hook, sight);
  sayEnds(next, { boards, sight, say });
  sayFloods(hook, next, { boards, say });
  for (const [key, { one, boardIds }] of seenAlone(boards)) {
    const before = next.get(key);
    if (!hook.levels.includes(one.level)) continue;
    if (before !== undefined && !isWorseThan(one.level, before.level)) continue;
    const alarm = named(one, sight.mayName(boardIds));
    next.set(key, { level: one.level, isAcknowledged: one.acknowledgement !== null, alarm, boardIds });
    say('raised', { alarm, flood: null, boardIds: [...boardIds] });
  }
  sayAcknowledgements(next, { sight, say });
  return { calls, told: calls.length === 0 && hasSameKeys(next, told) ? told : next };
}

/** As if it had been told of all that is so now: for one that was just entered. */
export function toldSilently(hook: Wanted, told: ToldOf, sight: CallSight): ToldOf {
  const next = new Map(told);
  for (const [boardId, { single, flooded, flood }] of boardsOf(hook, sight)) {
    for (const one of [...single, ...flooded]) note(next, one);
    if (flood !== null) note(next, { key: FLOOD + boardId, level: 'critical' });
  }
  return next;
}

function note(told: Map<string, Told>, { key, level }: Pick<Standing, 'key' | 'level'>): void {
  if (!told.has(key)) told.set(key, { level, isAcknowledged: true, alarm: null, boardIds: [] });
}

interface Saying {
  readonly say: (event: AlarmCall['event'], about: Pick<AlarmCall, 'alarm' | 'flood' | 'boardIds'>) => void;
}

function boardsOf({ boardIds }: Wanted, { boards }: CallSight): ReadonlyMap<string, BoardSight> {
  return boardIds === null ? boards : new Map([...boards].filter(([id]) => boardIds.includes(id)));
}

/** What is on the shelf is over for nobody until it comes back. */
function sayEnds(
  next: Map<string, Told>,
  { boards, sight, say }: Saying & { boards: ReadonlyMap<string, BoardSight>; sight: CallSight },
): void {
  for (const [key, { alarm, boardIds }] of [...next]) {
    const flooded = key.startsWith(FLOOD) ? key.slice(FLOOD.length) : null;
    const lasts =
      flooded === null
        ? sight.standing(key) !== null || sight.isShelved(key)
        : (boards.get(flooded)?.flood ?? null) !== null;
    if (lasts) continue;
    next.delete(key);
    if (alarm === null) continue;
    const flood = flooded === null ? null : { boardId: flooded, count: 0, since: alarm.since };
    say('cleared', { alarm: flood === null ? alarm : null, flood, boardIds: [...boardIds] });
  }
}

function sayFloods(
  hook: Wanted,
  next: Map<string, Told>,
  { boards, say }: Saying & { boards: ReadonlyMap<string, BoardSight> },
): void {
  for (const [boardId, { flood, flooded }] of boards) {
    if (flood === null) continue;
    const worst = flooded.find(({ level }) => hook.levels.includes(level));
    if (worst !== undefined && !next.has(FLOOD + boardId)) {
      const alarm = { ...alarmOf(worst), since: flood.since };
      next.set(FLOOD + boardId, { level: 'critical', isAcknowledged: true, alarm, boardIds: [boardId] });
      say('raised', { alarm: null, flood: { boardId, ...flood }, boardIds: [boardId] });
    }
    // Of a flood that it was not told of, it is told of what outlasts it.
    if ((next.get(FLOOD + boardId)?.alarm ?? null) === null) continue;
    for (const one of flooded) note(next, one);
  }
}

function sayAcknowledgements(next: Map<string, Told>, { sight, say }: Saying & { sight: CallSight }): void {
  for (const [key, told] of [...next]) {
    const one = sight.standing(key);
    if (told.alarm === null || one === null || sight.isShelved(key)) continue;
    const isAcknowledged = one.acknowledgement !== null;
    if (isAcknowledged === told.isAcknowledged) continue;
    const alarm = named(one, sight.mayName(told.boardIds));
    next.set(key, { ...told, isAcknowledged, alarm });
    if (isAcknowledged) say('acknowledged', { alarm, flood: null, boardIds: [...told.boardIds] });
  }
}

interface Seen {
  readonly one: Standing;
  readonly boardIds: readonly string[];
}

/** Each alarm that some of the boards list, with those boards. */
function seenAlone(boards: ReadonlyMap<string, BoardSight>): ReadonlyMap<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const [boardId, { single }] of boards) {
    for (const one of single) {
      seen.set(one.key, { one, boardIds: [...(seen.get(one.key)?.boardIds ?? []), boardId] });
    }
  }
  return seen;
}

function named(one: Standing, mayName: boolean): Alarm {
  const alarm = alarmOf(one);
  if (mayName || alarm.acknowledgement === null) return alarm;
  return { ...alarm, acknowledgement: { ...alarm.acknowledgement, by: null } };
}

function hasSameKeys(a: ToldOf, b: ToldOf): boolean {
  return a.size === b.size && [...a].every(([key, told]) => b.get(key) === told);
}
