import { afterEach, describe, expect, it } from 'vitest';
import type { ScreenReport } from '../../../lib/contracts/screen-report';
import { ACCESS_GRID, CALLERS, OWN_BOARD, principalOf } from '../../support/access-grid';
import { FakeGate, SCREEN } from '../../support/fake-gate';
import { boardOf } from '../../support/push-boards';
import { ORIGIN, openStand, type Stand } from './push-stand';

const REPORT: ScreenReport = {
  painted: {
    ...{ position: { epoch: 'e', seq: 3 }, view: { number: 3, of: 7 }, agoMs: 12, ownAt: 5, serverAt: 6 },
  },
  ...{ build: 'b1', clockOffsetMs: 0, viewport: { width: 1920, height: 1080 } },
  ...{ memoryBytes: null, sound: 'ready' },
};

let stand: Stand | null = null;
afterEach(async () => {
  await stand?.close();
  stand = null;
});

async function open(isLocal = false): Promise<Stand> {
  stand = await openStand({
    gate: new FakeGate(isLocal),
    boardsList: [boardOf(OWN_BOARD)],
    screenPath: async (screenId) => `/screen/${OWN_BOARD}?screen=${screenId}`,
  });
  return stand;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a screen’s report over its socket', () => {
  it('PUSH-63 is kept, told of while it is connected, and gone with it', async () => {
    const s = await open();
    s.gate.know('tv', SCREEN(OWN_BOARD));
    const screen = s.screen({ boardId: OWN_BOARD, screenId: 's1' }, ORIGIN, { cookie: 'tv' });
    await screen.nextSnapshot();
    expect(s.push.screenStanding('s1')).toMatchObject({ report: null, stuck: false });
    screen.socket.emit('report', REPORT);
    await until(() => s.push.screenStanding('s1')?.report !== null);
    expect(s.push.screenStanding('s1')?.report).toEqual(REPORT);
    screen.close();
    await until(() => s.push.screenStanding('s1') === null);
    expect(s.push.screenIsConnected('s1')).toBe(false);
  });

  it.each<[string, unknown]>([
    ['no report', { painted: 'all of it' }],
    ['nothing', undefined],
    ['a list', [REPORT]],
    ['more than a report', { ...REPORT, boardId: 'other' }],
  ])('PUSH-63 that is %s closes it', async (_, said) => {
    const s = await open();
    s.gate.know('tv', SCREEN(OWN_BOARD));
    const screen = s.screen({ boardId: OWN_BOARD, screenId: 's1' }, ORIGIN, { cookie: 'tv' });
    await screen.nextSnapshot();
    screen.socket.emit('report', said);
    await until(() => screen.frames.some(({ kind }) => kind === 'disconnect'));
    expect(await s.metrics.expose()).toContain('floorcast_push_refused_total{reason="event"} 1');
  });

  const joining = CALLERS.filter((caller) =>
    ['allowed', 'own'].includes(ACCESS_GRID.get('socket join')?.get(caller) ?? ''),
  );
  it.each(joining)('SEC-30 answers a report of %s as the table says', async (caller) => {
    const s = await open(caller === 'local');
    s.gate.know(caller, principalOf(caller));
    const screen = s.screen({ boardId: OWN_BOARD }, ORIGIN, { cookie: caller });
    await screen.nextSnapshot();
    screen.socket.emit('report', REPORT);
    const expected = ACCESS_GRID.get('socket report')?.get(caller);
    if (expected === 'forbidden') {
      await until(() => screen.frames.some(({ kind }) => kind === 'refusal'));
      expect(screen.frames.find(({ kind }) => kind === 'refusal')).toMatchObject({
        refusal: { code: 'forbidden' },
      });
      return;
    }
    screen.socket.emit('resync');
    await until(() => screen.frames.filter(({ kind }) => kind === 'snapshot').length === 2);
    expect(s.push.screenStanding('screen-1')?.report ?? null).toEqual(expected === 'own' ? REPORT : null);
  });
});
