import { describe, expect, it } from 'vitest';
import { screenSchema, screensResponseSchema } from '../../../lib/contracts/access';
import { apiErrorSchema } from '../../../lib/contracts/api';
import { SCREEN_COOKIE } from '../../../server/access/cookies';
import { rowOf } from '../../../server/access/decide';
import { screenRoutes } from '../../../server/http/screen-routes';
import { answerOf, FAKE_ADDRESS, type FakeAnswer, type FakeRequest } from '../../support/fake-exchange';
import { PERSON } from '../../support/fake-gate';
import { ODD_IDS } from '../../support/odd-ids';
import {
  begun,
  createScreenStage,
  NO_CODE,
  pairedScreen,
  place,
  type ScreenStageOptions,
} from '../access/screens-stage';

const ADA = PERSON(['supervisor'], 'ada');
const HOUR_MS = 3_600_000;
const PAIR = 'POST /api/v1/screens';
const CHANGE = 'PATCH /api/v1/screens/:id';
const REVOKE = 'DELETE /api/v1/screens/:id';
const ROTATE = 'POST /api/v1/screen/token';

function prepared(options: ScreenStageOptions = {}) {
  const stage = createScreenStage(options);
  const routes = screenRoutes(stage);
  const ask = (target: string, asked: FakeRequest = {}) => answerOf(routes, target, { who: ADA, ...asked });
  return { ...stage, stage, routes, ask };
}

function problem(answer: FakeAnswer): readonly [number, string] {
  return [answer.status, apiErrorSchema.parse(answer.json()).code];
}

/** Not JSON.stringify's: it would leave `__proto__` out. */
function withField(body: object, field: string): unknown {
  return JSON.parse(`${JSON.stringify(body).slice(0, -1)},${JSON.stringify(field)}:{"name":"x"}}`);
}

const BAD_FIELDS: readonly (readonly [string, object])[] = [
  ['an empty name', { name: ' ' }],
  ['a long name', { name: 'x'.repeat(61) }],
  ['a name of two lines', { name: 'a\nb' }],
  ['a name with an escape', { name: 'a\u001b[31mb' }],
  ['a name with U+2028', { name: 'a\u2028b' }],
  ['a name with U+2029', { name: 'a\u2029b' }],
  ['a name with half a character', { name: 'a\ud800b' }],
  ['a room of two lines', { room: 'a\r\nb' }],
  ['a room that is no text', { room: 7 }],
  ['a board that is a path', { boardId: '../main' }],
  ['a long board', { boardId: 'x'.repeat(65) }],
  ['a diagonal of 4 inches', { diagonalInches: 4.9 }],
  ['a diagonal as text', { diagonalInches: '55' }],
  ['a seat too far', { farthestSeatMetres: 30.1 }],
  ['no seat', { farthestSeatMetres: null }],
];

describe('pairing by its code', () => {
  it('ACC-76 gives the screen that it made, and the list has it', async () => {
    const { ask, pairing, audit } = prepared();
    const { code } = await begun(pairing);
    const typed = `${code.slice(0, 3)} ${code.slice(3)}`.toLowerCase();
    const made = await ask(PAIR, { json: { ...place({ name: ' North wall ' }), code: typed } });
    expect(made.status).toBe(201);
    const screen = screenSchema.strict().parse(made.json());
    expect(screen).toMatchObject({ ...place(), pairedBy: 'Person ada', connected: false, lastSeenAt: null });
    const list = await ask('GET /api/v1/screens');
    expect(screensResponseSchema.strict().parse(list.json())).toEqual({ screens: [screen] });
    expect(audit.recorded).toMatchObject([
      { actor: 'person:ada', actorName: 'Person ada', address: FAKE_ADDRESS, action: 'screen.paired' },
    ]);
    expect(made.setCookies).toEqual([]);
  });

  it.each(BAD_FIELDS)('ACC-76 refuses %s, and costs no try', async (_, more) => {
    const { ask, pairing, screens } = prepared();
    const { code } = await begun(pairing);
    for (let n = 0; n < 6; n += 1) {
      expect(problem(await ask(PAIR, { json: { code, ...place(), ...more } }))).toEqual([
        400,
        'body.invalid',
      ]);
    }
    expect(await screens.list()).toEqual([]);
    expect((await ask(PAIR, { json: { code, ...place() } })).status).toBe(201);
  });

  it.each([
    ['no JSON', undefined, 'body.malformed'],
    ['null', null, 'body.invalid'],
    ['a list', [], 'body.invalid'],
    ['no code', place(), 'body.invalid'],
    ['a long code', { ...place(), code: 'K7M4XRR' }, 'body.invalid'],
    ['a code that is no text', { ...place(), code: ['K7M4XR'] }, 'body.invalid'],
    ['an id of its own', { ...place(), code: NO_CODE, id: 's1' }, 'body.invalid'],
    ['__proto__', withField({ ...place(), code: NO_CODE }, '__proto__'), 'body.invalid'],
  ])('ACC-76 refuses a body of %s', async (_, json, code) => {
    const { ask, store } = prepared();
    expect(problem(await ask(PAIR, json === undefined ? {} : { json }))).toEqual([400, code]);
    expect(await store.list('screen')).toEqual([]);
  });

  it('ACC-61 says the same of a code that never was, is over, or was used', async () => {
    const { ask, pairing, clock } = prepared();
    const [used, over] = [await begun(pairing), await begun(pairing)];
    await ask(PAIR, { json: { ...place(), code: used.code } });
    clock.advance(120_000);
    const bodies = [];
    for (const { code } of [used, over, { code: NO_CODE }]) {
      const answer = await ask(PAIR, { json: { ...place(), code } });
      expect(problem(answer)).toEqual([404, 'pairing.code-unknown']);
      bodies.push(answer.body);
    }
    expect(new Set(bodies).size).toBe(1);
  });

  it('ACC-62 says how long to wait after five tries', async () => {
    const { ask, clock } = prepared();
    const json = { ...place(), code: NO_CODE };
    for (let n = 0; n < 5; n += 1) expect((await ask(PAIR, { json })).status).toBe(404);
    clock.advance(500);
    const refused = await ask(PAIR, { json });
    expect(problem(refused)).toEqual([429, 'pairing.tries']);
    expect(refused.headers.get('retry-after')).toBe('60');
    // By the person, not by the session or the place.
    const elsewhere = { ...ADA, sessionId: 'another' };
    expect((await ask(PAIR, { json, who: elsewhere, address: '198.51.100.1' })).status).toBe(429);
    expect((await ask(PAIR, { json, who: PERSON(['admin'], 'bob') })).status).toBe(404);
  });

  it('ACC-76 says what else is wrong', async () => {
    const { ask, pairing, ...stage } = prepared({ maxScreens: 1 });
    const { code } = await begun(pairing);
    const nowhere = await ask(PAIR, { json: { ...place({ boardId: '__proto__' }), code } });
    expect(problem(nowhere)).toEqual([404, 'board.unknown']);
    await pairedScreen(stage);
    expect(problem(await ask(PAIR, { json: { ...place(), code } }))).toEqual([409, 'screens.full']);
  });
});

describe('another place', () => {
  it('ACC-76 is what the body names, and nothing else', async () => {
    const { ask, stage } = prepared();
    const { id } = await pairedScreen(stage);
    const changed = await ask(CHANGE, { ids: { id }, json: { room: 'Sales', boardId: 'second' } });
    expect(changed.status).toBe(200);
    expect(screenSchema.strict().parse(changed.json())).toMatchObject({
      ...place(),
      ...{ id, room: 'Sales', boardId: 'second' },
    });
    expect((await ask(CHANGE, { ids: { id }, json: {} })).body).toBe(changed.body);
    expect(stage.audit.recorded.at(-1)).toMatchObject({ actor: 'person:ada', address: FAKE_ADDRESS });
  });

  it.each(BAD_FIELDS)('ACC-76 is refused with %s', async (_, more) => {
    const { ask, stage } = prepared();
    const { id } = await pairedScreen(stage);
    const refused = await ask(CHANGE, { ids: { id }, json: { diagonalInches: 40, ...more } });
    expect(problem(refused)).toEqual([400, 'body.invalid']);
    expect(await stage.screens.list()).toMatchObject([place()]);
  });

  it.each(['id', 'pairedBy', 'pairedAt', 'tokens', 'code', '__proto__', 'constructor'])(
    'ACC-76 is refused with the field %s',
    async (field) => {
      const { ask, stage } = prepared();
      const { id } = await pairedScreen(stage);
      const before = await stage.store.list('screen');
      const refused = await ask(CHANGE, { ids: { id }, json: withField({ room: 'Sales' }, field) });
      expect(problem(refused)).toEqual([400, 'body.invalid']);
      expect(await stage.store.list('screen')).toEqual(before);
    },
  );

  it('ACC-76 is no board that is none', async () => {
    const { ask, stage } = prepared();
    const { id } = await pairedScreen(stage);
    for (const boardId of ['nowhere', '__proto__']) {
      expect(problem(await ask(CHANGE, { ids: { id }, json: { boardId } }))).toEqual([404, 'board.unknown']);
    }
    expect(problem(await ask(CHANGE, { ids: { id } }))).toEqual([400, 'body.malformed']);
    expect(await stage.screens.list()).toMatchObject([place()]);
  });
});

describe('revoking', () => {
  it('ACC-71 takes the screen from the list', async () => {
    const { ask, stage } = prepared();
    const { id, token } = await pairedScreen(stage);
    const revoked = await ask(REVOKE, { ids: { id } });
    expect([revoked.status, revoked.body, revoked.headers.get('cache-control')]).toEqual([
      204,
      '',
      'no-store',
    ]);
    expect(await stage.screens.find(token)).toBeNull();
    expect((await ask('GET /api/v1/screens')).json()).toEqual({ screens: [] });
    expect(problem(await ask(REVOKE, { ids: { id } }))).toEqual([404, 'screen.unknown']);
  });

  it.each(ODD_IDS.map((id) => [id.slice(0, 80), id] as const))('ACC-76 knows no screen %j', async (_, id) => {
    const { ask, stage } = prepared();
    await pairedScreen(stage);
    const before = await stage.store.list('screen');
    expect(problem(await ask(REVOKE, { ids: { id } }))).toEqual([404, 'screen.unknown']);
    expect(problem(await ask(CHANGE, { ids: { id }, json: { name: 'x' } }))).toEqual([404, 'screen.unknown']);
    expect(await stage.store.list('screen')).toEqual(before);
  });
});

describe('the token of a screen', () => {
  const cookie = (token: string) => ({ headers: { cookie: `${SCREEN_COOKIE}=${token}` } });

  it('ACC-69 becomes another cookie, which no script reads and which lasts', async () => {
    const { ask, stage } = prepared();
    const { id, token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    const changed = await ask(ROTATE, cookie(token));
    expect([changed.status, changed.json()]).toEqual([200, { rotated: true }]);
    const [set = ''] = changed.setCookies;
    const [, next = ''] = new RegExp(`^${SCREEN_COOKIE}=(${id}\\.[A-Za-z0-9_-]{43}); `).exec(set) ?? [];
    expect(set).toBe(
      `${SCREEN_COOKIE}=${next}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${400 * 24 * 3_600}`,
    );
    expect(changed.body).not.toContain(next);
    expect(await stage.screens.find(next)).toMatchObject({ screenId: id });
    const again = await ask(ROTATE, cookie(next));
    expect([again.json(), again.setCookies]).toEqual([{ rotated: false }, []]);
  });

  it('ACC-68 is asked for by nobody who has none', async () => {
    const { ask, stage } = prepared();
    const { id, token } = await pairedScreen(stage);
    const twice = `${SCREEN_COOKIE}=${token}; ${SCREEN_COOKIE}=${token}`;
    const cases: FakeRequest[] = [
      {},
      cookie(''),
      cookie(`${id}.${'x'.repeat(43)}`),
      cookie(`__proto__.${'x'.repeat(43)}`),
      { headers: { cookie: twice } },
      { headers: { cookie: `screen=${token}` } },
    ];
    stage.clock.advance(HOUR_MS);
    for (const asked of cases) {
      const refused = await ask(ROTATE, asked);
      expect([...problem(refused), refused.setCookies]).toEqual([401, 'unauthenticated', []]);
    }
    expect(await stage.screens.find(token)).not.toBeNull();
  });
});

describe('what cannot be recorded', () => {
  it('ACC-73 is not done: 503, and all is as before', async () => {
    const { ask, pairing, stage } = prepared();
    const { id } = await pairedScreen(stage);
    const { code } = await begun(pairing);
    const before = await stage.store.list('screen');
    stage.audit.isBroken = true;
    const answers = [
      await ask(PAIR, { json: { ...place(), code } }),
      await ask(CHANGE, { ids: { id }, json: { name: 'x' } }),
      await ask(REVOKE, { ids: { id } }),
    ];
    for (const answer of answers) expect(problem(answer)).toEqual([503, 'audit.unavailable']);
    expect(await stage.store.list('screen')).toEqual(before);
    stage.audit.isBroken = false;
    expect((await ask(PAIR, { json: { ...place(), code } })).status).toBe(201);
  });
});

describe('the routes of screens', () => {
  it('ACC-76 have their rows, and those that guess or make secrets are paced', () => {
    const { routes } = prepared();
    expect(routes.map(({ method, path, pace }) => [`${method} ${path}`, pace])).toEqual([
      ['GET /api/v1/screens', undefined],
      [PAIR, 'heavy'],
      [CHANGE, undefined],
      [REVOKE, undefined],
      [ROTATE, 'heavy'],
    ]);
    for (const { method, path } of routes) expect(rowOf(`${method} ${path}`), path).not.toBeNull();
  });

  it('ACC-68 tell of no token and no hash', async () => {
    const { ask, stage } = prepared();
    const { id, token } = await pairedScreen(stage);
    stage.clock.advance(HOUR_MS);
    await stage.screens.rotate(token);
    const stored = JSON.stringify(await stage.store.list('screen'));
    const hashes = [...stored.matchAll(/"([A-Za-z0-9_-]{43})"/g)].map(([, hash]) => hash);
    expect(hashes).toHaveLength(2);
    const bodies = [
      (await ask('GET /api/v1/screens')).body,
      (await ask(CHANGE, { ids: { id }, json: { name: 'x' } })).body,
    ].join();
    for (const secret of [...hashes, token.split('.')[1]]) expect(bodies).not.toContain(secret);
  });
});
