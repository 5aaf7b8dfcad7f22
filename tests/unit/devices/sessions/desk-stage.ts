/** A desk of diagnostic sessions on a fake clock: real audit log and policy, rows in memory, appliances by hand. */
import { expect } from 'vitest';
import type { AuditEntry } from '../../../../lib/contracts/access';
import { ok } from '../../../../lib/result';
import { createAuditLog, type StoreAuditLog } from '../../../../server/audit/store-audit-log';
import { verifyStore } from '../../../../server/audit/verify-audit';
import type { Actor, DiagnosticsDesk } from '../../../../server/devices/diagnostics-desk';
import { createMetricWatch } from '../../../../server/devices/metrics/metric-watch';
import type { Interaction, KnownCustomer, Transcript } from '../../../../server/devices/ports';
import {
  createDiagnosticsDesk,
  type DiagnosticsDeskOptions,
  type DiagnosticsRoom,
} from '../../../../server/devices/sessions/create-diagnostics-desk';
import { failure } from '../../../../server/runtime/errors';
import { createLog, type Log } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { seededRandom } from '../../../../server/runtime/random';
import type { AuditStore } from '../../../../server/store/ports';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAuditStore } from '../../../support/memory-audit-store';
import { MemorySessionStore } from '../../../support/memory-session-store';
import { FakeAppliances, type FakeLink } from './fake-appliances';

export const AGENT: Actor = {
  ...{ actor: 'person:ada', name: 'Ada', roles: ['agent'], address: '192.0.2.7' },
  ...{ reach: 'own', genesysUserId: 'user-ada', email: null },
};
export const OTHER: Actor = { ...AGENT, actor: 'person:bob', name: 'Bob', genesysUserId: 'user-bob' };
export const SENIOR: Actor = {
  ...AGENT,
  actor: 'person:sen',
  name: 'Sen',
  roles: ['senior_tech'],
  reach: 'all',
};

export class NotedTranscript implements Transcript {
  readonly said: string[] = [];
  readonly windows: string[] = [];
  readonly ended: string[] = [];
  say(_interactionId: string, text: string): void {
    this.said.push(text);
  }
  measured(_interactionId: string, { metric }: { readonly metric: string }): void {
    this.windows.push(metric);
  }
  windowMs(): number {
    return 5_000;
  }
  status() {
    return { state: 'off' as const, backlog: 0, lastSentAt: null };
  }
  subscribe() {
    return () => {};
  }
  end(interactionId: string): void {
    this.ended.push(interactionId);
  }
  async stop(): Promise<void> {}
}

/** The audit log's store as one run of the server has it: what it wants after its death is not written. */
class AuditLife implements AuditStore {
  isOver = false;
  readonly #store: MemoryAuditStore;
  constructor(store: MemoryAuditStore) {
    this.#store = store;
  }
  head() {
    return this.#store.head();
  }
  append(addition: Parameters<AuditStore['append']>[0]) {
    return this.#store.append((after) => {
      if (this.isOver) throw new Error('this server is dead');
      return addition(after);
    });
  }
  readForward(after: number, limit: number) {
    return this.#store.readForward(after, limit);
  }
  readBackward(before: number, limit: number) {
    return this.#store.readBackward(before, limit);
  }
}

export class Stage {
  readonly clock = new FakeClock();
  readonly auditStore = new MemoryAuditStore();
  readonly transcript = new NotedTranscript();
  readonly appliances = new FakeAppliances(this.clock);
  readonly logged: string[] = [];
  readonly log: Log;
  readonly customers: KnownCustomer[] = [
    { customerId: 'customer-1', account: 'A-1', devices: [{ deviceId: 'device-1', product: null }] },
    { customerId: 'customer-2', account: 'A-2', devices: [{ deviceId: 'device-2', product: null }] },
  ];
  readonly interactions = new Map<string, Interaction>();
  /** What the platform gives; `null`: it does not answer. */
  platformRoles: readonly string[] | null = [];
  areCustomersAway = false;
  store = new MemorySessionStore();
  audit: StoreAuditLog;
  #auditLife: AuditLife;
  room: DiagnosticsRoom;
  readonly #over: Partial<DiagnosticsDeskOptions>;
  readonly #random;

  constructor(over: Partial<DiagnosticsDeskOptions> = {}, seed = 1) {
    this.#over = over;
    this.#random = seededRandom(seed);
    this.log = over.log ?? createLog('info', (line) => this.logged.push(line));
    this.#auditLife = new AuditLife(this.auditStore);
    this.audit = this.#openAudit();
    this.room = this.#openRoom();
    for (const id of ['one', 'two', 'three']) this.interactions.set(id, interactionOf(id));
  }

  get desk(): DiagnosticsDesk {
    return this.room.desk;
  }
  /** The newest. */
  get link(): FakeLink {
    const link = this.appliances.links.at(-1);
    if (link === undefined) throw new Error('no link was opened');
    return link;
  }

  async start(): Promise<this> {
    await this.room.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.room.stop();
    await this.audit.stop();
  }

  /** As `kill -9`, at this very moment, and a new start: nothing that was under way gets to a disk any more. */
  async crash(): Promise<void> {
    const dead = { store: this.store, audit: this.audit, room: this.room };
    dead.store.isClosed = true;
    this.#auditLife.isOver = true;
    for (const link of this.appliances.links) link.close();
    await dead.room.stop();
    await dead.audit.stop();
    this.store = dead.store.reopened();
    this.#auditLife = new AuditLife(this.auditStore);
    this.audit = this.#openAudit();
    this.room = this.#openRoom();
    await this.room.start();
  }

  /** All that needs no time has happened. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms, 1_000);
    await this.settle();
  }

  initiate(over: object = {}, actor = AGENT) {
    return this.desk.initiate(
      {
        ...{ interactionId: 'one', customerId: 'customer-1', deviceId: 'device-1' },
        ...{ requestedCommands: [], requestId: undefined, ...over },
      },
      actor,
    );
  }

  execute(command: string, params: Record<string, unknown> = {}, actor = AGENT, requestId?: string) {
    return this.desk.execute({ interactionId: 'one', command, params, requestId }, actor);
  }

  async session() {
    const session = await this.desk.session('one', SENIOR);
    if (session === null) throw new Error('there is no session');
    return session;
  }

  async states(): Promise<string[]> {
    return (await this.session()).commands.map(({ state }) => state);
  }

  /** Oldest first. */
  async entries(action?: string): Promise<readonly AuditEntry[]> {
    const all = (await this.audit.entries({ limit: 100_000 })).toReversed();
    return action === undefined ? all : all.filter((entry) => entry.action === action);
  }

  chain() {
    return verifyStore(this.auditStore, null);
  }

  #openAudit(): StoreAuditLog {
    return createAuditLog({ store: this.#auditLife, clock: this.clock, log: this.log });
  }

  #openRoom(): DiagnosticsRoom {
    const away = { ok: false as const, error: failure('retry', 'timeout', 'it does not answer') };
    return createDiagnosticsDesk({
      ...{ store: this.store, audit: this.audit, clock: this.clock, random: this.#random },
      ...{ log: this.log, metrics: createMetrics(), transcript: this.transcript },
      ...{ openLink: this.appliances.open, openMetricWatch: createMetricWatch },
      customers: {
        find: async (by) =>
          this.areCustomersAway
            ? away
            : ok(
                this.customers.filter(({ account, devices }) =>
                  'deviceId' in by
                    ? devices.some(({ deviceId }) => deviceId === by.deviceId)
                    : 'account' in by && account === by.account,
                ),
              ),
      },
      interactions: { find: async (id) => ok(this.interactions.get(id) ?? null) },
      platformRoles: async () => (this.platformRoles === null ? away : ok(this.platformRoles)),
      ...this.#over,
    });
  }
}

export function interactionOf(id: string, over: Partial<Interaction> = {}): Interaction {
  return {
    ...{ id, agentUserIds: ['user-ada'], customerAni: null, customerAttributes: new Map() },
    ...{ customerParticipantId: null, queueId: 'queue-1', isOver: false, ...over },
  };
}

/** What became of a wish: `ok`, or the kind of problem. */
export function kindOf(outcome: { ok: boolean; error?: { kind: string } }): string | undefined {
  return outcome.ok ? 'ok' : outcome.error?.kind;
}

/** The newest entry of the audit log says that it was refused, about the interaction `one`. */
export async function refusedAs(made: Stage, action: string, why: string): Promise<void> {
  await made.settle();
  expect((await made.entries()).at(-1)).toMatchObject({
    ...{ action, outcome: 'refused', subject: 'interaction:one' },
    details: { why },
  });
}
