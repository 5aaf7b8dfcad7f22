import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duty } from '../../../server/cluster/duties';
import { FeedLinks, type LinkNews, SILENT_MS } from '../../../server/cluster/feed-links';
import { FakeClock } from '../../support/fake-clock';

const S: Duty = 'shard:0';

function stand() {
  const clock = new FakeClock(0);
  const said: LinkNews[] = [];
  const links = new FeedLinks({ clock, say: (news) => void said.push(news) });
  const words = () =>
    said
      .splice(0)
      .map(
        (news) => `${news.kind === 'lost' && news.isBeyondBlip ? 'silent' : news.kind} ${news.ids.join()}`,
      );
  const pass = (ms: number) => {
    clock.advance(ms);
    links.tick();
  };
  return { clock, links, words, pass, said };
}

/** Known as a whole, with these live. */
function known(...live: string[]) {
  const stood = stand();
  stood.links.beat(S, 5);
  stood.links.whole(S, 5, live);
  stood.words();
  return stood;
}

describe('who is silent', () => {
  it('CLUSTER-20 for five seconds is stale beyond a blip, said once, since when it was heard', () => {
    const { links, words, pass, said, clock } = known('q1', 'q2');
    const heardAt = clock.now();
    pass(SILENT_MS - 1);
    expect(words()).toEqual([]);
    pass(1);
    expect(said).toEqual([
      {
        ...{ kind: 'lost', duty: S, ids: ['q1', 'q2'] },
        at: heardAt + SILENT_MS,
        heardAt,
        isBeyondBlip: true,
      },
    ]);
    words();
    pass(SILENT_MS);
    expect(words()).toEqual([]);
    expect(links.isHeard(S)).toBe(false);
  });

  it('CLUSTER-20 what is read late tells what was, and makes no dead owner live', () => {
    const { links, words, pass } = known('q1');
    pass(SILENT_MS);
    expect(words()).toEqual(['silent q1']);
    links.beat(S, 5, SILENT_MS);
    links.whole(S, 5, ['q1', 'q2'], SILENT_MS);
    expect(words()).toEqual([]);
    expect(links.isHeard(S)).toBe(false);
    links.beat(S, 5, 1_000);
    expect(words()).toEqual(['restored q1,q2']);
    pass(SILENT_MS - 1_001);
    expect(words()).toEqual([]);
    pass(1);
    expect(words()).toEqual(['silent q1,q2']);
  });

  it('CLUSTER-25 a queue that is another shard’s by now is no more of this one', () => {
    const { links, words } = known('q1', 'q2');
    links.beat('shard:1', 6);
    links.whole('shard:1', 6, ['q1']);
    words();
    links.forget(S, ['q1', 'q2']);
    expect(words()).toEqual(['lost q2']);
    links.whole(S, 5, []);
    expect(words()).toEqual([]);
    expect(links.liveOf('shard:1')).toEqual(['q1']);
  });

  it('CLUSTER-20 an entry is a sign of life as well', () => {
    const { links, words, pass } = known('q1');
    pass(SILENT_MS - 1);
    links.hear(S, 5);
    pass(SILENT_MS - 1);
    expect(words()).toEqual([]);
  });

  it('CLUSTER-21 is live again by the beat that follows the backlog, not by its first entry', () => {
    const { links, words, pass } = known('q1', 'q2');
    pass(SILENT_MS);
    words();
    links.hear(S, 5);
    links.lost(S, 5, { ids: ['q2'], heardAt: 0 });
    expect(words()).toEqual([]);
    links.beat(S, 5);
    expect(words()).toEqual(['restored q1']);
  });

  it('CLUSTER-21 is live again where it tells the whole', () => {
    const { links, words, pass } = known('q1');
    pass(SILENT_MS);
    words();
    links.whole(S, 5, ['q1', 'q3']);
    expect(words()).toEqual(['restored q1,q3']);
  });
});

describe('fences', () => {
  it('CLUSTER-22 an older one says nothing any more', () => {
    const { links, words } = known('q1');
    expect(links.hear(S, 4)).toBe(false);
    expect(links.beat(S, 4)).toBe(false);
    links.lost(S, 4, { ids: ['q1'], heardAt: 0 });
    links.restored(S, 4, ['q9']);
    links.whole(S, 4, []);
    expect(words()).toEqual([]);
    expect(links.liveOf(S)).toEqual(['q1']);
  });

  it('CLUSTER-22 a newer one begins anew: lost for a blip, live when it has told the whole', () => {
    const { links, words } = known('q1', 'q2');
    links.beat(S, 6);
    expect(words()).toEqual(['lost q1,q2']);
    expect(links.unsure()).toEqual([S]);
    links.restored(S, 6, ['q1']);
    expect(words()).toEqual([]);
    links.whole(S, 6, ['q1']);
    expect(words()).toEqual(['restored q1']);
    expect(links.unsure()).toEqual([]);
  });
});

describe('what may have been missed', () => {
  it('CLUSTER-23 after a gap nothing of others is sure, and all of this node is', () => {
    const { links, words } = known('q1');
    links.own('shard:1', 7, ['q7']);
    words();
    links.gap();
    links.gap();
    expect(words()).toEqual(['lost q1']);
    expect(links.unsure()).toEqual([S]);
    links.whole(S, 5, ['q1']);
    expect(words()).toEqual(['restored q1']);
  });

  it('CLUSTER-23 a queue that is listed only now was not heard of before: its shard is asked again', () => {
    const { links, words } = known('q1', 'q2');
    links.list(['q1']);
    expect(words()).toEqual(['lost q1,q2']);
    links.whole(S, 5, ['q1', 'q2']);
    words();
    links.list(['q1']);
    expect(words()).toEqual([]);
    links.list(['q1', 'q2']);
    expect(words()).toEqual(['lost q1,q2']);
    expect(links.unsure()).toEqual([S]);
  });
});

describe('duties of this node', () => {
  it('CLUSTER-24 are never silent while it has them, and are like any other afterwards', () => {
    const { links, words, pass } = stand();
    links.own(S, 5, ['q1']);
    expect(words()).toEqual(['restored q1']);
    pass(SILENT_MS * 3);
    expect([words(), links.isOwn(S), links.unsure()]).toEqual([[], true, []]);
    links.disown(S);
    pass(SILENT_MS);
    expect(words()).toEqual(['silent q1']);
  });

  it('CLUSTER-24 what the owner before had live is lost but for what this node has live', () => {
    const { links, words } = known('q1', 'q2');
    links.own(S, 6, ['q2']);
    expect(words()).toEqual(['lost q1,q2', 'restored q2']);
  });

  it('CLUSTER-24 an owner that was paused hears the next one', () => {
    const { links, words } = stand();
    links.own(S, 5, ['q1']);
    words();
    links.beat(S, 6);
    expect([words(), links.isOwn(S)]).toEqual([['lost q1'], false]);
  });
});

const ids = fc.subarray(['q1', 'q2', 'q3']);
const fence = fc.integer({ min: 1, max: 4 });
const happening = fc.oneof(
  fc.record({ what: fc.constantFrom('hear', 'beat', 'own'), fence, ids }),
  fc.record({ what: fc.constantFrom('lost', 'restored', 'whole'), fence, ids }),
  fc.record({ what: fc.constantFrom('gap', 'pass', 'disown', 'list'), fence, ids }),
);

it('CLUSTER-25 who adds up what was said knows at any time what is live, sure and heard', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      const { links, pass, said } = stand();
      let newest = 0;
      for (const { what, fence: number, ids: some } of happenings) {
        if (what === 'hear') links.hear(S, number);
        else if (what === 'beat') links.beat(S, number);
        // The table gives a node a newer fence only.
        else if (what === 'own') links.own(S, Math.max(newest, number), some);
        else if (what === 'lost') links.lost(S, number, { ids: some, heardAt: 0 });
        else if (what === 'restored') links.restored(S, number, some);
        else if (what === 'whole') links.whole(S, number, some);
        else if (what === 'gap') links.gap();
        else if (what === 'disown') links.disown(S);
        else if (what === 'list') links.list(some);
        else pass(number * 1_500);
        if (['hear', 'beat', 'own'].includes(what)) newest = Math.max(newest, number);
        const shown = new Set<string>();
        for (const { kind, ids: named } of said)
          for (const id of named) kind === 'restored' ? shown.add(id) : shown.delete(id);
        const isShown = links.isHeard(S) && links.isSure(S);
        expect([...shown].sort()).toEqual(isShown ? [...links.liveOf(S)].sort() : []);
      }
    }),
  );
});
