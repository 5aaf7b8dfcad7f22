import { describe, expect, it } from 'vitest';
import { alarmsOf, type StatusFact } from '../../../../components/board/alarms';

function fact(subject: string, kpi: StatusFact['kpi'], status: StatusFact['status'], value = 0): StatusFact {
  return { subject, kpi, status, value };
}

describe('what the foot of a screen names', () => {
  it('UI-7 names the critical before the warned, what hurts now before the day, the longer wait first', () => {
    const alarms = alarmsOf([
      fact('queue:a', 'abandonRate', 'critical', 0.2),
      fact('queue:b', 'longestWaitSince', 'warning', 1_000),
      fact('queue:c', 'longestWaitSince', 'critical', 9_000),
      fact('queue:d', 'longestWaitSince', 'critical', 5_000),
      fact('queue:e', 'serviceLevel', 'critical', 0.7),
      fact('queue:f', 'serviceLevel', 'critical', 0.5),
      fact('queue:g', 'waiting', 'normal', 50),
      fact('queue:h', 'waiting', 'unknown', 50),
    ]);
    expect(alarms.map((alarm) => alarm.subject.slice(-1)).join('')).toBe('dcfeab');
  });

  it('UI-7 names a subject once, and a roll-up only where no queue says the same', () => {
    const alarms = alarmsOf([
      fact('all', 'longestWaitSince', 'critical'),
      fact('all', 'abandonRate', 'warning'),
      fact('queue:a', 'serviceLevel', 'critical'),
      fact('queue:a', 'longestWaitSince', 'critical'),
    ]);
    expect(alarms).toEqual([
      { subject: 'queue:a', kpi: 'longestWaitSince', status: 'critical' },
      { subject: 'all', kpi: 'abandonRate', status: 'warning' },
    ]);
  });

  it('UI-7 is empty where nothing is alarmed', () => {
    expect(alarmsOf([fact('all', 'waiting', 'normal'), fact('all', 'asaMs', 'unknown')])).toEqual([]);
  });
});
