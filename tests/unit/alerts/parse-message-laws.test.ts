/** Laws of reading messages, for bytes of any kind, and for JSON that is nearly an alert. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../lib/assert';
import {
  alertLevelSchema,
  deviceIdSchema,
  readingSchema,
  refusedMessageSchema,
} from '../../../lib/contracts/alert';
import type { Incoming } from '../../../server/alerts/incoming';
import { parseMessage } from '../../../server/alerts/parse-message';

const NOW = 1_763_715_600_000;
const NAMES = [
  'device_id',
  'deviceId',
  'sensor_type',
  'alert_level',
  'reading_value',
  'threshold_exceeded',
  'timestamp_ms',
  'alert_id',
  'site',
  'product',
  'firmware_version',
  '__proto__',
  'constructor',
  'toString',
  'status',
  '',
];

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));
const value = fc.oneof(
  fc.constantFrom(
    'd1',
    'temp',
    'critical',
    'warning',
    'info',
    'normal',
    true,
    false,
    null,
    1e308,
    -0,
    2 ** 53,
    'online',
  ),
  fc.integer(),
  fc.double(),
  anyText,
  anyUnits,
  fc.jsonValue(),
);
/** Most of an alert, and anything besides and instead. */
const nearly = fc
  .tuple(
    fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), anyText), value), { maxLength: 8 }),
    fc.constantFrom('critical', 'warning', 'info', 'normal'),
    fc.boolean(),
  )
  .map(([fields, level, isFirst]) => {
    const base: [string, unknown][] = [
      ['device_id', 'd1'],
      ['sensor_type', 'temp'],
      ['alert_level', level],
      ['timestamp_ms', NOW],
    ];
    const all = isFirst ? [...fields, ...base] : [...base, ...fields];
    return `{${all.map(([name, held]) => `${JSON.stringify(name)}:${JSON.stringify(held) ?? 'null'}`).join(',')}}`;
  })
  .map((text) => Buffer.from(text));
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 9_000 }),
  anyText.map((text) => Buffer.from(text)),
  nearly,
);
const topic = fc.oneof(fc.constantFrom('devices/d1/alerts', 'devices/d1/status'), anyText, anyUnits);

/** Every text of it, and how long it may be. */
function textsOf(incoming: Incoming): [text: string | null, max: number][] {
  switch (incoming.kind) {
    case 'raised':
    case 'cleared': {
      const { deviceId, sensorType, product, site, firmwareVersion } = incoming;
      const own = [deviceId, sensorType, product, site, firmwareVersion].map(
        (text): [string | null, number] => [text, 128],
      );
      return incoming.kind === 'cleared' ? own : [...own, [incoming.extra, 8_192], [incoming.id, 43]];
    }
    case 'presence':
      return [[incoming.deviceId, 128]];
    case 'refused':
      return [
        [incoming.topic, 1_300],
        [incoming.text, 3_100],
        [incoming.detail, 200],
      ];
    default:
      return unreachable(incoming);
  }
}

function keepsItsWord(incoming: Incoming): void {
  for (const [text, max] of textsOf(incoming)) {
    expect((text ?? '').length).toBeLessThanOrEqual(max);
    expect(text ?? '').toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u);
  }
  if (incoming.kind === 'refused') {
    expect(refusedMessageSchema.safeParse({ ...incoming, id: 'x', at: 0 }).success).toBe(true);
    return;
  }
  expect(deviceIdSchema.parse(incoming.deviceId)).toBe(incoming.deviceId);
  if (incoming.kind === 'presence') return;
  const at = incoming.kind === 'raised' ? incoming.raisedAt : incoming.clearedAt;
  expect(at - NOW).toBeLessThanOrEqual(60_000);
  expect(at - NOW).toBeGreaterThanOrEqual(-86_400_000);
  if (incoming.kind === 'cleared') return;
  expect(alertLevelSchema.safeParse(incoming.level).success).toBe(true);
  expect(readingSchema.safeParse(incoming.readingValue).success).toBe(true);
  if (incoming.extra !== null) expect(typeof JSON.parse(incoming.extra)).toBe('object');
}

describe('parseMessage', () => {
  it('ALERT-12 never throws, gives the same again, and keeps its word', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(topic, payload, fc.boolean(), (name, bytes, retained) => {
        const message = { topic: name, payload: bytes, receivedAt: NOW, retained };
        const incoming = parseMessage(message);
        expect(parseMessage({ ...message, payload: Uint8Array.from(bytes) })).toEqual(incoming);
        keepsItsWord(incoming);
        kinds.add(incoming.kind);
      }),
      { numRuns: 2_000 },
    );
    expect([...kinds].sort()).toEqual(['cleared', 'presence', 'raised', 'refused']);
  });

  it('ALERT-8 gives different ids to different identities', () => {
    const name = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom('a', '"', ',', '1', '\\', '['),
    });
    const identity = fc.record(
      { device_id: name, sensor_type: name, timestamp_ms: fc.integer({ min: 0, max: 20 }), alert_id: name },
      { requiredKeys: ['device_id', 'sensor_type', 'timestamp_ms'] },
    );
    const idOf = (fields: { device_id: string }) => {
      const sent = Buffer.from(JSON.stringify({ ...fields, alert_level: 'info' }));
      const incoming = parseMessage({
        topic: `${fields.device_id}/alerts`,
        payload: sent,
        receivedAt: NOW,
        retained: false,
      });
      return incoming.kind === 'raised' ? incoming.id : null;
    };
    type Identity = { device_id: string; sensor_type: string; timestamp_ms: number; alert_id?: string };
    const keyOf = ({ device_id, sensor_type, timestamp_ms, alert_id }: Identity) =>
      alert_id === undefined ? [device_id, sensor_type, timestamp_ms] : [device_id, alert_id];
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const isSame = JSON.stringify(keyOf(a)) === JSON.stringify(keyOf(b));
        expect(idOf(a)).not.toBeNull();
        expect(idOf(a) === idOf(b)).toBe(isSame);
      }),
      { numRuns: 1_000 },
    );
  });
});
