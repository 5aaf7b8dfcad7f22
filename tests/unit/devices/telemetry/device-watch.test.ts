import { describe, expect, it } from 'vitest';
import type { Telemetry } from '../../../../lib/contracts/device';
import { DeviceWatch } from '../../../../server/devices/telemetry/device-watch';
import { unknownTelemetry } from '../../../../server/devices/telemetry/reasons';
import { delayMs, isSame, paced, STEADY } from '../../../../server/devices/telemetry/refresh-pace';
import { SharedCache } from '../../../../server/devices/telemetry/shared-cache';
import { FakeClock } from '../../../support/fake-clock';
import { calm } from './cloud-stage';

const telemetry = (more: Partial<Telemetry> = {}): Telemetry => ({
  ...{ deviceId: 'd', deviceStatus: 'online', battery: 80, firmwareVersion: '1', lastSeen: 5, reason: null },
  ...{ asOf: 1, ...more },
});
const failed = (code: 'timeout' | 'unavailable' | 'unauthorised' | 'bad-answer' | 'not-found' | 'not-told') =>
  unknownTelemetry({ code, message: 'no' }, 'd', 1);
const middle = () => 0.5;

describe('how often a watched device is asked after', () => {
  it('DEV-11 is every 15 s, give or take a tenth', () => {
    expect([0, 0.5, 1].map((drawn) => delayMs(STEADY, () => drawn))).toEqual([13_500, 15_000, 16_500]);
  });

  it('DEV-11 is every 5 s for half a minute after a change', () => {
    let pace = paced(STEADY, telemetry(), telemetry({ battery: 79 }));
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      waits.push(delayMs(pace, middle));
      pace = paced(pace, telemetry(), telemetry());
    }
    expect(waits).toEqual([5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 15_000, 15_000]);
  });

  it.each<[string, Telemetry | null, Telemetry, number]>([
    ['the first answer', null, telemetry(), 15_000],
    ['a device that was seen again', telemetry(), telemetry({ lastSeen: 9, asOf: 9 }), 15_000],
    ['another state', telemetry(), telemetry({ deviceStatus: 'offline' }), 5_000],
    ['another firmware', telemetry(), telemetry({ firmwareVersion: '2' }), 5_000],
    ['an end of trouble', failed('timeout'), telemetry(), 5_000],
    ['a device that is gone from the cloud', telemetry(), failed('not-found'), 5_000],
    ['a cloud that does not know', failed('not-told'), failed('not-told'), 15_000],
  ])('DEV-11 after %s', (_, before, now, ms) => {
    expect(delayMs(paced(STEADY, before, now), middle)).toBe(ms);
  });

  it.each(['timeout', 'unavailable', 'unauthorised', 'bad-answer'] as const)(
    'DEV-11 grows while the cloud fails with %s, and is never under 15 s',
    (code) => {
      let pace = STEADY;
      const most: number[] = [];
      for (let round = 0; round < 6; round++) {
        pace = paced(pace, telemetry(), failed(code));
        expect(delayMs(pace, () => 0)).toBe(15_000);
        most.push(delayMs(pace, () => 1));
      }
      expect(most).toEqual([15_000, 30_000, 60_000, 120_000, 120_000, 120_000]);
    },
  );

  it('DEV-12 tells two states apart by all but when they were said', () => {
    expect(isSame(telemetry(), telemetry({ asOf: 99 }))).toBe(true);
    const others: Partial<Telemetry>[] = [
      { battery: 79 },
      { lastSeen: 6 },
      { deviceStatus: 'offline' },
      { firmwareVersion: null },
      { deviceId: 'e' },
      { reason: { code: 'timeout', message: '' } },
    ];
    for (const other of others) expect(isSame(telemetry(), telemetry(other))).toBe(false);
  });
});

function watchStage(
  answer: (deviceId: string, nth: number) => Telemetry | Promise<Telemetry>,
  random: () => number = middle,
) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const devices = new SharedCache<Telemetry>({
    ...{ clock, max: 100, keepMs: () => 5_000 },
    ask: async (id) => answer(id, asked.push(id)),
    onAnswer: (id, said) => watch.heard(id, said),
  });
  const watch: DeviceWatch = new DeviceWatch({ devices, clock, random });
  const told: Telemetry[] = [];
  return { clock, asked, devices, watch, told, tell: (one: Telemetry) => void told.push(one) };
}

describe('devices that somebody watches', () => {
  it('DEV-11 are asked after in the background, once for all who watch', async () => {
    const { clock, asked, watch, tell } = watchStage(() => telemetry());
    for (let viewer = 0; viewer < 30; viewer++) watch.watch('d', tell);
    await calm();
    await clock.advanceAsync(60_000, 500);
    expect(asked).toHaveLength(5);
  });

  it('DEV-11 are not asked after any more when the last one leaves', async () => {
    const { clock, asked, watch, tell } = watchStage(() => telemetry());
    const leave = [watch.watch('d', tell), watch.watch('d', tell)];
    await calm();
    leave[0]?.();
    leave[0]?.();
    await clock.advanceAsync(15_000, 500);
    expect(asked).toHaveLength(2);
    leave[1]?.();
    await clock.advanceAsync(120_000, 5_000);
    expect([asked.length, watch.watchedCount, clock.pendingCount]).toEqual([2, 0, 0]);
  });

  it('DEV-11 leave nothing behind where the last one leaves while it is being asked', async () => {
    let answer: (said: Telemetry) => void = () => {};
    const slow = new Promise<Telemetry>((resolve) => {
      answer = resolve;
    });
    const { clock, watch, told, tell } = watchStage(() => slow);
    watch.watch('d', tell)();
    const leave = watch.watch('d', tell);
    await calm();
    leave();
    answer(telemetry());
    await calm();
    expect([told.length, watch.watchedCount, clock.pendingCount]).toEqual([0, 0, 0]);
  });

  it('DEV-12 tell how things are, then of changes only', async () => {
    const { clock, watch, told, tell } = watchStage((_, nth) =>
      telemetry({ battery: nth < 4 ? 80 : 70, asOf: nth }),
    );
    watch.watch('d', tell);
    await clock.advanceAsync(100_000, 500);
    expect(told.map(({ battery }) => battery)).toEqual([80, 70]);
    watch.watch('d', tell);
    expect(told.map(({ battery }) => battery)).toEqual([80, 70, 70]);
  });

  it('DEV-12 tell of what somebody else found out, and wait from then on', async () => {
    let battery = 80;
    const { clock, asked, devices, watch, told, tell } = watchStage(() => telemetry({ battery }));
    watch.watch('d', tell);
    await clock.advanceAsync(10_000, 500);
    battery = 60;
    await devices.get('d');
    expect(told.map((one) => one.battery)).toEqual([80, 60]);
    await clock.advanceAsync(4_500, 500);
    expect(asked).toHaveLength(2);
    await clock.advanceAsync(500);
    expect(asked).toHaveLength(3);
  });

  it('DEV-11 are asked after 15 s after the last answer, whoever asked for that', async () => {
    const { clock, asked, devices, watch, tell } = watchStage(() => telemetry());
    watch.watch('d', tell);
    await calm();
    await clock.advanceAsync(10_000, 500);
    await devices.get('d');
    await clock.advanceAsync(14_900, 100);
    expect(asked).toHaveLength(2);
    await clock.advanceAsync(100);
    expect(asked).toHaveLength(3);
  });

  it('DEV-11 are asked after soon after a change, though the answer would be good for others', async () => {
    const { clock, asked, watch, tell } = watchStage(
      (_, nth) => telemetry({ battery: nth < 2 ? 80 : 70 }),
      () => 0,
    );
    watch.watch('d', tell);
    await calm();
    await clock.advanceAsync(13_500 + 6 * 4_500, 500);
    expect(asked).toHaveLength(8);
  });

  it('DEV-11 go on being asked after where others ask all the time', async () => {
    const { clock, asked, devices, watch, tell } = watchStage(() => telemetry());
    watch.watch('d', tell);
    for (let round = 0; round < 20; round++) {
      await devices.get('d');
      await clock.advanceAsync(5_000, 500);
    }
    const before = asked.length;
    await clock.advanceAsync(30_000, 500);
    expect(asked.length).toBeGreaterThan(before);
  });

  it('DEV-13 are asked after eight at a time', async () => {
    let [now, most] = [0, 0];
    const { clock, watch, tell, told } = watchStage(async (deviceId) => {
      most = Math.max(most, ++now);
      await new Promise<void>((resolve) => void clock.after(100, resolve));
      now--;
      return telemetry({ deviceId });
    });
    for (let n = 0; n < 200; n++) watch.watch(`d${n}`, tell);
    await clock.advanceAsync(5_000, 100);
    expect([most, new Set(told.map(({ deviceId }) => deviceId)).size]).toEqual([8, 200]);
    watch.stop();
    await clock.advanceAsync(200, 100);
    expect(clock.pendingCount).toBe(0);
  });
});
