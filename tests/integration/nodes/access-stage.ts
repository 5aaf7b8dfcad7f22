/** Whole Floorcasts with accounts, each one of several nodes on one real Redis; by each one's own clock, or a test's. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { parseConfig } from '../../../server/config';
import { systemClock } from '../../../server/runtime/clock';
import { silentLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import { type Floorcast, wire } from '../../../server/wire';
import { CookieBrowser } from '../../support/cookie-browser';
import type { FakeClock } from '../../support/fake-clock';
import { startRedis, type TestRedis } from '../../support/redis';
import { TestScreen } from '../push/push-stand';

export const PLACE = {
  ...{ name: 'North wall', boardId: 'default', room: 'Support' },
  ...{ diagonalInches: 55, farthestSeatMetres: 8 },
};
const SECRET = 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO';

export interface AccessStage {
  readonly redis: TestRedis;
  node(options?: {
    readonly settings?: Readonly<Record<string, string>>;
    /** Absent: the machine's own. */
    readonly clock?: FakeClock;
  }): Promise<Floorcast>;
  /** The local administrator, by a one-time link. */
  admin(at: Floorcast): Promise<CookieBrowser>;
  /** A screen of the default board with this browser's cookies. */
  screen(at: Floorcast, browser: CookieBrowser): TestScreen;
  stop(): Promise<void>;
}

export async function openAccessStage(): Promise<AccessStage> {
  const redis = await startRedis({ isKept: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'floorcast-nodes-'));
  const stops: (() => Promise<void>)[] = [];
  const screens: TestScreen[] = [];
  let started = 0;
  return {
    redis,
    async node({ settings = {}, clock } = {}) {
      started += 1;
      const config = parseConfig(
        {
          ...{
            PORT: '0',
            DATA_DIR: path.join(folder, `${started}`),
            SESSION_SECRET: SECRET,
            SIGN_IN: 'local',
          },
          ...{ REDIS_URL: redis.url, FLOORCAST_ROLE: 'all', ...settings },
        },
        () => '',
      );
      if (!config.ok) throw new Error(config.error.join('\n'));
      const starting = wire({
        ...{
          config: config.value,
          clock: clock ?? systemClock,
          random: seededRandom(started),
          log: silentLog,
        },
        ...{ build: 'test', startPages: null },
      });
      const node = await moved(starting, clock);
      stops.push(() => moved(node.stop(), clock));
      return node;
    },
    async admin(at) {
      const browser = new CookieBrowser();
      const token = (await at.oneTimeLink()).split('#once=')[1];
      const answer = await browser.call(`${at.url}/auth/once`, 'POST', { token });
      if (!answer.ok) throw new Error(await answer.text());
      return browser;
    },
    screen(at, browser) {
      const headers = { origin: at.url, cookie: browser.header() };
      const screen = new TestScreen(at.url, { boardId: 'default' }, headers);
      screens.push(screen);
      return screen;
    },
    async stop() {
      for (const screen of screens) screen.close();
      await Promise.all(stops.map((end) => end()));
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A node begins and ends by its clock, and by Redis, which answers in its own time. */
async function moved<T>(under: Promise<T>, clock: FakeClock | undefined): Promise<T> {
  if (clock === undefined) return under;
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  under.then(over, over);
  await vi.waitUntil(
    () => {
      clock.advance(100);
      return isOver;
    },
    { timeout: 20_000, interval: 10 },
  );
  return under;
}
