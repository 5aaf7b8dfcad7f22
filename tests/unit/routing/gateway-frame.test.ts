import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalQueueId, queueFilter } from '../../../lib/contracts/routing';
import { gatewayEventSchema, parseGatewayFrame, usualEvent } from '../../../server/routing/gateway-frame';

const ID = 'dc75e70f-88df-5372-b0bc-fb7a961a5815';
const EVENT = {
  ...{ queueId: ID, interactionId: 'i-1', eventType: 'answered', waitTime: 12_345 },
  ...{ agentStatus: 'INTERACTING', timestamp: 1_795_000_000_000 },
};

describe('the id of a queue', () => {
  it.each([ID, ID.toUpperCase(), ID.replaceAll('-', ''), ` ${ID} `, ID.replaceAll('-', '').toUpperCase()])(
    'ROUTE-1 is the same with or without hyphens, in any case: %s',
    (text) => {
      expect(canonicalQueueId(text)).toBe(ID);
    },
  );

  it('ROUTE-1 that is no UUID is itself, in lower case', () => {
    expect(canonicalQueueId('Sales-EU')).toBe('sales-eu');
    expect(canonicalQueueId(`${ID}0`)).toBe(`${ID}0`);
  });

  it('ROUTE-2 passes where it is listed, however it is written, or where there is no list', () => {
    const passes = queueFilter([ID.replaceAll('-', '').toUpperCase(), 'Sales']);
    expect([passes(ID), passes('sales'), passes('other')]).toEqual([true, true, false]);
    expect(queueFilter([])('anything')).toBe(true);
  });
});

describe('a frame of a gateway', () => {
  it.each([
    [EVENT, { waitMs: 12_345, agentStatus: 'INTERACTING', at: 1_795_000_000_000 }],
    [{ ...EVENT, timestamp: '2026-11-21T10:00:00.5Z' }, { at: Date.UTC(2026, 10, 21, 10, 0, 0, 500) }],
    [
      { ...EVENT, waitTime: null, agentStatus: undefined },
      { waitMs: null, agentStatus: null },
    ],
    [{ ...EVENT, queueId: ID.toUpperCase(), more: { x: 1 } }, { queueId: ID }],
  ])('ROUTE-3 is one event: %#', (frame, event) => {
    expect(parseGatewayFrame(JSON.stringify(frame))).toMatchObject({ ok: true, value: event });
  });

  it('ROUTE-3 read by hand is what the schema reads, or is left to it', () => {
    const odd = fc.constantFrom<unknown>(
      null,
      undefined,
      -1,
      0.5,
      '',
      ' a',
      'a b',
      'x'.repeat(101),
      true,
      {},
      8.64e15,
      8.65e15,
      7 * 24 * 3_600_000 + 1,
    );
    const text = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(ID, 'a', 'IDLE', 'x'.repeat(100)) }, odd);
    const number = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -2, max: 2_000_000 }) }, odd);
    const frame = fc.record(
      {
        queueId: text,
        interactionId: text,
        eventType: text,
        waitTime: number,
        agentStatus: text,
        timestamp: number,
        more: odd,
      },
      { requiredKeys: [] },
    );
    let byHand = 0;
    fc.assert(
      fc.property(frame, (fields) => {
        const usual = usualEvent(fields);
        if (usual === null) return;
        byHand += 1;
        const read = gatewayEventSchema.parse(fields);
        expect({ ...read, waitTime: read.waitTime ?? null, agentStatus: read.agentStatus ?? null }).toEqual(
          usual,
        );
      }),
      { numRuns: 2_000, seed: 1 },
    );
    expect(byHand).toBeGreaterThan(20);
    expect(usualEvent(EVENT)).toEqual(EVENT);
    expect([null, [], 5, { ...EVENT, queueId: ` ${ID}` }].map(usualEvent)).toEqual([null, null, null, null]);
  });

  it.each<[string, string]>([
    ['{', 'json'],
    ['[]', 'event'],
    ['null', 'event'],
    [JSON.stringify({ ...EVENT, waitTime: -1 }), 'event'],
    [JSON.stringify({ ...EVENT, waitTime: '5' }), 'event'],
    [JSON.stringify({ ...EVENT, waitTime: 1e12 }), 'event'],
    [JSON.stringify({ ...EVENT, timestamp: 'yesterday' }), 'event'],
    [JSON.stringify({ ...EVENT, queueId: 'a\nb' }), 'event'],
    [JSON.stringify({ ...EVENT, agentStatus: 'x'.repeat(101) }), 'event'],
    [JSON.stringify({ ...EVENT, more: 'x'.repeat(20_000) }), 'too-long'],
    ['{"__proto__":{"queueId":"a"}}', 'event'],
  ])('ROUTE-3 that cannot be read harms only itself: %#', (text, error) => {
    expect(parseGatewayFrame(text)).toEqual({ ok: false, error });
  });
});
