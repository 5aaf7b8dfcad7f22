/**
 * How a command gets into a session: noted in the store, recorded in the audit log, and only then given to the line;
 * what cannot be recorded is not done. It is noted first, so that after a crash at any moment the next run knows which
 * commands to look for in the audit log, and each gets its one end. One at a time for a session (see `turns`).
 */
import type { CommandName, CommandRecord } from '../../../lib/contracts/diagnostics';
import { ok, type Result } from '../../../lib/result';
import type { Clock } from '../../runtime/clock';
import type { StoredCommand } from '../../store/session-ports';
import type { Actor, DeskProblem } from '../diagnostics-desk';
import { MAX_WAITING } from './command-line';
import { checkCommand, type Fields, mayAsk } from './command-policy';
import { problem } from './desk-problems';
import type { LiveSession } from './live-session';
import type { SessionAccess } from './session-access';
import type { SessionAudit } from './session-audit';
import { REASONS } from './session-sentences';
import { commandRecord, MAX_COMMANDS } from './session-view';
import type { SessionWriter } from './session-writer';

export interface AcceptanceDeps {
  readonly writer: SessionWriter;
  readonly records: SessionAudit;
  readonly access: SessionAccess;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** One that is on the list, with its parameters, asked by somebody who may. */
export interface PermittedCommand {
  readonly command: CommandName;
  readonly params: Fields;
}

/** The policy, with the roles that he has at this moment. */
export async function permitted(
  { access }: Pick<AcceptanceDeps, 'access'>,
  wish: { readonly command: string; readonly params: Fields },
  { roles, genesysUserId }: Actor,
): Promise<Result<PermittedCommand, DeskProblem>> {
  const checked = checkCommand(wish.command, wish.params);
  if (!checked.ok) return problem(checked.error.kind, checked.error.message);
  const { command, params, rule } = checked.value;
  const isHis = mayAsk(rule, roles) || mayAsk(rule, await access.rolesOf(roles, genesysUserId));
  return isHis ? ok({ command, params }) : problem('role');
}

export async function accept(
  deps: AcceptanceDeps,
  live: LiveSession,
  asked: PermittedCommand & { readonly requestId: string | undefined },
  actor: Actor,
): Promise<Result<CommandRecord, DeskProblem>> {
  const before = live.commands.find(({ requestId }) => requestId !== null && requestId === asked.requestId);
  if (before !== undefined) {
    return isSame(before, asked, actor) ? ok(commandRecord(before)) : problem('replayed');
  }
  if (live.isOver) return problem('ended');
  if (live.commands.length >= MAX_COMMANDS) {
    return problem('full', 'This session has had all the commands that one may have: begin another.');
  }
  if (live.waitingCount >= MAX_WAITING) return problem('full');
  const row = await noted(deps, live, asked, actor);
  if (row === null) return problem('unrecorded');
  try {
    await deps.records.commandAsked(live.row, row, actor);
  } catch {
    // Said by the audit log itself. The entry may be there all the same: then it needs its end.
    live.refuse({ ...row, state: 'refused', endedAt: deps.clock.now(), reason: REASONS.notRecorded });
    return problem('unrecorded');
  }
  live.add(row);
  return live.isOver ? problem('ended') : ok(commandRecord(live.command(row.id) ?? row));
}

/** `null`: it could not be written, or the audit log could not be read. */
async function noted(
  { writer, records, clock, newId }: AcceptanceDeps,
  live: LiveSession,
  {
    command,
    params,
    requestId = null,
  }: PermittedCommand & { readonly requestId?: string | null | undefined },
  { actor, name }: Actor,
): Promise<StoredCommand | null> {
  const last = live.commands.at(-1);
  try {
    const row: StoredCommand = {
      ...{ id: newId(), sessionId: live.row.id, seq: (last?.seq ?? 0) + 1, command, params },
      ...{ state: 'queued', actor, by: name, queuedAt: clock.now(), sentAt: null, endedAt: null },
      ...{ result: null, reason: null, requestId, isEndRecorded: false },
      auditFrom: await records.place(),
    };
    await writer.write({ commands: [row] }, false);
    return row;
  } catch {
    // Said by the writer; an audit log that cannot be read says so at its next write.
    return null;
  }
}

function isSame(before: StoredCommand, { command, params }: PermittedCommand, { actor }: Actor): boolean {
  return (
    before.actor === actor &&
    before.command === command &&
    JSON.stringify(before.params) === JSON.stringify(params)
  );
}
