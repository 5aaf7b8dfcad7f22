/** Sessions, commands and devices for tests: whole by their schemas, with what a test wants of them. */
import type { AgentDevice, Telemetry } from '../../../../lib/contracts/device';
import type {
  CommandRecord,
  DiagnosticSession,
  SessionResponse,
  SessionSummary,
} from '../../../../lib/contracts/diagnostics';

export const AT = Date.UTC(2026, 10, 20, 9, 0, 0);

export function telemetry(more: Partial<Telemetry> = {}): Telemetry {
  return {
    ...{ deviceId: 'SN-1', deviceStatus: 'online', battery: 80, firmwareVersion: '3.2.1' },
    ...{ lastSeen: AT - 180_000, reason: null, asOf: AT, ...more },
  };
}

export function agentDevice(more: Partial<Telemetry> = {}, serverTime = AT): AgentDevice {
  return { serverTime, interactionId: 'c-1', customerId: 'A-1', telemetry: telemetry(more) };
}

export function command(more: Partial<CommandRecord> = {}): CommandRecord {
  return {
    ...{ id: 'k1', command: 'ping_latency', params: {}, state: 'done', by: 'Ann' },
    ...{
      queuedAt: AT,
      sentAt: AT + 10,
      endedAt: AT + 1_200,
      result: { latency_ms: 31 },
      reason: null,
      ...more,
    },
  };
}

export function session(more: Partial<DiagnosticSession> = {}): DiagnosticSession {
  return {
    ...{ interactionId: 'c-1', customerId: 'A-1', deviceId: 'SN-1', queueId: 'q1', state: 'COMPLETED' },
    ...{ since: AT, startedAt: AT - 60_000, endedAt: null, startedBy: 'Ann', notice: null, heardAt: AT },
    ...{ solvedRemotely: null, commands: [], windows: [], breaches: [], suggestions: [] },
    transcript: { state: 'live', windowMs: 5_000, backlog: 0, lastSentAt: AT },
    ...more,
  };
}

export function response(more: Partial<DiagnosticSession> = {}, serverTime = AT): SessionResponse {
  return { serverTime, session: session(more), mayRun: ['ping_latency', 'channel_scan', 'reboot_module'] };
}

export function summary(more: Partial<SessionSummary> = {}): SessionSummary {
  return {
    ...{ interactionId: 'c-1', deviceId: 'SN-1', queueId: 'q1', state: 'RUNNING', since: AT, startedAt: AT },
    ...{ endedAt: null, startedBy: 'Ann', notice: null, commandsWaiting: 1, commandsEnded: 2, ...more },
  };
}
