/** What people are told of a session, in plain words: the agent by its notice, the record by its transcript. Pure. */
import type { SessionState } from '../../../lib/contracts/diagnostics';
import { plainName } from '../../../lib/plain-name';
import type { StoredCommand } from '../../store/session-ports';

/** Why a command did not end well. */
export const REASONS = {
  expired: 'It was not sent: the device was away for a minute.',
  noAnswer: 'The device did not answer in time.',
  lostMeanwhile: 'The device was lost before it answered.',
  mayHaveRun: 'It may have run; it is not sent a second time.',
  notTwice:
    'The device was lost before it had the command. It is not sent a second time by itself: ask again.',
  forgotten: 'The device forgot the command each time that it was sent.',
  failed: 'The device could not do it.',
  notUnderstood: 'The answer of the device was not understood.',
  endedBefore: 'The session ended before it was sent.',
  endedMeanwhile: 'The session ended before the device answered.',
  notAccepted: 'The server was restarted before it was accepted. Nothing was sent.',
  notRecorded: 'It could not be recorded, so nothing was sent.',
  endLost: 'How it ended was recorded before the server was restarted, and is in the audit log.',
} as const;

const MAX_REASON = 160;
const LOST =
  'The device is lost: it is not heard any more. Ask whether the internet connection at the customer works.';

/** For the agent; `null`: nothing is wrong. `linkReason`: what the link said of it. */
export function noticeOf(state: SessionState, linkReason: string | null): string | null {
  if (state === 'DISCONNECTED') return LOST;
  if (state !== 'ERROR') return null;
  const reason = plainName(linkReason ?? '', MAX_REASON).replace(/[.\s]+$/u, '');
  const why = reason === '' ? '' : ` (${reason})`;
  return `The device cannot be reached${why}. The next command tries again.`;
}

/** For the transcript, where the session came into another state; `null`: nothing that must be said. */
export function transitionLine(
  from: SessionState,
  to: SessionState,
  linkReason: string | null,
): string | null {
  if (from === to) return null;
  if (to === 'DISCONNECTED' || to === 'ERROR') return noticeOf(to, linkReason);
  if (from === 'DISCONNECTED' || from === 'ERROR') return to === 'INITIATED' ? null : 'The device is back.';
  return null;
}

export const STARTED_LINE = 'A diagnostic session with the device was started.';

export function endLine(solvedRemotely: boolean | null): string {
  const how =
    solvedRemotely === null ? '' : solvedRemotely ? ' The problem was solved.' : ' It was not solved.';
  return `The diagnostic session has ended.${how}`;
}

/** How a command ended. */
export function commandLine({ command, state, result, reason }: StoredCommand): string {
  if (state !== 'done') return `${command}: ${state}. ${reason ?? ''}`.trim();
  const said = Object.entries(result ?? {}).flatMap(([key, value]) => {
    if (Array.isArray(value)) return [`${key} ${value.length}`];
    return value === null || value === undefined ? [] : [`${key} ${String(value)}`];
  });
  return `${command}: done${said.length === 0 ? '' : ` (${said.join(', ')})`}.`;
}
