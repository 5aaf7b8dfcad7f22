/**
 * How diagnostic sessions lie in Redis. A row is a hash field, id → a head and its JSON: when it started, when it ended
 * (or `-`), its number in the order of being stored, and its interaction, with a space after each. Commands are a hash a
 * session, windows a stream a session; a set a session has the commands whose end is not recorded. Sorted sets of one
 * score lead to rows: by start, by interaction, those that are open, and those that are done with.
 */
import { sharedKey } from '../../redis/keys';
import type { StoredCommand, StoredSession } from '../session-ports';
import { toCommand, toSession } from '../session-rows';
import { nameKey } from './alert-index';
import { orderKey } from './order-key';
import { BACKWARDS, type Stretch, type Table } from './table-reader';

export const SESSIONS = {
  rows: sharedKey('sessions', 'rows'),
  numbers: sharedKey('sessions', 'numbers'),
  started: sharedKey('sessions', 'started'),
  byInteraction: sharedKey('sessions', 'by-interaction'),
  open: sharedKey('sessions', 'open'),
  done: sharedKey('sessions', 'done'),
} as const;

export function commandsKey(sessionId: string): string {
  return sharedKey('sessions', 'commands', sessionId);
}

export function unrecordedKey(sessionId: string): string {
  return sharedKey('sessions', 'unrecorded', sessionId);
}

export function windowsKey(sessionId: string): string {
  return sharedKey('sessions', 'windows', sessionId);
}

/** The head in two parts: the script puts the number between them. */
export function sessionHead(session: StoredSession): readonly [before: string, after: string] {
  const { startedAt, endedAt, interactionId } = session;
  const ended = endedAt === null ? '-' : orderKey(endedAt);
  return [`${orderKey(startedAt)} ${ended} `, ` ${nameKey(interactionId)} `];
}

const HEAD = /^([0-9a-f]{16}) ([0-9a-f]{16}|-) (\d{15}) (\S*) /;
const TIME_LENGTH = 17;
const NUMBER_LENGTH = 16;

export const OPEN_SESSIONS = sessionTable(SESSIONS.open, '');
export const STARTED_SESSIONS = sessionTable(SESSIONS.started, '');

export function interactionSessions(interactionId: string): Table<StoredSession> {
  return sessionTable(SESSIONS.byInteraction, `${nameKey(interactionId)} `);
}

/** All of an interaction, the newest first. */
export function interactionStretch(interactionId: string): Stretch {
  const name = nameKey(interactionId);
  // '!' is what comes after a space.
  return { ...BACKWARDS, from: `(${name}!`, to: `[${name} ` };
}

/** Of a member of those that are done. */
export function doneMember(member: string): { readonly ended: string; readonly id: string } {
  return { ended: member.slice(0, TIME_LENGTH - 1), id: member.slice(TIME_LENGTH) };
}

/** `prefix`: what all members of the walk begin with. */
function sessionTable(index: string, prefix: string): Table<StoredSession> {
  const skip = prefix.length + TIME_LENGTH + NUMBER_LENGTH;
  return {
    ...{ name: 'sessions', index, rows: SESSIONS.rows, skip },
    parse(row, member) {
      const [head, started = '', , number = '', interaction = ''] = HEAD.exec(row) ?? [];
      if (head === undefined) return null;
      const before = prefix === '' ? '' : `${interaction} `;
      if (`${before}${started} ${number} ${member.slice(skip)}` !== member) return 'stray';
      return toSession({ content: Buffer.from(row.slice(head.length)) });
    },
  };
}

/** Written as `<number> <JSON>`. */
export function commandOf(row: string): { readonly number: number; readonly command: StoredCommand } | null {
  const space = row.indexOf(' ');
  const command = toCommand({ content: Buffer.from(row.slice(space + 1)) });
  return command === null ? null : { number: Number(row.slice(0, space)), command };
}
