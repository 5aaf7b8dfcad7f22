/**
 * How a session begins: the commands that come along are allowed, the interaction is the agent's and this customer's,
 * who has the device (asked at the customer API, by the server's own identity); then it is in the audit log and on the
 * disk, and only then is the device called. One at a time for an interaction (see `turns`).
 */
import type { InitiateWish } from '../../../lib/contracts/diagnostics';
import { ok, type Result } from '../../../lib/result';
import type { StoredSession } from '../../store/session-ports';
import type { Actor, DeskProblem } from '../diagnostics-desk';
import type { CustomerDirectory, Interaction } from '../ports';
import { isCaller } from './callers-customer';
import { type AcceptanceDeps, type PermittedCommand, permitted } from './command-acceptance';
import { problem } from './desk-problems';
import type { LiveSession } from './live-session';
import type { RequestIds } from './request-ids';
import { SERVER_ACTOR } from './session-audit';

export interface InitiationDeps extends AcceptanceDeps {
  readonly customers: CustomerDirectory;
  readonly requestIds: RequestIds;
  /** The session of that interaction that this process holds. */
  readonly held: (interactionId: string) => LiveSession | undefined;
  readonly hasRoom: () => boolean;
}

/**
 * `again`: this very request was answered before, and the session is given back as it is. `open`: there is one already;
 * what was asked along is asked of it.
 */
export type Beginning =
  | { readonly kind: 'again' }
  | {
      readonly kind: 'open';
      readonly live: LiveSession;
      readonly commands: readonly PermittedCommand[];
    }
  | { readonly kind: 'new'; readonly row: StoredSession; readonly commands: readonly PermittedCommand[] };

export async function begin(
  deps: InitiationDeps,
  wish: InitiateWish,
  actor: Actor,
): Promise<Result<Beginning, DeskProblem>> {
  const commands: PermittedCommand[] = [];
  for (const asked of wish.requestedCommands) {
    const one = await permitted(deps, asked, actor);
    if (!one.ok) {
      deps.records.refused(
        { action: 'command.refused', ...about(wish), ...asked, why: one.error.kind },
        actor,
      );
      return one;
    }
    commands.push(one.value);
  }
  const interaction = await deps.access.interactionFor(actor, wish.interactionId);
  if (!interaction.ok) return refused(deps, wish, actor, interaction.error);
  const before = beganBefore(deps, wish, actor);
  if (before.kind === 'again') return ok({ kind: 'again' });
  if (before.kind === 'open') return ok({ ...before, commands });
  if (before.kind !== 'new') return refused(deps, wish, actor, before.kind);
  const owned = await owns(deps.customers, wish);
  if (owned !== 'yes') return refused(deps, wish, actor, owned);
  const caller = await callerOf(deps.customers, interaction.value, wish, actor);
  if (caller !== 'yes') return refused(deps, wish, actor, caller === 'no' ? 'other-customer' : caller);
  if (!deps.hasRoom()) return problem('full', 'Too many sessions are open.');
  const row = rowOf(deps, wish, actor, interaction.value);
  return (await recorded(deps, row, actor)) ? ok({ kind: 'new', row, commands }) : problem('unrecorded');
}

function about({ interactionId, deviceId }: InitiateWish) {
  return { interactionId, deviceId, command: null, params: null };
}

type Refused =
  | 'not-found'
  | 'not-yours'
  | 'unavailable'
  | 'not-owned'
  | 'replayed'
  | 'other-device'
  | 'other-customer';

const AUDITED: ReadonlySet<Refused> = new Set(['not-yours', 'not-owned', 'replayed', 'other-customer']);

function refused(deps: InitiationDeps, wish: InitiateWish, actor: Actor, why: Refused) {
  if (AUDITED.has(why)) deps.records.refused({ action: 'session.refused', ...about(wish), why }, actor);
  switch (why) {
    case 'not-found':
      return problem(why, 'There is no such interaction.');
    case 'other-customer':
      return problem(
        'not-yours',
        'This conversation is with another customer: ask a supervisor to begin it.',
      );
    case 'other-device':
      return problem('full', 'This interaction has a session with another device: end that one first.');
    default:
      return problem(why);
  }
}

/** Who looks after others may begin a session with whichever device, and so may those without a platform to ask. */
async function callerOf(
  customers: CustomerDirectory,
  interaction: Interaction | null,
  { customerId }: InitiateWish,
  { reach }: Actor,
) {
  if (reach === 'all' || interaction === null) return 'yes';
  return isCaller(customers, interaction, customerId);
}

function beganBefore(
  { held, requestIds }: InitiationDeps,
  wish: InitiateWish,
  { actor }: Actor,
):
  | { readonly kind: 'new' | 'again' | 'replayed' | 'other-device' }
  | { readonly kind: 'open'; readonly live: LiveSession } {
  const request = requestIds.find(wish.requestId, { ...wish, startedByActor: actor });
  if (request === 'other') return { kind: 'replayed' };
  if (request === 'same') return { kind: 'again' };
  const live = held(wish.interactionId);
  if (live === undefined || live.isOver) return { kind: 'new' };
  const { deviceId, customerId } = live.row;
  const isIt = deviceId === wish.deviceId && customerId === wish.customerId;
  return isIt ? { kind: 'open', live } : { kind: 'other-device' };
}

async function owns(
  customers: CustomerDirectory,
  { customerId, deviceId }: InitiateWish,
): Promise<'yes' | 'not-owned' | 'unavailable'> {
  const found = await customers.find({ deviceId });
  if (!found.ok) return 'unavailable';
  const isHis = found.value.some(
    (customer) =>
      customer.customerId === customerId && customer.devices.some((device) => device.deviceId === deviceId),
  );
  return isHis ? 'yes' : 'not-owned';
}

function rowOf(
  { newId, clock }: InitiationDeps,
  { interactionId, customerId, deviceId, requestId = undefined }: InitiateWish,
  { actor, name }: Actor,
  interaction: Interaction | null,
): StoredSession {
  const at = clock.now();
  return {
    ...{ id: newId(), interactionId, customerId, deviceId, queueId: interaction?.queueId ?? null },
    ...{ agentUserIds: interaction?.agentUserIds ?? [], state: 'INITIATED', since: at, startedAt: at },
    ...{ endedAt: null, startedByActor: actor, startedBy: name, solvedRemotely: null },
    ...{ requestId: requestId ?? null, endingFrom: null },
  };
}

async function recorded(
  { records, writer, clock }: InitiationDeps,
  row: StoredSession,
  actor: Actor,
): Promise<boolean> {
  try {
    await records.sessionStarted(row, actor);
  } catch {
    // Said by the audit log itself.
    return false;
  }
  try {
    await writer.write({ sessions: [row] }, false);
    return true;
  } catch {
    // Said by the writer. It began and ended in the audit log, where that can still be written.
    await records.sessionEnded({ ...row, endedAt: clock.now() }, SERVER_ACTOR).catch(() => {});
    return false;
  }
}
