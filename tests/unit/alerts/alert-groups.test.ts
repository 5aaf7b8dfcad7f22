import { describe, expect, it } from 'vitest';
import type { AlertLevel, AlertState } from '../../../lib/contracts/alert';
import { AlertGroups } from '../../../server/alerts/alert-groups';
import type { StoredAlert } from '../../../server/store/alert-ports';
import { MINUTE, raised, START } from './ledger-stage';

function alert(deviceId: string, minute: number, more: Partial<StoredAlert> = {}): StoredAlert {
  const { kind: _, ...said } = raised(deviceId, minute * MINUTE, {
    product: 'X',
    firmwareVersion: '3.2',
    site: 'Oslo',
  });
  return {
    ...said,
    state: 'active-unacknowledged',
    clearedAt: null,
    clearedBy: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    ...more,
    id: `${deviceId}@${minute}`,
  };
}

function groupsOf(...alerts: readonly StoredAlert[]): AlertGroups {
  const groups = new AlertGroups((deviceId) => (deviceId.startsWith('q') ? 'queue' : null));
  for (const after of alerts) groups.change({ before: null, after });
  return groups;
}

describe('groups', () => {
  it('ALERT-47 are all given, the same while none changed, also where the list has no room', () => {
    const groups = groupsOf(alert('a', 1), alert('a', 2, { sensorType: 'door' }), alert('q', 3));
    const every = groups.every();
    expect([every.length, groups.list(1).groups.length, groups.list(1).more]).toEqual([3, 1, 2]);
    expect(groups.every()).toBe(every);
    groups.change({ before: alert('q', 3), after: alert('q', 3, { state: 'cleared-acknowledged' }) });
    expect(groups.every()).toHaveLength(2);
    expect(every).toHaveLength(3);
  });

  it('ALERT-47 are alerts of the same sensor, level, product, firmware and queue', () => {
    const groups = groupsOf(
      alert('a', 3),
      alert('b', 1),
      alert('b', 2, { state: 'cleared-unacknowledged' }),
      alert('a', 4, { sensorType: 'door' }),
      alert('a', 5, { level: 'info' }),
      alert('a', 6, { product: null }),
      alert('a', 7, { firmwareVersion: '3.3' }),
      alert('q', 8),
      alert('a', 9, { state: 'cleared-acknowledged' }),
    ).list(50).groups;
    expect(groups).toHaveLength(6);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(6);
    expect(groups.find(({ alerts }) => alerts === 3)).toEqual({
      key: expect.stringMatching(/^[\w-]{22}$/),
      level: 'critical',
      sensorType: 'temperature',
      product: 'X',
      firmwareVersion: '3.2',
      queueId: null,
      devices: 2,
      alerts: 3,
      unacknowledged: 3,
      active: 2,
      deviceId: null,
      site: 'Oslo',
      since: START + MINUTE,
      acknowledgedBy: null,
    });
  });

  it('ALERT-49 name the device, the site and who took the last of it only where it is one', () => {
    const taken = (by: string, at: number) => ({
      state: 'active-acknowledged' as const,
      acknowledgedBy: by,
      acknowledgedAt: at,
    });
    const groups = groupsOf(
      alert('a', 1, taken('Ada', 5)),
      alert('a', 2, taken('Bob', 9)),
      alert('a', 3, taken('Eve', 7)),
    );
    expect(groups.list(1).groups[0]).toMatchObject({ deviceId: 'a', site: 'Oslo', acknowledgedBy: 'Bob' });
    groups.change({ before: null, after: alert('b', 4, { site: null }) });
    expect(groups.list(1).groups[0]).toMatchObject({
      deviceId: null,
      site: null,
      acknowledgedBy: null,
      unacknowledged: 1,
    });
  });

  it('ALERT-47 begin later when their first alert has gone, and go with their last', () => {
    const [first, second] = [alert('a', 1), alert('b', 2)];
    const groups = groupsOf(first, second);
    const closed = (before: StoredAlert) => ({
      before,
      after: { ...before, state: 'cleared-acknowledged' as const },
    });
    groups.change(closed(first));
    expect(groups.list(9).groups).toMatchObject([{ since: START + 2 * MINUTE, devices: 1, deviceId: 'b' }]);
    groups.change(closed(first));
    groups.change({ before: second, after: null });
    expect(groups.list(9)).toEqual({ groups: [], more: 0 });
  });

  it('ALERT-47 are as old as what lasts of them; where nothing does, as all of it', () => {
    const over = { state: 'cleared-unacknowledged' as const };
    const groups = groupsOf(alert('a', 1, over), alert('b', 60), alert('c', 61));
    expect(groups.list(9).groups).toMatchObject([{ since: START + 60 * MINUTE, alerts: 3, active: 2 }]);
    for (const [device, minute] of [
      ['b', 60],
      ['c', 61],
    ] as const) {
      const before = alert(device, minute);
      groups.change({ before, after: { ...before, ...over } });
    }
    expect(groups.list(9).groups).toMatchObject([{ since: START + MINUTE, active: 0 }]);
  });

  it('ALERT-48 are listed worst first, then what somebody must take, what lasts, floods, and the newest, so many and how many more', () => {
    const at = (
      sensorType: string,
      level: AlertLevel,
      minute: number,
      state: AlertState = 'active-unacknowledged',
    ) => alert(sensorType, minute, { sensorType, level, state });
    const groups = groupsOf(
      at('info', 'info', 9),
      at('warn', 'warning', 8),
      at('old', 'critical', 1),
      at('taken', 'critical', 7, 'active-acknowledged'),
      at('new', 'critical', 3),
      at('cleared', 'critical', 9, 'cleared-unacknowledged'),
      ...Array.from({ length: 10 }, (_, n) => alert(`f${n}`, 0, { sensorType: 'flood', level: 'critical' })),
      ...Array.from({ length: 9 }, (_, n) => alert(`s${n}`, 2, { sensorType: 'some', level: 'critical' })),
    );
    const order = ['flood', 'new', 'some', 'old', 'cleared', 'taken', 'warn', 'info'];
    expect(groups.list(8).groups.map(({ sensorType }) => sensorType)).toEqual(order);
    const { groups: some, more } = groups.list(2);
    expect([some.map(({ sensorType }) => sensorType), more]).toEqual([order.slice(0, 2), 6]);
  });
});
