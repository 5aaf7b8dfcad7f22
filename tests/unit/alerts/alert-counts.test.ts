import { afterEach, describe, expect, it } from 'vitest';
import type { AlertsOptions } from '../../../server/alerts/alerts';
import { CountBook, type OwnerShare } from '../../../server/alerts/count-book';
import { quarterOf } from '../../../server/alerts/quarters';
import type { StoredDevice } from '../../../server/store/alert-ports';
import { FakeClock } from '../../support/fake-clock';
import { cleared, figures, HOUR, MINUTE, ownerKey, presence, raised, START, Stage } from './ledger-stage';

const stages: Stage[] = [];
async function started(more: Partial<AlertsOptions> = {}, clock?: FakeClock): Promise<Stage> {
  const stage = await new Stage(more, undefined, clock).start();
  stages.push(stage);
  return stage;
}
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

const told = (stage: Stage) =>
  stage.told.map((event) =>
    event.kind === 'deviceFiguresObserved' ? `${ownerKey(event)} ${event.critical}` : '',
  );

describe('telling figures', () => {
  const rules = [{ queueId: 'q', deviceId: 'q-*' }];

  it('ALERT-42 tells the first change at once, then what changed four times a second at most', async () => {
    const stage = await started({ rules });
    await stage.settle();
    await stage.take(raised('q-1', 0));
    await stage.clock.advanceAsync(0.1);
    expect(told(stage)).toEqual(['queue:q 1']);
    await stage.take(raised('q-1', 1));
    await stage.take(raised('q-1', 2));
    await stage.clock.advanceAsync(249);
    expect(told(stage)).toEqual(['queue:q 1']);
    await stage.clock.advanceAsync(1);
    expect(told(stage)).toEqual(['queue:q 1', 'queue:q 3']);
    await stage.take(raised('x', 0));
    await stage.settle();
    expect(told(stage).slice(2)).toEqual(['unmapped 1']);
  });

  it('ALERT-42 is silent where a change comes to nothing, and tells zeros once', async () => {
    const stage = await started({ rules: [{ queueId: 'q', site: 'Oslo' }] });
    await stage.take(presence('d', 'offline'));
    await stage.settle();
    await stage.take(presence('d', 'online'));
    await stage.take(presence('d', 'offline'));
    await stage.settle();
    expect(stage.told).toHaveLength(1);
    await stage.take(cleared('d', 0, { site: 'Oslo' }));
    await stage.settle();
    await stage.clock.advanceAsync(2 * MINUTE, MINUTE);
    const zeros = stage.told.filter((event) => event.kind === 'deviceFiguresObserved' && event.offline === 0);
    expect(zeros).toMatchObject([{ owner: { kind: 'unmapped' }, ...figures() }]);
    expect(stage.figures()).toEqual(
      new Map([
        ['queue:q', figures({ offline: 1 })],
        ['site:Oslo', figures({ offline: 1 })],
      ]),
    );
  });

  it('ALERT-45 lets a device take its share along, today included, when it says that it is elsewhere', async () => {
    const stage = await started({ rules: [{ queueId: 'q', product: 'X' }] });
    await stage.take(
      raised('d', 0, { site: 'Oslo', product: 'Y' }),
      raised('e', 0, { site: 'Oslo', product: 'Y' }),
      cleared('d', 1),
    );
    await stage.settle();
    await stage.take(raised('d', 2, { site: 'Rome', product: 'X' }), presence('d', 'offline'));
    await stage.settle();
    const moved = figures({ critical: 1, unacknowledged: 1, today: 2, offline: 1 });
    const left = figures({ critical: 1, unacknowledged: 1, today: 1 });
    expect(stage.figures()).toEqual(
      new Map([
        ['unmapped', left],
        ['site:Oslo', left],
        ['queue:q', moved],
        ['site:Rome', moved],
      ]),
    );
  });
});

describe('today', () => {
  /** Wall time of the zone as UTC; asked a minute before and after its midnight. */
  it.each([
    ['UTC', '2026-11-21T00:00:00Z'],
    ['Asia/Kathmandu', '2026-11-20T18:15:00Z'],
    ['Australia/Adelaide', '2026-11-20T13:30:00Z'],
    ['Pacific/Chatham', '2026-11-20T10:15:00Z'],
    ['Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['Europe/Berlin', '2026-10-24T22:00:00Z'],
    // The clocks go forward over midnight: the day starts at 01:00.
    ['America/Santiago', '2026-09-06T04:00:00Z'],
  ])('ALERT-43 begins anew at midnight in %s (%s), by itself, and not before', async (timeZone, midnight) => {
    const start = Date.parse(midnight);
    const clock = new FakeClock(start - 20 * MINUTE - 0.5);
    const zones = {
      timeZone: 'America/Sao_Paulo',
      timeZoneOf: (id: string) => (id === 'q' ? timeZone : 'UTC'),
    };
    const stage = await started({ zones, rules: [{ queueId: 'q', deviceId: '*' }] }, clock);
    const at = (offset: number) => raised('d', start - START + offset, { site: 'S' });
    await stage.take(at(-20 * MINUTE), at(-16 * MINUTE), at(-1), cleared('d', start - START));
    await stage.settle();
    expect(stage.figures().get('queue:q')).toEqual(figures({ today: 3 }));
    await clock.advanceAsync(20 * MINUTE - 4_000, 1_000);
    expect(stage.figures().get('queue:q')).toEqual(figures({ today: 3 }));
    await clock.advanceAsync(4_000, 250);
    expect(stage.figures().get('queue:q')).toBeUndefined();
    expect(stage.figures().get('site:S')).toEqual(figures({ today: 3 }));
    await stage.take(at(0), at(-2), cleared('d', start - START + 1));
    await stage.settle();
    expect(stage.figures().get('queue:q')).toEqual(figures({ today: 1 }));
  });

  it('ALERT-43 is right again after the wall clock was a day ahead for a while', async () => {
    const stage = await started();
    await stage.take(raised('d', 0));
    await stage.settle();
    stage.clock.jumpWallClock(24 * HOUR);
    await stage.settle();
    expect(stage.figures().get('unmapped')?.today).toBe(0);
    stage.clock.jumpWallClock(-24 * HOUR);
    await stage.settle();
    expect(stage.figures().get('unmapped')?.today).toBe(1);
  });
});

describe('the book of counts', () => {
  const device = (deviceId: string, site: string | null): StoredDevice => ({
    deviceId,
    site,
    product: null,
    firmwareVersion: null,
    connection: 'offline',
    connectionSince: 0,
    lastAlertAt: null,
    clockSkewMs: null,
    clearedThrough: [],
  });
  const shown = (book: CountBook) =>
    [...book.owners()].map(({ owner, offline, quarters }) => [
      owner.kind === 'site' ? owner.site : owner.kind,
      offline,
      [...quarters.values()].reduce((a, b) => a + b, 0),
    ]);

  it('ALERT-46 gives figures of their own to so many sites, and a place that is free again to the next', () => {
    const moved: OwnerShare[] = [];
    const book = new CountBook({ queueOf: () => null, moved: (share) => moved.push(share), maxSites: 2 });
    for (const site of ['A', 'B', 'C']) book.place(device(`in ${site}`, site));
    expect(shown(book)).toEqual([
      ['unmapped', 3, 0],
      ['A', 1, 0],
      ['B', 1, 0],
    ]);
    book.place(device('in A', null));
    expect(moved.at(-1)?.owner).toEqual({ kind: 'site', site: 'A' });
    book.place(device('new', 'D'));
    expect(shown(book)).toEqual([
      ['unmapped', 4, 0],
      ['B', 1, 0],
      ['D', 1, 0],
    ]);
  });

  it('ALERT-46 remembers so many quarters by device: past it alerts stay with whom they were raised for', () => {
    const book = new CountBook({ queueOf: () => null, moved: () => {}, maxQuarters: 2 });
    book.place(device('d', 'A'));
    for (const at of [0, HOUR, 2 * HOUR, 2 * HOUR]) book.raised('d', quarterOf(START + at), 1);
    book.place(device('d', 'B'));
    expect(shown(book)).toEqual([
      ['unmapped', 1, 4],
      ['B', 1, 2],
    ]);
    book.forget(quarterOf(START + HOUR));
    expect(shown(book)).toEqual([
      ['unmapped', 1, 3],
      ['B', 1, 1],
    ]);
    book.raised('d', quarterOf(START + 3 * HOUR), 1);
    book.raised('d', quarterOf(START), 1);
    book.place(device('d', null));
    expect(shown(book)).toEqual([['unmapped', 1, 4]]);
  });
});
