import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CloudStatus, cloudStatusSchema, telemetrySchema } from '../../../../lib/contracts/device';
import {
  cleanBattery,
  cleanFirmware,
  cleanLastSeen,
  cleanTelemetry,
} from '../../../../server/devices/telemetry/clean-status';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const said = (more: Record<string, unknown>): CloudStatus =>
  cloudStatusSchema.parse({
    status: 'online',
    battery_level: 80,
    firmware_version: '4.2.1',
    last_seen: '2026-11-20T08:59:58Z',
    ...more,
  });
const clean = (more: Record<string, unknown>) => cleanTelemetry('SN-1', said(more), NOW);
const GOOD = {
  deviceId: 'SN-1',
  deviceStatus: 'online',
  battery: 80,
  firmwareVersion: '4.2.1',
  lastSeen: NOW - 2_000,
  reason: null,
  asOf: NOW,
};

describe('what the device cloud says', () => {
  it('DEV-6 is taken over as it is where it is right', () => {
    expect(clean({})).toEqual(GOOD);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['battery of 101', { battery_level: 101 }, { battery: null }],
    ['battery of −1', { battery_level: -1 }, { battery: null }],
    ['battery in words', { battery_level: 'full' }, { battery: null }],
    ['battery as an object', { battery_level: { percent: 5 } }, { battery: null }],
    ['battery that is missing', { battery_level: undefined }, { battery: null }],
    ['firmware that is a number', { firmware_version: 42 }, { firmwareVersion: null }],
    ['firmware of nothing but controls', { firmware_version: '\u0000\u001b' }, { firmwareVersion: null }],
    ['time that is none', { last_seen: 'yesterday' }, { lastSeen: null }],
    ['time as a list', { last_seen: [1] }, { lastSeen: null }],
    ['time in the future', { last_seen: '2027-01-01T00:00:00Z' }, { lastSeen: null }],
  ])('DEV-6 loses a wrong %s, and nothing else', (_, more, lost) => {
    expect(clean(more)).toEqual({ ...GOOD, ...lost });
  });

  it.each<[unknown, string, string | null]>([
    ['online', 'online', null],
    [' Online ', 'online', null],
    ['OFFLINE', 'offline', null],
    ['unknown', 'unknown', 'not-told'],
    ['', 'unknown', 'not-told'],
    ['sleeping', 'unknown', 'not-told'],
    ['off', 'unknown', 'not-told'],
    ['online\u0000', 'unknown', 'not-told'],
    ['__proto__', 'unknown', 'not-told'],
  ])('DEV-6 takes the status %j for %s', (status, deviceStatus, code) => {
    const telemetry = clean({ status });
    expect(telemetry.deviceStatus).toBe(deviceStatus);
    expect(telemetry.reason?.code ?? null).toBe(code);
    expect(telemetry.battery).toBe(80);
  });

  it.each<[number | null | undefined, number | null]>([
    [0, 0],
    [-0, 0],
    [100, 100],
    [99.5, 99.5],
    [100.01, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [null, null],
    [undefined, null],
  ])('DEV-6 reads a battery of %j as %j', (level, battery) => {
    expect(cleanBattery(level)).toBe(battery);
  });

  it.each<[string, string | number, number | null]>([
    ['seconds', NOW / 1_000 - 5, NOW - 5_000],
    ['seconds with a fraction', NOW / 1_000 - 0.5, NOW - 500],
    ['ms', NOW - 5_000, NOW - 5_000],
    ['seconds as text', `${NOW / 1_000 - 5}`, NOW - 5_000],
    ['ms as text', `${NOW - 5_000}`, NOW - 5_000],
    ['ISO with an offset', '2026-11-20T10:59:58+02:00', NOW - 2_000],
    ['ISO without a zone, which is UTC', '2026-11-20T08:59:58', NOW - 2_000],
    ['ISO with a space', '2026-11-20 08:59:58Z', NOW - 2_000],
    ['ISO in small letters', '2026-11-20t08:59:58z', NOW - 2_000],
    ['a day', '2026-11-20', NOW - 9 * 3_600_000],
    ['a clock that is a little ahead', NOW + 60_000, NOW],
    ['a clock that is far ahead', NOW + 301_000, null],
    ['zero', 0, null],
    ['a time before there were such devices', '1999-12-31T23:59:59Z', null],
    ['a month that is none', '2026-13-20T08:59:58Z', null],
    ['a negative one', -5, null],
    ['1e309', Number.POSITIVE_INFINITY, null],
    ['another writing', 'Fri, 20 Nov 2026 08:59:58 GMT', null],
    ['nothing', '', null],
  ])('DEV-6 reads a time in %s', (_, seen, at) => {
    expect(cleanLastSeen(seen, NOW)).toBe(at);
  });

  it('DEV-6 reads a time without a zone the same wherever the server stands', () => {
    vi.stubEnv('TZ', 'America/New_York');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(new Date(NOW).getHours()).toBe(4);
    expect(cleanLastSeen('2026-11-20T08:59:58', NOW)).toBe(NOW - 2_000);
  });

  it('DEV-6 makes one bounded line of a firmware’s text', () => {
    expect(cleanFirmware('4.2\r\n1\u202e\u2028x')).toBe('4.2 1 x');
    expect(cleanFirmware('9'.repeat(10_000))).toHaveLength(64);
    expect(cleanFirmware('<b>4</b>')).toBe('<b>4</b>');
  });

  it('DEV-6 holds for whatever is said', () => {
    const anything = fc.record({
      status: fc.oneof(fc.string(), fc.constantFrom('online', 'offline')),
      battery_level: fc.anything(),
      firmware_version: fc.anything(),
      last_seen: fc.oneof(fc.anything(), fc.double(), fc.date({ noInvalidDate: true }).map(String)),
    });
    fc.assert(
      fc.property(anything, (answer) => {
        const telemetry = cleanTelemetry('SN-1', cloudStatusSchema.parse(answer), NOW);
        expect(telemetrySchema.parse(telemetry)).toEqual(telemetry);
        expect(telemetry.deviceStatus === 'unknown').toBe(telemetry.reason !== null);
        expect(telemetry.lastSeen ?? 0).toBeLessThanOrEqual(NOW);
        expect(telemetry.firmwareVersion ?? 'x').toMatch(/^[^\p{Cc}]{1,64}$/u);
      }),
      { numRuns: 500 },
    );
  });
});
