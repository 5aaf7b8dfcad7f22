/**
 * A television that nobody tends, paired with a whole Floorcast: the power is cut, the server goes for seconds and for
 * minutes, a new build comes, its clock is wrong, it is revoked. Each is seen to do what is promised.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type Floorcast, wire } from '../../server/wire';
import { codeOn } from '../support/access-browsers';
import { BROWSER_OPTIONS, builtPages, closePages } from '../support/browser';

const TEN_MINUTES_MS = 600_000;
const SOON = { timeout: 20_000, interval: 50 };

const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-unattended-'));
const profile = mkdtempSync(path.join(tmpdir(), 'floorcast-profile-'));
const deskProfile = mkdtempSync(path.join(tmpdir(), 'floorcast-desk-'));
let floorcast: Floorcast;
let desk: Page;
let wall: BrowserContext;

async function start(port: number, build: string): Promise<void> {
  const settings = {
    ...{ PORT: String(port), DATA_DIR: dataDir, SIGN_IN: 'local', TIME_ZONE: 'UTC' },
    SESSION_SECRET: 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO',
  };
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: seededRandom(1), log: silentLog },
    ...{ build, startPages: builtPages },
  });
}

/** The television's browser, with what it kept. */
function switchOn(): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, BROWSER_OPTIONS);
}

async function open(context: BrowserContext, address: string, prepare?: (page: Page) => Promise<unknown>) {
  const page = await context.newPage();
  await prepare?.(page);
  await page.goto(floorcast.url + address);
  return page;
}

const alive = (page: Page) =>
  page.locator('[data-hop="server"][data-level="live"], [data-hop="genesys"]').first().waitFor();
const lost = (page: Page, timeout: number) =>
  page.locator('[data-foot="trouble"]', { hasText: 'No word from the server' }).waitFor({ timeout });
const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { isTheSame: true }));
const isTheSame = (page: Page) => page.evaluate(() => 'isTheSame' in window);

beforeAll(async () => {
  await start(0, 'b1');
  wall = await switchOn();
  const context = await chromium.launchPersistentContext(deskProfile, BROWSER_OPTIONS);
  desk = await context.newPage();
  await desk.goto(await floorcast.oneTimeLink());
  await desk.getByRole('button', { name: 'Sign in as administrator' }).click();
  await desk.waitForURL('**/supervisor/boards/**');
  const page = await open(wall, '/pair');
  const code = await codeOn(page);
  const response = await desk.request.post(`${floorcast.url}/api/v1/screens`, {
    headers: { origin: floorcast.url },
    data: {
      code,
      name: 'Wall',
      boardId: 'default',
      room: 'Support',
      diagonalInches: 55,
      farthestSeatMetres: 5,
    },
  });
  expect(response.status()).toBe(201);
  await page.waitForURL('**/screen/default**');
  // Switched off in order once: from now on its cookie is on the disk.
  await wall.close();
});
afterAll(async () => {
  await wall.close();
  await desk.context().close();
  await floorcast.stop();
  await closePages();
  for (const dir of [dataDir, profile, deskProfile]) rmSync(dir, { recursive: true, force: true });
});

describe('a television that nobody tends', () => {
  it('UI-167 is at its board again after a power cut, from the one address of a kiosk', async () => {
    wall = await switchOn();
    const first = await open(wall, '/screen');
    await first.waitForURL('**/screen/default**');
    await alive(first);
    const before = first.url();
    await killOf(wall);
    wall = await switchOn();
    const page = await open(wall, '/screen');
    await page.waitForURL(before);
    await alive(page);
    await page.close();
  });

  it('UI-166 UI-163 is told of on the page of screens: what it painted, its page, its build', async () => {
    const page = await open(wall, '/screen');
    await page.waitForURL('**/screen/default**');
    await alive(page);
    await desk.goto(`${floorcast.url}/supervisor/screens`);
    const row = desk.locator('[data-screen][data-connected="true"][data-stuck="false"] .screen-words');
    await row.waitFor();
    await vi.waitUntil(
      async () => /^Painted \d+ s ago, page \d+ of \d+.* build b1$/.test(await row.innerText()),
      SOON,
    );
    await page.close();
  });

  it('UI-168 outlasts a server that is away for ten seconds and for ten minutes, and is not loaded anew', async () => {
    const page = await open(wall, '/screen', (some) => some.clock.install());
    await page.waitForURL('**/screen/default**');
    await alive(page);
    await mark(page);
    const { port } = floorcast;
    await floorcast.stop();
    await lost(page, 6_000);
    expect(await page.locator('.tile').count()).toBeGreaterThan(3);
    await page.clock.runFor(10_000);
    await start(port, 'b1');
    await vi.waitUntil(
      () =>
        page
          .locator('[data-foot="trouble"]', { hasText: 'No word from the server' })
          .count()
          .then((n) => n === 0),
      SOON,
    );
    await floorcast.stop();
    await lost(page, 6_000);
    for (let minute = 0; minute < 10; minute += 1) await page.clock.fastForward(60_000);
    expect(await page.locator('.tile.is-stale').count()).toBeGreaterThan(3);
    await start(port, 'b1');
    await page.clock.runFor(12_000);
    await vi.waitUntil(
      () =>
        page
          .locator('[data-foot="trouble"]', { hasText: 'No word from the server' })
          .count()
          .then((n) => n === 0),
      SOON,
    );
    expect(await isTheSame(page)).toBe(true);
    // Its clock has run ahead by ten minutes: it shows the server's, and says so.
    await page.locator('[data-clock-off="10"]').waitFor();
    await page.close();
  });

  it('UI-169 shows the server’s time where its own clock is off by ten minutes, and says so', async () => {
    const page = await open(wall, '/screen', (some) =>
      some.clock.install({ time: Date.now() - TEN_MINUTES_MS }),
    );
    await page.waitForURL('**/screen/default**');
    const sign = page.locator('[data-clock-off="10"]');
    await sign.waitFor();
    expect(await sign.innerText()).toContain('10 min');
    const shown = await page.locator('[data-clock]').getAttribute('data-clock');
    const clocks = [0, -30_000].map((ms) => new Date(Date.now() + ms).toISOString().slice(11, 16));
    expect(clocks).toContain(shown);
    await page.close();
  });

  it('UI-160 UI-161 takes up a new build by itself, and is loaded anew where its socket does not come back', async () => {
    const page = await open(wall, '/screen', (some) => some.clock.install());
    await page.waitForURL('**/screen/default**');
    await alive(page);
    await mark(page);
    const { port } = floorcast;
    await floorcast.stop();
    await start(port, 'b2');
    await vi.waitUntil(async () => !(await isTheSame(page).catch(() => true)), SOON);
    await alive(page);
    await page.close();
    // A proxy that lets pages through and no sockets: only the pages' own way tells that the server is there.
    const cut = await open(wall, '/screen', async (some) => {
      await some.clock.install();
      await some.routeWebSocket(/socket\.io/, (socket) => void socket.close());
    });
    await cut.waitForURL('**/screen/default**');
    await cut.locator('.tile').first().waitFor();
    await mark(cut);
    for (let second = 0; second < 100 && (await isTheSame(cut).catch(() => false)); second += 5) {
      await cut.clock.runFor(5_000).catch(() => undefined);
    }
    await vi.waitUntil(async () => !(await isTheSame(cut).catch(() => true)), SOON);
    await cut.close();
  });

  it('UI-170 shows nothing within five seconds of being revoked', async () => {
    const page = await open(wall, '/screen');
    await page.waitForURL('**/screen/default**');
    await alive(page);
    const id = new URL(page.url()).searchParams.get('screen') ?? '';
    const response = await desk.request.delete(`${floorcast.url}/api/v1/screens/${id}`, {
      headers: { origin: floorcast.url },
    });
    expect(response.status()).toBe(204);
    await page.locator('[data-blank="revoked"]').waitFor({ timeout: 5_000 });
    expect(await page.locator('[data-kpi]').count()).toBe(0);
    await page.close();
  });
});

/** As a power cut does: the browser has no moment to put anything in order. */
async function killOf(context: BrowserContext): Promise<void> {
  const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
  const session = await context.newCDPSession(context.pages()[0] ?? (await context.newPage()));
  // Chromium's own way to fall over at once.
  await session.send('Browser.crash').catch(() => undefined);
  await closed;
}
