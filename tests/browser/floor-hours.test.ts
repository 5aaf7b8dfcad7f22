/** A wall over hours: its page's clock is sped up, its figures and trends go on, and what it holds is weighed. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePages, openBrowser } from '../support/browser';
import { change } from '../support/fake-kpi-reader';
import { type FloorStand, openFloor } from '../support/floor-stand';

const WARM_UP_MINUTES = 10;
const MINUTES = 120;

let browser: Browser;
let floor: FloorStand;

beforeAll(async () => {
  [browser, floor] = await Promise.all([openBrowser(), openFloor()]);
});
afterAll(async () => {
  await browser.close();
  await floor.stop();
  await closePages();
});

/** The server's pings come by its own clock: the page is told not to miss them by its own. */
async function withoutPings(page: Page): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const text = String(message);
      socket.send(
        text.startsWith('0{') ? text.replace(/"pingInterval":\d+/, '"pingInterval":100000000') : message,
      );
    });
  });
}

/** So many minutes of the page's clock, with a point of the trend and other figures in each. */
async function pass(page: Page, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await page.clock.runFor(60_000);
    const at = Math.floor(Date.now() / 60_000 + minute) * 60_000;
    floor.reader.announcePoints([{ trend: 'all#waiting#minute', at, value: minute % 17 }]);
    floor.reader.announce([change('all', 'waiting', minute % 17), change('queue:a', 'waiting', minute % 13)]);
  }
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
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    await pass(page, WARM_UP_MINUTES);
    const before = await weigh(cdp);
    const seen = new Set<string | null>();
    for (let part = 0; part < 8; part += 1) {
      await pass(page, MINUTES / 8);
      seen.add(await page.locator('main').getAttribute('data-view'));
    }
    expect(seen.size).toBeGreaterThan(1);
    expect(await page.locator('[data-hop]').first().getAttribute('data-level')).toBe('live');
    const after = await weigh(cdp);
    await page.close();
    expect(after.heap / before.heap).toBeLessThan(1.1);
    expect(after.listeners / before.listeners).toBeLessThan(1.1);
    expect(after.nodes / before.nodes).toBeLessThan(1.25);
  });
});
