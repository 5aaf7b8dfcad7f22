import { describe, expect, it } from 'vitest';
import type { PlacedAlert } from '../../../server/alerts/alerts';
import { FaultWatch } from '../../../server/alerts/fault-watch';
import { seededRandom } from '../../../server/runtime/random';
import { FakeClock } from '../../support/fake-clock';
import { storedAlert } from './outbox-stage';

const MINUTE = 60_000;

function stage() {
  const clock = new FakeClock();
  const random = seededRandom(7);
  let hear: (raised: readonly PlacedAlert[]) => void = () => {};
  let offered: number | null = 0;
  let total = 0;
  const watch = new FaultWatch({
    clock,
    onRaised: (listener) => {
      hear = listener;
      return () => {
        hear = () => {};
      };
    },
    offered: () => [['q', offered]],
    queueName: (id) => `Queue ${id}`,
  });
  const raise = (device: string, queueId: string | null = 'q') =>
    hear([{ alert: storedAlert(`${device}${clock.now()}`, device), queueId }]);
  return {
    ...{ clock, watch, raise },
    setOffered: (value: number | null) => {
      offered = value;
    },
    newDay: () => {
      total = 0;
    },
    /** `calls` a minute, `alerts` a minute of different devices. */
    minutes(
      count: number,
      { calls, alerts, queue = 'q' }: { calls: number; alerts: number; queue?: string | null },
    ) {
      for (let minute = 0; minute < count; minute += 1) {
        for (let n = 0; n < alerts; n += 1) raise(`d${Math.floor(random() * 60)}`, queue);
        total += calls;
        offered = total;
        clock.advance(MINUTE);
      }
    },
  };
}

describe('the watch for faults', () => {
  it('ALERT-90 tells of devices that rise, callers that follow, and by how much they were ahead', () => {
    const s = stage();
    s.minutes(60, { calls: 3, alerts: 0 });
    s.minutes(8, { calls: 3, alerts: 6 });
    expect(s.watch.faults()).toEqual([]);
    s.minutes(12, { calls: 9, alerts: 6 });
    const [fault, ...more] = s.watch.faults();
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      ...{ queueId: 'q', queueName: 'Queue q', product: 'Thermo', firmwareVersion: '3.2', endedAt: null },
    });
    expect(fault?.leadMinutes).toBeGreaterThanOrEqual(5);
    expect(fault?.leadMinutes).toBeLessThanOrEqual(10);
    expect(fault?.devices).toBeGreaterThan(20);
    expect(fault?.callsTimesUsual).toBeGreaterThan(1.8);
    s.watch.stop();
    expect(s.clock.pendingCount).toBe(0);
  });

  it.each([
    ['devices alone', { calls: 3, alerts: 6 }],
    ['callers alone', { calls: 9, alerts: 0 }],
    ['devices of no queue', { calls: 9, alerts: 6, queue: null }],
  ])('ALERT-91 says nothing of %s', (_, course) => {
    const s = stage();
    s.minutes(60, { calls: 3, alerts: 0 });
    s.minutes(40, course);
    expect(s.watch.faults()).toEqual([]);
    s.watch.stop();
  });

  it('ALERT-92 takes calls that come back all at once after a gap, and a new day, for no rise', () => {
    const s = stage();
    s.minutes(60, { calls: 3, alerts: 0 });
    s.minutes(5, { calls: 3, alerts: 6 });
    s.setOffered(null);
    for (let minute = 0; minute < 10; minute += 1) {
      for (let n = 0; n < 6; n += 1) s.raise(`e${minute}${n}`);
      s.clock.advance(MINUTE);
    }
    s.minutes(5, { calls: 3, alerts: 6 });
    expect(s.watch.faults()).toEqual([]);
    s.newDay();
    s.minutes(3, { calls: 3, alerts: 6 });
    expect(s.watch.faults()).toEqual([]);
    s.watch.stop();
  });

  it('ALERT-93 says when it is over, and forgets it a quarter of an hour later', () => {
    const s = stage();
    s.minutes(60, { calls: 3, alerts: 0 });
    s.minutes(8, { calls: 3, alerts: 6 });
    s.minutes(12, { calls: 9, alerts: 6 });
    s.minutes(25, { calls: 3, alerts: 0 });
    expect(s.watch.faults()[0]?.endedAt).not.toBeNull();
    s.minutes(20, { calls: 3, alerts: 0 });
    expect(s.watch.faults()).toEqual([]);
    s.watch.stop();
  });
});
