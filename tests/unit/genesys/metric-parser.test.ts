import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HALF_HOUR_MS } from '../../../lib/day';
import { queueId } from '../../../lib/ids';
import { createFrameCounts } from '../../../server/genesys/frame-counts';
import { createIntervalReader } from '../../../server/genesys/interval-text';
import { createFrameParser, type TopicEntry } from '../../../server/genesys/metric-parser';
import { activityFrameSchema, observationsFrameSchema } from '../../../server/genesys/schemas';
import { activityTopic, conversationsTopic, observationsTopic } from '../../../server/genesys/topics';
import type { KpiEvent } from '../../../server/kpi/events';

const QUEUE = queueId('c6fc6f57-4c1e-4812-980a-5154f500b5c6');
const OBSERVATIONS = observationsTopic(QUEUE);
const ACTIVITY = activityTopic(QUEUE);
const AT = Date.UTC(2024, 11, 30, 9, 46, 55);
const INSTANT = '2024-12-30T09:46:54.839Z/2024-12-30T09:46:54.839Z';
const HALF_HOUR = '2024-12-30T09:30:00.000Z/2024-12-30T10:00:00.000Z';

function setUp() {
  const events: KpiEvent[] = [];
  const topicIndex = new Map<string, TopicEntry>([
    [OBSERVATIONS, { kind: 'observations', queueId: QUEUE, lastAt: 0 }],
    [ACTIVITY, { kind: 'activity', queueId: QUEUE, lastAt: 0 }],
  ]);
  const parser = createFrameParser({ topicIndex, sink: (event) => void events.push(event) });
  return { events, parse: (text: string, at = AT) => parser.parse(text, at) };
}

function frame(data: unknown, group: unknown = { queueId: QUEUE, mediaType: 'voice' }): string {
  return JSON.stringify({ topicName: OBSERVATIONS, version: '2', eventBody: { group, data }, metadata: {} });
}

const abandoned = [
  { metric: 'tAbandon', stats: { count: 2, sum: 86168, min: 11781, max: 74387 } },
  { metric: 'nOffered', stats: { count: 2 } },
  { metric: 'oServiceLevel', stats: { ratio: 0, numerator: 0, denominator: 2, target: 0.5 } },
];
const nobodyWaits = [{ metric: 'oWaiting', stats: { count: 0 } }];

describe('metric parser', () => {
  it('GEN-20 makes gauges of a zero-length interval and aggregates of a half hour, copying no metrics', () => {
    const { events, parse } = setUp();
    const outcome = parse(
      frame([
        { interval: INSTANT, metrics: nobodyWaits },
        { interval: HALF_HOUR, metrics: abandoned },
      ]),
    );
    expect(outcome).toEqual({ kind: 'applied' });
    expect(events).toEqual([
      {
        kind: 'gaugesObserved',
        queueId: QUEUE,
        mediaType: 'voice',
        observedAt: AT,
        origin: 'live',
        metrics: nobodyWaits,
      },
      {
        kind: 'intervalObserved',
        queueId: QUEUE,
        mediaType: 'voice',
        observedAt: AT,
        origin: 'live',
        intervalStart: Date.UTC(2024, 11, 30, 9, 30),
        intervalEnd: Date.UTC(2024, 11, 30, 10, 0),
        metrics: abandoned,
      },
    ]);
  });

  it('ROUTE-60 hands conversations on with the queue of their topic, and makes no figure of them', () => {
    const heard: unknown[] = [];
    const events: KpiEvent[] = [];
    const topic = conversationsTopic(QUEUE);
    const parser = createFrameParser({
      topicIndex: new Map<string, TopicEntry>([
        [topic, { kind: 'conversations', queueId: QUEUE, lastAt: 0 }],
      ]),
      sink: (event) => void events.push(event),
      onConversation(id, body) {
        heard.push([id, body]);
        return heard.length === 1;
      },
    });
    const text = JSON.stringify({ topicName: topic, version: '2', eventBody: { id: 'c-1' }, metadata: {} });
    expect(parser.parse(text, AT)).toEqual({ kind: 'applied' });
    expect(parser.parse(text, AT)).toEqual({ kind: 'rejected', reason: 'conversation' });
    expect(heard[0]).toEqual([QUEUE, { id: 'c-1' }]);
    expect(events).toEqual([]);
  });

  it.each([
    { group: { queueId: QUEUE }, mediaType: null },
    { group: { queueId: QUEUE, mediaType: null }, mediaType: null },
    { group: { mediaType: 'chat' }, mediaType: 'chat' },
  ])('GEN-20 takes $group as media type $mediaType', ({ group, mediaType }) => {
    const { events, parse } = setUp();
    const metrics = [{ metric: 'oOnQueueUsers', qualifier: 'IDLE', stats: { count: 3 } }];
    parse(frame([{ interval: INSTANT, metrics }], group));
    expect(events).toMatchObject([{ kind: 'gaugesObserved', mediaType, metrics }]);
  });

  it('GEN-20 accepts an oWaiting with a maximum, and takes null for absent', () => {
    const { events, parse } = setUp();
    const metrics = [{ metric: 'oWaiting', qualifier: null, stats: { count: 1, max: 41_000, ratio: null } }];
    parse(frame([{ interval: INSTANT, metrics }]));
    expect(events).toMatchObject([{ metrics: [{ metric: 'oWaiting', stats: { count: 1, max: 41_000 } }] }]);
    expect(JSON.stringify(events)).not.toContain('null');
  });

  it('GEN-21 takes the longest waits and the counts of now from activity', () => {
    const { events, parse } = setUp();
    const data = [
      { metric: 'oWaiting', count: 2 },
      { metric: 'oLongestWaiting', count: 1, calculatedMetricValue: AT - 5_000 },
      { metric: 'oLongestInteracting', calculatedMetricValue: null },
    ];
    const text = JSON.stringify({
      topicName: ACTIVITY,
      eventBody: { results: [{ mediaType: 'voice', data }] },
    });
    expect(parse(text)).toEqual({ kind: 'applied' });
    expect(events).toEqual([
      {
        kind: 'gaugesObserved',
        queueId: QUEUE,
        mediaType: 'voice',
        observedAt: AT,
        origin: 'live',
        metrics: [
          { metric: 'oWaiting', stats: { count: 2 } },
          { metric: 'oLongestWaiting', stats: { count: 1, calculatedMetricValue: AT - 5_000 } },
          { metric: 'oLongestInteracting', stats: {} },
        ],
      },
    ]);
  });

  it('GEN-22 two receipts of one topic never have the same time', () => {
    const { events, parse } = setUp();
    for (let i = 0; i < 3; i++) parse(frame([{ interval: HALF_HOUR, metrics: abandoned }]), AT);
    expect(events.map((event) => 'observedAt' in event && event.observedAt)).toEqual([AT, AT + 1, AT + 2]);
  });

  it.each([
    ['json', '{"topicName":'],
    ['json', '\u0000\ud800'],
    ['json', '<html>'],
    ['envelope', '[]'],
    ['envelope', 'null'],
    ['envelope', '{"topicName":5}'],
    ['envelope', JSON.stringify({ topicName: OBSERVATIONS, eventBody: [] })],
    ['group', frame([], null)],
    ['group', frame([], { queueId: 'another', mediaType: 'voice' })],
    ['group', frame([], { queueId: QUEUE, mediaType: 7 })],
    ['data', frame({ length: 1 })],
    ['data', frame([null])],
    ['interval', frame([{ interval: 5, metrics: [] }])],
    ['interval', frame([{ interval: 'yesterday/today', metrics: [] }])],
    ['interval', frame([{ interval: '2024-12-30T09:30:00.000Z/2024-12-30T10:30:00.000Z', metrics: [] }])],
    ['interval', frame([{ interval: '2024-12-30T09:15:00.000Z/2024-12-30T09:45:00.000Z', metrics: [] }])],
    ['metrics', frame([{ interval: INSTANT, metrics: {} }])],
    ['metrics', frame([{ interval: INSTANT, metrics: [{ metric: 'oWaiting' }] }])],
    ['metrics', frame([{ interval: INSTANT, metrics: [{ metric: 1, stats: {} }] }])],
    ['metrics', frame([{ interval: INSTANT, metrics: [{ metric: 'a', qualifier: 1, stats: {} }] }])],
    ['metrics', frame([{ interval: INSTANT, metrics: [{ metric: 'a', stats: { count: '1' } }] }])],
    ['metrics', frame([{ interval: INSTANT, metrics: [{ metric: 'a', stats: { count: -1 } }] }])],
    [
      'metrics',
      frame([{ interval: INSTANT, metrics: [{ metric: 'a', stats: { count: 'X' } }] }]).replace(
        '"X"',
        '1e309',
      ),
    ],
    [
      'metrics',
      JSON.stringify({
        topicName: ACTIVITY,
        eventBody: { results: [{ mediaType: 'voice', data: [{ metric: 'a', count: 'x' }] }] },
      }),
    ],
    ['metrics', JSON.stringify({ topicName: ACTIVITY, eventBody: {} })],
  ])('GEN-23 rejects the whole frame for its %s: %s', (reason, text) => {
    const { events, parse } = setUp();
    expect(parse(text)).toEqual({ kind: 'rejected', reason });
    expect(events).toEqual([]);
    expect(parse(frame([{ interval: INSTANT, metrics: nobodyWaits }]))).toEqual({ kind: 'applied' });
  });

  it('GEN-23 rejects a frame whose second part is bad without giving the first', () => {
    const { events, parse } = setUp();
    const bad = [
      { interval: INSTANT, metrics: nobodyWaits },
      { interval: INSTANT, metrics: 'x' },
    ];
    expect(parse(frame(bad))).toEqual({ kind: 'rejected', reason: 'metrics' });
    expect(events).toEqual([]);
  });

  it('GEN-23 is not harmed by __proto__ as a key', () => {
    const { events, parse } = setUp();
    const text = frame([{ interval: INSTANT, metrics: nobodyWaits }]).replace(
      '"version"',
      '"__proto__":{"x":1},"version"',
    );
    const deep = text.replace('"stats":{', '"stats":{"__proto__":{"polluted":1},');
    expect(parse(deep)).toEqual({ kind: 'applied' });
    expect(events).toHaveLength(1);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ['{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}', 'heartbeat'],
    ['{"topicName":"channel.metadata","eventBody":{"message":"pong"}}', 'pong'],
    ['{"topicName":"v2.system.socket_closing"}', 'socketClosing'],
    ['{"topicName":"v2.system.no_longer_subscribed.abc","eventBody":{}}', 'notSubscribed'],
    ['{"topicName":"v2.system.token_revoked.abc","eventBody":{}}', 'tokenRevoked'],
    ['{"topicName":"v2.subscription.updated","eventBody":{}}', 'unknownTopic'],
    ['{"topicName":"v2.analytics.queues.other.observations","eventBody":null}', 'unknownTopic'],
  ])('GEN-24 %s is %s', (text, notice) => {
    expect(setUp().parse(text)).toEqual({ kind: 'ignored', notice });
  });
});

const figure = fc.oneof(
  { weight: 8, arbitrary: fc.nat() },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1, max: 10 }) },
  fc.constantFrom(null, 'text', true, [], {}),
);
const key = fc.constantFrom(
  'count',
  'sum',
  'min',
  'max',
  'numerator',
  'denominator',
  'target',
  'ratio',
  'calculatedMetricValue',
  'other',
  '__proto__',
);
const odd = fc.constantFrom<unknown[]>(undefined, null, 5, 'text', [], {});
const mostly = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof<
    [
      { weight: number; arbitrary: fc.Arbitrary<unknown> },
      { weight: number; arbitrary: fc.Arbitrary<unknown> },
    ]
  >({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: odd });
const stats = mostly(fc.dictionary(key, figure, { maxKeys: 4 }));
const name = fc.constantFrom('voice', 'chat', 'oWaiting', 'IDLE');
const sample = mostly(
  fc.record({ metric: mostly(name), qualifier: fc.option(mostly(name), { nil: undefined }), stats }),
);
const mediaType = fc.constantFrom<unknown[]>('voice', 'chat', '', null, undefined, 5, 'voice');
const observationsFrame = fc.record({
  topicName: fc.constant(OBSERVATIONS),
  eventBody: mostly(
    fc.record({
      group: mostly(fc.record({ queueId: fc.constantFrom(QUEUE, undefined), mediaType })),
      data: mostly(
        fc.array(
          mostly(
            fc.record({
              interval: fc.constantFrom<unknown[]>(
                INSTANT,
                HALF_HOUR,
                INSTANT,
                HALF_HOUR,
                5,
                null,
                undefined,
              ),
              metrics: mostly(fc.array(sample, { maxLength: 3 })),
            }),
          ),
          { maxLength: 3 },
        ),
      ),
    }),
  ),
});
const activityFrame = fc.record({
  topicName: fc.constant(ACTIVITY),
  eventBody: mostly(
    fc.record({
      results: mostly(
        fc.array(
          mostly(
            fc.record({
              mediaType,
              data: mostly(
                fc.array(
                  mostly(fc.record({ metric: mostly(name), count: figure, calculatedMetricValue: figure })),
                  { maxLength: 3 },
                ),
              ),
            }),
          ),
          { maxLength: 3 },
        ),
      ),
    }),
  ),
});

describe('the guard by hand', () => {
  it.each([
    ['observations', observationsFrame, observationsFrameSchema],
    ['activity', activityFrame, activityFrameSchema],
  ] as const)('GEN-25 takes exactly the %s frames that the schema takes', (_, frames, schema) => {
    let taken = 0;
    fc.assert(
      fc.property(frames, (made) => {
        const text = JSON.stringify(made);
        const expected = isOfContract(schema, JSON.parse(text));
        if (expected) taken += 1;
        expect(setUp().parse(text).kind).toBe(expected ? 'applied' : 'rejected');
      }),
      { numRuns: 3_000 },
    );
    // Both answers must have been asked for.
    expect(taken).toBeGreaterThan(300);
    expect(taken).toBeLessThan(2_700);
  });

  it('GEN-23 throws at no text at all, and every frame is counted once', () => {
    const counts = createFrameCounts();
    const valid = frame([{ interval: INSTANT, metrics: nobodyWaits }]);
    const flipped = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255))
      .map(([at, code]) => valid.slice(0, at) + String.fromCharCode(code) + valid.slice(at + 1));
    const { parse } = setUp();
    let given = 0;
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), flipped), (text) => {
        given += 1;
        counts.add(parse(text));
      }),
      { numRuns: 2_000 },
    );
    const rejected = [...counts.rejected()].reduce((sum, [, count]) => sum + count, 0);
    expect(counts.received()).toBe(given);
    expect(counts.applied() + counts.ignored() + rejected).toBe(given);
  });
});

/** The schema's answer, with its own prototype trap out of the way: zod skips `__proto__`. */
function isOfContract(
  schema: typeof observationsFrameSchema | typeof activityFrameSchema,
  value: unknown,
): boolean {
  return schema.safeParse(value).success;
}

describe('interval reader', () => {
  it('GEN-26 reads what Date.parse reads, for whole half hours and instants', () => {
    const reader = createIntervalReader();
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2060, 0) }),
        fc.boolean(),
        (at, isInstant) => {
          const start = isInstant ? at : Math.floor(at / HALF_HOUR_MS) * HALF_HOUR_MS;
          const end = isInstant ? start : start + HALF_HOUR_MS;
          const text = `${new Date(start).toISOString()}/${new Date(end).toISOString()}`;
          expect(reader.read(text)).toEqual({ start, end });
          expect(reader.read(text)).toEqual({ start, end });
        },
      ),
    );
  });

  it.each([
    ['2024-12-30T09:30:00Z/2024-12-30T10:00:00Z', true],
    ['2024-12-30T10:30:00.000+01:00/2024-12-30T11:00:00.000+01:00', true],
    ['2024-12-30T09:30:00.000Z', false],
    ['', false],
    ['/', false],
    ['2024-13-30T09:30:00.000Z/2024-13-30T09:30:00.000Z', false],
    ['2024-12-30T25:30:00.000Z/2024-12-30T25:30:00.000Z', false],
    ['2024-12-30T09:3x:00.000Z/2024-12-30T09:3x:00.000Z', false],
    ['2024-12-30 09:30:00.000Z/2024-12-30 09:30:00.000Z', false],
  ])('GEN-26 %s is an interval: %s', (text, is) => {
    expect(createIntervalReader().read(text) !== null).toBe(is);
  });
});
