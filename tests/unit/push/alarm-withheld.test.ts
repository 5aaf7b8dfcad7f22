import { describe, expect, it } from 'vitest';
import type { AlarmsFrame } from '../../../lib/contracts/alarm';
import { DEFAULT_AUDIENCE } from '../../../lib/contracts/board';
import { tellingOfAlarms } from '../../../server/push/alarm-teller';
import { DESK_AUDIENCE } from '../../../server/push/audience/audience-of';
import type { PreparedFrame } from '../../../server/push/frame';
import type { Screen } from '../../../server/push/screen';
import { WholeTeller } from '../../../server/push/whole-teller';
import { FakeClock } from '../../support/fake-clock';
import { change, FakeKpiReader } from '../../support/fake-kpi-reader';

class Wall implements Screen {
  readonly told: string[][] = [];
  readonly since: number[] = [];
  isIdle = () => true;
  deliver({ json }: PreparedFrame): boolean {
    // Made by the teller under test, of the alarms below.
    const { alarms } = JSON.parse(json) as AlarmsFrame;
    this.told.push(alarms.map(({ key }) => key));
    this.since.push(...alarms.map(({ since }) => since));
    return true;
  }
  queue = () => {};
  refuse = () => {};
}

const KEY = 'kpi:queue:a#agentsAvailable';
const FRAME = {
  ...{ more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
  alarms: [
    {
      ...{ key: KEY, kind: 'kpi' as const, level: 'warning' as const, subject: 'queue:a' },
      ...{ kpi: 'agentsAvailable' as const, text: 'few', since: 1, acknowledgement: null },
    },
  ],
};

const NOTHING_COUNTED = { interrupted: [], flooded: [], unlisted: [], shelved: [] };

describe('alarms on the floor', () => {
  it('PUSH-49 go within a second of their group becoming small, and come back, without a word of the desk', () => {
    const clock = new FakeClock();
    const reader = new FakeKpiReader(['queue:a']);
    const telling = tellingOfAlarms({
      ...{ reader, clock },
      desk: { frame: () => FRAME, counted: () => NOTHING_COUNTED, subscribe: () => () => {} },
      audienceAt: ({ audience }) =>
        audience === 'desk' ? DESK_AUDIENCE : { ...DEFAULT_AUDIENCE, minimumGroup: 5 },
    });
    const teller = new WholeTeller(telling, clock);
    const begun = clock.now();
    const [floor, desk] = [new Wall(), new Wall()];
    reader.announce([change('queue:a', 'agentsOnQueue', 5)]);
    teller.add(floor, 'main', 'floor');
    teller.add(desk, 'main', 'desk');
    clock.advance(10_000);
    for (const people of [4, 3, 6]) {
      reader.announce([change('queue:a', 'agentsOnQueue', people)]);
      clock.advance(1_000);
    }
    expect([floor.told, desk.told]).toEqual([[[KEY], [], [KEY]], [[KEY]]]);
    // Since when it is told there: what it was before that is not for the floor.
    expect([floor.since, desk.since]).toEqual([[begun, begun + 13_000], [1]]);
    teller.close();
    expect(clock.pendingCount).toBe(0);
  });
});
