/** Which words of the catalogue say what went wrong. Pure. */
import type { Problem } from '../ui/fetch-json';

export interface ProblemWords {
  /** Under `problem` in the catalogue. */
  readonly key: string;
  /** Whole seconds, for words that say when to try again; at least 1. */
  readonly seconds: number;
  /** The server's own name of it, for those whom somebody asks. */
  readonly code: string;
}

/** The server's codes that have words of their own. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['alarm.unknown', 'alarmGone'],
  ['announcement.over', 'announcementOver'],
  ['announcement.unknown', 'announcementGone'],
  ['announcements.full', 'announcementsFull'],
  ['audit.unavailable', 'notRecorded'],
  ['board.changed', 'changedMeanwhile'],
  ['board.invalid', 'boardInvalid'],
  ['board.made', 'boardMade'],
  ['board.unknown', 'boardUnknown'],
  ['boards.full', 'boardsFull'],
  ['body.invalid', 'formWrong'],
  ['body.malformed', 'formWrong'],
  ['busy', 'busy'],
  ['command.params', 'commandParams'],
  ['command.refused', 'commandRefused'],
  ['command.role', 'commandRole'],
  ['device.not-owned', 'deviceNotOwned'],
  ['diagnostics.ended', 'diagnosticsEnded'],
  ['diagnostics.full', 'diagnosticsFull'],
  ['diagnostics.unavailable', 'diagnosticsUnavailable'],
  ['diagnostics.unknown', 'diagnosticsUnknown'],
  ['forbidden', 'forbidden'],
  ['interaction.not-yours', 'interactionNotYours'],
  ['interaction.unknown', 'interactionUnknown'],
  ['limit.requests', 'tooMany'],
  ['limit.streams', 'busy'],
  ['link.refused', 'linkRefused'],
  ['machine.secret-unknown', 'secretGone'],
  ['machine.secrets-full', 'twoSecrets'],
  ['machine.unknown', 'machineGone'],
  ['machines.full', 'machinesFull'],
  ['origin.refused', 'originRefused'],
  ['owner.unavailable', 'elsewhere'],
  ['pairing.code-unknown', 'codeUnknown'],
  ['pairing.full', 'busy'],
  ['pairing.tries', 'codeTries'],
  ['person.unknown', 'personGone'],
  ['replay.nothing', 'replayNothing'],
  ['replay.off', 'replayOff'],
  ['request.replayed', 'requestReplayed'],
  ['screen.unknown', 'screenGone'],
  ['screens.full', 'screensFull'],
  ['session.unknown', 'sessionGone'],
  ['settings.changed', 'changedMeanwhile'],
  ['shelf.unknown', 'shelfGone'],
  ['shelves.full', 'shelvesFull'],
  ['sign-in.off', 'noAccounts'],
  ['source.off', 'noDevices'],
  ['store.unavailable', 'elsewhere'],
  ['token.needless', 'noAccounts'],
  ['unauthenticated', 'signedOut'],
  ['webhook.refused', 'webhookRefused'],
  ['webhooks.changed', 'webhooksChanged'],
]);
const DEFAULT_WAIT_S = 60;

export function problemWords(problem: Problem): ProblemWords {
  if (problem.kind !== 'refused') return { key: problem.kind, seconds: DEFAULT_WAIT_S, code: '' };
  const { code, status, waitMs } = problem;
  const seconds = waitMs === null ? DEFAULT_WAIT_S : Math.max(1, Math.ceil(waitMs / 1_000));
  return { key: WORDS.get(code) ?? byStatus(status), seconds, code: code === '' ? String(status) : code };
}

/** Where a proxy answers, or a newer server. */
function byStatus(status: number): string {
  if (status === 401) return 'signedOut';
  if (status === 429) return 'tooMany';
  return status === 502 || status === 503 || status === 504 ? 'busy' : 'other';
}
