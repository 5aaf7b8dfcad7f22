/** Hostile names on every page that shows names, in a real browser: shown as they are, and nothing else. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainName } from '../../lib/plain-name';
import { builtPages, closePages, openBrowser } from '../support/browser';
import { HARMLESS, harm } from '../support/harm';
import { COMMANDS, isPlain, KEYS, LINES, LONG, MARKUP, TEMPLATES } from '../support/hostile-names';
import { type NamingStand, openNamingStand } from '../support/naming-stand';

/** Every kind; of long ones and forged lines those that a page shows otherwise. */
const NAMES = [...MARKUP, ...TEMPLATES, ...LINES, ...COMMANDS.slice(0, 4), ...KEYS.slice(0, 4), ...LONG];
const MAX_GIVEN = 60;
const GIVEN = NAMES.filter((name) => isPlain(name.trim(), MAX_GIVEN)).map((name) => name.trim());

let browser: Browser;
let stand: NamingStand;
let desk: BrowserContext;
/** What the browser says or does that no page of ours makes it do. */
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  stand = await openNamingStand(NAMES, builtPages);
  for (const name of NAMES) {
    await stand.signIn(name);
    await stand.pair(name);
    await stand.make(name);
  }
  desk = await openDesk();
});
afterAll(async () => {
  await desk.close();
  await browser.close();
  await stand.stop();
  await closePages();
});
beforeEach(() => {
  said = [];
});
afterEach(async () => {
  for (const page of desk.pages()) await page.close();
});

/** A browser in which an administrator is signed in, and everything unusual is written down. */
async function openDesk(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
  context.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:\d+\/|data:)/.test(request.url())) said.push(`request: ${request.url()}`);
  });
  const page = await context.newPage();
  await page.goto(await stand.floorcast.oneTimeLink());
  await page.getByRole('button', { name: 'Sign in as administrator' }).click();
  await page.waitForURL('**/supervisor/boards/**');
  return context;
}

async function open(path: string, ready: string): Promise<Page> {
  const page = await desk.newPage();
  await page.goto(stand.floorcast.url + path);
  await page.locator(ready).first().waitFor();
  return page;
}

/** Texts of the cells, exactly as they stand in the page. */
function cells(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((found) => found.map((one) => one.textContent ?? ''));
}

describe('hostile names on pages', () => {
  it.each([
    ['/supervisor/boards/default', 'tr[data-subject]'],
    ['/screen/default?page=3', 'tr[data-subject]'],
    ['/supervisor/queues', 'tr[data-subject]'],
  ])('SEC-71 of queues are text on %s', async (path, row) => {
    const page = await open(path, row);
    expect(await harm(page)).toMatchObject(HARMLESS);
    const shown = await page
      .locator(`${row} th`)
      .evaluateAll((found) => found.map((one) => one.getAttribute('title') ?? one.textContent ?? ''));
    const names = new Set(NAMES.map((name) => plainName(name)));
    expect(shown.filter((name) => names.has(name)).length).toBeGreaterThan(2);
    if (!path.startsWith('/screen')) expect(shown).toContain(MARKUP[0]);
    // Whatever a hand may do to them.
    await page.locator(`${row} th`).first().hover();
    await page.evaluate(() => {
      for (const one of document.querySelectorAll<HTMLElement>('button, a, [tabindex]')) one.focus();
    });
    expect(await harm(page)).toMatchObject(HARMLESS);
    expect(said).toEqual([]);
  });

  it.each([
    ['/supervisor/screens', 'tr[data-screen]', GIVEN],
    ['/admin/machines', 'tr[data-machine]', GIVEN],
    ['/admin/people', 'tr[data-person]', GIVEN.filter((name) => !/\s{2}/.test(name))],
  ] as const)('SEC-71 of those who are listed are text on %s', async (path, row, names) => {
    const page = await open(path, row);
    const heads = await cells(page, `${row} th`);
    for (const name of names)
      expect(
        heads.some((text) => text.includes(name)),
        name,
      ).toBe(true);
    expect(await harm(page)).toMatchObject(HARMLESS);
    // What opens for one of them says its name again.
    const buttons = page
      .locator(row, { hasText: MARKUP[0] ?? '' })
      .first()
      .getByRole('button');
    const count = await buttons.count();
    for (let index = 0; index < count; index += 1) {
      await page.reload();
      await buttons.nth(index).click();
      expect(await harm(page)).toMatchObject(HARMLESS);
    }
    expect(said).toEqual([]);
  });

  it('SEC-71 of all of them are text on /admin/audit, each in the row of its own entry', async () => {
    const page = await open('/admin/audit', 'tr[data-seq]');
    const older = page.locator('.full-more');
    while (await older.isVisible()) {
      const count = await page.locator('tr[data-seq]').count();
      await older.click();
      await expect.poll(() => page.locator('tr[data-seq]').count()).toBeGreaterThan(count);
    }
    const rows = await cells(page, 'tr[data-seq]');
    expect(rows.length).toBeGreaterThan(3 * GIVEN.length);
    for (const name of GIVEN)
      expect(rows.filter((text) => text.includes(name)).length, name).toBeGreaterThan(1);
    const numbers = await page
      .locator('tr[data-seq]')
      .evaluateAll((found) => found.map((one) => Number(one.getAttribute('data-seq'))));
    expect(numbers).toEqual(numbers.map((_, index) => numbers.length - index));
    expect(await harm(page)).toMatchObject(HARMLESS);
    expect(said).toEqual([]);
  });

  it('SEC-71 are no more than text in the corner that says who is signed in, and on a television', async () => {
    const page = await open('/pair', 'main');
    expect(await harm(page)).toMatchObject(HARMLESS);
    await page.goto(
      `${stand.floorcast.url}/screen/${encodeURIComponent(MARKUP[0] ?? '')}?theme=${encodeURIComponent(MARKUP[1] ?? '')}`,
    );
    await page.locator('body').waitFor();
    expect(await harm(page)).toMatchObject(HARMLESS);
    await page.goto(
      `${stand.floorcast.url}/sign-in?next=${encodeURIComponent(MARKUP[5] ?? '')}&problem=${encodeURIComponent(MARKUP[0] ?? '')}`,
    );
    await page.locator('body').waitFor();
    expect(await harm(page)).toMatchObject(HARMLESS);
    expect(said.filter((text) => !/404/.test(text))).toEqual([]);
  });

  it('SEC-71 would be seen, were one of them more than text', async () => {
    const page = await open('/supervisor/screens', 'tr[data-screen]');
    await page.evaluate(() => {
      const holder = document.createElement('div');
      holder.innerHTML =
        '<b class=hostile onmouseover="window.ran=1">x</b><a href="javascript:window.ran=2">y</a>';
      document.body.append(holder, '\u202e');
      (window as unknown as { ran?: number }).ran = 3;
    });
    expect(await harm(page)).toMatchObject({
      ran: 3,
      elements: 1,
      links: ['javascript:window.ran=2'],
      turned: ['\u202e'],
    });
  });
});
