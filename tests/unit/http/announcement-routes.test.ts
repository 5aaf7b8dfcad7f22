import { describe, expect, it } from 'vitest';
import { announcementSchema, announcementsResponseSchema } from '../../../lib/contracts/announcement';
import { LOCAL } from '../../../server/access/principal';
import { openAnnouncements } from '../../../server/announcements/announcements';
import type { AuditLog } from '../../../server/audit/audit-log';
import { announcementRoutes } from '../../../server/http/announcement-routes';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { answerOf } from '../../support/fake-exchange';
import { PERSON } from '../../support/fake-gate';
import { MemoryStore } from '../../support/memory-store';
import { NotedAudit } from '../../support/noted-audit';

const [GET, POST, DELETE] = ['GET', 'POST', 'DELETE'].map((method) =>
  method === 'DELETE' ? 'DELETE /api/v1/announcements/:id' : `${method} /api/v1/announcements`,
) as [string, string, string];
const WHO = PERSON(['supervisor'], 'p7');

async function stage(audit: AuditLog = new NotedAudit()) {
  const clock = new FakeClock();
  let id = 0;
  const desk = await openAnnouncements({
    store: new MemoryStore(),
    clock,
    log: silentLog,
    newId: () => `n${id++}`,
  });
  const routes = announcementRoutes({ desk, audit, clock, boardExists: (board) => board === 'main' });
  const wish = { text: 'Fire drill', priority: 'high', until: clock.now() + 60_000 };
  return { clock, desk, routes, wish };
}
const unrecordable: AuditLog = Object.assign(new NotedAudit(), {
  record: () => Promise.reject(new Error('disk full')),
});

describe('the routes of announcements', () => {
  it('ANN-10 are written in the name of who asks, listed, and taken back', async () => {
    const { routes, clock, desk, wish } = await stage();
    const written = await answerOf(routes, POST, { who: WHO, json: { ...wish, boardIds: ['main'] } });
    expect([written.status, announcementSchema.parse(written.json())]).toEqual([
      201,
      { id: 'n0', ...wish, from: clock.now(), boardIds: ['main'], by: WHO.name },
    ]);
    const listed = announcementsResponseSchema.parse((await answerOf(routes, GET)).json());
    expect([listed.serverTime, listed.announcements]).toEqual([clock.now(), desk.list()]);
    const gone = [await answerOf(routes, DELETE, { who: WHO, ids: { id: 'n0' } })];
    gone.push(await answerOf(routes, DELETE, { who: WHO, ids: { id: 'n0' } }));
    expect([gone.map(({ status }) => status), gone[1]?.json()]).toEqual([
      [204, 404],
      expect.objectContaining({ code: 'announcement.unknown' }),
    ]);
    desk.stop();
  });

  it('ANN-10 are recorded before they are made, with their words; what is refused is not', async () => {
    const audit = new NotedAudit();
    const { routes, clock, desk, wish } = await stage(audit);
    await answerOf(routes, POST, { who: WHO, json: wish });
    await answerOf(routes, POST, { who: WHO, json: { ...wish, until: clock.now() } });
    await answerOf(routes, DELETE, { who: WHO, ids: { id: 'n0' } });
    await answerOf(routes, DELETE, { who: WHO, ids: { id: 'n0' } });
    expect(audit.recorded.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['person:p7', 'announcement.written', 'announcement:n0'],
      ['person:p7', 'announcement.taken-back', 'announcement:n0'],
    ]);
    expect(Object.fromEntries(audit.recorded[0]?.details ?? [])).toEqual({
      ...{ priority: 'high', text: 'Fire drill', from: clock.now(), until: wish.until, boards: 'all' },
    });
    desk.stop();
  });

  it('ANN-5 are not made where they cannot be recorded', async () => {
    const { routes, desk, wish } = await stage(unrecordable);
    expect((await answerOf(routes, POST, { who: LOCAL, json: wish })).status).toBe(503);
    expect(desk.list()).toEqual([]);
    desk.stop();
  });

  it.each([
    [{ text: '' }, 400, 'body.invalid'],
    [{ text: 'two\nlines' }, 400, 'body.invalid'],
    [{ text: 'x'.repeat(201) }, 400, 'body.invalid'],
    [{ text: 'turned \u202e round' }, 400, 'body.invalid'],
    [{ priority: 'urgent' }, 400, 'body.invalid'],
    [{ boardIds: [] }, 400, 'body.invalid'],
    [{ by: 'somebody else' }, 400, 'body.invalid'],
    [{ from: 5, until: 4 }, 400, 'body.invalid'],
    [{ until: 4 }, 400, 'announcement.over'],
    [{ boardIds: ['main', 'none'] }, 404, 'board.unknown'],
  ])('ANN-10 %j is refused with %d %s', async (wrong, status, code) => {
    const { routes, desk, wish } = await stage();
    const answer = await answerOf(routes, POST, { who: LOCAL, json: { ...wish, ...wrong } });
    expect([answer.status, answer.json()]).toEqual([status, expect.objectContaining({ code })]);
    expect(desk.list()).toEqual([]);
    desk.stop();
  });

  it('ANN-6 a hundred and first is refused, and says why', async () => {
    const { routes, desk, wish } = await stage();
    for (let n = 0; n < 100; n += 1) await answerOf(routes, POST, { who: LOCAL, json: wish });
    const answer = await answerOf(routes, POST, { who: LOCAL, json: wish });
    expect([answer.status, answer.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'announcements.full' }),
    ]);
    desk.stop();
  });
});
