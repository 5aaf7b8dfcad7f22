import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertEvent, MAX_EVENT_BYTES } from '../../../server/alerts/alert-event';
import {
  type Breaker,
  begun,
  CLOSED,
  FAILURES_TO_OPEN,
  failed,
  mayTry,
  succeeded,
} from '../../../server/runtime/breaker';
import { storedAlert } from './outbox-stage';

const WHOLE = {
  alertId: 'a',
  deviceId: 'd',
  sensorType: 'temperature',
  alertLevel: 'critical',
  readingValue: 91.5,
  timestamp: '2026-11-20T09:00:00.000Z',
  site: 'Cork',
  product: 'Thermo',
  firmwareVersion: '3.2',
  queueId: 'q1',
  telemetry: '{"voltage":3.1}',
};
const raisedAt = Date.UTC(2026, 10, 20, 9);
const alert = storedAlert('a', 'd', { raisedAt, extra: '{"voltage":3.1}' });

describe('an alert as Genesys gets it', () => {
  it('ALERT-81 is flat for a webhook, and name and data for a gateway', () => {
    const place = { queueId: 'q1' };
    expect(JSON.parse(alertEvent(alert, place, 'webhook'))).toEqual({
      eventName: 'iot.device.alert',
      ...WHOLE,
    });
    expect(JSON.parse(alertEvent(alert, place, 'gateway'))).toEqual({
      name: 'iot.device.alert',
      data: WHOLE,
    });
  });

  it('ALERT-81 leaves out what is not known', () => {
    const bare = storedAlert('a', 'd', { site: null, product: null, firmwareVersion: null });
    const keys = Object.keys(JSON.parse(alertEvent(bare, { queueId: null }, 'webhook')));
    expect(keys).toEqual([
      ...['eventName', 'alertId', 'deviceId', 'sensorType', 'alertLevel', 'readingValue', 'timestamp'],
    ]);
  });

  it('ALERT-81 has at most 8 KB, keys in camelCase and no binary, whatever devices sent along', () => {
    const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });
    const any = fc.record({
      extra: fc.option(fc.string({ unit: 'binary', maxLength: 8_000 })),
      deviceId: text(128),
      sensorType: text(128),
      product: text(128),
      readingValue: fc.oneof(text(200), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
    });
    fc.assert(
      fc.property(any, fc.constantFrom('webhook', 'gateway' as const), ({ deviceId, ...more }, shape) => {
        const body = alertEvent(storedAlert('a', deviceId, more), { queueId: 'q' }, shape);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
        const parsed = JSON.parse(body);
        const data = shape === 'webhook' ? parsed : parsed.data;
        expect(Object.keys(data).every((key) => /^[a-z][A-Za-z]*$/.test(key))).toBe(true);
        expect(data.deviceId).toBe(deviceId);
      }),
    );
  });
});

describe('the breaker', () => {
  const OPEN: Breaker = { state: 'open', until: 5_000, rounds: 0 };
  const PROBING: Breaker = { state: 'probing', rounds: 0 };
  const CLOSING: Breaker = { state: 'closed', failures: FAILURES_TO_OPEN - 1 };

  it.each<[string, Breaker, (breaker: Breaker) => Breaker | boolean, Breaker | boolean]>([
    ['closed lets try', CLOSED, (b) => mayTry(b, 0), true],
    ['closed stays so when a try begins', CLOSED, begun, CLOSED],
    ['one failure is none yet', CLOSED, (b) => failed(b, 0), { state: 'closed', failures: 1 }],
    ['the fifth in a row opens', CLOSING, (b) => failed(b, 0), { state: 'open', until: 5_000, rounds: 0 }],
    [
      'as long as the target asks',
      CLOSING,
      (b) => failed(b, 0, 9_000),
      { state: 'open', until: 9_000, rounds: 0 },
    ],
    ['a success between begins anew', CLOSING, succeeded, CLOSED],
    ['open lets nobody', OPEN, (b) => mayTry(b, 4_999), false],
    ['until its time', OPEN, (b) => mayTry(b, 5_000), true],
    ['then one try probes', OPEN, begun, PROBING],
    ['and no other', PROBING, (b) => mayTry(b, 1e9), false],
    ['the probe closes', PROBING, succeeded, CLOSED],
    ['or opens for longer', PROBING, (b) => failed(b, 0), { state: 'open', until: 10_000, rounds: 1 }],
    ['one from before changes nothing', OPEN, (b) => failed(b, 0), OPEN],
    ['but what it asks for counts', OPEN, (b) => failed(b, 0, 7_000), { ...OPEN, until: 7_000 }],
    ['and a success from before closes', OPEN, succeeded, CLOSED],
  ])('ALERT-82 %s', (_, breaker, act, expected) => {
    expect(act(breaker)).toEqual(expected);
  });

  it('ALERT-82 waits a minute at most', () => {
    let breaker: Breaker = CLOSING;
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      breaker = failed(breaker, 0);
      if (breaker.state === 'open') waits.push(breaker.until);
      breaker = begun(breaker);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000]);
  });
});
