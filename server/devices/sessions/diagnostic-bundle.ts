/**
 * A session as a file to hand to somebody who looks for the fault: what was asked, what came back, what was measured.
 * Without the customer, without anybody's name; in texts of the device whatever looks like a number to call, an
 * address of mail, network or hardware is taken out. Pure.
 */
import type { DiagnosticSession, MetricWindow } from '../../../lib/contracts/diagnostics';

const OUT = '[removed]';
const MAIL = /[^\s@<>"',;]{1,64}@[^\s@<>"',;]{1,255}/gu;
const HARDWARE = /\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/giu;
const NETWORK = /\b\d{1,3}(?:\.\d{1,3}){3}\b/gu;
const NETWORK_6 = /\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b/giu;
const CALL = /\+?\d[\d\s()/-]{6,}\d/gu;

export function bundleOf(
  session: DiagnosticSession,
  windows: readonly MetricWindow[],
  madeAt: number,
): Record<string, unknown> {
  const { interactionId, deviceId, queueId, state, since, startedAt, endedAt, notice } = session;
  return {
    format: 'floorcast-diagnostics-1',
    madeAt: timeText(madeAt),
    session: {
      ...{ interactionId, deviceId, queueId, state, notice: notice === null ? null : withoutPeople(notice) },
      ...{ since: timeText(since), startedAt: timeText(startedAt), endedAt: timeText(endedAt) },
      ...{ heardAt: timeText(session.heardAt), solvedRemotely: session.solvedRemotely },
    },
    commands: session.commands.map(({ id, command, params, state, result, reason, ...times }) => ({
      ...{ id, command, params, state, result: cleaned(result) },
      reason: reason === null ? null : withoutPeople(reason),
      ...{ queuedAt: timeText(times.queuedAt), sentAt: timeText(times.sentAt) },
      endedAt: timeText(times.endedAt),
    })),
    breaches: session.breaches,
    windows,
  };
}

function withoutPeople(text: string): string {
  return text
    .replace(MAIL, OUT)
    .replace(HARDWARE, OUT)
    .replace(NETWORK_6, OUT)
    .replace(NETWORK, OUT)
    .replace(CALL, OUT);
}

/** Texts of a result: a version may look like an address of a network, and is needed. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(MAIL, OUT).replace(HARDWARE, OUT).replace(CALL, OUT);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one)]));
}

function timeText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
