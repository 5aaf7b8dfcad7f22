import { describe, expect, it } from 'vitest';
import { zonesOf } from '../../server/zones';

describe('zones of queues', () => {
  it('RUN-25 a queue’s own rule holds before its division’s, that before the rule for all, that before TIME_ZONE', () => {
    const zones = zonesOf(
      [
        { timeZone: 'Europe/Dublin' },
        { divisionIds: ['d1'], timeZone: 'Asia/Kolkata' },
        { queueIds: ['q1'], timeZone: 'Asia/Kathmandu' },
        { queueIds: ['q1'], timeZone: 'UTC' },
      ],
      'America/New_York',
    );
    zones.queuesListed([
      { id: 'q1', divisionId: 'd1' },
      { id: 'q2', divisionId: 'd1' },
      { id: 'q3', divisionId: 'd2' },
    ]);
    expect(['q1', 'q2', 'q3', '__proto__'].map(zones.timeZoneOf)).toEqual([
      'Asia/Kathmandu',
      'Asia/Kolkata',
      'Europe/Dublin',
      'Europe/Dublin',
    ]);
    expect(zonesOf([], 'America/New_York').timeZoneOf('q1')).toBe('America/New_York');
  });
});
