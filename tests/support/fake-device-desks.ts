/** Desks of telemetry and of diagnostic sessions that answer what a test tells them, and note what they are asked. */
import type { AgentDevice, DeviceStatusQuery, Telemetry } from '../../lib/contracts/device';
import type {
  CommandName,
  CommandRecord,
  DiagnosticSession,
  EndWish,
  ExecuteWish,
  InitiateWish,
} from '../../lib/contracts/diagnostics';
import { err, ok } from '../../lib/result';
import type {
  Actor,
  DeskEvent,
  DeskProblemKind,
  DiagnosticsDesk,
} from '../../server/devices/diagnostics-desk';
import type { TelemetryDesk, Viewer } from '../../server/devices/telemetry-desk';

export const TELEMETRY: Telemetry = {
  ...{ deviceId: 'SN-1', deviceStatus: 'online', battery: 80, firmwareVersion: '3.2.1', lastSeen: 900 },
  ...{ reason: null, asOf: 1_000 },
};

export function deviceOf(interactionId: string, more: Partial<Telemetry> = {}): AgentDevice {
  return { serverTime: 1_000, interactionId, customerId: 'c1', telemetry: { ...TELEMETRY, ...more } };
}

export class FakeTelemetryDesk implements TelemetryDesk {
  readonly asked: unknown[] = [];
  /** Those that are not here are unknown. */
  readonly devices = new Map([['i-1', deviceOf('i-1')]]);
  /** Whose interactions they are, where somebody reaches his own only. */
  readonly ownerOf = new Map([['i-1', 'user-1']]);
  /** Set: `ofInteraction` waits for this, and fails if it does. */
  hold: Promise<void> | null = null;
  readonly #watchers = new Map<string, Set<(device: AgentDevice) => void>>();

  get watchers(): number {
    return [...this.#watchers.values()].reduce((sum, set) => sum + set.size, 0);
  }

  async status(query: DeviceStatusQuery) {
    this.asked.push(query);
    return TELEMETRY;
  }

  async ofInteraction(interactionId: string, viewer: Viewer) {
    this.asked.push({ interactionId, ...viewer });
    await this.hold;
    const isHis = viewer.reach === 'all' || this.ownerOf.get(interactionId) === viewer.genesysUserId;
    return isHis ? (this.devices.get(interactionId) ?? null) : null;
  }

  watch(interactionId: string, _: Viewer, listener: (device: AgentDevice) => void) {
    const watchers = this.#watchers.get(interactionId) ?? new Set();
    this.#watchers.set(interactionId, watchers.add(listener));
    return () => void watchers.delete(listener);
  }

  change(interactionId: string, more: Partial<Telemetry>): void {
    const device = deviceOf(interactionId, more);
    this.devices.set(interactionId, device);
    for (const listener of [...(this.#watchers.get(interactionId) ?? [])]) listener(device);
  }
}

export function sessionOf(interactionId: string, more: Partial<DiagnosticSession> = {}): DiagnosticSession {
  return {
    ...{ interactionId, customerId: 'c1', deviceId: 'SN-1', queueId: 'q1', state: 'RUNNING', since: 1 },
    ...{ startedAt: 1, endedAt: null, startedBy: 'Ada', notice: null, heardAt: 900, solvedRemotely: null },
    ...{ commands: [], windows: [], breaches: [], suggestions: [] },
    transcript: { state: 'off', windowMs: 5_000, backlog: 0, lastSentAt: null },
    ...more,
  };
}

export const A_COMMAND: CommandRecord = {
  ...{ id: 'cmd1', command: 'ping_latency', params: {}, state: 'queued', by: 'Ada', queuedAt: 5 },
  ...{ sentAt: null, endedAt: null, result: null, reason: null },
};

export class FakeDiagnosticsDesk implements DiagnosticsDesk {
  readonly asked: unknown[] = [];
  readonly sessions = new Map([['i-1', sessionOf('i-1')]]);
  readonly ownerOf = new Map([['i-1', 'user-1']]);
  /** Set: whatever is wished is refused for this. */
  refuses: DeskProblemKind | null = null;
  isNew = true;
  /** Set: `session` waits for this, and fails if it does. */
  hold: Promise<void> | null = null;
  reads = 0;
  readonly #watchers = new Map<string, Set<(event: DeskEvent) => void>>();

  get watchers(): number {
    return [...this.#watchers.values()].reduce((sum, set) => sum + set.size, 0);
  }

  async initiate(wish: InitiateWish, actor: Actor) {
    this.asked.push({ wish, actor });
    return this.refuses === null
      ? ok({ session: sessionOf(wish.interactionId), isNew: this.isNew })
      : this.#problem();
  }

  async execute(wish: ExecuteWish, actor: Actor) {
    this.asked.push({ wish, actor });
    return this.refuses === null ? ok(A_COMMAND) : this.#problem();
  }

  async end(interactionId: string, wish: EndWish, actor: Actor) {
    this.asked.push({ interactionId, wish, actor });
    return this.refuses === null ? ok(sessionOf(interactionId, { endedAt: 9 })) : this.#problem();
  }

  async session(interactionId: string, viewer: Viewer) {
    this.reads += 1;
    const isHis = viewer.reach === 'all' || this.ownerOf.get(interactionId) === viewer.genesysUserId;
    const session = this.sessions.get(interactionId) ?? null;
    await this.hold;
    return isHis ? session : null;
  }

  mayRun(_: DiagnosticSession, roles: readonly string[]): readonly CommandName[] {
    return roles.includes('senior_tech') ? ['ping_latency', 'reboot_module'] : ['ping_latency'];
  }

  async list(viewer: Viewer) {
    this.asked.push(viewer);
    const { interactionId, deviceId, queueId, state, since, startedAt, endedAt, startedBy, notice } =
      sessionOf('i-1');
    const counts = { commandsWaiting: 1, commandsEnded: 2 };
    const summary = { interactionId, deviceId, queueId, state, since, startedAt, endedAt, startedBy, notice };
    return { sessions: [{ ...summary, ...counts }], more: 3 };
  }

  watch(interactionId: string, listener: (event: DeskEvent) => void) {
    const watchers = this.#watchers.get(interactionId) ?? new Set();
    this.#watchers.set(interactionId, watchers.add(listener));
    return () => void watchers.delete(listener);
  }

  async bundle(interactionId: string, viewer: Viewer) {
    return (await this.session(interactionId, viewer)) === null ? null : { interactionId, windows: [] };
  }

  /** To whoever watches. */
  tell(interactionId: string, event: DeskEvent): void {
    if (event.kind === 'session') this.sessions.set(interactionId, event.session);
    for (const listener of [...(this.#watchers.get(interactionId) ?? [])]) listener(event);
  }

  #problem() {
    return err({ kind: this.refuses ?? 'off', message: 'no, and this is why' });
  }
}
