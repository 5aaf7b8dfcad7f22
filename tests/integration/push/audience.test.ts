/**
 * What comes over the wire, by real sockets: to a paired screen, to a supervisor's page that is a screen, and to his
 * desk. Names and values are canaries: any frame that has one in its text gives it away.
 */
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { Audience } from '../../../lib/contracts/board';
import { PUSH_NAMESPACE, trendKey } from '../../../lib/contracts/push';
import type { AlarmDesk } from '../../../server/alarms/desk';
import { openAnnouncements } from '../../../server/announcements/announcements';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { aGroup } from '../../support/alert-frames';
import { FakeDesk } from '../../support/fake-desk';
import { FakeGate, PERSON, SCREEN } from '../../support/fake-gate';
import { change } from '../../support/fake-kpi-reader';
import { MemoryStore } from '../../support/memory-store';
import { boardOf } from '../../support/push-boards';
import { ORIGIN, openStand, type Stand } from './push-stand';

const NAME = 'Zebedee Quillfeather';
const INITIALS = 'Z.Q.';
/** Of a queue that too few work in, and of one who waits alone there. */
const CANARY = { available: 73_311, occupancy: 0.733_17, since: Date.now() - 7_331 };
const TOLD = { waiting: 41_234 };

/** All that it was sent, as it was sent. */
class Ear {
  readonly socket: Socket;
  readonly heard: { event: string; text: string }[] = [];
  #wake: (() => void) | null = null;

  constructor(stand: Stand, auth: object, cookie: string) {
    this.socket = io(stand.url + PUSH_NAMESPACE, {
      ...{ auth, transports: ['websocket'], reconnection: false, forceNew: true },
      extraHeaders: { origin: ORIGIN, cookie },
    });
    this.socket.onAny((event: string, payload: unknown) => {
      this.heard.push({ event, text: JSON.stringify(payload) });
      this.#wake?.();
    });
  }
  get text(): string {
    return this.heard.map(({ text }) => text).join('\n');
  }
  async until(event: string, part = ''): Promise<void> {
    while (!this.heard.some((frame) => frame.event === event && frame.text.includes(part))) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const ALARMS = {
  ...{ more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
  alarms: [
    {
      ...{ key: 'kpi:queue:a#agentsAvailable', kind: 'kpi', level: 'critical', subject: 'queue:a' },
      ...{ kpi: 'agentsAvailable', text: `alarm of ${CANARY.available}`, since: 1, acknowledgement: null },
    },
    {
      ...{ key: 'fault:f1', kind: 'fault', level: 'critical', subject: null, kpi: null, text: 'a fault' },
      ...{ since: 1, acknowledgement: { by: NAME, at: 2 } },
    },
  ],
} as NonNullable<ReturnType<AlarmDesk['frame']>>;

async function stage(audience: Partial<Audience>) {
  const gate = new FakeGate();
  gate.know('wall', SCREEN('main'));
  gate.know('sam', PERSON(['supervisor']));
  const announcements = await openAnnouncements({
    ...{ store: new MemoryStore(), clock: systemClock, log: silentLog, newId: () => 'n1' },
  });
  const alerts = new FakeDesk();
  Object.assign(alerts.frame(), { groups: [aGroup({ acknowledgedBy: NAME })] });
  const board = boardOf('main', {
    ...{ cadenceMs: 100, strip: [] },
    audience: { names: 'none', minimumGroup: 0, loneWaiterDelaySeconds: 0, ...audience },
  });
  const [page] = board.pages;
  if (page === undefined) throw new Error('a board has a page');
  const columns = ['waiting', 'longestWaitSince', 'agentsAvailable', 'agentsOnQueue', 'occupancy'] as const;
  const trends = [{ id: 't', subject: 'queue:a', kpi: 'agentsAvailable' as const, every: 'minute' as const }];
  const table = { id: 'q', subjects: 'queues' as const, columns: [...columns] };
  const stand = await openStand({
    ...{ gate, announcements, alerts },
    alarms: {
      frame: () => ALARMS,
      counted: () => ({ interrupted: [], flooded: [], unlisted: [], shelved: [] }),
      subscribe: () => () => {},
    },
    boardsList: [{ ...board, pages: [{ ...page, tiles: [], table, trends }] }],
  });
  const ears: Ear[] = [];
  const listen = (auth: object, cookie: string) => {
    const ear = new Ear(stand, { boardId: 'main', ...auth }, cookie);
    ears.push(ear);
    return ear;
  };
  let minute = Math.floor(Date.now() / 60_000) * 60_000;
  /** Small and lone on queue a; enough of both on queue b. */
  const announce = (n: number) => {
    stand.reader.announce([
      change('queue:a', 'agentsOnQueue', 2),
      change('queue:a', 'agentsAvailable', CANARY.available + (n % 2)),
      change('queue:a', 'occupancy', CANARY.occupancy),
      change('queue:a', 'waiting', 1),
      change('queue:a', 'longestWaitSince', CANARY.since),
      change('queue:b', 'waiting', TOLD.waiting + n),
    ]);
    minute -= 60_000;
    const trend = trendKey('queue:a', 'agentsAvailable', 'minute');
    stand.reader.announcePoints([{ trend, at: minute, value: CANARY.available }]);
  };
  const close = async () => {
    for (const ear of ears) ear.socket.disconnect();
    announcements.stop();
    await stand.close();
  };
  return { stand, announcements, listen, announce, close };
}

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function open(audience: Partial<Audience>) {
  const staged = await stage(audience);
  closing.push(staged.close);
  staged.announce(0);
  const until = Date.now() + 60_000;
  const wish = { text: 'Fire drill', priority: 'high', until, boardIds: null } as const;
  await staged.announcements.write(wish, NAME, async () => {});
  return staged;
}

const KINDS = ['snapshot', 'delta', 'alerts', 'alarms', 'announcements'];
const STRICT = { names: 'none', minimumGroup: 5, loneWaiterDelaySeconds: 600 } as const;

describe('what comes over the wire', () => {
  it('PUSH-40 PUSH-47 ANN-9 has no name and no withheld value in any frame for the floor, and all of them at the desk', async () => {
    const { stand, listen, announce } = await open(STRICT);
    const walls = [
      listen({ screenId: 's1' }, 'wall'),
      listen({ screenId: 's1', as: 'desk' }, 'wall'),
      listen({ as: 'desk' }, 'wall'),
      listen({ as: 'screen' }, 'sam'),
    ];
    const desks = [listen({}, 'sam'), listen({ as: 'desk' }, 'sam')];
    const all = [...walls, ...desks];
    await Promise.all(all.map((ear) => ear.until('snapshot')));
    announce(1);
    await Promise.all(all.map((ear) => ear.until('delta', String(TOLD.waiting + 1))));
    for (const ear of all) ear.socket.emit('resync');
    for (const kind of KINDS) await Promise.all(all.map((ear) => ear.until(kind)));
    const back = all.map((ear) => {
      const { epoch } = JSON.parse(ear.heard[0]?.text ?? '{}') as { epoch: string };
      ear.socket.disconnect();
      return { last: { epoch, seq: 1 } };
    });
    announce(2);
    const again = back.map((auth, index) =>
      index < walls.length ? listen({ ...auth, as: 'screen' }, 'sam') : listen(auth, 'sam'),
    );
    await Promise.all(again.map((ear) => ear.until('delta', String(TOLD.waiting + 2))));
    await Promise.all(again.map((ear) => ear.until('alarms')));
    const floorEars = [...walls, ...again.slice(0, walls.length)];
    const deskEars = [...desks, ...again.slice(walls.length)];
    const canaries = [NAME, 'Zebedee', INITIALS, ...Object.values(CANARY).map(String)];
    for (const ear of floorEars) expect(canaries.filter((canary) => ear.text.includes(canary))).toEqual([]);
    for (const ear of deskEars.slice(0, 2)) {
      const missing = canaries.filter((canary) => !ear.text.includes(canary));
      expect(missing).toEqual([INITIALS]);
    }
    for (const ear of all)
      expect(KINDS.filter((kind) => !ear.heard.some(({ event }) => event === kind))).toEqual([]);
    expect(stand.push.counters.fallbacks).toBe(0);
  });

  it('PUSH-44 names people by their initials where a board says so, and by their names only where it says that', async () => {
    const wanted = [
      ['initials', [INITIALS], [NAME]],
      ['full', [NAME], [INITIALS]],
    ] as const;
    for (const [names, told, kept] of wanted) {
      const { listen } = await open({ names });
      const wall = listen({}, 'wall');
      for (const kind of ['alerts', 'announcements', 'alarms']) {
        await wall.until(kind);
        const text = wall.heard
          .filter(({ event }) => event === kind)
          .map((frame) => frame.text)
          .join();
        expect([kind, ...told.map((one) => text.includes(one))]).toEqual([kind, true]);
        expect([kind, ...kept.map((one) => text.includes(one))]).toEqual([kind, false]);
      }
    }
  });

  it('PUSH-41 PUSH-43 tells everything but names where a board says nothing, and less as soon as it says so', async () => {
    const { stand, listen } = await open({});
    const wall = listen({}, 'wall');
    await wall.until('snapshot', String(CANARY.available));
    const [board] = stand.boards.list();
    if (board === undefined) throw new Error('there is a board');
    const before = wall.heard.length;
    stand.boards.set([{ ...board, audience: STRICT }]);
    await wall.until('snapshot', '"minimumGroup":5');
    const later = wall.heard
      .slice(before)
      .map(({ text }) => text)
      .join();
    expect([later.includes(String(CANARY.available)), later.includes(String(CANARY.since))]).toEqual([
      false,
      false,
    ]);
  });
});
