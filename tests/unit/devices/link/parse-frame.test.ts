import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METRIC_BOUNDS, parseFrame } from '../../../../server/devices/link/parse-frame';

const AT = 1_790_000_000_000;
const read = (frame: unknown) => parseFrame(JSON.stringify(frame), AT);
const figure = (least: number, most: number) => z.number().min(least).max(most).optional().catch(undefined);

/** The contract of the hot frames, as a schema. */
const hotSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heartbeat') }),
  z.object({
    type: z.literal('metrics'),
    values: z
      .object({
        signal_dbm: figure(-200, 50),
        packet_loss_pct: figure(0, 100),
        latency_ms: figure(0, 3_600_000),
        errors: figure(0, 1e9),
      })
      .refine((values) => Object.values(values).some((value) => value !== undefined)),
  }),
]);

function bySchema(frame: unknown) {
  const parsed = hotSchema.safeParse(frame);
  if (!parsed.success) return null;
  const { data } = parsed;
  if (data.type === 'heartbeat') return { kind: 'heartbeat', at: AT };
  const known = [...METRIC_BOUNDS.keys()].flatMap((key) => {
    const value = data.values[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return { kind: 'metrics', at: AT, values: new Map(known) };
}

describe('frames of appliances', () => {
  it.each<[unknown, unknown]>([
    [
      { type: 'heartbeat', more: 1 },
      { kind: 'heartbeat', at: AT },
    ],
    [
      { type: 'metrics', values: { signal_dbm: -71, packet_loss_pct: 0.2, latency_ms: 31, errors: 0, x: 1 } },
      {
        kind: 'metrics',
        at: AT,
        values: new Map([
          ['signal_dbm', -71],
          ['packet_loss_pct', 0.2],
          ['latency_ms', 31],
          ['errors', 0],
        ]),
      },
    ],
    [
      { type: 'received', id: 'c-1' },
      { kind: 'received', at: AT, commandId: 'c-1' },
    ],
    [
      { type: 'running', id: 'c_1' },
      { kind: 'running', at: AT, commandId: 'c_1' },
    ],
    [
      { type: 'result', id: 'c1', ok: true, result: { latencyMs: 31 } },
      { kind: 'result', at: AT, commandId: 'c1', ok: true, result: { latencyMs: 31 }, error: null },
    ],
    [
      { type: 'result', id: 'c1', ok: false, error: 'no radio\r\n‮here' },
      { kind: 'result', at: AT, commandId: 'c1', ok: false, result: {}, error: 'no radio here' },
    ],
    [
      { type: 'known', id: 'c1', state: 'unknown' },
      { kind: 'known', at: AT, commandId: 'c1', state: 'unknown', result: {}, error: null },
    ],
    [
      { type: 'known', id: 'c1', state: 'done', result: { a: [1, 'two'] }, error: 7 },
      { kind: 'known', at: AT, commandId: 'c1', state: 'done', result: { a: [1, 'two'] }, error: null },
    ],
  ])('DEV-68 %j is read', (frame, message) => {
    expect(read(frame)).toEqual(message);
  });

  it.each<[unknown]>([
    [null],
    [7],
    [[]],
    ['heartbeat'],
    [{}],
    [{ type: 'Heartbeat' }],
    [{ type: ['heartbeat'] }],
    [{ type: 'metrics' }],
    [{ type: 'metrics', values: null }],
    [{ type: 'metrics', values: [-71] }],
    [{ type: 'metrics', values: {} }],
    [{ type: 'metrics', values: { signal_dbm: '-71', latency_ms: null } }],
    [{ type: 'metrics', values: { signal_dbm: -201, packet_loss_pct: 100.1, latency_ms: -1, errors: 1e10 } }],
    [{ type: 'received' }],
    [{ type: 'received', id: 7 }],
    [{ type: 'received', id: '' }],
    [{ type: 'received', id: 'a'.repeat(65) }],
    [{ type: 'received', id: 'a\nb' }],
    [{ type: 'result', id: 'c1', ok: 'true' }],
    [{ type: 'known', id: 'c1', state: 'lost' }],
    [{ type: 'command', id: 'c1', command: 'reboot_module' }],
  ])('DEV-68 %j is none', (frame) => {
    expect(read(frame)).toBeNull();
  });

  it('DEV-68 a figure that no device can have measured is left out, the others stay', () => {
    const text = '{"type":"metrics","values":{"signal_dbm":1e309,"latency_ms":31,"errors":-1}}';
    expect(parseFrame(text, AT)).toEqual({ kind: 'metrics', at: AT, values: new Map([['latency_ms', 31]]) });
  });

  it('DEV-68 reads hot frames by hand as their schema would', () => {
    const value = fc.oneof(
      fc.double({ min: -300, max: 200 }),
      fc.constantFrom(-200, 50, 100, 3_600_000, 1e9, 1e10),
      fc.jsonValue(),
    );
    const keys = fc.constantFrom(...METRIC_BOUNDS.keys(), 'other', '__proto__');
    const values = fc.oneof(fc.dictionary(keys, value), fc.jsonValue());
    const frame = fc.record(
      { type: fc.constantFrom('metrics', 'heartbeat', 'Metrics'), values },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(fc.oneof(frame, fc.jsonValue()), (given) => {
        const same = JSON.parse(JSON.stringify(given));
        expect(read(given)).toEqual(bySchema(same));
      }),
      { numRuns: 500 },
    );
  });

  it('DEV-68 never throws, whatever the text is', () => {
    const nested = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    for (const text of ['', '{', nested, `{"type":"result","id":"c","ok":true,"result":${nested}}`]) {
      expect(() => parseFrame(text, AT)).not.toThrow();
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseFrame(text, AT)));
    const result = fc.record({
      type: fc.constant('result'),
      id: fc.constant('c'),
      ok: fc.boolean(),
      result: fc.jsonValue(),
    });
    fc.assert(
      fc.property(result, (frame) => {
        expect(read(frame)).toMatchObject({ kind: 'result', commandId: 'c' });
      }),
    );
  });
});

describe('answers of appliances', () => {
  const resultOf = (text: string) => {
    const message = parseFrame(`{"type":"result","id":"c","ok":true,"result":${text}}`, AT);
    return message?.kind === 'result' ? message.result : null;
  };

  it('DEV-69 keep what is plain', () => {
    const given = { channels: [{ channel: 1, busy: 0.3 }, null], isOk: true, note: 'fine, 日本語' };
    expect(resultOf(JSON.stringify(given))).toEqual(given);
  });

  it.each(['7', '"text"', 'null', '[1]'])('DEV-69 that are no object (%s) are empty', (text) => {
    expect(resultOf(text)).toEqual({});
  });

  it('DEV-69 lose fields of odd names, and what is too deep, too wide or too long', () => {
    const odd = resultOf('{"__proto__":{"isAdmin":true},"constructor":1,"a b":2,"":3,"1":4,"ok":5}');
    expect(odd).toEqual({ constructor: 1, ok: 5 });
    expect(Object.getPrototypeOf(odd)).toBe(Object.prototype);
    expect(resultOf('{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}')).toEqual({
      a: { b: { c: { d: { e: { f: 1 } } } } },
    });
    expect(resultOf('{"a":{"b":{"c":{"d":{"e":{"f":{"g":1}}}}}}}')).toEqual({
      a: { b: { c: { d: { e: { f: null } } } } },
    });
    const wide = resultOf(JSON.stringify({ list: Array.from({ length: 5_000 }, (_, n) => n), after: 1 }));
    expect(wide?.list).toHaveLength(999);
    const long = resultOf(JSON.stringify({ text: `a\u2028${'x'.repeat(5_000)}` }));
    expect(long?.text).toMatch(/^a x{497}…$/);
    expect(resultOf('{"n":1e309}')).toEqual({ n: null });
  });
});
