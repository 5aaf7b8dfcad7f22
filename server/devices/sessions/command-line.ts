/**
 * The commands of one session that have not ended, in the order in which they were asked. Pure: events in, effects out.
 *
 *   queued ──first, link up──► (stored as sent) ──► sent ──► received ──► running ──► done | failed
 *   queued ──link away for a minute, or the session ends──► expired
 *   sent, received, running ──link or server was away──► in doubt: the device is asked what became of it
 *
 * One command is out at a time. It is on the disk as `sent` before it is sent, so nobody sends it a second time without
 * having asked. Where the device does not know of it a safe one is sent again under its own id; any other has failed.
 * Durations are monotonic; what is written down is the wall clock's time.
 */
import type { CommandState } from '../../../lib/contracts/diagnostics';
import type { StoredCommand } from '../../store/session-ports';
import { answered, type CommandMessage } from './command-answer';
import { ruleOf } from './command-policy';
import { REASONS } from './session-sentences';

export interface Moment {
  /** Epoch ms. */
  readonly at: number;
  readonly monotonic: number;
}

export interface LineCommand {
  readonly row: StoredCommand;
  /** Monotonic: since when it waits, or is out. */
  readonly since: number;
  /** Nobody here knows whether the device has it. */
  readonly isInDoubt: boolean;
  /** How many times it went out, as far as this process knows. */
  readonly sendCount: number;
}

export interface CommandLine {
  readonly open: readonly LineCommand[];
  readonly isUp: boolean;
  readonly isOver: boolean;
  /** Monotonic: of the last change of the link. */
  readonly linkSince: number;
  /** Which one is being stored as sent. */
  readonly handing: string | null;
  /** Monotonic: nothing is handed before, since storing failed. */
  readonly pausedUntil: number;
  /** Monotonic: when the device was asked last; `null`: it answered. */
  readonly askedAt: number | null;
}

export type Happening =
  | { readonly kind: 'added'; readonly row: StoredCommand }
  | { readonly kind: 'linkUp' | 'linkDown' | 'tick' | 'over' }
  /** `sentStored`: it is on the disk as sent. `notSent`: the link was not up, and nothing went out. */
  | { readonly kind: 'sentStored' | 'notStored' | 'notSent'; readonly id: string }
  | { readonly kind: 'said'; readonly message: CommandMessage };

export type LineEffect =
  | { readonly kind: 'store' | 'storeSent' | 'ended'; readonly row: StoredCommand }
  | { readonly kind: 'send'; readonly row: StoredCommand }
  | { readonly kind: 'ask'; readonly id: string };

export interface LineStep {
  readonly line: CommandLine;
  readonly effects: readonly LineEffect[];
}

export const MAX_WAITING = 20;
export const QUEUE_MS = 60_000;
const STORE_PAUSE_MS = 2_000;
const ASK_AGAIN_MS = 5_000;
/** After a restart there is at least this long to read back what became of a command. */
const GRACE_MS = 20_000;
/** A device that forgets a command each time is not asked to run it for ever. */
const MAX_SENDS = 3;
/** For a command that is not on the list any more. */
const UNKNOWN_ALLOWED_MS = 60_000;

/** `rows`: of a session, in their order; those that ended are left out. */
export function openLine(rows: readonly StoredCommand[], { at, monotonic }: Moment): CommandLine {
  const left = rows.filter(({ endedAt }) => endedAt === null);
  const open = left.map((row) => {
    const isInDoubt = isOut(row);
    const past = isInDoubt ? Math.max(0, Math.min(at - (row.sentAt ?? at), allowedMs(row) - GRACE_MS)) : 0;
    return { row, since: monotonic - Math.max(0, past), isInDoubt, sendCount: isInDoubt ? 1 : 0 };
  });
  return {
    ...{ open, isUp: false, isOver: false, linkSince: monotonic },
    ...{ handing: null, pausedUntil: monotonic, askedAt: null },
  };
}

export function hasWork({ open }: CommandLine): boolean {
  return open.length > 0;
}

export function waitingCount({ open }: CommandLine): number {
  return open.filter(({ row }) => row.state === 'queued').length;
}

export function stepLine(line: CommandLine, event: Happening, moment: Moment): LineStep {
  return goOn(react(line, event, moment), moment);
}

function react(line: CommandLine, event: Happening, moment: Moment): LineStep {
  switch (event.kind) {
    case 'added':
      return added(line, event.row, moment);
    case 'linkUp':
      return only(line.isUp ? line : { ...line, isUp: true, linkSince: moment.monotonic, askedAt: null });
    case 'linkDown':
      return only(line.isUp ? down(line, moment) : line);
    case 'sentStored':
      return sentStored(line, event.id, moment);
    case 'notStored': {
      const pausedUntil = moment.monotonic + STORE_PAUSE_MS;
      return only(line.handing === event.id ? { ...line, handing: null, pausedUntil } : line);
    }
    case 'notSent':
      return notSent(line, event.id, moment);
    case 'said':
      return said(line, event.message, moment);
    case 'tick':
      return sweep(line, moment);
    case 'over':
      return over(line, moment);
  }
}

/** Whatever can be done next: ask after the first that is in doubt, or hand out the first that waits. */
function goOn({ line, effects }: LineStep, { at, monotonic }: Moment): LineStep {
  if (!line.isUp || line.isOver || line.handing !== null) return { line, effects };
  const out = line.open.find(({ row }) => isOut(row));
  if (out !== undefined) {
    const isDue = line.askedAt === null || monotonic - line.askedAt >= ASK_AGAIN_MS;
    if (!out.isInDoubt || !isDue) return { line, effects };
    const ask: LineEffect = { kind: 'ask', id: out.row.id };
    return { line: { ...line, askedAt: monotonic }, effects: [...effects, ask] };
  }
  const [first] = line.open;
  if (first === undefined || monotonic < line.pausedUntil) return { line, effects };
  const row: StoredCommand = { ...first.row, state: 'sent', sentAt: at };
  return { line: { ...line, handing: row.id }, effects: [...effects, { kind: 'storeSent', row }] };
}

function added(line: CommandLine, row: StoredCommand, moment: Moment): LineStep {
  if (line.isOver) return { line, effects: [end(row, 'expired', moment, { reason: REASONS.endedBefore })] };
  const command = { row, since: moment.monotonic, isInDoubt: false, sendCount: 0 };
  return only({ ...line, open: [...line.open, command] });
}

function down(line: CommandLine, { monotonic }: Moment): CommandLine {
  const open = line.open.map((one) => (isOut(one.row) ? { ...one, isInDoubt: true } : one));
  return { ...line, open, isUp: false, linkSince: monotonic, askedAt: null };
}

function sentStored(line: CommandLine, id: string, { at, monotonic }: Moment): LineStep {
  if (line.handing !== id) return only(line);
  const free = { ...line, handing: null };
  const one = find(line, id);
  if (one === undefined) return only(free);
  // Nothing went out: on the disk it waits again, or somebody would ask after it.
  if (!line.isUp) return { line: free, effects: [{ kind: 'store', row: one.row }] };
  const row: StoredCommand = { ...one.row, state: 'sent', sentAt: at };
  const sent = { row, since: monotonic, isInDoubt: false, sendCount: one.sendCount + 1 };
  return { line: replaced(free, sent), effects: [{ kind: 'send', row }] };
}

function notSent(line: CommandLine, id: string, moment: Moment): LineStep {
  const one = find(line, id);
  if (one === undefined || !isOut(one.row)) return only(line);
  if (one.sendCount > 1) return only(down(line, moment));
  const row: StoredCommand = { ...one.row, state: 'queued', sentAt: null };
  const back = { row, since: moment.monotonic, isInDoubt: false, sendCount: 0 };
  return { line: replaced(down(line, moment), back), effects: [{ kind: 'store', row }] };
}

function said(line: CommandLine, message: CommandMessage, moment: Moment): LineStep {
  const one = find(line, message.commandId);
  // Of one that ended, or that never was: the device may say what it likes.
  if (one === undefined || !isOut(one.row)) return only(line);
  const answer = answered(one.row, message);
  switch (answer.kind) {
    case 'progress':
      return progress(line, one, answer.state);
    case 'ended':
      return ended(line, one, end(one.row, answer.state, moment, answer));
    case 'unknown':
      return unknown(line, one, moment);
  }
}

function progress(line: CommandLine, one: LineCommand, state: 'sent' | 'received' | 'running'): LineStep {
  const askedAt = one.isInDoubt ? null : line.askedAt;
  const row = one.row.state === state ? one.row : { ...one.row, state };
  const moved = replaced({ ...line, askedAt }, { ...one, row, isInDoubt: false });
  return { line: moved, effects: row === one.row ? [] : [{ kind: 'store', row }] };
}

/** Only an answer to what was asked: one that comes late must not send a second time what was sent meanwhile. */
function unknown(line: CommandLine, one: LineCommand, moment: Moment): LineStep {
  if (!one.isInDoubt || line.askedAt === null) return only(line);
  if (ruleOf(one.row.command)?.isSafe !== true) {
    return ended(line, one, end(one.row, 'failed', moment, { reason: REASONS.notTwice }));
  }
  if (one.sendCount >= MAX_SENDS) {
    return ended(line, one, end(one.row, 'failed', moment, { reason: REASONS.forgotten }));
  }
  const row: StoredCommand = { ...one.row, state: 'sent', sentAt: moment.at };
  const sent = { row, since: moment.monotonic, isInDoubt: false, sendCount: one.sendCount + 1 };
  return {
    line: replaced({ ...line, askedAt: null }, sent),
    effects: [
      { kind: 'store', row },
      { kind: 'send', row },
    ],
  };
}

function sweep(line: CommandLine, moment: Moment): LineStep {
  let step: LineStep = only(line);
  for (const one of line.open) {
    const due = dueEnd(line, one, moment);
    if (due === null) continue;
    const next = ended(step.line, one, due);
    step = { line: next.line, effects: [...step.effects, ...next.effects] };
  }
  return step;
}

function dueEnd(line: CommandLine, one: LineCommand, moment: Moment): LineEffect | null {
  const { row, since } = one;
  if (isOut(row)) {
    if (moment.monotonic - since < allowedMs(row)) return null;
    const isSafe = ruleOf(row.command)?.isSafe === true;
    const reason = line.isUp && !one.isInDoubt ? REASONS.noAnswer : REASONS.lostMeanwhile;
    return end(row, 'failed', moment, { reason: isSafe ? reason : `${reason} ${REASONS.mayHaveRun}` });
  }
  const waits = moment.monotonic - Math.max(since, line.linkSince);
  if (line.isUp || line.handing === row.id || waits < QUEUE_MS) return null;
  return end(row, 'expired', moment, { reason: REASONS.expired });
}

function over(line: CommandLine, moment: Moment): LineStep {
  const effects = line.open.map(({ row }) =>
    isOut(row)
      ? end(row, 'failed', moment, { reason: REASONS.endedMeanwhile })
      : end(row, 'expired', moment, { reason: REASONS.endedBefore }),
  );
  return { line: { ...line, open: [], isOver: true, handing: null, askedAt: null }, effects };
}

interface End {
  readonly result?: StoredCommand['result'];
  readonly reason?: string | null;
}

function end(row: StoredCommand, state: CommandState, { at }: Moment, given: End): LineEffect {
  const { result = null, reason = null } = given;
  return { kind: 'ended', row: { ...row, state, endedAt: at, result, reason } };
}

function ended(line: CommandLine, one: LineCommand, effect: LineEffect): LineStep {
  const open = line.open.filter(({ row }) => row.id !== one.row.id);
  return { line: { ...line, open, askedAt: isOut(one.row) ? null : line.askedAt }, effects: [effect] };
}

export function isOut({ state }: Pick<StoredCommand, 'state'>): boolean {
  return state === 'sent' || state === 'received' || state === 'running';
}

function allowedMs({ command, params }: StoredCommand): number {
  return ruleOf(command)?.allowedMs(params) ?? UNKNOWN_ALLOWED_MS;
}

function find(line: CommandLine, id: string): LineCommand | undefined {
  return line.open.find(({ row }) => row.id === id);
}

function replaced(line: CommandLine, command: LineCommand): CommandLine {
  return { ...line, open: line.open.map((one) => (one.row.id === command.row.id ? command : one)) };
}

function only(line: CommandLine): LineStep {
  return { line, effects: [] };
}
