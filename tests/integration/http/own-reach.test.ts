/** What a paired screen gets of REST, and who sees more of health than whether it is ready. Real HTTP. */
import { afterEach, describe, expect, it } from 'vitest';
import { boardsResponseSchema, readyzSchema } from '../../../lib/contracts/api';
import { SCREEN_COOKIE } from '../../../server/access/cookies';
import { CALLERS, principalOf } from '../../support/access-grid';
import { FakeGate, PERSON, SCREEN } from '../../support/fake-gate';
import { openHttp } from '../../support/http-stand';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const DISPLAY = `${SCREEN_COOKIE}=s1.secret`;

async function open(gate: FakeGate) {
  const stand = await openHttp({ gate });
  stops.push(stand.stop);
  return (address: string, headers: Record<string, string> = {}) => fetch(stand.url + address, { headers });
}

describe('a paired screen', () => {
  it('ACC-83 lists and gets its own board and no other, and no figures of queues', async () => {
    const gate = new FakeGate();
    gate.know(DISPLAY, SCREEN('second'));
    const get = await open(gate);
    const as = { cookie: DISPLAY };
    const { boards } = boardsResponseSchema.parse(await (await get('/api/v1/boards', as)).json());
    expect(boards.map((board) => board.id)).toEqual(['second']);
    expect((await get('/api/v1/boards/second', as)).status).toBe(200);
    const other = await get('/api/v1/boards/main', as);
    const none = await get('/api/v1/boards/nowhere', as);
    expect([other.status, await other.text()]).toEqual([404, await none.text()]);
    expect((await get('/api/v1/boards/__proto__', as)).status).toBe(404);
    expect((await get('/api/v1/kpis', as)).status).toBe(403);
  });

  it('ACC-83 whose board is gone sees none', async () => {
    const gate = new FakeGate();
    gate.know(DISPLAY, SCREEN('gone'));
    const get = await open(gate);
    expect(await (await get('/api/v1/boards', { cookie: DISPLAY })).json()).toEqual({ boards: [] });
  });

  it('ACC-83 with a supervisor signed in on it sees what the supervisor sees', async () => {
    const gate = new FakeGate();
    gate.know(DISPLAY, PERSON(['supervisor']), SCREEN('second'));
    gate.know('agent', PERSON(['agent']), SCREEN('second'));
    const get = await open(gate);
    const list = async (cookie: string) =>
      boardsResponseSchema.parse(await (await get('/api/v1/boards', { cookie })).json()).boards.length;
    expect([await list(DISPLAY), await list('agent')]).toEqual([2, 1]);
  });
});

describe('/readyz', () => {
  it('ACC-84 says to the public whether it is ready, and what of the sources to those who look after them', async () => {
    const gate = new FakeGate();
    for (const caller of CALLERS) gate.know(`Bearer ${caller.replaceAll(' ', '-')}`, principalOf(caller));
    const get = await open(gate);
    const told: string[] = [];
    for (const caller of CALLERS) {
      const authorization = `Bearer ${caller.replaceAll(' ', '-')}`;
      const body = readyzSchema.strict().parse(await (await get('/readyz', { authorization })).json());
      expect(body.ready).toBe(true);
      if (body.sources !== undefined) told.push(caller);
    }
    expect(told).toEqual(['local', 'supervisor', 'senior_tech', 'admin', 'metrics:read']);
    expect(await (await get('/readyz')).text()).toBe('{"ready":true}');
  });
});
