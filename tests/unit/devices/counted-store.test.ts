import { describe, expect, it } from 'vitest';
import { countedStore } from '../../../server/devices/counted-store';
import { createSessionCounts } from '../../../server/devices/sessions-health';
import type { SessionEvent } from '../../../server/kpi/events';
import { FakeClock } from '../../support/fake-clock';
import { MemorySessionStore } from '../../support/memory-session-store';
import { sessionRow, unitOf } from './sessions/session-rows';

function setUp() {
  const clock = new FakeClock();
  const told: SessionEvent[] = [];
  const zones = { timeZone: 'UTC', timeZoneOf: () => 'UTC' };
  const counts = createSessionCounts({ clock, zones, sink: (event) => told.push(event) });
  const store = new MemorySessionStore();
  const stop = counts.start();
  const figures = () => {
    clock.advance(1_000);
    const last = told.findLast((event) => event.kind === 'sessionFiguresObserved');
    return last?.kind === 'sessionFiguresObserved' ? [last.open, last.healthy] : null;
  };
  return { store, counted: countedStore(store, counts), figures, stop };
}

describe('sessions that are counted as they are written', () => {
  it('DEV-119 one that could not be stored when it began is not counted', async () => {
    const { store, counted, figures, stop } = setUp();
    await counted.write(unitOf({ sessions: [sessionRow('a')] }));
    expect(figures()).toEqual([1, 1]);
    store.failure = new Error('the disk is full');
    await expect(counted.write(unitOf({ sessions: [sessionRow('b')] }))).rejects.toThrow('full');
    expect(figures()).toEqual([1, 1]);
    stop();
  });

  it('DEV-119 what becomes of one that began is counted also while the disk takes nothing', async () => {
    const { store, counted, figures, stop } = setUp();
    await counted.write(unitOf({ sessions: [sessionRow('a')] }));
    store.failure = new Error('the disk is full');
    const lost = unitOf({ sessions: [sessionRow('a', { state: 'DISCONNECTED' })] });
    await expect(counted.write(lost)).rejects.toThrow('full');
    expect(figures()).toEqual([1, 0]);
    stop();
  });
});
