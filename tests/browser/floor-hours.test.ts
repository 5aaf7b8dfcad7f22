/** A wall over hours: its page's clock is sped up, its figures and trends go on, and what it holds is weighed. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_TREND_POINTS } from '../../lib/apply-delta';
import { closePages, openBrowser } from '../support/browser';
import { change } from '../support/fake-kpi-reader';
import { type FloorStand, openFloor } from '../support/floor-stand';

/** What the browser makes of code that it uses often is made by then. */
const WARM_UP_MINUTES = 45;
const MINUTES = 120;
/** Views of its board: what is weighed is weighed with the same one on the screen. */
const CHARTS = 'today.trends0';
const TILES = 'now.tiles0';
const DRAWN_MS = 1_100;

let browser: Browser;
let floor: FloorStand;

beforeAll(async () => {
  [browser, floor] = await Promise.all([openBrowser(), openFloor()]);
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const day = Array.from({ length: MAX_TREND_POINTS }, (_, index) => ({
    ...{ trend: 'all#waiting#minute', at: now - (MAX_TREND_POINTS - index) * 60_000, value: index % 11 },
  }));
  floor.reader.announcePoints(day);
});
afterAll(async () => {
  await browser.close();
  await floor.stop();
  await closePages();
});

/** The server's pings come by its own clock: they are answered here, and the page is told not to miss them by its own. */
async function withoutPings(page: Page): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const text = String(message);
      if (text === '2') {
        server.send('3');
        return;
      }
      socket.send(
        text.startsWith('0{') ? text.replace(/"pingInterval":\d+/, '"pingInterval":100000000') : message,
      );
    });
  });
}

/** So many minutes of the page's clock, each with a point of the trend, other figures, and some of its seconds drawn. */
async function pass(page: Page, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await page.clock.fastForward(60_000 - DRAWN_MS);
    await page.clock.runFor(DRAWN_MS);
    const at = Math.floor(Date.now() / 60_000 + minute) * 60_000;
    floor.reader.announcePoints([{ trend: 'all#waiting#minute', at, value: minute % 17 }]);
    floor.reader.announce([change('all', 'waiting', minute % 17), change('queue:a', 'waiting', minute % 13)]);
  }
}

/** Until that view has its turn. */
async function turnTo(page: Page, view: string): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await page.locator('main').getAttribute('data-view')) === view) return;
    await page.clock.fastForward(4_000);
    await page.clock.runFor(DRAWN_MS);
  }
  throw new Error(`the view ${view} never had its turn`);
}

async function weigh(cdp: CDPSession): Promise<{ heap: number; listeners: number; nodes: number }> {
  for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { heap: of('JSHeapUsedSize'), listeners: of('JSEventListeners'), nodes: of('Nodes') };
}

describe('a wall over hours', () => {
  it('UI-173 holds its memory within 10 % over two hours of rotation and charts', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await withoutPings(page);
    await page.clock.install();
    await page.goto(`${floor.url}/screen/floor`);
    await page.locator('[data-hop][data-level="live"]').first().waitFor();
    await page.evaluate(() => void Object.assign(window, { isTheSame: true }));
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await pass(page, WARM_UP_MINUTES);
    for (const view of [CHARTS, TILES, CHARTS, TILES]) await turnTo(page, view);
    const before = await weigh(cdp);
    const seen = new Set<string | null>();
    for (let part = 0; part < 8; part += 1) {
      await pass(page, MINUTES / 8);
      seen.add(await page.locator('main').getAttribute('data-view'));
    }
    expect(seen.size).toBeGreaterThan(1);
    expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true);
    expect(await page.locator('[data-hop]').first().getAttribute('data-level')).toBe('live');
    for (const view of [CHARTS, TILES]) await turnTo(page, view);
    const after = await weigh(cdp);
    await page.close();
    expect(after.heap / before.heap).toBeLessThan(1.1);
    expect(after.listeners / before.listeners).toBeLessThan(1.1);
    expect(after.nodes / before.nodes).toBeLessThan(1.25);
  });
});
