/**
 * What a device says of a command that is out, as the state that follows. Pure. A device may repeat itself, go back, or
 * answer something else than was asked: progress only goes forward, and an answer that does not fit has failed.
 */
import { plainName } from '../../../lib/plain-name';
import type { StoredCommand } from '../../store/session-ports';
import type { ApplianceMessage } from '../ports';
import { readBack } from './command-policy';
import { REASONS } from './session-sentences';

export type CommandMessage = Extract<
  ApplianceMessage,
  { readonly kind: 'received' | 'running' | 'result' | 'known' }
>;

export type Answer =
  | { readonly kind: 'progress'; readonly state: 'sent' | 'received' | 'running' }
  | {
      readonly kind: 'ended';
      readonly state: 'done' | 'failed';
      readonly result: StoredCommand['result'];
      readonly reason: string | null;
    }
  /** The device never had it, it says. */
  | { readonly kind: 'unknown' };

const MAX_ERROR = 160;

/** `row`: one that is out. */
export function answered(row: StoredCommand, message: CommandMessage): Answer {
  switch (message.kind) {
    case 'received':
    case 'running':
      return forward(row, message.kind);
    case 'result':
      return ended(row, message.ok, message);
    case 'known':
      if (message.state === 'unknown') return { kind: 'unknown' };
      if (message.state === 'received' || message.state === 'running') return forward(row, message.state);
      return ended(row, message.state === 'done', message);
  }
}

function forward({ state }: StoredCommand, said: 'received' | 'running'): Answer {
  return { kind: 'progress', state: state === 'running' ? 'running' : said };
}

function ended(
  { command }: StoredCommand,
  isDone: boolean,
  message: Extract<CommandMessage, { kind: 'result' | 'known' }>,
): Answer {
  if (!isDone) return failed(message.error === null ? REASONS.failed : deviceSays(message.error));
  const result = readBack(command, message.result);
  if (result === null) return failed(REASONS.notUnderstood);
  return { kind: 'ended', state: 'done', result, reason: null };
}

function failed(reason: string): Answer {
  return { kind: 'ended', state: 'failed', result: null, reason };
}

function deviceSays(error: string): string {
  const text = plainName(error, MAX_ERROR);
  return text === '' ? REASONS.failed : `The device could not do it: ${text}`;
}
