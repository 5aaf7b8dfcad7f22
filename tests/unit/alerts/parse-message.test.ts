import { describe, expect, it } from 'vitest';
import type { Incoming } from '../../../server/alerts/incoming';
import { parseMessage } from '../../../server/alerts/parse-message';

const NOW = Date.UTC(2026, 10, 21, 9, 0);
const GOOD = {
  device_id: 'pump-7',
  sensor_type: 'temperature',
  alert_level: 'critical',
  reading_value: 71.5,
  threshold_exceeded: true,
  timestamp_ms: NOW - 5_000,
};

function parse(payload: Uint8Array | string | object, topic = 'devices/pump-7/alerts'): Incoming {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(asText(payload));
  return parseMessage({ topic, payload: bytes, receivedAt: NOW, retained: false });
}

function asText(payload: string | object): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

function refusal(payload: Uint8Array | string | object, topic?: string): readonly [string, string] {
  const incoming = parse(payload, topic);
  if (incoming.kind !== 'refused') throw new Error(`taken: ${JSON.stringify(incoming)}`);
  return [incoming.reason, incoming.detail];
}

function idOf(payload: object, topic?: string): string {
  const incoming = parse(payload, topic);
  if (incoming.kind !== 'raised') throw new Error(`not raised: ${JSON.stringify(incoming)}`);
  return incoming.id;
}

const without = (field: string) =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== field));

describe('parseMessage, alerts', () => {
  it('ALERT-2 reads what a device sends', () => {
    const more = { alert_id: 'a-1', site: 'Galway', product: 'Pump X', firmware_version: '3.2', rssi: -61 };
    expect(parse({ ...GOOD, ...more })).toEqual({
      kind: 'raised',
      id: expect.stringMatching(/^[\w-]{43}$/),
      deviceId: 'pump-7',
      product: 'Pump X',
      firmwareVersion: '3.2',
      site: 'Galway',
      sensorType: 'temperature',
      level: 'critical',
      readingValue: 71.5,
      deviceTime: NOW - 5_000,
      raisedAt: NOW - 5_000,
      receivedAt: NOW,
      clockSkewMs: null,
      extra: '{"rssi":-61}',
    });
  });

  it('ALERT-2 reads camelCase as snake_case, mixed too, and null as absent', () => {
    const camel = {
      deviceId: 'pump-7',
      sensorType: 'temperature',
      alertLevel: 'critical',
      readingValue: 71.5,
      thresholdExceeded: true,
      timestampMs: NOW - 5_000,
    };
    expect(parse(camel)).toEqual(parse(GOOD));
    expect(parse({ ...GOOD, ...camel })).toEqual(parse(GOOD));
    const nulls = { alert_id: null, alertId: null, site: null, product: null, firmware_version: null };
    expect(parse({ ...GOOD, ...nulls, deviceId: null })).toEqual(parse(GOOD));
    const identified = { ...GOOD, firmwareVersion: '3.2', alertId: 'a-1' };
    expect(parse(identified)).toEqual(parse({ ...GOOD, firmware_version: '3.2', alert_id: 'a-1' }));
  });

  it('ALERT-2 refuses a field that is there in both ways and differs', () => {
    expect(refusal({ ...GOOD, deviceId: 'other' })).toEqual([
      'wrong-shape',
      'device_id is there twice and differs',
    ]);
    expect(refusal({ ...GOOD, timestampMs: 1 })[1]).toBe('timestamp_ms is there twice and differs');
    const twice = `${JSON.stringify(GOOD).slice(0, -1)},"alert_level":"info"}`;
    // Of the same name twice the last holds, as everywhere in JSON.
    expect(parse(twice)).toMatchObject({ kind: 'raised', level: 'info' });
  });

  it.each([
    [without('device_id'), 'device_id is missing'],
    [without('sensor_type'), 'sensor_type is missing'],
    [without('alert_level'), 'alert_level is missing'],
    [without('timestamp_ms'), 'timestamp_ms is missing'],
    [{ ...GOOD, device_id: 7 }, 'device_id must be text'],
    [{ ...GOOD, device_id: '' }, 'device_id must be one line of 1 to 128 characters'],
    [{ ...GOOD, sensor_type: 'a\u2028b' }, 'sensor_type must be one line of 1 to 128 characters'],
    [{ ...GOOD, sensor_type: 'a\ud800' }, 'sensor_type must be one line of 1 to 128 characters'],
    [{ ...GOOD, device_id: 'd\u202ee' }, 'device_id must be one line of 1 to 128 characters'],
    [{ ...GOOD, sensor_type: 'x'.repeat(129) }, 'sensor_type must be one line of 1 to 128 characters'],
    [{ ...GOOD, alert_level: 'High' }, 'alert_level must be one of critical, warning, info, normal'],
    [{ ...GOOD, alert_level: '__proto__' }, 'alert_level must be one of critical, warning, info, normal'],
    [{ ...GOOD, timestamp_ms: '1700000000000' }, 'timestamp_ms must be a number'],
    [{ ...GOOD, timestamp_ms: 1e300 }, 'timestamp_ms is no time'],
    [{ ...GOOD, timestamp_ms: 8_640_000_000_000_001 }, 'timestamp_ms is no time'],
    [JSON.stringify(GOOD).replace(`${NOW - 5_000}`, '1e309'), 'timestamp_ms must be a number'],
    [{ ...GOOD, threshold_exceeded: 'no' }, 'threshold_exceeded must be true or false'],
    [
      { ...GOOD, reading_value: [1] },
      'reading_value must be a number, true, false or text of at most 200 characters',
    ],
    [
      JSON.stringify(GOOD).replace('71.5', '-1e999'),
      'reading_value must be a number, true, false or text of at most 200 characters',
    ],
    [
      { ...GOOD, reading_value: 'x'.repeat(201) },
      'reading_value must be a number, true, false or text of at most 200 characters',
    ],
    [{ ...GOOD, alert_id: 1.5 }, 'alert_id must be one line of text or a whole number'],
    [{ ...GOOD, alert_id: 2 ** 53 }, 'alert_id must be one line of text or a whole number'],
    [{ ...GOOD, alert_id: 'a\nb' }, 'alert_id must be one line of text or a whole number'],
    [{ ...GOOD, alert_id: {} }, 'alert_id must be one line of text or a whole number'],
    [{ ...GOOD, site: 7 }, 'site must be text'],
    [{ ...GOOD, firmware_version: 3.2 }, 'firmware_version must be text'],
    ['{"__proto__":{"device_id":"pump-7"}}', 'device_id is missing'],
    [[GOOD], 'it must be a JSON object'],
    ['null', 'it must be a JSON object'],
    ['"online"', 'it must be a JSON object'],
  ])('ALERT-3 refuses %j', (payload, detail) => {
    expect(refusal(payload)).toEqual(['wrong-shape', detail]);
  });

  it.each([
    ['a number', -0.5, -0.5],
    ['text', 'open\tdoor\u202e', 'open door'],
    ['true', true, true],
    ['false', false, false],
    ['nothing', null, null],
  ])('ALERT-3 takes a reading that is %s', (_, value, expected) => {
    expect(parse({ ...GOOD, reading_value: value })).toMatchObject({ readingValue: expected });
  });

  it('ALERT-3 takes alerts without a reading and without a threshold', () => {
    expect(parse(without('reading_value'))).toMatchObject({ kind: 'raised', readingValue: null });
    expect(parse(without('threshold_exceeded'))).toMatchObject({ kind: 'raised', level: 'critical' });
  });

  it('ALERT-4 cleans and cuts what only describes', () => {
    const described = {
      site: ' Gal\u0000way\u2028 ',
      product: 'p'.repeat(500),
      firmware_version: '\ud800\t',
    };
    expect(parse({ ...GOOD, ...described })).toMatchObject({
      kind: 'raised',
      site: 'Gal way',
      product: `${'p'.repeat(127)}…`,
      firmwareVersion: null,
    });
  });

  it('ALERT-5 keeps other fields as one JSON text on one line', () => {
    const text = `${JSON.stringify(GOOD).slice(0, -1)},"__proto__":{"a":1},"note":"x\\u2028y\u2029z\\ud800\\n\u007f\u009b\u202e","é":[null]}`;
    const incoming = parse(text);
    if (incoming.kind !== 'raised') throw new Error('refused');
    expect(incoming.extra).toBe(
      '{"__proto__":{"a":1},"note":"x\\u2028y\\u2029z\\ud800\\n\\u007f\\u009b\\u202e","é":[null]}',
    );
    expect(Object.getPrototypeOf(incoming)).toBe(Object.prototype);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it('ALERT-5 takes 32 levels of other fields, and 8,192 characters', () => {
    const nested = (depth: number) =>
      `${JSON.stringify(GOOD).slice(0, -1)},"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(parse(nested(32)).kind).toBe('raised');
    expect(refusal(nested(33))).toEqual(['wrong-shape', 'its other fields are nested deeper than 32']);
    expect(refusal(nested(3_900))).toEqual(['wrong-shape', 'its other fields are nested deeper than 32']);
    const growing = `${JSON.stringify(GOOD).slice(0, -1)},"n":[${Array(500).fill('1e20').join(',')}]}`;
    expect(refusal(growing)).toEqual(['wrong-shape', 'its other fields are longer than 8192 characters']);
  });

  it('ALERT-6 refuses what is too large, no text or no JSON', () => {
    const filled = (bytes: number) => {
      const text = JSON.stringify({ ...GOOD, pad: '' });
      return text.replace('"pad":""', `"pad":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect(parse(filled(8_192)).kind).toBe('raised');
    expect(refusal(filled(8_193))).toEqual(['too-large', 'it has 8193 bytes, 8192 are taken']);
    expect(refusal(Buffer.from([0xff, 0xfe, 0x00]))).toEqual(['not-text', 'it is no UTF-8 text']);
    // A half of a surrogate pair, written as if it were a letter.
    expect(refusal(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))[0]).toBe('not-text');
    expect(refusal('{"device_id":')).toEqual(['not-json', 'it is no JSON']);
    expect(refusal('{"reading_value":NaN}')[0]).toBe('not-json');
    expect(refusal(' ')).toEqual(['not-json', 'it is empty']);
    expect(parse(`\ufeff${JSON.stringify(GOOD)}`)).toEqual(parse(GOOD));
  });

  it('ALERT-8 gives the same id to the same alert, and to no other', () => {
    const id = idOf(GOOD);
    expect(idOf({ ...GOOD, reading_value: 1, site: 'x', other: 1 })).toBe(id);
    expect(idOf({ ...GOOD, alert_id: 'a', timestamp_ms: 1 })).toBe(idOf({ ...GOOD, alert_id: 'a' }));
    expect(idOf({ ...GOOD, alert_id: 7 })).toBe(idOf({ ...GOOD, alert_id: '7' }));
    const different = [
      GOOD,
      { ...GOOD, sensor_type: 'temperature1' },
      { ...GOOD, timestamp_ms: NOW - 5_001 },
      { ...GOOD, alert_id: 'a' },
      { ...GOOD, alert_id: 'b' },
      // What would be equal if the parts were just put one after the other.
      { ...GOOD, alert_id: `temperature","${NOW - 5_000}` },
      { ...GOOD, alert_id: `temperature${NOW - 5_000}` },
    ].map((payload) => idOf(payload));
    const others = [
      idOf({ ...GOOD, device_id: 'p', alert_id: 'a' }, 'devices/p/alerts'),
      idOf({ ...GOOD, device_id: 'pa', alert_id: 'x' }, 'devices/pa/alerts'),
    ];
    expect(new Set([...different, ...others]).size).toBe(different.length + others.length);
  });

  it('ALERT-9 clears by normal, and by a threshold that is not exceeded', () => {
    const clearing = { ...GOOD, alert_level: 'normal', threshold_exceeded: false, product: 'Pump X' };
    expect(parse(clearing)).toEqual({
      kind: 'cleared',
      deviceId: 'pump-7',
      product: 'Pump X',
      firmwareVersion: null,
      site: null,
      sensorType: 'temperature',
      by: 'normal',
      deviceTime: NOW - 5_000,
      clearedAt: NOW - 5_000,
      receivedAt: NOW,
      clockSkewMs: null,
    });
    expect(parse({ ...GOOD, alert_level: 'normal' })).toMatchObject({ kind: 'cleared', by: 'normal' });
    expect(parse({ ...GOOD, threshold_exceeded: false })).toMatchObject({ kind: 'cleared', by: 'threshold' });
  });

  it.each([
    [60_000, null],
    [60_001, 60_001],
    [-24 * 3_600_000, null],
    [-24 * 3_600_000 - 1, -24 * 3_600_000 - 1],
    [-NOW, -NOW],
    [8.64e15 - NOW, 8.64e15 - NOW],
  ])('ALERT-10 believes a clock that is %i ms ahead, or not', (ahead, clockSkewMs) => {
    const at = clockSkewMs === null ? NOW + ahead : NOW;
    const sent = { ...GOOD, timestamp_ms: NOW + ahead };
    expect(parse(sent)).toMatchObject({
      deviceTime: NOW + ahead,
      raisedAt: at,
      receivedAt: NOW,
      clockSkewMs,
    });
    const clearing = { ...sent, alert_level: 'normal' };
    expect(parse(clearing)).toMatchObject({ deviceTime: NOW + ahead, clearedAt: at, clockSkewMs });
  });
});

describe('parseMessage, topics and refusals', () => {
  it.each(['', 'alerts', '/alerts', 'devices/pump-7', 'devices/pump-7/alerts/', 'devices/pump-7/Alerts'])(
    'ALERT-1 refuses the topic “%s”',
    (topic) => {
      expect(refusal(GOOD, topic)[0]).toBe('topic');
    },
  );

  it('ALERT-1 takes the level before the last as the device, however deep, and no other device than that', () => {
    expect(parse(GOOD, 'eu/site 1/pump-7/alerts').kind).toBe('raised');
    expect(refusal(GOOD, 'devices/pump-8/alerts')).toEqual([
      'topic',
      'it is of another device than its topic names',
    ]);
    expect(refusal('{"status":"online","device_id":"b"}', 'devices/a/status')[0]).toBe('topic');
    expect(refusal('{"status":"online","deviceId":"b"}', 'devices/a/status')[0]).toBe('topic');
    expect(refusal('online', 'devices/a\u0007/status')[0]).toBe('topic');
    expect(refusal('online', `devices/${'a'.repeat(129)}/status`)[0]).toBe('topic');
  });

  it('ALERT-7 shows the beginning of what was refused, made visible', () => {
    const bytes = Buffer.from([0x00, 0x09, 0x7f, 0xff, 0x41, 0xe2, 0x80, 0xae, 0xe2, 0x80, 0xa8]);
    expect(parse(bytes, `x\u001b/${'t'.repeat(300)}`)).toEqual({
      kind: 'refused',
      topic: `x␛/${'t'.repeat(197)}…`,
      reason: 'topic',
      detail: 'the topic ends in neither alerts nor status',
      bytes: 11,
      text: '␀␉␡�A\\u202e\\u2028',
      receivedAt: NOW,
    });
    const long = parse('é'.repeat(5_000));
    expect(long).toMatchObject({ reason: 'too-large', bytes: 10_000, text: `${'é'.repeat(256)}…` });
    // The cut goes through a letter: it is dropped, not shown as damage.
    expect(parse(`x${'é'.repeat(300)}`)).toMatchObject({ text: `x${'é'.repeat(255)}…` });
  });
});

describe('parseMessage, status', () => {
  const status = (payload: string) => parse(payload, 'devices/pump-7/status');

  it.each([
    ['online', 'online'],
    [' OFFLINE\r\n', 'offline'],
    ['"Online"', 'online'],
    ['{"status":"offline","since":1}', 'offline'],
    ['{"status":" Online ","device_id":"pump-7","deviceId":null}', 'online'],
    ['', 'unknown'],
    [' ', 'unknown'],
  ])('ALERT-11 reads %j', (payload, connection) => {
    expect(status(payload)).toEqual({
      kind: 'presence',
      deviceId: 'pump-7',
      connection,
      receivedAt: NOW,
      retained: false,
    });
  });

  it.each([
    ['onlin', 'not-json'],
    ['{"status":"unknown"}', 'wrong-shape'],
    ['unknown', 'not-json'],
    ['{"status":1}', 'wrong-shape'],
    ['{}', 'wrong-shape'],
    ['null', 'wrong-shape'],
    ['1', 'wrong-shape'],
    ['[["online"]]', 'wrong-shape'],
  ])('ALERT-11 refuses %j', (payload, reason) => {
    expect(status(payload)).toMatchObject({ kind: 'refused', reason });
  });

  it('ALERT-11 tells whether it was retained', () => {
    const message = { topic: 'd/a/status', payload: Buffer.from('online'), receivedAt: NOW, retained: true };
    expect(parseMessage(message)).toMatchObject({ kind: 'presence', retained: true });
  });
});
