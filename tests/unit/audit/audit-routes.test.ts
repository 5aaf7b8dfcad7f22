import { afterEach, describe, expect, it } from 'vitest';
import { auditResponseSchema } from '../../../lib/contracts/access';
import { createAuditLog, type StoreAuditLog } from '../../../server/audit/store-audit-log';
import { auditRoutes } from '../../../server/http/audit-routes';
import { silentLog } from '../../../server/runtime/log';
import { chainOf } from '../../support/audit-events';
import { FakeClock } from '../../support/fake-clock';
import { answerOf } from '../../support/fake-exchange';
import { MemoryAuditStore } from '../../support/memory-audit-store';

let audit: StoreAuditLog | null = null;
afterEach(() => audit?.stop());

async function asked(query: string, count = 260) {
  const store = new MemoryAuditStore();
  const { lines, head } = chainOf(count);
  if (count > 0) await store.append(() => ({ lines, hash: head.hash }));
  audit = createAuditLog({ store, clock: new FakeClock(), log: silentLog });
  const url = `/api/v1/audit${query}`;
  return answerOf(auditRoutes({ audit }), 'GET /api/v1/audit', { url });
}

describe('GET /api/v1/audit', () => {
  it.each([
    ['', 260, 50],
    ['?limit=200', 260, 200],
    ['?limit=1', 260, 1],
    ['?before=260', 259, 50],
    ['?before=11&limit=200', 10, 10],
  ])('AUDIT-12 gives entries newest first and the head: %s', async (query, first, count) => {
    const answer = await asked(query);
    expect(answer.status).toBe(200);
    const { entries, head } = auditResponseSchema.parse(answer.json());
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => first - index));
    expect(head).toEqual(chainOf(260).head);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('AUDIT-12 gives none where there is none', async () => {
    for (const [query, count] of [
      ['', 0],
      ['?before=1', 3],
      ['?before=999999999999999', 0],
    ] as const) {
      const answer = await asked(query, count);
      expect(auditResponseSchema.parse(answer.json()).entries).toEqual([]);
    }
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=1e2',
    'limit=',
    'limit=%201',
    'limit=0x10',
    'before=0',
    'before=-5',
    'before=abc',
    'before=1e9',
    'before=99999999999999999999',
    'before=',
    'limit=1&limit=2',
    'before=1&before=1',
    'after=1',
    '__proto__=1',
    'limit[]=1',
  ])('AUDIT-12 refuses a query that is not understood: %s', async (query) => {
    const answer = await asked(`?${query}`, 1);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'query.invalid' });
  });
});
