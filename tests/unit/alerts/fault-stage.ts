/** A watch for faults over one queue, minute by minute, which can be started again on what was stored. */
import type { PlacedAlert } from '../../../server/alerts/alerts';
import type { HalfHourCalls } from '../../../server/alerts/call-minutes';
import { FaultWatch } from '../../../server/alerts/fault-watch';
import { seededRandom } from '../../../server/runtime/random';
import { FakeClock } from '../../support/fake-clock';
import { storedAlert } from './outbox-stage';

export const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;

export interface Course {
  /** A minute. */
  readonly calls: number;
  /** A minute, of different devices. */
  readonly alerts: number;
  readonly queue?: string | null;
}

export async function faultStage(seed = 7) {
  const clock = new FakeClock();
  const random = seededRandom(seed);
  const stored: PlacedAlert[] = [];
  const halfHours = new Map<number, number>();
  let hear: (raised: readonly PlacedAlert[]) => void = () => {};
  let total = 0;
  let offered: number | null = 0;
  /** What the broker keeps while the link is away. */
  let kept: PlacedAlert[] | null = null;
  let serial = 0;

  async function open(): Promise<FaultWatch> {
    const watch = new FaultWatch({
      clock,
      onRaised: (listener) => {
        hear = listener;
        return () => {
          hear = () => {};
        };
      },
      past: async function* (since) {
        const past = stored.filter(({ alert }) => alert.raisedAt >= since);
        yield past.sort((a, b) => b.alert.raisedAt - a.alert.raisedAt);
      },
      queueIds: () => ['q'],
      offered: () => offered,
      halfHours: (): HalfHourCalls[] => Array.from(halfHours, ([at, value]) => ({ at, value })),
      queueName: (id) => `Queue ${id}`,
    });
    await watch.start();
    return watch;
  }
  function take(placed: PlacedAlert): void {
    const received = { ...placed, alert: { ...placed.alert, receivedAt: clock.now() } };
    stored.push(received);
    hear([received]);
  }
  function raise(device: string, queueId: string | null = 'q', at = clock.now()): void {
    serial += 1;
    const placed = { alert: storedAlert(`a${serial}`, device, { raisedAt: at, receivedAt: at }), queueId };
    if (kept === null) take(placed);
    else kept.push(placed);
  }
  let watch = await open();
  watch.live(false);
  return {
    ...{ clock, raise, stored },
    faults: () => watch.faults(),
    isWhole: () => watch.isWhole(),
    end() {
      watch.stop();
    },
    stop: () => watch.stop(),
    setOffered: (value: number | null) => {
      offered = value;
    },
    knowCalls: () => {
      offered = total;
    },
    newDay: () => {
      total = 0;
      halfHours.clear();
    },
    /** Callers and devices go on, whether anybody looks or not. */
    minutes(count: number, { calls, alerts, queue = 'q' }: Course) {
      for (let minute = 0; minute < count; minute += 1) {
        for (let n = 0; n < alerts; n += 1) raise(`d${Math.floor(random() * 60)}`, queue);
        total += calls;
        const half = Math.floor(clock.now() / HALF_HOUR) * HALF_HOUR;
        halfHours.set(half, (halfHours.get(half) ?? 0) + calls);
        if (offered !== null) offered = total;
        clock.advance(MINUTE);
      }
    },
    /** The link is lost; the broker keeps what comes. */
    lose() {
      kept = [];
      watch.lost(clock.now());
    },
    /** The link is back; `isKept`: with all that came meanwhile. */
    comeBack(isKept: boolean) {
      watch.live(isKept);
      // It takes a moment until the first of it is there.
      clock.advance(1_500);
      const late = kept ?? [];
      kept = null;
      if (isKept) for (const placed of late) take(placed);
    },
    /** Ends it; what comes from now on the broker keeps. */
    goDown() {
      watch.stop();
      kept = [];
    },
    async restart() {
      watch = await open();
    },
  };
}
