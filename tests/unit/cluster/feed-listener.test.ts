import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueId } from '../../../lib/ids';
import type { Duty } from '../../../server/cluster/duties';
import type { FeedEvent } from '../../../server/cluster/feed-entry';
import { FeedLinks, type LinkNews } from '../../../server/cluster/feed-links';
import { FeedListener, linkChangeOf } from '../../../server/cluster/feed-listener';
import { FakeClock } from '../../support/fake-clock';

type Fields = Readonly<Record<string, string>>;
const S: Duty = 'shard:0';
const gauges = (n: number) => ({ kind: 'gaugesObserved', queueId: 'q', n });
const of = (duty: Duty, fence: number, k: string, body: unknown, more: Fields = {}): Fields => ({
  ...{ w: 'b', d: duty, f: `${fence}`, k, t: '', p: JSON.stringify(body) },
  ...more,
});
const beat = (...feeds: [string, number][]): Fields => ({
  ...{ w: 'b', k: 'beat', p: JSON.stringify({ feeds, status: 'well' }) },
});

function stand() {
  const clock = new FakeClock();
  const told: string[] = [];
  const news: LinkNews[] = [];
  const links = new FeedLinks({ clock, say: (one) => void news.push(one) });
  const listener = new FeedListener({
    ...{ nodeId: 'me', clock, links },
    apply: (event) => void told.push(`apply ${event.kind} ${(event as { n?: number }).n ?? ''}`.trim()),
    onPlan: (body) => void told.push(`plan ${body}`),
    onBeat: (node, status) => void told.push(`beat ${node} ${status}`),
    onAsked: (node, duties) => void told.push(`asked ${node} ${duties.join()}`),
    ask: (duties) => void told.push(`ask ${duties.join()}`),
  });
  let seq = 0;
  const take = (...entries: Fields[]) =>
    listener.take(
      entries.map((fields) => {
        seq = fields.n === undefined ? seq + 1 : Number(fields.n);
        return { id: `${clock.now()}-${seq}`, fields: new Map(Object.entries({ n: `${seq}`, ...fields })) };
      }),
    );
  return { clock, links, listener, take, news, words: () => told.splice(0) };
}

/** Listing and a shard of another node, both known as a whole. */
function known() {
  const stood = stand();
  stood.take(
    beat(['listing', 4], [S, 5]),
    of('listing', 4, 'whole', { live: [] }),
    of(S, 5, 'whole', { live: ['q'] }),
  );
  stood.words();
  stood.news.length = 0;
  return stood;
}

describe('what others tell', () => {
  it('CLUSTER-32 is applied in order; its own and what is for another node is left alone', () => {
    const { take, words } = known();
    take(
      of(S, 5, 'events', [gauges(1), gauges(2)]),
      of(S, 5, 'events', [gauges(3)], { w: 'me' }),
      of(S, 5, 'state', [gauges(4)], { t: 'other' }),
      of(S, 5, 'state', [gauges(5)], { t: 'me' }),
      of(S, 4, 'events', [gauges(6)]),
      of('listing', 4, 'plan', [['q']]),
    );
    expect(words()).toEqual([
      ...['apply gaugesObserved 1', 'apply gaugesObserved 2', 'apply gaugesObserved 5'],
      'plan [["q"]]',
    ]);
  });

  it('CLUSTER-32 events of links are judged, not applied', () => {
    const { take, words, news } = known();
    take(of(S, 5, 'events', [{ kind: 'linkLost', queueIds: ['q'], at: 1, heardAt: 1 }]));
    take(of(S, 5, 'events', [{ kind: 'linkRestored', queueIds: ['q'], at: 2 }]));
    expect(words()).toEqual([]);
    expect(news.map(({ kind, ids }) => `${kind} ${ids.join()}`)).toEqual(['lost q', 'restored q']);
  });

  it.each<[FeedEvent, unknown]>([
    [
      { kind: 'linkLost', queueIds: [queueId('q')], at: 9, heardAt: 7 },
      { ids: ['q'], heardAt: 7 },
    ],
    [
      { kind: 'linkRestored', queueIds: [queueId('q')], at: 9 },
      { ids: ['q'], heardAt: null },
    ],
    [
      { kind: 'deviceLinkLost', at: 9, heardAt: 7 },
      { ids: ['*'], heardAt: 7 },
    ],
    [
      { kind: 'deviceLinkRestored', at: 9 },
      { ids: ['*'], heardAt: null },
    ],
    [
      { kind: 'sessionsLost', at: 9, heardAt: 7 },
      { ids: ['*'], heardAt: 7 },
    ],
    [
      { kind: 'sessionsRestored', at: 9 },
      { ids: ['*'], heardAt: null },
    ],
    [{ kind: 'presencesListed', presences: [] }, null],
  ])('CLUSTER-32 %o is about links or not', (event, change) => {
    expect(linkChangeOf(event)).toEqual(change);
  });
});

describe('what may be missing', () => {
  it('CLUSTER-33 a number that is left out or comes again makes all of others unsure, and is asked for at once', () => {
    const { take, words, listener, news } = known();
    take(of(S, 5, 'events', [gauges(1)], { n: '9' }));
    expect(words()).toEqual(['apply gaugesObserved 1', 'ask listing']);
    expect([listener.gaps, news.map(({ kind }) => kind)]).toEqual([1, ['lost']]);
    take({ ...beat(), n: '1' });
    expect([listener.gaps, words()]).toEqual([2, ['beat b well', 'ask listing']]);
  });

  it('CLUSTER-33 an entry of which nothing can be read is missing', () => {
    const { take, listener } = known();
    take({ w: 'b', k: 'beat' }, beat());
    expect([listener.unread, listener.gaps]).toEqual([1, 1]);
  });

  it('CLUSTER-33 the first number is as good as any', () => {
    const { take, listener } = stand();
    take({ ...beat(), n: '500' }, beat());
    expect(listener.gaps).toBe(0);
  });

  it('CLUSTER-34 asks for the list first, then for the rest, never for webhooks', () => {
    const { take, words } = stand();
    take(beat(['listing', 1], [S, 2], ['alerts', 3], ['calls', 4]));
    expect(words()).toEqual(['beat b well', 'ask listing']);
    take(of('listing', 1, 'whole', { live: [] }));
    expect(words()).toEqual(['ask shard:0,alerts']);
    take(of(S, 2, 'whole', { live: [] }), of('alerts', 3, 'whole', { live: ['*'] }));
    expect(words()).toEqual([]);
  });

  it('CLUSTER-34 asks again after a second, not sooner, and not for who is silent', () => {
    const { take, words, clock, listener, links } = stand();
    take(beat([S, 2]));
    words();
    clock.advance(999);
    listener.review();
    expect(words()).toEqual([]);
    clock.advance(1);
    listener.review();
    expect(words()).toEqual(['ask shard:0']);
    clock.advance(5_000);
    links.tick();
    listener.review();
    expect(words()).toEqual([]);
  });

  it('CLUSTER-34 who asks is heard, for the duties that this build knows', () => {
    const { take, words } = stand();
    take({ w: 'b', k: 'join', p: JSON.stringify({ duties: ['listing', 'moon', 'shard:3'] }) });
    expect(words()).toEqual(['asked b listing,shard:3']);
  });
});

describe('what cannot be read', () => {
  it.each<[string, Fields]>([
    ['a beat that is none', { w: 'b', k: 'beat', p: '{"feeds":1}' }],
    ['a question that is none', { w: 'b', k: 'join', p: '[' }],
    ['a kind of another build, of a node', { w: 'b', k: 'moon', p: '{}' }],
    ['a kind of another build, of a duty', of(S, 5, 'moon', {})],
    ['a duty of another build', of('moon' as Duty, 5, 'events', [])],
    ['a whole that is none', of(S, 5, 'whole', { live: 'all' })],
  ])('CLUSTER-35 is counted and harms nobody: %s', (_name, fields) => {
    const { take, words, listener, links } = known();
    take(fields, of(S, 5, 'events', [gauges(1)]));
    expect([listener.unread, listener.gaps, words()]).toEqual([1, 0, ['apply gaugesObserved 1']]);
    expect(links.liveOf(S)).toEqual(['q']);
  });

  it('CLUSTER-35 whatever stands in an entry, nothing throws and the next is read', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('beat', 'join', 'events', 'whole', 'listing', '1', '[]', '{}', 'null'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('n', 'w', 'd', 'f', 'k', 't', 'p'), word)),
        (entries) => {
          const { listener, take, words } = known();
          listener.take(entries.map((fields) => ({ id: '1', fields: new Map(Object.entries(fields)) })));
          words();
          take(of(S, Number.MAX_SAFE_INTEGER, 'events', [gauges(1)]));
          expect(words()[0]).toBe('apply gaugesObserved 1');
        },
      ),
    );
  });
});
