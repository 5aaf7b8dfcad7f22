import { describe, expect, it } from 'vitest';
import { pastLive } from '../../../../components/replay/past-live';
import type { Moment } from '../../../../lib/contracts/replay';
import { change } from '../../../support/fake-kpi-reader';
import { boardOf, SOURCES } from '../../../support/push-boards';

const AT = Date.UTC(2026, 10, 21, 14, 3, 20);

function momentAt(at: number, waiting: number): Moment {
  const snapshot = {
    ...{ v: 1 as const, epoch: 'e', seq: waiting, serverTime: at, build: `b${waiting}` },
    ...{ board: boardOf('floor'), subjects: [], sources: SOURCES, trends: [], limits: [] },
    values: [change('all', 'waiting', waiting, { asOf: at - 3_000 })],
  };
  return {
    at: at - 1_000,
    isGap: false,
    snapshot,
    alerts: null,
    alarms: null,
    announcements: null,
    sites: null,
  };
}

describe('a store of the past', () => {
  it('UI-211 gives a moment as a screen held it, with its clock standing there', () => {
    const { store, ticker } = pastLive(momentAt(AT, 3));
    expect(store.link().state).toBe('live');
    expect(store.picture()?.board.id).toBe('floor');
    expect(store.value('all', 'waiting')).toMatchObject({ value: 3, asOf: AT - 3_000 });
    expect([store.serverNow(), store.skewMs(), ticker.now()]).toEqual([AT, 0, AT]);
    const stop = ticker.subscribe(() => undefined);
    expect(ticker.now()).toBe(AT);
    stop();
  });

  it('UI-211 knows nothing of any other moment, and what was not told is not there', () => {
    const later = pastLive(momentAt(AT, 9));
    const earlier = pastLive(momentAt(AT - 60_000, 1));
    expect(earlier.store.value('all', 'waiting')?.value).toBe(1);
    expect(later.store.value('all', 'waiting')?.value).toBe(9);
    expect(earlier.store.heard.alerts.now()).toBeNull();
    const told = { ...momentAt(AT, 1), announcements: { serverTime: AT, announcements: [] } };
    expect(pastLive(told).store.heard.announcements.now()?.rightUntil).toBeNull();
  });
});
