/**
 * The desk of diagnostic sessions: whoever may, begins one, has commands run, looks on, and ends it. Each wish is
 * checked with the roles of its moment, refusals are audited, and what cannot be recorded is not done. One command of a
 * session is accepted at a time; sessions don't wait for each other, nor for a device or the transcript.
 */
import type { EndWish, ExecuteWish, InitiateWish } from '../../../lib/contracts/diagnostics';
import { ok } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { Metrics } from '../../runtime/metrics';
import type { Random } from '../../runtime/random';
import type { SessionStore } from '../../store/session-ports';
import type { Actor, DiagnosticsDesk } from '../diagnostics-desk';
import type { CustomerDirectory, OpenApplianceLink, Transcript } from '../ports';
import { type AcceptanceDeps, accept, permitted } from './command-acceptance';
import { MAX_WAITING } from './command-line';
import { problem } from './desk-problems';
import { EndRecorder } from './end-recorder';
import { EndedSessions } from './ended-sessions';
import { guardedLinks } from './guarded-links';
import { type Beginning, begin, type InitiationDeps } from './initiation';
import { Audience } from './live-audience';
import type { LiveSession } from './live-session';
import { RequestIds } from './request-ids';
import { SessionAccess, type SessionAccessOptions } from './session-access';
import { createSessionAudit } from './session-audit';
import type { MetricWatch } from './session-deps';
import { sessionMetrics } from './session-metrics';
import { SessionReader } from './session-reader';
import { SessionRegistry } from './session-registry';
import { STARTED_LINE } from './session-sentences';
import { SessionWriter } from './session-writer';
import { createTurns } from './turns';

export interface DiagnosticsDeskOptions extends Pick<SessionAccessOptions, 'interactions' | 'platformRoles'> {
  /** Closed by whoever opened it, after `stop`. */
  readonly store: SessionStore;
  readonly audit: AuditLog;
  readonly customers: CustomerDirectory;
  readonly openLink: OpenApplianceLink;
  readonly transcript: Transcript;
  /** Of several nodes: whether the duty of sessions is this node's, for sure. Absent: it is. */
  readonly mayAct?: () => boolean;
  /** One for each session; `startedAt`: epoch ms. */
  readonly openMetricWatch: (startedAt: number) => MetricWatch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** At a time; absent: 2,000. */
  readonly maxOpen?: number;
  /** A session that nobody used or looked at for so long is ended; absent: 30 minutes. */
  readonly idleMs?: number;
  /** How long ended sessions are kept; absent: 7 days. */
  readonly keepMs?: number;
}

export interface DiagnosticsRoom {
  readonly desk: DiagnosticsDesk;
  /** Goes on with what an earlier run left. Rejects where store or audit log cannot be read. */
  start(): Promise<void>;
  /** What is being recorded is; nothing is sent any more. */
  stop(): Promise<void>;
}

const MAX_OPEN = 2_000;
const IDLE_MS = 30 * 60_000;
const KEEP_MS = 7 * 86_400_000;

export function createDiagnosticsDesk(options: DiagnosticsDeskOptions): DiagnosticsRoom {
  const { clock, store, audit, random, mayAct = () => true } = options;
  const log = options.log.child({ room: 'devices' });
  const records = createSessionAudit(audit, log, mayAct);
  const writer = new SessionWriter(store, log);
  const ends = new EndRecorder({ audit, records, writer, clock, log });
  const audience = new Audience(clock, log);
  const access = new SessionAccess(options);
  const requestIds = new RequestIds();
  const ended = new EndedSessions();
  const turns = createTurns(MAX_WAITING);
  const registry = new SessionRegistry({
    deps: { ...options, log, writer, ends, live: audience, openLink: guardedLinks(options.openLink, mayAct) },
    ...{ store, audit, records, turns, clock, log, onEnded: (one) => ended.note(one) },
    onRead(read) {
      requestIds.note(read.session);
      ended.note(read);
    },
    ...{ maxOpen: options.maxOpen ?? MAX_OPEN, idleMs: options.idleMs ?? IDLE_MS },
    keepMs: options.keepMs ?? KEEP_MS,
  });
  const held = (interactionId: string) => registry.get(interactionId);
  const reader = new SessionReader({ store, registry, ended, access, clock });
  const accepting: AcceptanceDeps = { writer, records, access, clock, newId: () => newId(random) };
  const beginning: InitiationDeps = {
    ...accepting,
    ...{ customers: options.customers, requestIds, held, hasRoom: () => registry.hasRoom() },
  };
  sessionMetrics(options.metrics, { registry, writer, ends });

  async function initiate(wish: InitiateWish, actor: Actor) {
    const begun = await begin(beginning, wish, actor);
    if (!begun.ok) return begun;
    if (begun.value.kind === 'again') {
      const session = await reader.session(wish.interactionId);
      return session === null ? problem('not-found') : ok({ session, isNew: false });
    }
    if (begun.value.kind === 'open') return askedAlong(begun.value, wish, actor);
    const { row, commands } = begun.value;
    requestIds.note(row);
    options.transcript.say(row.interactionId, STARTED_LINE, row.startedAt);
    const live = registry.begin(row);
    for (const command of commands) {
      const accepted = await accept(accepting, live, { ...command, requestId: undefined }, actor);
      if (!accepted.ok) return accepted;
    }
    return ok({ session: live.view(), isNew: true });
  }

  /** What came along with a session that is open already. The same request runs nothing twice, also after a restart. */
  async function askedAlong(
    { live, commands }: Extract<Beginning, { kind: 'open' }>,
    { requestId }: InitiateWish,
    actor: Actor,
  ) {
    requestIds.note({ ...live.row, requestId: requestId ?? null, startedByActor: actor.actor });
    for (const [index, command] of commands.entries()) {
      const own = requestId === undefined ? undefined : nthOf(requestId, index);
      const accepted = await accept(accepting, live, { ...command, requestId: own }, actor);
      if (!accepted.ok) return accepted;
    }
    return ok({ session: live.view(), isNew: false });
  }

  /** The session that is open, where he reaches it. */
  async function openFor(interactionId: string, actor: Actor) {
    const live = held(interactionId);
    const row = live?.row ?? (await store.find(interactionId))?.session;
    if (row === undefined) return problem('not-found');
    const reach = await access.reaches(actor, row, (agentUserIds) => live?.update({ agentUserIds }));
    if (reach === 'unavailable') return problem('unavailable');
    if (reach === 'no') return problem('not-yours');
    return live === undefined ? problem('ended') : ok(live);
  }

  async function execute(wish: ExecuteWish, actor: Actor) {
    const { interactionId, command, params } = wish;
    const live = await openFor(interactionId, actor);
    const accepted = live.ok ? await executeOn(live.value, wish, actor) : live;
    if (!accepted.ok && AUDITED.has(accepted.error.kind)) {
      const deviceId = live.ok ? live.value.row.deviceId : null;
      const why = accepted.error.kind;
      records.refused({ action: 'command.refused', interactionId, deviceId, command, params, why }, actor);
    }
    return accepted;
  }

  async function executeOn(live: LiveSession, wish: ExecuteWish, actor: Actor) {
    const asked = await permitted(accepting, wish, actor);
    if (!asked.ok) return asked;
    return accept(accepting, live, { ...asked.value, requestId: wish.requestId }, actor);
  }

  async function end(interactionId: string, { solvedRemotely }: EndWish, actor: Actor) {
    const live = await openFor(interactionId, actor);
    if (!live.ok) {
      const nothing = { deviceId: null, command: null, params: null };
      const why = live.error.kind;
      if (why === 'not-yours')
        records.refused({ action: 'session.refused', interactionId, ...nothing, why }, actor);
      return live;
    }
    return endOpen(live.value, solvedRemotely, actor);
  }

  async function endOpen(live: LiveSession, solvedRemotely: boolean | null, actor: Actor) {
    if (live.isOver) return problem('ended');
    try {
      await registry.end(live, solvedRemotely, {
        ...{ actor: actor.actor, actorName: actor.name, address: actor.address },
      });
    } catch {
      // Said by the audit log itself.
      return problem('unrecorded');
    }
    return ok(live.view());
  }

  /** In the line of its interaction. */
  async function inTurn<T>(interactionId: string, task: () => Promise<T>) {
    return (await turns.take(interactionId, task)) ?? problem('full');
  }

  return {
    desk: {
      initiate: (wish, actor) => inTurn(wish.interactionId, () => initiate(wish, actor)),
      execute: (wish, actor) => inTurn(wish.interactionId, () => execute(wish, actor)),
      end: (interactionId, wish, actor) => inTurn(interactionId, () => end(interactionId, wish, actor)),
      session: (interactionId, viewer) => reader.sessionFor(interactionId, viewer),
      mayRun: (session, roles, userId = null) => reader.mayRun(session, roles, userId),
      list: (viewer) => reader.list(viewer),
      watch: (interactionId, listener) =>
        audience.join(interactionId, listener, () => {
          const live = held(interactionId);
          live?.touch();
          return live === undefined ? null : { kind: 'session', session: live.view() };
        }),
      bundle: (interactionId, viewer) => reader.bundle(interactionId, viewer),
    },
    start: () => registry.start(),
    async stop() {
      await registry.stop();
      audience.stop();
      await turns.idle();
      await ends.stop();
      await writer.flush();
    },
  };
}

/** Refusals that somebody should know of. */
const AUDITED: ReadonlySet<string> = new Set(['command', 'params', 'role', 'not-yours', 'replayed']);
const ID_LENGTH = 24;

/** No client's own id has such a sign in it. */
function nthOf(requestId: string, index: number): string {
  return `${requestId}#${index}`;
}

/** Unlike any other, not secret. */
function newId(random: Random): string {
  return Array.from({ length: ID_LENGTH }, () => Math.floor(random() * 36).toString(36)).join('');
}
