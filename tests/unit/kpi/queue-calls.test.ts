import { describe, expect, it } from 'vitest';
import type { KpiValue } from '../../../lib/contracts/kpi';
import type { SubjectInfo, TrendPoint } from '../../../lib/contracts/push';
import type { QueueId, SubjectKey } from '../../../lib/ids';
import { queueCalls } from '../../../server/kpi/queue-calls';

function calls(listed: readonly string[], values: Readonly<Record<string, Partial<KpiValue>>>) {
  const idOf = (key: SubjectKey) => key.split(':')[1] ?? '';
  return queueCalls({
    // Only what is read of them.
    subject: (key) => (listed.includes(idOf(key)) ? ({ name: `Queue ${idOf(key)}` } as SubjectInfo) : null),
    membersOf: () => listed as readonly QueueId[],
    value: (key) => (values[idOf(key)] as KpiValue | undefined) ?? null,
    trend: (_, kpi, every) => [{ trend: `${kpi} ${every}`, at: 1, value: 2 } as TrendPoint],
  });
}

describe('what the board knows of a queue’s calls', () => {
  it('ALERT-99 tells what is known from what is not known yet, and from what there is not', () => {
    const told = calls(['a', 'b', 'c'], { a: { value: 7, stale: false }, b: { value: 7, stale: true } });
    expect(['a', 'b', 'c', 'd'].map((id) => told.offered(id))).toEqual([7, null, null, undefined]);
    expect(calls([], {}).offered('a')).toBeNull();
    expect([told.queueName('a'), told.queueName('d')]).toEqual(['Queue a', 'd']);
    expect(told.halfHours('a')).toMatchObject([{ trend: 'offered halfHour', at: 1, value: 2 }]);
  });
});
