import { afterEach, describe, expect, it } from 'vitest';
import { ACCESS_TABLE } from '../../../server/access/access-table';
import type { AuditEvent } from '../../../server/audit/audit-log';
import { SOCKET_EVENTS } from '../../../server/push/judgement';
import { ACCESS_GRID, CALLERS, OWN_BOARD, principalOf } from '../../support/access-grid';
import { FakeGate, MACHINE, PERSON, SCREEN } from '../../support/fake-gate';
import { boardOf } from '../../support/push-boards';
import { ORIGIN, openStand, type Stand, type StandOptions, type TestScreen } from './push-stand';

let stand: Stand | null = null;
async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await openStand({
    gate: new FakeGate(),
    boardsList: [boardOf('main'), boardOf(OWN_BOARD)],
    screenPath: async (screenId) => `/screen/${OWN_BOARD}?screen=${screenId}`,
    ...options,
  });
  return stand;
}
afterEach(async () => {
  await stand?.close();
  stand = null;
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** What a client is answered first: the kind of the frame, or the code of the refusal. */
async function answerTo(screen: TestScreen): Promise<string> {
  const frame = await screen.next();
  return frame.kind === 'refusal' ? frame.refusal.code : frame.kind;
}

/** With the credentials of one of the grid's callers. */
function enter(s: Stand, caller: string, boardId: string): TestScreen {
  const headers = caller === 'anonymous' ? {} : { cookie: caller };
  if (caller !== 'anonymous') s.gate.know(caller, principalOf(caller));
  return s.screen({ boardId }, ORIGIN, headers);
}

describe('the table of who may do what, over sockets', () => {
  it('SEC-30 has a row for each socket event that is served, and no other', () => {
    const rows = ACCESS_TABLE.flatMap(({ target }) => (target.startsWith('socket ') ? [target] : []));
    expect(rows.sort()).toEqual(SOCKET_EVENTS.map((event) => `socket ${event}`).sort());
    expect([...ACCESS_GRID.keys()].filter((target) => target.startsWith('socket ')).sort()).toEqual(rows);
  });

  it.each([...CALLERS])(
    'SEC-30 lets %s join as the table says, at its own board and at another',
    async (caller) => {
      const s = await open();
      const expected = ACCESS_GRID.get('socket join')?.get(caller);
      const [own, other] = [
        await answerTo(enter(s, caller, OWN_BOARD)),
        await answerTo(enter(s, caller, 'main')),
      ];
      if (expected === 'allowed') expect([own, other]).toEqual(['snapshot', 'snapshot']);
      else if (expected === 'own') expect([own, other]).toEqual(['snapshot', 'forbidden']);
      else expect([own, other]).toEqual([expected, expected]);
      expect(s.push.screensCount()).toBe([own, other].filter((answer) => answer === 'snapshot').length);
    },
  );

  it.each([...CALLERS])(
    'SEC-30 answers a resync of one who is %s by then as the table says',
    async (caller) => {
      const s = await open();
      const before = PERSON(['admin']);
      s.gate.know('cookie', before);
      const screen = s.screen({ boardId: OWN_BOARD }, ORIGIN, { cookie: 'cookie' });
      await screen.nextSnapshot();
      s.gate.change(before, principalOf(caller), false);
      screen.socket.emit('resync');
      const expected = ACCESS_GRID.get('socket resync')?.get(caller);
      const served = expected === 'allowed' || expected === 'own';
      expect(await answerTo(screen)).toBe(served ? 'snapshot' : expected);
      expect(s.push.screensCount()).toBe(served ? 1 : 0);
    },
  );

  it.each([
    ['join', '["join"]'],
    ['an unknown event', '["publish",{"figures":[]}]'],
    ['__proto__', '["__proto__"]'],
    ['a number', '[7]'],
    ['error', '["error",{}]'],
    ['an event with an answer wanted', '["secrets"]', '12'],
  ])('SEC-30 closes who says %s, which is in no row', async (_, packet, ack = '') => {
    const s = await open({ gate: new FakeGate(true) });
    const stays = s.screen();
    await stays.nextSnapshot();
    const screen = s.screen();
    await screen.nextSnapshot();
    // Past the client's own packing, which knows no numbers as events.
    (screen.socket.io.engine as { send(text: string): void }).send(`2/board,${ack}${packet}`);
    expect(await screen.next()).toMatchObject({ kind: 'disconnect' });
    await until(() => s.connections.size === 1);
    expect(s.push.screensCount()).toBe(1);
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="event"} 1');
  });
});

describe('the credentials of a socket', () => {
  it.each<[string, object, Record<string, string>, object]>([
    ['its cookies', {}, { cookie: 'a=b' }, { cookie: 'a=b', authorization: undefined }],
    [
      'the token of the handshake',
      { token: 'jwt' },
      { cookie: 'a=b' },
      { cookie: 'a=b', authorization: 'Bearer jwt' },
    ],
    ['the header', {}, { authorization: 'Bearer h' }, { cookie: undefined, authorization: 'Bearer h' }],
    [
      'the token before the header',
      { token: 'jwt' },
      { authorization: 'Bearer h' },
      { cookie: undefined, authorization: 'Bearer jwt' },
    ],
  ])('SEC-31 are %s', async (_, auth, headers, presented) => {
    const s = await open();
    expect(await answerTo(s.screen({ boardId: 'main', ...auth }, ORIGIN, headers))).toBe('unauthenticated');
    expect(s.gate.presented).toEqual(presented);
  });

  it('SEC-31 seats a machine by its token', async () => {
    const s = await open();
    s.gate.know('Bearer jwt', MACHINE(['kpis:read']));
    expect(await answerTo(s.screen({ boardId: 'main', token: 'jwt' }))).toBe('snapshot');
  });
});

describe('a page that names a paired screen', () => {
  const supervisor = PERSON(['supervisor']);

  it('SEC-32 is served as that screen', async () => {
    const s = await open();
    s.gate.know('tv', SCREEN(OWN_BOARD));
    const screen = s.screen({ boardId: OWN_BOARD, screenId: 's1' }, ORIGIN, { cookie: 'tv' });
    expect(await answerTo(screen)).toBe('snapshot');
    expect(s.push.screenIsConnected('s1')).toBe(true);
  });

  it('SEC-32 is served as that screen also where a supervisor sits at it: it ends when the screen does', async () => {
    const s = await open();
    const tv = SCREEN(OWN_BOARD);
    s.gate.know('both', supervisor, tv);
    const screen = s.screen({ boardId: OWN_BOARD, screenId: 's1' }, ORIGIN, { cookie: 'both' });
    const desk = s.screen({ boardId: 'main' }, ORIGIN, { cookie: 'both' });
    await screen.nextSnapshot();
    await desk.nextSnapshot();
    expect(await screen.next()).toMatchObject({ kind: 'assignment' });
    s.gate.change(tv, null);
    expect(await answerTo(screen)).toBe('revoked');
    await until(() => s.push.screensCount() === 1);
    expect(desk.socket.connected).toBe(true);
  });

  it.each<[string, (gate: FakeGate) => void]>([
    ['nobody’s', () => {}],
    ['another screen’s', (gate) => gate.know('cookie', SCREEN(OWN_BOARD, 's2'))],
    ['a supervisor’s', (gate) => gate.know('cookie', supervisor)],
    ['a supervisor’s at another screen', (gate) => gate.know('cookie', supervisor, SCREEN('main', 's2'))],
  ])('SEC-32 is refused as revoked with a cookie that is %s', async (_, prepare) => {
    const s = await open();
    prepare(s.gate);
    const screen = s.screen({ boardId: OWN_BOARD, screenId: 's1' }, ORIGIN, { cookie: 'cookie' });
    expect(await answerTo(screen)).toBe('revoked');
    expect((await screen.next()).kind).toBe('disconnect');
    expect(s.push.screensCount()).toBe(0);
  });

  it('SEC-32 is refused as revoked where the server has no accounts, and where a token comes with it', async () => {
    const s = await open({ gate: new FakeGate(true) });
    s.gate.know('tv', SCREEN(OWN_BOARD));
    const local = s.screen({ boardId: OWN_BOARD, screenId: 's1' });
    expect(await answerTo(local)).toBe('revoked');
    const auth = { boardId: OWN_BOARD, screenId: 's1', token: 'jwt' };
    expect(await answerTo(s.screen(auth, ORIGIN, { cookie: 'tv' }))).toBe('revoked');
  });

  it.each(['main', 'nobody', '__proto__'])(
    'SEC-32 learns nothing of the board “%s” that is not its own',
    async (boardId) => {
      const s = await open();
      s.gate.know('tv', SCREEN(OWN_BOARD));
      expect(await answerTo(s.screen({ boardId }, ORIGIN, { cookie: 'tv' }))).toBe('forbidden');
    },
  );
});

describe('who is refused', () => {
  it('SEC-42 is in the audit log, with what he asked for and from where', async () => {
    const events: AuditEvent[] = [];
    const audit = { refused: (event: AuditEvent) => void events.push(event) };
    const s = await open({ audit, addressOf: () => '192.0.2.7' });
    s.gate.know('agent', PERSON(['agent'], 'a1'));
    const screen = s.screen({ boardId: 'ma\nin<b>' }, ORIGIN, { cookie: 'agent' });
    expect(await answerTo(screen)).toBe('forbidden');
    expect(events).toEqual([
      {
        actor: 'person:a1',
        actorName: 'Person a1',
        action: 'access.refused',
        subject: null,
        outcome: 'refused',
        address: '192.0.2.7',
        details: new Map([
          ['target', 'socket join'],
          ['board', 'ma?in?b?'],
          ['code', 'forbidden'],
        ]),
      },
    ]);
  });

  it('SEC-85 for tokens that are nobody’s, too often, is told only that; who is known or has cookies is not held up', async () => {
    const events: AuditEvent[] = [];
    const failures: string[] = [];
    const s = await open({
      audit: { refused: (event: AuditEvent) => void events.push(event) },
      addressOf: () => '2001:db8::7',
      mayFail: (address) => failures.push(address) < 3,
    });
    s.gate.know('Bearer good', MACHINE(['kpis:read']));
    s.gate.know('Bearer weak', MACHINE(['alerts:read']));
    s.gate.know('tv', SCREEN(OWN_BOARD));
    const token = (text: string) => answerTo(s.screen({ boardId: OWN_BOARD, token: text }));
    const header = (headers: Record<string, string>) =>
      answerTo(s.screen({ boardId: OWN_BOARD }, ORIGIN, headers));
    expect(await token('bad')).toBe('unauthenticated');
    expect(await header({ authorization: 'Bearer bad' })).toBe('unauthenticated');
    expect(events).toHaveLength(2);
    expect(await token('bad')).toBe('limit.messages');
    expect(await header({ authorization: 'Basic bad' })).toBe('limit.messages');
    const named = { boardId: OWN_BOARD, screenId: 's1', token: 'bad' };
    expect(await answerTo(s.screen(named))).toBe('limit.messages');
    expect(events).toHaveLength(2);
    expect(failures).toEqual(Array.from({ length: 5 }, () => '2001:db8::7'));
    expect(await token('good')).toBe('snapshot');
    expect(await token('weak')).toBe('forbidden');
    expect(await header({ cookie: 'tv' })).toBe('snapshot');
    expect(await header({ cookie: 'old' })).toBe('unauthenticated');
    expect(await answerTo(s.screen({ boardId: OWN_BOARD, screenId: 's1' }))).toBe('revoked');
    expect(failures).toHaveLength(5);
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="limit.messages"} 3');
  });
});
