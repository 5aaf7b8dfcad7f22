import { describe, expect, it } from 'vitest';
import { canonicalQueueId, queueFilter } from '../../../lib/contracts/routing';
import { parseGatewayFrame } from '../../../server/routing/gateway-frame';

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
