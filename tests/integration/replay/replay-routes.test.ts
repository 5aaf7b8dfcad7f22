import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { momentSchema, type ReplaySpan, replaySpanSchema } from '../../../lib/contracts/replay';
import { replayRoutes } from '../../../server/http/replay-routes';
import type { ReplayDesk } from '../../../server/replay/replay-desk';
import { FakeClock } from '../../support/fake-clock';
import { change } from '../../support/fake-kpi-reader';
import { type HttpStand, openShell } from '../../support/http-stand';
import { openReplayStand } from '../../support/replay-stand';

const MINUTE = 60_000;
const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function open(desk: ReplayDesk | null, clock = new FakeClock()): Promise<HttpStand> {
  const http = await openShell({ routes: replayRoutes({ desk, clock }) });
  closes.push(http.stop);
  return http;
}

/** Three minutes of a board, with a figure that counts them. */
async function recorded() {
  const stand = await openReplayStand();
  closes.push(stand.stop);
  for (let minute = 1; minute <= 3; minute++) {
    stand.reader.announce([change('all', 'waiting', minute), change('queue:a', 'serviceLevel', minute / 4)]);
    await stand.pass(MINUTE);
  }
  const { url } = await open(stand.desk, stand.clock);
  return { ...stand, ask: (path: string) => fetch(`${url}/api/v1/replay/${path}`), now: stand.clock.now() };
}

describe('looking back over REST', () => {
  it('REPLAY-16 tells a board’s span, and a moment of it', async () => {
    const { ask, now } = await recorded();
    const span: ReplaySpan = replaySpanSchema.parse(await (await ask('main')).json());
    expect(span).toMatchObject({
      boardId: 'main',
      from: now - 3 * MINUTE,
      until: now,
      gaps: [],
      isRecorded: true,
    });
    const moment = momentSchema.parse(await (await ask(`main/moment?at=${now - 90_000}`)).json());
    expect(moment.snapshot.serverTime).toBe(now - 90_000);
    expect(moment.snapshot.values.find(({ subject }) => subject === 'all')?.value).toBe(2);
  });

  it.each([
    ['nowhere', 404, 'board.unknown'],
    ['main/moment?at=5', 404, 'replay.nothing'],
    ['main/moment', 400, 'query.invalid'],
    ['main/moment?at=yesterday', 400, 'query.invalid'],
    ['main/moment?at=1&more=2', 400, 'query.invalid'],
    ['main/moment?at=-1', 400, 'query.invalid'],
    ['main/moment?at=1e3', 400, 'query.invalid'],
    ['main/moment.csv?at=5', 404, 'replay.nothing'],
    ['main/figures.csv?from=1&until=2', 404, 'replay.nothing'],
    ['main/figures.csv?from=2&until=1', 400, 'query.invalid'],
    ['main/figures.csv?from=0&until=86400001', 400, 'query.invalid'],
    ['main/figures.csv?from=0&until=1&everySeconds=4', 400, 'query.invalid'],
  ])('REPLAY-16 %s answers %i %s', async (path, status, code) => {
    const { ask } = await recorded();
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it('REPLAY-16 says that nothing is kept where that is so', async () => {
    const { url } = await open(null);
    const response = await fetch(`${url}/api/v1/replay/main`);
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'replay.off' }]);
  });

  it('REPLAY-17 gives a moment as a table to download', async () => {
    const { ask, now } = await recorded();
    const response = await ask(`main/moment.csv?at=${now}`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="main-[0-9T-]+\.csv"$/,
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString('utf8').split('\r\n');
    expect(lines[0]).toContain('Time (UTC)');
    expect(lines.find((line) => line.includes(',waiting,') && line.includes(',all,'))).toContain(
      ',waiting,3,count,',
    );
  });

  it('REPLAY-19 gives a span as a table, a moment every so often', async () => {
    const { ask, now } = await recorded();
    const text = await (
      await ask(`main/figures.csv?from=${now - 3 * MINUTE}&until=${now}&everySeconds=60`)
    ).text();
    const values = [...text.matchAll(/,all,[^,]*,waiting,(\d*),/g)].map((match) => match[1]);
    expect(values).toEqual(['', '2', '3', '3']);
  });

  it('REPLAY-19 refuses what would be too long, with the distance that would do', async () => {
    const stand = await openReplayStand();
    closes.push(stand.stop);
    await stand.pass(MINUTE);
    const moment = await stand.desk.moment('main', stand.clock.now());
    if (moment === null) throw new Error('nothing was recorded');
    const values = Array.from({ length: 2_000 }, (_, n) => change(`queue:${n}`, 'waiting', n));
    const long = { ...moment, snapshot: { ...moment.snapshot, values } };
    const desk: ReplayDesk = {
      ...{ span: (id) => stand.desk.span(id), moment: async () => long },
      async *moments() {
        yield long;
      },
    };
    const { url } = await open(desk);
    const ask = (everySeconds: number) =>
      fetch(`${url}/api/v1/replay/main/figures.csv?from=0&until=86400000&everySeconds=${everySeconds}`);
    const refused = await ask(60);
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'query.invalid' }]);
    const [, least] =
      /at least (\d+)/.exec(((await (await ask(60)).json()) as { message: string }).message) ?? [];
    const table = await ask(Number(least));
    // Read to its end: a body that nobody reads holds its socket.
    expect([table.status, (await table.text()) === '']).toEqual([200, false]);
  });

  it('REPLAY-20 lets four look back at a time', async () => {
    let free = () => {};
    const wait = new Promise<null>((resolve) => {
      free = () => resolve(null);
    });
    let asked = 0;
    const desk: ReplayDesk = {
      span() {
        asked += 1;
        return wait;
      },
      moment: async () => null,
      async *moments() {},
    };
    const { url } = await open(desk);
    const first = Array.from({ length: 4 }, () => fetch(`${url}/api/v1/replay/main`));
    await expect.poll(() => asked).toBe(4);
    const fifth = await fetch(`${url}/api/v1/replay/main`);
    expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([503, '1']);
    free();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await fetch(`${url}/api/v1/replay/main`)).status).toBe(404);
  });

  it('REPLAY-20 cuts off who takes nothing for fifteen seconds', async () => {
    const stand = await openReplayStand();
    closes.push(stand.stop);
    await stand.pass(MINUTE);
    const moment = await stand.desk.moment('main', stand.clock.now());
    if (moment === null) throw new Error('nothing was recorded');
    const values = Array.from({ length: 5_000 }, (_, n) => change(`queue:${n}`, 'waiting', n));
    let ended = false;
    const desk: ReplayDesk = {
      ...{ span: async () => null, moment: async () => null },
      async *moments() {
        try {
          for (;;) yield { ...moment, snapshot: { ...moment.snapshot, values } };
        } finally {
          ended = true;
        }
      },
    };
    const clock = new FakeClock();
    const { port } = await open(desk, clock);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET /api/v1/replay/main/figures.csv?from=0&until=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
    );
    socket.pause();
    await expect.poll(() => clock.pendingCount, { timeout: 10_000 }).toBe(1);
    clock.advance(14_999);
    expect(ended).toBe(false);
    clock.advance(1);
    await expect.poll(() => ended).toBe(true);
    expect(clock.pendingCount).toBe(0);
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
  });
});
