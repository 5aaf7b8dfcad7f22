/** The policy of pages in a real browser: it breaks nothing of ours, and runs nothing of others. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closePages, openBrowser } from '../support/browser';
import { change } from '../support/fake-kpi-reader';
import { openPages, type PageStand } from '../support/page-stand';

let browser: Browser;
let stand: PageStand;
let page: Page;
/** What the browser says of the page that is no good. */
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  stand = await openPages();
  stand.reader.announce([
    change('all', 'waiting', 3),
    change('queue:a', 'waiting', 2),
    change('queue:b', 'waiting', 1),
  ]);
  const at = Date.now();
  const points = Array.from({ length: 30 }, (_, i) => ({
    ...{ trend: 'all#waiting#minute', at: at - (30 - i) * 60_000, value: i },
  }));
  stand.reader.announcePoints(points);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  said = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
});
afterEach(async () => {
  await page.close();
  await stand.stop();
});

describe('the policy of pages', () => {
  it.each(['/supervisor/boards/default', '/supervisor/queues', '/screen/default'])(
    'SEC-1 breaks nothing of %s: figures come by the socket, charts are drawn, going on works',
    async (path) => {
      const answer = await page.goto(stand.url + path);
      expect(answer?.status()).toBe(200);
      await page.waitForSelector(
        '[data-kpi="waiting"][data-value="3"], [data-kpi="waiting"][data-value="2"]',
      );
      stand.reader.announce([change('all', 'waiting', 7), change('queue:a', 'waiting', 7)]);
      await page.waitForSelector('[data-kpi="waiting"][data-value="7"]');
      const loaded = await page.evaluate(() => ({
        styled: document.styleSheets.length > 0 && getComputedStyle(document.body).fontFamily,
        fonts: document.fonts.size,
      }));
      expect(loaded.styled).toContain('Inter');
      expect(loaded.fonts).toBeGreaterThan(0);
      if (path.startsWith('/supervisor/')) {
        await page.locator('a[href^="/supervisor/queues"]').first().click();
        await page.waitForURL('**/supervisor/queues*');
        await page.waitForSelector('[data-kpi="waiting"]');
      }
      expect(said).toEqual([]);
    },
  );

  it('SEC-13 the renderer of pages listens for no upgrade of ours', async () => {
    // It would do so at its first request only.
    await closePages();
    const fresh = await openPages();
    const before = fresh.server.listeners('upgrade').length;
    const answer = await page.goto(`${fresh.url}/supervisor/queues`);
    const after = fresh.server.listeners('upgrade').length;
    await page.goto('about:blank');
    await fresh.stop();
    expect([answer?.status(), after]).toEqual([200, before]);
  });

  it('SEC-2 has another nonce at each load, on every script of the page', async () => {
    const nonces = new Set<string>();
    for (let load = 0; load < 2; load += 1) {
      const answer = await page.goto(`${stand.url}/supervisor/queues`);
      const policy = answer?.headers()['content-security-policy'] ?? '';
      const nonce = /script-src 'self' 'nonce-([\w-]+)' 'strict-dynamic'/.exec(policy)?.[1] ?? '';
      expect(nonce.length).toBeGreaterThanOrEqual(20);
      nonces.add(nonce);
      const html = (await answer?.text()) ?? '';
      const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map((match) => match[0]);
      expect(scripts.length).toBeGreaterThan(2);
      expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
    }
    expect(nonces.size).toBe(2);
  });

  it('SEC-2 runs no script that came into the page by a fault: in its HTML, in an attribute, in a link', async () => {
    await page.route('**/supervisor/queues', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace('</body>', '<script>window.ran = 1</script></body>');
      await route.fulfill({ response: answer, body });
    });
    await page.goto(`${stand.url}/supervisor/queues`);
    await page.evaluate(() => {
      const holder = document.createElement('div');
      holder.innerHTML =
        '<img src="data:," onerror="window.ran = 2"><a href="javascript:window.ran=3" id="bad">x</a>';
      document.body.append(holder);
      document.getElementById('bad')?.click();
    });
    const refusals = () => said.filter((text) => /^(Executing inline|Running the JavaScript)/.test(text));
    await expect.poll(() => refusals().length).toBe(3);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  it('SEC-2 loads nothing from elsewhere, and is in no frame', async () => {
    await page.goto(`${stand.url}/supervisor/queues`);
    const blocked = await page.evaluate(async () => {
      const tried = ['http://evil.test/', 'http://127.0.0.1:1/'].map((url) =>
        fetch(url).catch(() => 'blocked'),
      );
      return Promise.all(tried);
    });
    expect(blocked).toEqual(['blocked', 'blocked']);
    const violations = () => said.filter((text) => text.startsWith('violation: connect-src'));
    await expect.poll(() => violations().length).toBe(2);
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, `${stand.url}/supervisor/queues`);
    await expect
      .poll(() => page.frames().map((frame) => frame.url()))
      .toContain('chrome-error://chromewebdata/');
  });
});
