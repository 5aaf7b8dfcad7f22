import { describe, expect, it } from 'vitest';
import { ALERT_STATES, type AlertState } from '../../../lib/contracts/alert';
import {
  ALERT_EVENTS,
  type AlertStateEvent,
  isActive,
  isOpen,
  isUnacknowledged,
  nextState,
  RAISED,
} from '../../../server/alerts/alert-state';

const TABLE: Record<AlertState, Record<AlertStateEvent, AlertState>> = {
  'active-unacknowledged': {
    raised: 'active-unacknowledged',
    cleared: 'cleared-unacknowledged',
    acknowledged: 'active-acknowledged',
    aged: 'cleared-unacknowledged',
  },
  'active-acknowledged': {
    raised: 'active-acknowledged',
    cleared: 'cleared-acknowledged',
    acknowledged: 'active-acknowledged',
    aged: 'cleared-acknowledged',
  },
  'cleared-unacknowledged': {
    raised: 'cleared-unacknowledged',
    cleared: 'cleared-unacknowledged',
    acknowledged: 'cleared-acknowledged',
    aged: 'cleared-unacknowledged',
  },
  'cleared-acknowledged': {
    raised: 'cleared-acknowledged',
    cleared: 'cleared-acknowledged',
    acknowledged: 'cleared-acknowledged',
    aged: 'cleared-acknowledged',
  },
};

const CELLS = ALERT_STATES.flatMap((state) =>
  ALERT_EVENTS.map((event) => [state, event, TABLE[state][event]] as const),
);

describe('the states of an alert', () => {
  it.each(CELLS)('ALERT-20 %s, %s: %s', (state, event, next) => {
    expect(nextState(state, event)).toBe(next);
    expect(nextState(next, event)).toBe(next);
  });

  it('ALERT-20 says of each state what it means', () => {
    const meaning = ALERT_STATES.map((state) => [isActive(state), isUnacknowledged(state), isOpen(state)]);
    expect(meaning).toEqual([
      [true, true, true],
      [true, false, true],
      [false, true, true],
      [false, false, false],
    ]);
    expect(RAISED).toBe('active-unacknowledged');
  });
});
