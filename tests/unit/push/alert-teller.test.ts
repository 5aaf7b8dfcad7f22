import { describe, expect, it } from 'vitest';
import { alertsFrameSchema } from '../../../lib/contracts/alert';
import { DEFAULT_AUDIENCE } from '../../../lib/contracts/board';
import { tellingOfAlerts } from '../../../server/push/alert-teller';
import { DESK_AUDIENCE } from '../../../server/push/audience/audience-of';
import type { PreparedFrame } from '../../../server/push/frame';
import type { Screen } from '../../../server/push/screen';
import { createTellers } from '../../../server/push/tellers';
import { WholeTeller } from '../../../server/push/whole-teller';
import { aGroup } from '../../support/alert-frames';
import { FakeClock } from '../../support/fake-clock';
import { FakeDesk } from '../../support/fake-desk';
import { FakeKpiReader } from '../../support/fake-kpi-reader';
import { boardOf, FakeBoards } from '../../support/push-boards';

class Reader implements Screen {
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
    return this.frames.map(({ json }) => alertsFrameSchema.parse(JSON.parse(json)).more);
  }
}

function stage() {
  const clock = new FakeClock();
  const desk = new FakeDesk();
  const audienceAt = ({ audience }: { audience: 'floor' | 'desk' }) =>
    audience === 'desk' ? DESK_AUDIENCE : DEFAULT_AUDIENCE;
  const teller = new WholeTeller(tellingOfAlerts(desk, audienceAt), clock);
  return { clock, desk, teller };
}

describe('telling screens of alerts', () => {
  it('PUSH-24 tells who comes, and all when it is another, with one frame for all', () => {
    const { desk, teller, clock } = stage();
    const [one, two] = [new Reader(), new Reader()];
    teller.add(one, 'main', 'desk');
    teller.add(two, 'main', 'desk');
    expect([one.told, two.told]).toEqual([[0], [0]]);
    expect(one.frames[0]).toBe(two.frames[0]);
    expect(one.frames[0]?.event).toBe('alerts');
    desk.show(7);
    clock.advance(10_000);
    expect([one.told, two.told]).toEqual([
      [0, 7],
      [0, 7],
    ]);
    teller.close();
    expect(desk.listeners).toBe(0);
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-25 passes over a screen that does not read, which gets the newest when it does', () => {
    const { desk, teller, clock } = stage();
    const slow = new Reader();
    const fast = new Reader();
    slow.idle = false;
    teller.add(slow, 'main', 'desk');
    teller.add(fast, 'main', 'desk');
    for (const more of [1, 2, 3]) desk.show(more);
    clock.advance(60_000);
    expect(slow.told).toEqual([]);
    expect(fast.told).toEqual([0, 1, 2, 3]);
    slow.idle = true;
    clock.advance(250);
    expect(slow.told).toEqual([3]);
    clock.advance(60_000);
    expect([slow.told, fast.told]).toEqual([[3], [0, 1, 2, 3]]);
    expect(clock.pendingCount).toBe(0);
  });

  it('PUSH-25 tells nobody who left, and nobody where there are no devices', () => {
    const { desk, teller, clock } = stage();
    const gone = new Reader();
    teller.add(gone, 'main', 'desk');
    teller.remove(gone);
    desk.show(1);
    expect(gone.told).toEqual([0]);
    const none = new Reader();
    const tellers = createTellers({
      clock,
      reader: new FakeKpiReader(),
      boards: new FakeBoards([boardOf('main')]),
    });
    for (const one of tellers) one.add(none, 'main', 'desk');
    clock.advance(60_000);
    expect(none.told).toEqual([]);
    for (const one of tellers) one.close();
  });

  it('PUSH-43 PUSH-44 tells the floor anew when its board names people otherwise, and the desk nothing new', () => {
    const clock = new FakeClock();
    const desk = new FakeDesk();
    Object.assign(desk.frame(), { groups: [aGroup({ acknowledgedBy: 'Anna Krüger' })] });
    const boards = new FakeBoards([boardOf('main'), boardOf('other')]);
    const tellers = createTellers({ clock, reader: new FakeKpiReader(), boards, alerts: desk });
    const [floor, office, elsewhere] = [new Reader(), new Reader(), new Reader()];
    for (const one of tellers) {
      one.add(floor, 'main', 'floor');
      one.add(office, 'main', 'desk');
      one.add(elsewhere, 'other', 'floor');
    }
    const names = (reader: Reader) =>
      reader.frames.map(({ json }) => alertsFrameSchema.parse(JSON.parse(json)).groups[0]?.acknowledgedBy);
    for (const named of ['initials', 'full', 'none'] as const) {
      boards.set([boardOf('main', { audience: { ...DEFAULT_AUDIENCE, names: named } }), boardOf('other')]);
    }
    expect([names(floor), names(office), names(elsewhere)]).toEqual([
      [null, 'A.K.', 'Anna Krüger', null],
      ['Anna Krüger'],
      [null],
    ]);
    // Who may know the same is told by the same bytes, whatever the board.
    expect(floor.frames[3]).toBe(elsewhere.frames[0]);
    for (const one of tellers) one.close();
    expect(clock.pendingCount).toBe(0);
  });
});
