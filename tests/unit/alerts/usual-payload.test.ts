/** The usual alert read by hand says what the schema says, or nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../../../lib/result';
import { parseAlertPayload } from '../../../server/alerts/alert-payload';
import { usualPayload } from '../../../server/alerts/usual-payload';

const USUAL = {
  device_id: 'pump 7',
  sensor_type: 'temperature',
  alert_level: 'critical',
  reading_value: 71.5,
  threshold_exceeded: true,
  timestamp_ms: 1_763_715_600_000,
  alert_id: 'a-1',
  site: 'Site 4',
  product: 'X',
  firmware_version: '3.2',
};

/** What stands near the edges of what is usual. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 'a b', ' a', 'a ', 'é', 'a\n', '\u2028', '\ud800', 'x'.repeat(128)),
  fc.constantFrom<unknown>('x'.repeat(129), 'normal', 'info', 'Critical', 0, -0, 1e308, 2 ** 53, true, false),
  fc.constantFrom<unknown>(8.64e15, -8.64e15, 8.640000000000001e15, 1.5, [], {}, ['a']),
  fc.string({ unit: 'binary', maxLength: 130 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const name = fc.constantFrom(...Object.keys(USUAL), 'deviceId', 'alertId', '__proto__', 'toString', 'extra');
const nearlyUsual = fc
  .tuple(
    fc.array(fc.tuple(name, odd), { maxLength: 3 }),
    fc.array(fc.constantFrom(...Object.keys(USUAL)), { maxLength: 2 }),
  )
  .map(([changes, missing]) => {
    const kept = Object.entries(USUAL).filter(([field]) => !missing.includes(field));
    return JSON.parse(JSON.stringify(Object.fromEntries([...kept, ...changes]))) as unknown;
  });

describe('the usual alert, read by hand', () => {
  it('ALERT-3 is read as the schema reads it, or left to the schema', () => {
    let usualCount = 0;
    fc.assert(
      fc.property(nearlyUsual, (json) => {
        const usual = usualPayload(json);
        if (usual === null) return;
        usualCount += 1;
        expect(ok(usual)).toEqual(parseAlertPayload(json));
      }),
      { numRuns: 3_000 },
    );
    expect(usualCount).toBeGreaterThan(300);
  });

  it('ALERT-3 is taken without the schema as devices send it, with and without what may be missing', () => {
    expect(ok(usualPayload(USUAL))).toEqual(parseAlertPayload(USUAL));
    const { device_id, sensor_type, alert_level, timestamp_ms } = USUAL;
    const least = { device_id, sensor_type, alert_level, timestamp_ms };
    expect(ok(usualPayload(least))).toEqual(parseAlertPayload(least));
  });

  it.each([null, 1, 'text', true, [], {}])('ALERT-3 leaves to the schema what is no alert: %j', (json) => {
    expect(usualPayload(json)).toBeNull();
  });
});
