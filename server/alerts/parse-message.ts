/**
 * What a message of the broker says: an alert, a clearing, a device that came or went, or nothing that can be taken,
 * with the reason and its beginning for people to read. Pure, and never throws, whatever the bytes are. The last level
 * of a topic tells `alerts` from `status`, the level before it is the device.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { deviceIdSchema, type RefusalReason } from '../../lib/contracts/alert';
import { err, ok, type Result } from '../../lib/result';
import { type AlertPayload, parseAlertPayload } from './alert-payload';
import { believedTime } from './clock-skew';
import type {
  BrokerMessage,
  ClearedAlert,
  DeviceTraits,
  Incoming,
  PresenceNoted,
  RaisedAlert,
} from './incoming';
import { usualPayload } from './usual-payload';
import { visibleBytes, visibleText } from './visible-text';

export const MAX_PAYLOAD_BYTES = 8_192;
/** Of a refused message, for people: enough to see what it is. */
const SHOWN_BYTES = 512;
const SHOWN_TOPIC = 200;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}
type Taken<T> = Result<T, Refusal>;
type Connection = PresenceNoted['connection'];

export function parseMessage(message: BrokerMessage): Incoming {
  const taken = take(message);
  if (taken.ok) return taken.value;
  const { topic, payload, receivedAt } = message;
  return {
    kind: 'refused',
    topic: visibleText(topic, SHOWN_TOPIC),
    ...taken.error,
    bytes: payload.length,
    text: visibleBytes(payload, SHOWN_BYTES),
    receivedAt,
  };
}

function take(message: BrokerMessage): Taken<Incoming> {
  const place = placeOf(message.topic);
  if (!place.ok) return place;
  const text = textOf(message.payload);
  if (!text.ok) return text;
  const { deviceId, about } = place.value;
  return about === 'alerts'
    ? takeAlert(message, deviceId, text.value)
    : takeStatus(message, deviceId, text.value);
}

function placeOf(topic: string): Taken<{ readonly deviceId: string; readonly about: 'alerts' | 'status' }> {
  const levels = topic.split('/');
  const about = levels.at(-1);
  if (about !== 'alerts' && about !== 'status')
    return refuse('topic', 'the topic ends in neither alerts nor status');
  const device = deviceIdSchema.safeParse(levels.at(-2));
  if (!device.success) return refuse('topic', 'the topic names no device before its last level');
  return ok({ deviceId: device.data, about });
}

function textOf(payload: Uint8Array): Taken<string> {
  if (payload.length > MAX_PAYLOAD_BYTES) {
    return refuse('too-large', `it has ${payload.length} bytes, ${MAX_PAYLOAD_BYTES} are taken`);
  }
  try {
    return ok(UTF8.decode(payload));
  } catch {
    // A fatal decoder throws for bytes that are no UTF-8, and for nothing else.
    return refuse('not-text', 'it is no UTF-8 text');
  }
}

function takeAlert(message: BrokerMessage, topicDevice: string, text: string): Taken<Incoming> {
  const json = jsonOf(text);
  if (!json.ok) return json;
  const usual = usualPayload(json.value);
  const payload = usual === null ? parseAlertPayload(json.value) : ok(usual);
  if (!payload.ok) return refuse('wrong-shape', payload.error);
  if (payload.value.deviceId !== topicDevice) return otherDevice();
  const { alertLevel, thresholdExceeded } = payload.value;
  if (alertLevel === 'normal') return ok(cleared(message, payload.value, 'normal'));
  if (!thresholdExceeded) return ok(cleared(message, payload.value, 'threshold'));
  return ok(raised(message, payload.value, alertLevel));
}

function raised(
  { receivedAt }: BrokerMessage,
  payload: AlertPayload,
  level: RaisedAlert['level'],
): RaisedAlert {
  const { at, clockSkewMs } = believedTime(payload.timestampMs, receivedAt);
  return {
    kind: 'raised',
    id: identityOf(payload),
    ...traitsOf(payload),
    sensorType: payload.sensorType,
    level,
    readingValue: payload.readingValue,
    deviceTime: payload.timestampMs,
    raisedAt: at,
    receivedAt,
    clockSkewMs,
    extra: payload.extra,
  };
}

function cleared({ receivedAt }: BrokerMessage, payload: AlertPayload, by: ClearedAlert['by']): ClearedAlert {
  const { at, clockSkewMs } = believedTime(payload.timestampMs, receivedAt);
  return {
    kind: 'cleared',
    ...traitsOf(payload),
    sensorType: payload.sensorType,
    by,
    deviceTime: payload.timestampMs,
    clearedAt: at,
    receivedAt,
    clockSkewMs,
  };
}

function traitsOf({ deviceId, product, firmwareVersion, site }: AlertPayload): DeviceTraits {
  return { deviceId, product, firmwareVersion, site };
}

/** As a JSON list the parts cannot run into each other, and the two kinds of identity cannot meet. */
function identityOf({ deviceId, alertId, sensorType, timestampMs }: AlertPayload): string {
  const parts =
    alertId === undefined
      ? ['reading', deviceId, sensorType, timestampMs]
      : ['alert', deviceId, String(alertId)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const statusSchema = z.object({
  status: z.string(),
  device_id: z.string().nullish(),
  deviceId: z.string().nullish(),
});

/** `online` or `offline`, bare or as JSON `{"status": …}`. Nothing at all: somebody deleted the retained status. */
function takeStatus(message: BrokerMessage, deviceId: string, text: string): Taken<Incoming> {
  const { receivedAt, retained } = message;
  const present = (connection: Connection) =>
    ok({ kind: 'presence', deviceId, connection, receivedAt, retained } as const);
  const bare = text.trim().toLowerCase();
  if (bare === '') return present('unknown');
  if (isConnection(bare)) return present(bare);
  const json = jsonOf(text);
  if (!json.ok) return refuse('not-json', 'a status is online, offline, or JSON with a field status');
  const named = typeof json.value === 'string' ? { status: json.value } : json.value;
  const parsed = statusSchema.safeParse(named);
  const status = parsed.data?.status.trim().toLowerCase();
  if (!parsed.success || !isConnection(status))
    return refuse('wrong-shape', 'status must be online or offline');
  const own = parsed.data.device_id ?? parsed.data.deviceId ?? deviceId;
  return own.trim() === deviceId ? present(status) : otherDevice();
}

function isConnection(text: string | undefined): text is 'online' | 'offline' {
  return text === 'online' || text === 'offline';
}

function jsonOf(text: string): Taken<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // JSON.parse throws nothing but SyntaxError; its message would repeat what the device wrote.
    return refuse('not-json', text.trim() === '' ? 'it is empty' : 'it is no JSON');
  }
}

function otherDevice() {
  return refuse('topic', 'it is of another device than its topic names');
}

function refuse(reason: RefusalReason, detail: string) {
  return err({ reason, detail });
}
