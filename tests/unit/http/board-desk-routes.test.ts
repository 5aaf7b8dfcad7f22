import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Board } from '../../../lib/contracts/board';
import {
  boardEditSchema,
  boardListResponseSchema,
  boardProblemsSchema,
  conflictSchema,
  queueGroupsSchema,
  subjectsResponseSchema,
  thresholdsSchema,
} from '../../../lib/contracts/board-desk';
import type { PersonPrincipal } from '../../../server/access/principal';
import type { AuditLog } from '../../../server/audit/audit-log';
import { boardDeskRoutes, LARGE_BODY_BYTES } from '../../../server/http/board-desk-routes';
import { openDesk } from '../../support/desk-of-boards';
import { answerOf, FAKE_ADDRESS, type FakeRequest } from '../../support/fake-exchange';
import { FakeKpiReader } from '../../support/fake-kpi-reader';
import { NotedAudit } from '../../support/noted-audit';
import { boardOf } from '../../support/push-boards';

const [ADA, BEA] = ['Ada', 'Bea'].map(
  (name): PersonPrincipal => ({
    ...{ kind: 'person', sessionId: name, personId: name.toLowerCase(), name, roles: ['supervisor'] },
  }),
) as [PersonPrincipal, PersonPrincipal];
const ONE = '/api/v1/board-desk/:id';
const SUBJECTS = ['all', 'group:g', 'division:d', 'queue:a', 'site:Cork'];

async function stage(audit: AuditLog = new NotedAudit()) {
  const desk = await openDesk({ screens: ['a'] });
  const reader = new FakeKpiReader(SUBJECTS);
  const routes = boardDeskRoutes({ ...desk, reader, audit, clock: desk.clock });
  const ask = (target: string, asked: FakeRequest & { query?: string } = {}) => {
    const { query = '', ...rest } = asked;
    return answerOf(routes, target, { who: ADA, ids: { id: 'a' }, url: `/x${query}`, ...rest });
  };
  const edit = async (target: string, asked: FakeRequest & { query?: string } = {}) =>
    boardEditSchema.parse((await ask(target, asked)).json());
  return { ...desk, routes, ask, edit };
}
type Stage = Awaited<ReturnType<typeof stage>>;

const NEW = { name: 'A', from: { kind: 'template', template: 'empty' } };

async function publishA({ edit }: Stage, who = ADA): Promise<Board> {
  const made = await edit('POST /api/v1/board-desk', { json: NEW });
  const json = { revision: made.draft?.revision, version: 0 };
  const { published } = await edit(`POST ${ONE}/publish`, { who, json });
  if (published === null) throw new Error('nothing was published');
  return published;
}

describe('the routes of the desk of boards', () => {
  it('API-40 a board from its beginning to its end, each answer by its contract, with the server’s time', async () => {
    const own = await stage();
    const { ask, edit, clock } = own;
    const made = await ask('POST /api/v1/board-desk', { json: NEW });
    expect([made.status, boardEditSchema.parse(made.json()).serverTime]).toEqual([201, clock.now()]);
    const { draft } = boardEditSchema.parse(made.json());
    const board = { ...draft?.board, name: 'B' };
    const saved = await edit(`POST ${ONE}/draft`, { json: { board, revision: draft?.revision } });
    const published = await edit(`POST ${ONE}/publish`, {
      ...{ who: BEA, json: { revision: saved.draft?.revision, version: 0, note: 'first' } },
    });
    expect(published).toMatchObject({
      version: 1,
      published: { name: 'B' },
      versions: [{ by: 'Bea', note: 'first' }],
    });
    const restored = await edit(`POST ${ONE}/restore`, { json: { version: 1, revision: 0 } });
    const revision = restored.draft?.revision;
    expect((await edit(`DELETE ${ONE}/draft`, { query: `?revision=${revision}` })).draft).toBeNull();
    expect((await edit(`GET ${ONE}`)).version).toBe(1);
    const { boards, serverTime } = boardListResponseSchema.parse(
      (await ask('GET /api/v1/board-desk')).json(),
    );
    expect([serverTime, boards.map(({ id, screens }) => [id, screens])]).toEqual([
      clock.now(),
      [
        ['default', 0],
        ['a', 1],
      ],
    ]);
    expect((await ask(`DELETE ${ONE}`, { query: '?version=1&revision=0' })).status).toBe(204);
    const gone = await ask(`GET ${ONE}`);
    expect([gone.status, gone.json()]).toMatchObject([404, { code: 'board.unknown' }]);
  });

  it('API-40 a draft that was all of its board leaves nothing: 204', async () => {
    const { edit, ask } = await stage();
    const { draft } = await edit('POST /api/v1/board-desk', { json: NEW });
    expect((await ask(`DELETE ${ONE}/draft`, { query: `?revision=${draft?.revision}` })).status).toBe(204);
  });

  it('API-41 who is too late reads who was faster, and when', async () => {
    const own = await stage();
    const board = await publishA(own, BEA);
    const { draft } = await own.edit(`POST ${ONE}/draft`, { who: BEA, json: { board, revision: 0 } });
    const at = own.clock.now();
    own.clock.advance(60_000);
    for (const [target, asked] of [
      [`POST ${ONE}/draft`, { json: { board, revision: 0 } }],
      [`POST ${ONE}/publish`, { json: { revision: draft?.revision, version: 0 } }],
      [`POST ${ONE}/restore`, { json: { version: 1, revision: 0 } }],
      [`DELETE ${ONE}/draft`, { query: '?revision=1' }],
      [`DELETE ${ONE}`, { query: `?version=0&revision=${draft?.revision}` }],
      [`DELETE ${ONE}`, { query: '?version=1&revision=0' }],
    ] as const) {
      const late = await own.ask(target, asked);
      expect([target, late.status]).toEqual([target, 409]);
      expect(conflictSchema.parse(late.json())).toMatchObject({ code: 'board.changed', at, by: 'Bea' });
    }
    for (const [target, json] of [
      ['POST /api/v1/thresholds', { revision: 0, rules: [] }],
      ['POST /api/v1/queue-groups', { revision: 0, groups: [] }],
    ] as const) {
      expect((await own.ask(target, { who: BEA, json })).status).toBe(200);
      const late = await own.ask(target, { json });
      expect([late.status, conflictSchema.parse(late.json())]).toMatchObject([
        409,
        { code: 'settings.changed', at: own.clock.now(), by: 'Bea' },
      ]);
    }
  });

  it('API-42 a file that is no board, and a draft that is none to publish, are answered with all problems', async () => {
    const own = await stage();
    const file = {
      ...boardOf('x'),
      cadenceMs: 0,
      strip: 'none',
      screen: null,
      pages: [],
      timeZone: 1,
      theme: 'blue',
    };
    const refused = await own.ask('POST /api/v1/board-desk', {
      json: { name: 'X', from: { kind: 'file', board: file } },
    });
    const { problems, message } = boardProblemsSchema.parse(refused.json());
    expect([refused.status, problems.map((line) => line.split(':')[0])]).toEqual([
      400,
      ['timeZone', 'cadenceMs', 'screen', 'strip', 'pages', 'theme'],
    ]);
    expect(message).toMatch(/and 1 more$/);
    const { draft } = await own.edit('POST /api/v1/board-desk', {
      json: { name: 'A', from: { kind: 'file', board: { ...boardOf('x'), timeZone: 'UTC' } } },
    });
    const board = { ...draft?.board, timeZone: 'Nowhere' };
    const saved = await own.edit(`POST ${ONE}/draft`, { json: { board, revision: draft?.revision } });
    const publish = { json: { revision: saved.draft?.revision, version: 0 } };
    expect((await own.ask(`POST ${ONE}/publish`, publish)).json()).toMatchObject({
      ...{ code: 'board.invalid', problems: [expect.stringContaining('timeZone: ')] },
    });
  });

  it.each([
    ['POST /api/v1/board-desk', { json: { name: 'A', from: { kind: 'template', template: 'none' } } }],
    ['POST /api/v1/board-desk', { json: { name: 'two\nlines', from: NEW.from } }],
    ['POST /api/v1/board-desk', { json: { ...NEW, more: 1 } }],
    [`POST ${ONE}/draft`, { json: { board: { ...boardOf('a'), pages: [] }, revision: 0 } }],
    [`POST ${ONE}/draft`, { json: { board: boardOf('a'), revision: -1 } }],
    [`POST ${ONE}/publish`, { json: { revision: 1 } }],
    [`POST ${ONE}/publish`, { json: { revision: 1, version: 0, note: 'two\nlines' } }],
    [`POST ${ONE}/restore`, { json: { version: 0, revision: 0 } }],
    [`DELETE ${ONE}/draft`, { query: '' }],
    [`DELETE ${ONE}/draft`, { query: '?revision=x' }],
    [`DELETE ${ONE}`, { query: '?version=1&version=2&revision=0' }],
    [`DELETE ${ONE}`, { query: '?version=1' }],
    [`DELETE ${ONE}`, { query: '?revision=1' }],
    [`DELETE ${ONE}`, { query: '?version=-1&revision=0' }],
    [`GET ${ONE}/file`, { query: '?version=1.5' }],
    ['POST /api/v1/thresholds', { json: { revision: 0, rules: [{ kpi: 'mood' }] } }],
    [
      'POST /api/v1/queue-groups',
      { json: { revision: 0, groups: [{ id: 'a b', name: 'x', queueIds: [] }] } },
    ],
  ])('API-42 %s refuses %j', async (target, asked) => {
    const audit = new NotedAudit();
    const { ask } = await stage(audit);
    expect((await ask(target, asked)).status).toBe(400);
    expect(audit.recorded).toEqual([]);
  });

  it.each([
    [`GET ${ONE}`, {}],
    [`GET ${ONE}/file`, {}],
    [`POST ${ONE}/draft`, { json: { board: boardOf('a'), revision: 0 } }],
    [`POST ${ONE}/publish`, { json: { revision: 1, version: 0 } }],
    [`POST ${ONE}/restore`, { json: { version: 1, revision: 0 } }],
    [`DELETE ${ONE}/draft`, { query: '?revision=1' }],
    [`DELETE ${ONE}`, { query: '?version=0&revision=0' }],
  ])('API-42 %s: a board that nobody knows is not there', async (target, asked) => {
    const { ask } = await stage();
    for (const id of ['a', '__proto__', 'queues', 'x@1']) {
      const board = { ...boardOf('a'), id: 'a' };
      const json =
        'json' in asked && 'board' in asked.json
          ? { board, revision: 0 }
          : 'json' in asked
            ? asked.json
            : undefined;
      const answer = await ask(target, { ...asked, ...(json === undefined ? {} : { json }), ids: { id } });
      expect([id, answer.status]).toEqual([id, 404]);
    }
  });

  it('API-42 a board that is made of the queues has nothing to delete, and 200 boards are all there may be', async () => {
    const { ask, boards, ada } = await stage();
    const made = await ask(`DELETE ${ONE}`, { ids: { id: 'default' }, query: '?version=0&revision=0' });
    expect([made.status, made.json()]).toMatchObject([409, { code: 'board.made' }]);
    const from = { kind: 'template', template: 'empty' } as const;
    for (let i = 0; i < 200; i += 1) await boards.create({ name: `${i}`, from }, ada);
    const full = await ask('POST /api/v1/board-desk', { json: NEW });
    expect([full.status, full.json()]).toMatchObject([409, { code: 'boards.full' }]);
  });

  it('API-43 a board is a JSON file to download, and goes in elsewhere', async () => {
    const own = await stage();
    const board = await publishA(own);
    const { draft } = await own.edit(`POST ${ONE}/draft`, {
      json: { board: { ...board, name: 'B' }, revision: 0 },
    });
    await own.edit(`POST ${ONE}/publish`, { json: { revision: draft?.revision, version: 1 } });
    const file = await own.ask(`GET ${ONE}/file`, { query: '?version=1' });
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="board-a.json"');
    expect(file.headers.get('content-type')).toContain('application/json');
    expect(file.json()).toEqual(board);
    expect((await own.ask(`GET ${ONE}/file`)).json()).toEqual({ ...board, name: 'B' });
    const elsewhere = await stage();
    const taken = await elsewhere.edit('POST /api/v1/board-desk', {
      json: { name: 'A', from: { kind: 'file', board: file.json() } },
    });
    expect(taken.draft?.board).toEqual(board);
  });

  it('API-44 subjects are all, groups, divisions and queues; sites have no figures of queues', async () => {
    const { ask } = await stage();
    const { subjects } = subjectsResponseSchema.parse((await ask('GET /api/v1/board-desk/subjects')).json());
    expect(subjects.map(({ subject, kind }) => [subject, kind])).toEqual([
      ['all', 'all'],
      ['group:g', 'group'],
      ['division:d', 'division'],
      ['queue:a', 'queue'],
    ]);
  });

  it('API-45 boards, thresholds and groups may be large, and no other body', async () => {
    const { routes } = await stage();
    const posts = routes.filter(({ method }) => method === 'POST');
    expect(posts.map(({ bodyBytes }) => bodyBytes)).toEqual(posts.map(() => LARGE_BODY_BYTES));
    expect(routes.filter(({ method, bodyBytes }) => method !== 'POST' && bodyBytes !== undefined)).toEqual(
      [],
    );
  });

  it('API-46 each change is recorded with who and from where; what cannot be recorded is 503 and not done', async () => {
    const audit = new NotedAudit();
    const own = await stage(audit);
    await publishA(own);
    await own.ask('POST /api/v1/thresholds', { json: { revision: 0, rules: [] } });
    expect(audit.recorded.map(({ action }) => action)).toEqual([
      'board.created',
      'board.published',
      'thresholds.changed',
    ]);
    const common = { actor: 'person:ada', actorName: 'Ada', outcome: 'done', address: FAKE_ADDRESS };
    for (const event of audit.recorded) expect(event).toMatchObject(common);
    audit.record = () => Promise.reject(new Error('disk full'));
    const before = await own.edit(`GET ${ONE}`);
    for (const [target, asked] of [
      ['POST /api/v1/board-desk', { json: NEW }],
      [`POST ${ONE}/draft`, { json: { board: boardOf('a'), revision: 0 } }],
      [`POST ${ONE}/restore`, { json: { version: 1, revision: 0 } }],
      [`DELETE ${ONE}`, { query: '?version=1&revision=0' }],
      ['POST /api/v1/thresholds', { json: { revision: 1, rules: [] } }],
      ['POST /api/v1/queue-groups', { json: { revision: 0, groups: [] } }],
    ] as const) {
      const answer = await own.ask(target, asked);
      expect([target, answer.status, z.object({ code: z.string() }).parse(answer.json()).code]).toEqual([
        ...[target, 503, 'audit.unavailable'],
      ]);
    }
    expect(await own.edit(`GET ${ONE}`)).toEqual(before);
  });

  it('API-40 thresholds and groups come and go by their contracts', async () => {
    const { ask } = await stage();
    const group = { id: 'g', name: 'G', queueIds: ['q1'] };
    const rule = {
      ...{ kpi: 'waiting', subject: 'group:g', warning: 3, critical: null, deadBand: 0 },
      ...{ onDelayMs: 0, offDelayMs: 0, minimumCount: 0 },
    };
    await ask('POST /api/v1/queue-groups', { json: { revision: 0, groups: [group] } });
    await ask('POST /api/v1/thresholds', { json: { revision: 0, rules: [rule] } });
    expect(queueGroupsSchema.parse((await ask('GET /api/v1/queue-groups')).json())).toEqual({
      ...{ revision: 1, groups: [group] },
    });
    expect(thresholdsSchema.parse((await ask('GET /api/v1/thresholds')).json())).toEqual({
      ...{ revision: 1, rules: [rule] },
    });
  });
});
