/**
 * What the widget reads, by hand: the schemas of `lib/contracts/device.ts` in a tenth of their size, and a test holds
 * that both take and refuse the same. Texts are text only. Pure.
 */
import type { AgentDevice, Telemetry, TelemetryReason, TelemetryUpdate } from '../../../lib/contracts/device';
import { fieldOf } from './packets';

const STATUSES = ['online', 'offline', 'unknown'] as const;
/** All of them: a new one does not compile here until it is added. */
const REASONS: Readonly<Record<TelemetryReason['code'], true>> = {
  ...{ off: true, 'no-match': true, ambiguous: true, 'not-told': true, 'not-found': true, timeout: true },
  ...{ unavailable: true, unauthorised: true, 'bad-answer': true },
};

/** `null`: it is no such answer. */
export function readAgentDevice(value: unknown): AgentDevice | null {
  const [serverTime, interactionId] = [fieldOf(value, 'serverTime'), fieldOf(value, 'interactionId')];
  const [customerId, telemetry] = [fieldOf(value, 'customerId'), readTelemetry(fieldOf(value, 'telemetry'))];
  if (!isNumber(serverTime) || typeof interactionId !== 'string' || !isTextOrNull(customerId)) return null;
  return telemetry === null ? null : { serverTime, interactionId, customerId, telemetry };
}

export function readTelemetry(value: unknown): Telemetry | null {
  const deviceStatus = STATUSES.find((status) => status === fieldOf(value, 'deviceStatus'));
  const [deviceId, battery] = [fieldOf(value, 'deviceId'), fieldOf(value, 'battery')];
  const [firmwareVersion, lastSeen] = [fieldOf(value, 'firmwareVersion'), fieldOf(value, 'lastSeen')];
  const [reason, asOf] = [readReason(fieldOf(value, 'reason')), fieldOf(value, 'asOf')];
  if (deviceStatus === undefined || reason === undefined || !isNumber(asOf)) return null;
  if (!isTextOrNull(deviceId) || !isTextOrNull(firmwareVersion)) return null;
  if (!(battery === null || isPercent(battery)) || !(lastSeen === null || isNumber(lastSeen))) return null;
  return { deviceId, deviceStatus, battery, firmwareVersion, lastSeen, reason, asOf };
}

/** `undefined`: it is none. */
function readReason(value: unknown): TelemetryReason | null | undefined {
  if (value === null) return null;
  const [code, message] = [fieldOf(value, 'code'), fieldOf(value, 'message')];
  return isReason(code) && typeof message === 'string' ? { code, message } : undefined;
}

function isReason(code: unknown): code is TelemetryReason['code'] {
  return typeof code === 'string' && Object.hasOwn(REASONS, code);
}

/** As a page of the customer's own posts it; `null`: something else, which is none of our business. */
export function readTelemetryUpdate(value: unknown): TelemetryUpdate | null {
  const deviceStatus = STATUSES.find((status) => status === fieldOf(value, 'deviceStatus'));
  if (fieldOf(value, 'type') !== 'TELEMETRY_UPDATE' || deviceStatus === undefined) return null;
  const deviceId = keyOf(fieldOf(value, 'deviceId'));
  const [battery, firmwareVersion] = [fieldOf(value, 'battery'), fieldOf(value, 'firmwareVersion')];
  const lastSeen = fieldOf(value, 'lastSeen');
  if (deviceId === null || !(battery == null || isPercent(battery))) return null;
  if (!(firmwareVersion == null || (typeof firmwareVersion === 'string' && firmwareVersion.length <= 128))) {
    return null;
  }
  if (!(lastSeen == null || isNumber(lastSeen))) return null;
  return { type: 'TELEMETRY_UPDATE', deviceId, deviceStatus, battery, firmwareVersion, lastSeen };
}

/** As `deviceKeySchema` takes it. */
function keyOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const key = value.trim();
  return key.length >= 1 && key.length <= 128 && ONE_LINE.test(key) ? key : null;
}

const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*$/u;

export interface AgentToken {
  readonly token: string;
  /** How long it is still good, in ms, from when it was given. */
  readonly lifeMs: number;
}

/** The answer of `POST /api/v1/agent/token`, given at `serverTime`. */
export function readAgentToken(value: unknown, serverTime: number): AgentToken | null {
  const [token, expiresAt] = [fieldOf(value, 'token'), fieldOf(value, 'expiresAt')];
  if (!isToken(token) || !isNumber(expiresAt)) return null;
  return { token, lifeMs: Math.max(0, expiresAt - serverTime) };
}

/** How the window of the sign-in hands it over. */
export const TOKEN_MESSAGE = 'FLOORCAST_AGENT_TOKEN';

/** `null`: it is no such message. */
export function readHandedToken(value: unknown): AgentToken | null {
  const [token, lifeMs] = [fieldOf(value, 'token'), fieldOf(value, 'lifeMs')];
  if (fieldOf(value, 'type') !== TOKEN_MESSAGE || !isToken(token)) return null;
  return isNumber(lifeMs) && lifeMs >= 0 ? { token, lifeMs } : null;
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

/** What fits into an `Authorization` header. */
const TOKEN = /^[A-Za-z0-9._~+/=-]{1,4096}$/;

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPercent(value: unknown): value is number {
  return isNumber(value) && value >= 0 && value <= 100;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
