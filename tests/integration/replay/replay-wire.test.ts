/** The whole server: it records what its boards show, is stopped, started again, and looks back over the gap. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { boardsResponseSchema } from '../../../lib/contracts/api';
import { momentSchema, replaySpanSchema } from '../../../lib/contracts/replay';
import { parseConfig } from '../../../server/config';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { openReplayStore } from '../../../server/store/replay-store-sqlite';
import { wire } from '../../../server/wire';
import { FakeClock } from '../../support/fake-clock';

const MINUTE = 60_000;
const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

function newFolder(): string {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-replay-'));
  closings.push(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

async function start(dataDir: string, clock: FakeClock) {
  const config = parseConfig({ PORT: '0', DATA_DIR: dataDir, TIME_ZONE: 'UTC' }, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock, random: seededRandom(1), log: silentLog },
    ...{ build: 'test', startPages: null },
  });
  closings.push(() => floorcast.stop());
  const ask = async (address: string) => (await fetch(`${floorcast.url}/api/v1/${address}`)).json();
  const boards = boardsResponseSchema.parse(await ask('boards')).boards;
  const boardId = boards[0]?.id ?? '';
  const spanOf = async (id: string) => replaySpanSchema.parse(await ask(`replay/${id}`));
  return { floorcast, ask, boardId, spanOf };
}

describe('the server that looks back', () => {
  it('REPLAY-15 records its boards, through a restart, and counts no screen for it', async () => {
    const [dataDir, clock] = [newFolder(), new FakeClock()];
    const first = await start(dataDir, clock);
    const began = clock.now();
    clock.advance(2 * MINUTE);
    expect(await first.spanOf(first.boardId)).toMatchObject({
      from: began,
      until: clock.now(),
      isRecorded: true,
    });
    const metrics = await (await fetch(`${first.floorcast.url}/metrics`)).text();
    expect(metrics).toMatch(/^floorcast_push_screens 0$/m);
    expect(metrics).toMatch(/^floorcast_push_passed_over_total 0$/m);
    expect(metrics).toMatch(/^floorcast_replay_boards 1$/m);
    await first.floorcast.stop();
    const ended = clock.now();
    clock.advance(5 * MINUTE);
    const second = await start(dataDir, clock);
    clock.advance(MINUTE);
    const span = await second.spanOf(second.boardId);
    expect(span).toMatchObject({ from: began, gaps: [{ from: ended, until: ended + 5 * MINUTE }] });
    const moment = momentSchema.parse(
      await second.ask(`replay/${second.boardId}/moment?at=${began + MINUTE}`),
    );
    expect(moment).toMatchObject({ isGap: false, snapshot: { serverTime: began + MINUTE } });
    expect(moment.snapshot.board.id).toBe(second.boardId);
    expect(clock.pendingCount).toBeGreaterThan(0);
  });

  it('KPI-60 minutes of a trend that a board shows are there again after a restart', async () => {
    const [dataDir, clock] = [newFolder(), new FakeClock()];
    const first = await start(dataDir, clock);
    clock.advance(10 * MINUTE);
    await first.floorcast.stop();
    const store = openReplayStore(dataDir);
    const kept = await store.points(0);
    await store.close();
    expect(kept.length).toBeGreaterThan(0);
    const [{ trend } = { trend: '' }] = kept;
    const second = await start(dataDir, clock);
    clock.advance(MINUTE);
    const moment = momentSchema.parse(await second.ask(`replay/${second.boardId}/moment?at=${clock.now()}`));
    const minutes = (points: readonly { trend: string; at: number }[]) =>
      points.filter((point) => point.trend === trend).map(({ at }) => at);
    expect(minutes(moment.snapshot.trends)).toEqual(expect.arrayContaining(minutes(kept)));
  });
});
