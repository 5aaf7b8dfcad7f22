import { describe, expect, it } from 'vitest';
import type { Board } from '../../../lib/contracts/board';
import { type ScreenReport, screenReportSchema } from '../../../lib/contracts/screen-report';
import { type SiteCounts, sitesFrameSchema } from '../../../lib/contracts/site-counts';
import { countSites } from '../../../server/alerts/site-counts';
import type { PreparedFrame } from '../../../server/push/frame';
import type { Screen } from '../../../server/push/screen';
import { ScreenReports, STUCK_AFTER_MS } from '../../../server/push/screen-reports';
import { COUNT_EVERY_MS, SiteTeller } from '../../../server/push/site-teller';
import { FakeClock } from '../../support/fake-clock';
import { boardOf } from '../../support/push-boards';

function report(agoMs: number | null, more: Partial<ScreenReport> = {}): ScreenReport {
  const view = { number: 3, of: 7 };
  return {
    painted: agoMs === null ? null : { position: null, view, agoMs, ownAt: 5, serverAt: 6 },
    ...{ build: 'b1', clockOffsetMs: 0, viewport: { width: 1920, height: 1080 } },
    ...{ memoryBytes: 1e7, sound: 'locked', ...more },
  };
}

function stage() {
  const clock = new FakeClock(1_000_000);
  const reports = new ScreenReports(clock);
  reports.joined('s1');
  return { clock, reports, stuck: () => reports.standingOf('s1')?.stuck };
}

describe('what screens say of themselves', () => {
  it('PUSH-60 is kept while the screen has a seat, the last of it, and told with the server’s own time', () => {
    const { clock, reports } = stage();
    expect(reports.take('s1', report(200))).toBe(true);
    clock.advance(10_000);
    expect(reports.take('s1', report(1_000))).toBe(true);
    clock.advance(5_000);
    expect(reports.standingOf('s1')).toEqual({
      ...{ report: report(1_000), receivedAt: 1_010_000, paintedAt: 1_009_000, stuck: false },
    });
    reports.joined('s1');
    reports.left('s1');
    expect(reports.isConnected('s1')).toBe(true);
    reports.left('s1');
    expect([reports.isConnected('s1'), reports.standingOf('s1')]).toEqual([false, null]);
    reports.left('s1');
    expect(reports.take('s1', report(0))).toBe(false);
    expect(reports.take('__proto__', report(0))).toBe(false);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['text', 'painted'],
    ['more than a report', { ...report(0), token: 'x' }],
    ['a time that is none', report(Number.NaN)],
    ['one before', report(-1)],
    ['a viewport without end', report(0, { viewport: { width: 1e9, height: 1 } })],
    ['a build that is a novel', report(0, { build: 'x'.repeat(101) })],
    ['a build that forges lines', report(0, { build: 'a\nb' })],
    ['a sound of its own', { ...report(0), sound: 'loud' }],
  ])('PUSH-60 takes no report that is %s', (_, raw) => {
    const { reports } = stage();
    expect(reports.take('s1', raw)).toBe(false);
    expect(reports.standingOf('s1')?.report).toBeNull();
  });

  it('PUSH-61 a screen that paints no more is stuck, though it goes on reporting', () => {
    const { clock, reports, stuck } = stage();
    for (let agoMs = 0; agoMs <= STUCK_AFTER_MS; agoMs += 30_000) {
      reports.take('s1', report(agoMs));
      expect(stuck()).toBe(false);
      clock.advance(30_000);
    }
    expect(stuck()).toBe(true);
    reports.take('s1', report(100));
    expect(stuck()).toBe(false);
  });

  it('PUSH-61 so is one that says nothing, and one that never painted; a clock that jumps changes nothing', () => {
    const silent = stage();
    silent.clock.advance(STUCK_AFTER_MS);
    silent.clock.jumpWallClock(24 * 3_600_000);
    expect(silent.stuck()).toBe(false);
    silent.clock.advance(1);
    expect(silent.stuck()).toBe(true);
    const blank = stage();
    for (let time = 0; time <= STUCK_AFTER_MS; time += 30_000) {
      blank.reports.take('s1', report(null));
      expect(blank.stuck()).toBe(false);
      blank.clock.advance(30_000);
    }
    expect(blank.stuck()).toBe(true);
    const gone = stage();
    gone.reports.take('s1', report(0));
    gone.clock.advance(STUCK_AFTER_MS + 1);
    expect(gone.stuck()).toBe(true);
  });

  it('PUSH-60 is understood as the screen says it', () => {
    expect(screenReportSchema.safeParse(report(0)).success).toBe(true);
  });
});

const CORK: SiteCounts = {
  site: 'Cork',
  devices: 2,
  offline: 1,
  unknown: 0,
  critical: 1,
  warning: 0,
  info: 0,
};

class Wall implements Screen {
  idle = true;
  readonly frames: PreparedFrame[] = [];
  isIdle = () => this.idle;
  deliver(frame: PreparedFrame): boolean {
    if (this.idle) this.frames.push(frame);
    return this.idle;
  }
  queue = (): void => {};
  refuse = (): void => {};
  get told(): number[] {
    return this.frames.map(({ json }) => sitesFrameSchema.parse(JSON.parse(json)).sites[0]?.devices ?? 0);
  }
}

function sites() {
  const clock = new FakeClock();
  const withPanel: Board = boardOf('panel', {
    pages: [{ id: 'p', title: 'p', seconds: 20, tiles: [], table: null, trends: [], devices: { id: 'd' } }],
  });
  const boards = new Map([withPanel, boardOf('plain')].map((board) => [board.id, board]));
  let counted = 0;
  const desk = {
    counts: { sites: [CORK], more: 0 },
    siteCounts() {
      counted += 1;
      return this.counts;
    },
  };
  const teller = new SiteTeller({ desk, clock, board: (id) => boards.get(id) ?? null });
  return { clock, desk, teller, boards, counted: () => counted };
}

describe('devices by site', () => {
  it('PUSH-62 are told to boards that show them, at once and when they are others, by one frame', () => {
    const { teller, clock, desk } = sites();
    const [one, two, other] = [new Wall(), new Wall(), new Wall()];
    teller.add(one, 'panel');
    teller.add(two, 'panel');
    teller.add(other, 'plain');
    clock.advance(10 * COUNT_EVERY_MS);
    expect([one.told, two.told, other.told]).toEqual([[2], [2], []]);
    expect(one.frames[0]).toBe(two.frames[0]);
    expect(one.frames[0]?.event).toBe('sites');
    desk.counts = { sites: [{ ...CORK, devices: 3 }], more: 0 };
    clock.advance(COUNT_EVERY_MS);
    expect([one.told, two.told]).toEqual([
      [2, 3],
      [2, 3],
    ]);
    teller.close();
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-62 are not counted where no board shows them, and told to a board that is changed to show them', () => {
    const { teller, clock, boards, counted } = sites();
    const wall = new Wall();
    teller.add(wall, 'plain');
    clock.advance(10 * COUNT_EVERY_MS);
    expect(counted()).toBe(0);
    boards.set('plain', { ...boards.get('panel'), id: 'plain' } as Board);
    clock.advance(COUNT_EVERY_MS);
    expect(wall.told).toEqual([2]);
    teller.remove(wall);
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-62 pass over a screen that does not read, which gets the newest when it does', () => {
    const { teller, clock, desk } = sites();
    const wall = new Wall();
    wall.idle = false;
    teller.add(wall, 'panel');
    desk.counts = { sites: [{ ...CORK, devices: 9 }], more: 0 };
    clock.advance(2 * COUNT_EVERY_MS);
    wall.idle = true;
    clock.advance(COUNT_EVERY_MS);
    expect(wall.told).toEqual([9]);
    teller.close();
  });

  it('PUSH-62 count every device and every active alert, the troubled first, and say how many sites are left out', () => {
    const device = (deviceId: string, site: string | null, connection: 'online' | 'offline' | 'unknown') => ({
      ...{ deviceId, site, connection, product: null, firmwareVersion: null, connectionSince: null },
      ...{ lastAlertAt: null, clockSkewMs: null, clearedThrough: new Map() },
    });
    const devices = [
      device('1', 'Bonn', 'online'),
      device('2', 'Cork', 'offline'),
      device('3', 'Cork', 'unknown'),
      device('4', null, 'online'),
      ...Array.from({ length: 250 }, (_, n) => device(`x${n}`, `Z${String(n).padStart(3, '0')}`, 'online')),
    ];
    const open = new Map([
      ['1', [{ state: 'active-acknowledged', level: 'warning' }]],
      ['2', [{ state: 'active-unacknowledged', level: 'critical' }]],
      ['3', [{ state: 'cleared-unacknowledged', level: 'critical' }]],
    ]);
    const counted = countSites({
      // Only what is counted by is read.
      devices: () => devices as never,
      openOf: (id) => (open.get(id) ?? []) as never,
    });
    expect(counted.sites.slice(0, 2)).toEqual([
      { site: 'Cork', devices: 2, offline: 1, unknown: 1, critical: 1, warning: 0, info: 0 },
      { site: 'Bonn', devices: 1, offline: 0, unknown: 0, critical: 0, warning: 1, info: 0 },
    ]);
    expect([counted.sites.length, counted.more]).toEqual([200, 53]);
  });
});
