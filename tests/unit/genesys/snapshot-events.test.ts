import { describe, expect, it } from 'vitest';
import { queueId } from '../../../lib/ids';
import { listingOf, presencesOf } from '../../../server/genesys/listing-events';
import { createWaitingQueues } from '../../../server/genesys/longest-wait-refresh';
import {
  aggregatesAnswerSchema,
  observationsAnswerSchema,
  queuePageSchema,
} from '../../../server/genesys/schemas';
import { gaugeEvents, intervalEvents } from '../../../server/genesys/snapshot-events';

const Q = queueId('q1');
const SENT = Date.UTC(2026, 10, 20, 9);
const asked = {
  queueIds: [Q, queueId('q2')],
  metrics: ['oWaiting'],
  sentAt: SENT,
  reason: 'backfill',
} as const;

describe('snapshot events', () => {
  it('GEN-30 gives the gauges of each group, then says for every queue that the answer was complete', () => {
    const answer = observationsAnswerSchema.parse({
      results: [
        {
          group: { queueId: 'q1' },
          data: [{ metric: 'oOnQueueUsers', qualifier: 'IDLE', stats: { count: 2, odd: 'x' } }],
        },
        {
          group: { queueId: 'q1', mediaType: 'voice' },
          data: [{ metric: 'oLongestWaiting', stats: { calculatedMetricValue: 5, ratio: null } }],
        },
        { group: { queueId: 'stranger', mediaType: 'voice' }, data: [] },
      ],
      systemToOrganizationMappings: {},
    });
    const common = { kind: 'gaugesObserved', queueId: Q, observedAt: SENT, origin: 'backfill' };
    const completed = {
      kind: 'snapshotCompleted',
      observedAt: SENT,
      reason: 'backfill',
      scope: { kind: 'gauges', metrics: ['oWaiting'] },
    };
    expect(gaugeEvents(answer, asked)).toEqual([
      {
        ...common,
        mediaType: null,
        metrics: [{ metric: 'oOnQueueUsers', qualifier: 'IDLE', stats: { count: 2 } }],
      },
      {
        ...common,
        mediaType: 'voice',
        metrics: [{ metric: 'oLongestWaiting', stats: { calculatedMetricValue: 5 } }],
      },
      { ...completed, queueId: 'q1' },
      { ...completed, queueId: 'q2' },
    ]);
  });

  it('GEN-37 gives a part of a half hour exactly the bounds that were asked for', () => {
    const piece = { from: Date.UTC(2026, 10, 20, 18, 15), to: Date.UTC(2026, 10, 20, 18, 30), part: true };
    const interval = '2026-11-20T18:15:00.000Z/2026-11-20T18:30:00.000Z';
    const answer = aggregatesAnswerSchema.parse({
      results: [
        {
          group: { queueId: 'q1', mediaType: 'voice' },
          data: [{ interval, metrics: [{ metric: 'nOffered', stats: { count: 3 } }] }],
        },
      ],
    });
    expect(intervalEvents(answer, { ...asked, queueIds: [Q] }, piece)).toEqual([
      {
        kind: 'intervalObserved',
        queueId: Q,
        mediaType: 'voice',
        observedAt: SENT,
        origin: 'backfill',
        intervalStart: piece.from,
        intervalEnd: piece.to,
        metrics: [{ metric: 'nOffered', stats: { count: 3 } }],
      },
      {
        kind: 'snapshotCompleted',
        queueId: Q,
        observedAt: SENT,
        reason: 'backfill',
        scope: { kind: 'intervals', from: piece.from, to: piece.to, metrics: ['oWaiting'] },
      },
    ]);
  });

  it.each([null, undefined])('GEN-30 an answer with results %s is an empty one', (results) => {
    expect(gaugeEvents(observationsAnswerSchema.parse({ results }), asked)).toHaveLength(2);
  });
});

describe('listings', () => {
  const page = queuePageSchema.parse({
    entities: [
      {
        id: 'a',
        name: 'Sales',
        division: { id: 'd', name: 'Home' },
        mediaSettings: {
          call: { serviceLevel: { percentage: 0.8, durationMs: 20_000 } },
          email: { serviceLevel: { percentage: 'x' } },
          chat: null,
        },
      },
      { id: 'b', name: 'Help', division: null },
    ],
  });

  it('GEN-3 takes the media settings by the names of the stream', () => {
    expect(listingOf(page.entities, []).event.queues).toEqual([
      {
        id: 'a',
        name: 'Sales',
        divisionId: 'd',
        divisionName: 'Home',
        serviceLevels: [{ mediaType: 'voice', percentage: 0.8, durationMs: 20_000 }],
      },
      { id: 'b', name: 'Help', divisionId: '', divisionName: '', serviceLevels: [] },
    ]);
  });

  it('GEN-3 keeps the queues of the allow-list and names the missing', () => {
    const { event, missing } = listingOf(page.entities, ['b', 'c', 'b', '__proto__']);
    expect(event.queues.map(({ id }) => id)).toEqual(['b']);
    expect(missing).toEqual(['c', '__proto__']);
  });

  it('GEN-3 names presences by their English label, or what there is', () => {
    const listed = presencesOf([
      { id: '1', languageLabels: { de: 'Pause', en_US: 'Break' }, systemPresence: 'BREAK' },
      { id: '2', languageLabels: { fr: 'Repas' } },
      { id: '3', systemPresence: 'AWAY' },
      { id: '4' },
    ]);
    expect(listed.presences.map(({ name }) => name)).toEqual(['Break', 'Repas', 'AWAY', '4']);
  });
});

describe('waiting queues', () => {
  it('GEN-35 knows who waits, by media type', () => {
    const waiting = createWaitingQueues();
    const note = (mediaType: string | null, count: number) =>
      waiting.note({
        kind: 'gaugesObserved',
        queueId: Q,
        mediaType,
        observedAt: SENT,
        origin: 'live',
        metrics: [{ metric: 'oWaiting', stats: { count } }],
      });
    note('voice', 2);
    note('chat', 1);
    note('voice', 0);
    expect(waiting.has(Q)).toBe(true);
    note('chat', 0);
    note(null, 4);
    expect(waiting.has(Q)).toBe(false);
  });
});
