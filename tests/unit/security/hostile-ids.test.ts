import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyDelta, fromSnapshot, valueKey } from '../../../lib/apply-delta';
import { boardSchema } from '../../../lib/contracts/board';
import { handshakeSchema, PUSH_VERSION, trendKey } from '../../../lib/contracts/push';
import { EMPTY_SETTINGS, settingsSchema } from '../../../lib/contracts/settings';
import { HALF_HOUR_MS, halfHourStart } from '../../../lib/day';
import { queueId, type SubjectKey, subjectKey } from '../../../lib/ids';
import { plainName } from '../../../lib/plain-name';
import { createBoards } from '../../../server/boards/boards';
import { listingOf, presencesOf } from '../../../server/genesys/listing-events';
import { createFrameParser } from '../../../server/genesys/metric-parser';
import { presencePageSchema, queuePageSchema } from '../../../server/genesys/schemas';
import { KpiEngine } from '../../../server/kpi/engine';
import type { MetricSample, QueueInfo } from '../../../server/kpi/events';
import { silentLog } from '../../../server/runtime/log';
import { createMetrics } from '../../../server/runtime/metrics';
import { exportSettings, importSettings, readSettings } from '../../../server/store/settings';
import { zonesOf } from '../../../server/zones';
import { FakeClock } from '../../support/fake-clock';
import { MemoryStore } from '../../support/memory-store';
import { HOSTILE_IDS, inheritedByAll, OBJECT_KEYS } from '../../support/object-keys';
import { boardOf, SOURCES } from '../../support/push-boards';

const before = inheritedByAll();
const engines: KpiEngine[] = [];
let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => {
  for (const engine of engines.splice(0)) engine.stop();
  expect(inheritedByAll()).toBe(before);
});

function info(id: string, more: Partial<QueueInfo> = {}): QueueInfo {
  return { id: queueId(id), name: id, divisionId: 'd', divisionName: 'D', serviceLevels: [], ...more };
}

function engineOf(
  queues: readonly QueueInfo[],
  groups: { id: string; name: string; queueIds: string[] }[] = [],
) {
  const settings = {
    timeZone: 'UTC',
    timeZoneOf: () => 'UTC',
    groups,
    thresholds: [],
    excludeShortAbandons: false,
  };
  const metrics = createMetrics();
  const engine = new KpiEngine({ clock, log: silentLog, metrics, settings });
  engines.push(engine);
  engine.start();
  engine.sink({ kind: 'queuesListed', queues });
  const tell = (id: string, mediaType: string | null, samples: MetricSample[]) => {
    const common = { queueId: queueId(id), observedAt: clock.now(), origin: 'live' } as const;
    engine.sink({ kind: 'gaugesObserved', ...common, mediaType, metrics: samples });
    const intervalStart = halfHourStart(clock.now());
    const span = { intervalStart, intervalEnd: intervalStart + HALF_HOUR_MS };
    if (mediaType !== null)
      engine.sink({ kind: 'intervalObserved', ...common, mediaType, ...span, metrics: samples });
  };
  return { engine, metrics, tell };
}

const waiting = (count: number): MetricSample => ({ metric: 'oWaiting', stats: { count } });

describe('ids from the platform', () => {
  it('SEC-60 are ids of queues and divisions, each with its own figures', () => {
    const queues = HOSTILE_IDS.map((id) => info(id, { divisionId: id, divisionName: id }));
    const { engine, tell } = engineOf(queues);
    for (const [index, id] of HOSTILE_IDS.entries()) tell(id, 'voice', [waiting(index + 1)]);
    for (const [index, id] of HOSTILE_IDS.entries()) {
      expect(engine.value(subjectKey('queue', id), 'waiting')?.value, id.slice(0, 50)).toBe(index + 1);
      expect(engine.value(subjectKey('division', id), 'waiting')?.value, id.slice(0, 50)).toBe(index + 1);
      expect(engine.rows(id).map((row) => [row.queueId, row.mediaType])).toEqual([
        [id, null],
        [id, 'voice'],
      ]);
    }
    const count = HOSTILE_IDS.length;
    expect(engine.value(subjectKey('all', ''), 'waiting')?.value).toBe((count * (count + 1)) / 2);
  });

  it('SEC-60 are media types, each with its own figures', () => {
    const { engine, tell } = engineOf([info('q'), info('other')]);
    for (const [index, id] of OBJECT_KEYS.entries()) tell('q', id, [waiting(index + 1)]);
    for (const [index, id] of OBJECT_KEYS.entries()) {
      expect(engine.value(subjectKey('queue', 'q', id), 'waiting')?.value).toBe(index + 1);
      expect(engine.value(subjectKey('all', '', id), 'waiting')?.value).toBe(index + 1);
    }
    expect(engine.value(subjectKey('queue', 'other'), 'waiting')?.value).toBeNull();
  });

  it('SEC-60 are metrics and qualifiers that nobody knows, and change nothing', async () => {
    const { engine, metrics, tell } = engineOf([info('q')]);
    tell('q', 'voice', [waiting(3)]);
    for (const metric of HOSTILE_IDS) {
      tell('q', 'voice', [{ metric, stats: { count: 99 } }]);
      tell('q', null, [{ metric: 'oOnQueueUsers', qualifier: metric, stats: { count: 99 } }]);
    }
    expect(engine.value(subjectKey('queue', 'q'), 'waiting')?.value).toBe(3);
    expect(engine.value(subjectKey('queue', 'q'), 'agentsAvailable')?.value).not.toBe(99);
    expect(await metrics.expose()).toContain('{reason="failed"} 0');
  });

  it('SEC-60 are presences, counted by their names', () => {
    const { engine, tell } = engineOf([info('q')]);
    const presences = OBJECT_KEYS.map((id) => ({ id, name: id }));
    engine.sink({ kind: 'presencesListed', presences });
    tell(
      'q',
      null,
      OBJECT_KEYS.map((qualifier) => ({ metric: 'oOffQueueUsers', qualifier, stats: { count: 2 } })),
    );
    const value = engine.value(subjectKey('queue', 'q'), 'agentsOffQueue');
    expect(value?.value).toBe(2 * OBJECT_KEYS.length);
    expect(value?.detail?.map(({ label }) => label).sort()).toEqual([...OBJECT_KEYS].sort());
  });

  it('SEC-60 stand in frames, as fields too, and harm none', () => {
    const taken: unknown[] = [];
    const topicIndex = new Map([['t', { queueId: queueId('q'), kind: 'observations' as const, lastAt: 0 }]]);
    const parser = createFrameParser({ topicIndex, sink: (event) => taken.push(event) });
    for (const id of HOSTILE_IDS) {
      expect(parser.parse(JSON.stringify({ topicName: id, eventBody: {} }), 0).kind).not.toBe('applied');
      const own = `{${JSON.stringify(id)}:{"polluted":true},"topicName":"t","eventBody":{"group":{},"data":[]}}`;
      parser.parse(own, 0);
      parser.parse(`{"topicName":"t","eventBody":{${JSON.stringify(id)}:{"polluted":true}}}`, 0);
    }
    expect(taken.filter((event) => JSON.stringify(event).includes('polluted'))).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('SEC-60 stand in lists of queues and presences, whose names become one line of text', () => {
    const fields = `"__proto__":{"serviceLevel":{"percentage":1,"durationMs":1}},"constructor":{}`;
    const page = queuePageSchema.parse(
      JSON.parse(
        `{"entities":[{"id":"__proto__","name":"a\\nb\\u2028\\u202ec","mediaSettings":{${fields}}}]}`,
      ),
    );
    expect(listingOf(page.entities, ['__proto__', 'constructor'])).toEqual({
      event: {
        kind: 'queuesListed',
        queues: [info('__proto__', { name: 'a b c', divisionId: '', divisionName: '' })],
      },
      missing: ['constructor'],
    });
    const presences = presencePageSchema.parse(
      JSON.parse(
        '{"entities":[{"id":"toString","languageLabels":{"__proto__":"x","en_US":"Tea\\u001b[31m"}}]}',
      ),
    );
    expect(presencesOf(presences.entities).presences).toEqual([{ id: 'toString', name: 'Tea [31m' }]);
  });
});

describe('a name from outside', () => {
  it.each([
    ['Sales', 'Sales'],
    ['  two\r\n lines\t', 'two  lines'],
    ['\u202eselaS\u2066 \u200f', 'selaS'],
    ['caf\u00e9 漢字 👨‍👩‍👧', 'caf\u00e9 漢字 👨‍👩‍👧'],
    ['\ud800 half', 'half'],
    ['<b onclick="x">&amp;', '<b onclick="x">&amp;'],
    ['', ''],
  ])('SEC-60 is one line of text: %j', (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });

  it('SEC-60 is bounded, and not cut in the middle of a character', () => {
    expect(plainName('x'.repeat(1_000_000))).toBe(`${'x'.repeat(199)}…`);
    expect(plainName(`${'x'.repeat(198)}${'👍'.repeat(50)}`)).toBe(`${'x'.repeat(198)}…`);
    expect(plainName('👍'.repeat(500), 5)).toBe('👍👍…');
  });
});

describe('ids from people and screens', () => {
  it('SEC-60 are subjects that nobody has', () => {
    const { engine } = engineOf([info('q')], [{ id: '__proto__', name: 'G', queueIds: ['q', 'toString'] }]);
    for (const id of HOSTILE_IDS) {
      for (const key of [id, `${id}:${id}`, `queue:${id}`, `division:${id}`, `all|${id}|${id}`]) {
        // Boards hold any text where a subject should be.
        const subject = key as SubjectKey;
        expect(engine.subject(subject)).toBeNull();
        expect(engine.value(subject, 'waiting')).toBeNull();
        expect(engine.trend(subject, 'waiting', 'minute')).toEqual([]);
        engine.watchTrend(subject, 'waiting', 'minute')();
      }
      expect(engine.rows(id)).toEqual([]);
    }
    expect(engine.subject(subjectKey('group', '__proto__'))?.name).toBe('G');
    expect(engine.subject(subjectKey('group', 'constructor'))).toBeNull();
  });

  it('SEC-60 are no KPI, no board and no handshake', () => {
    const boards = createBoards({ stored: [], timeZone: 'UTC' });
    boards.queuesListed(HOSTILE_IDS.slice(0, 12).map((id) => info(id, { divisionId: id, divisionName: '' })));
    for (const board of boards.list()) expect(() => boardSchema.parse(board)).not.toThrow();
    expect(boards.list().map(({ id }) => id)).toContain('division-__proto__');
    for (const id of HOSTILE_IDS) {
      expect(boards.board(id)).toBeNull();
      const board = boardOf('b', { strip: [{ id: 't', subject: 'all', kpi: id as 'waiting' }] });
      expect(boardSchema.safeParse(board).success).toBe(false);
    }
    expect(handshakeSchema.parse(JSON.parse('{"boardId":"b","__proto__":{"token":"t"}}'))).toEqual({
      boardId: 'b',
    });
  });

  it('SEC-60 are boards and groups like any other, where their letters are lawful', async () => {
    const lawful = OBJECT_KEYS.filter((id) => /^[A-Za-z0-9_-]+$/.test(id));
    expect(lawful).toContain('__proto__');
    const settings = {
      ...EMPTY_SETTINGS,
      boards: lawful.map((id) => boardOf(id)),
      groups: lawful.map((id) => ({ id, name: id, queueIds: lawful })),
      timeZones: [{ queueIds: lawful, timeZone: 'Asia/Tokyo' }],
    };
    const store = new MemoryStore();
    expect((await importSettings(store, JSON.stringify(settings), 0)).ok).toBe(true);
    expect(await readSettings(store)).toEqual(settings);
    expect(JSON.parse(await exportSettings(store))).toEqual(settings);
    const boards = createBoards({ stored: (await readSettings(store)).boards, timeZone: 'UTC' });
    expect(lawful.map((id) => boards.board(id)?.id)).toEqual(lawful);
    const zones = zonesOf(settings.timeZones, 'UTC');
    expect([zones.timeZoneOf('__proto__'), zones.timeZoneOf('unknown')]).toEqual(['Asia/Tokyo', 'UTC']);
  });

  it.each(OBJECT_KEYS)('SEC-60 are no fields of settings: %s', async (name) => {
    const text = JSON.stringify({ ...EMPTY_SETTINGS, boards: [boardOf('b')] });
    const store = new MemoryStore();
    for (const at of ['{', '"boards":[{', '"screen":{']) {
      const hostile = text.replace(at, `${at}${JSON.stringify(name)}:{"polluted":true},`);
      await importSettings(store, hostile, 0);
      expect(await exportSettings(store)).not.toContain('polluted');
    }
    const wrong = settingsSchema.safeParse(JSON.parse(text.replace('{', `{${JSON.stringify(name)}:1,`)));
    expect(wrong.success).toBe(false);
  });

  it('SEC-60 are keys of a screen\u2019s picture, each with its own value', () => {
    const figure = { value: 1, asOf: 1, origin: 'live', status: 'normal', stale: false } as const;
    const values = OBJECT_KEYS.map((subject, index) => ({
      ...figure,
      subject,
      kpi: 'waiting' as const,
      value: index,
    }));
    const state = fromSnapshot({
      ...{ v: PUSH_VERSION, epoch: '__proto__', seq: 0, serverTime: 0, build: 'b', board: boardOf('b') },
      ...{ subjects: [], values, trends: [], sources: SOURCES },
    });
    const points = OBJECT_KEYS.map((id) => ({ trend: trendKey(id, 'waiting', 'minute'), at: 0, value: 1 }));
    const changes = values.map((value) => ({ ...value, value: value.value + 1 }));
    const applied = applyDelta(state, {
      epoch: '__proto__',
      prevSeq: 0,
      seq: 1,
      serverTime: 1,
      changes,
      points,
    });
    if (applied.kind !== 'applied') throw new Error(applied.kind);
    expect(applied.changedKeys).toHaveLength(2 * OBJECT_KEYS.length);
    for (const [index, id] of OBJECT_KEYS.entries()) {
      expect(applied.state.values.get(valueKey(id, 'waiting'))?.value).toBe(index + 1);
    }
  });
});
