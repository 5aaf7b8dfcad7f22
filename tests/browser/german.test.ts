/** The pages in German: on a wall, at the desk, on a phone and beside an interaction; and how they change their language. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LOCALE_COOKIE } from '../../lib/locale';
import de from '../../messages/de.json';
import en from '../../messages/en.json';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
import { sentencesLeft, textsOn, wordsOn } from '../support/wall-words';
import { openWordStand, type WordStand } from '../support/word-stand';

const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let context: BrowserContext;
let stand: WordStand;
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  stand = await openWordStand();
});
afterAll(async () => {
  await stand.pages.stop();
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  said = [];
  context = await browser.newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin' });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React|MISSING_MESSAGE|FORMATTING/.test(message.text())) {
      said.push(message.text());
    }
  });
});
afterEach(async () => {
  await context.close();
  stand.publish({});
  expect(said).toEqual([]);
});

async function open(address: string, width: number, height: number): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width, height });
  await page.goto(stand.pages.url + address);
  return page;
}

describe('a wall in German', () => {
  it('UI-236 changes its language in place when another is published, and `lang` with it', async () => {
    const page = await open('/screen/default?page=1', 1920, 1080);
    const named = () => page.evaluate(() => document.documentElement.lang);
    await page.getByText(en.kpi.waiting.label, { exact: true }).first().waitFor(SOON);
    expect(await named()).toBe('en');
    const mark = await page.evaluate(() => Object.assign(window, { mark: 'the same page' }).mark);
    stand.publish({ locale: 'de-AT' });
    await page.getByText(de.kpi.waiting.label, { exact: true }).first().waitFor(SOON);
    expect(await named()).toBe('de-AT');
    stand.publish({});
    await page.getByText(en.kpi.waiting.label, { exact: true }).first().waitFor(SOON);
    expect([await named(), await page.evaluate(() => Reflect.get(window, 'mark'))]).toEqual(['en', mark]);
  });

  it('UI-236 is sent in German: before any script there is no other word on it', async () => {
    stand.publish({ locale: 'de' });
    const sent = await (await context.request.get(`${stand.pages.url}/screen/default`)).text();
    expect(sent).toContain('<html lang="de"');
    const shown = sent.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(shown).toContain(de.kpi.longestWaitSince.label);
    expect(shown).not.toContain(en.kpi.longestWaitSince.label);
  });

  it('UI-238 names its clock’s zone where the machine’s own shows another hour', async () => {
    const elsewhere = await browser.newContext({ locale: 'de-DE', timezoneId: 'America/New_York' });
    const page = await elsewhere.newPage();
    await page.goto(`${stand.pages.url}/screen/default?lang=de`);
    await page.locator('.head-zone').waitFor(SOON);
    expect(await page.locator('.head-clock').innerText()).toMatch(/^\d\d:\d\d ME(S)?Z$/);
    await elsewhere.close();
    const here = await open('/screen/default?lang=de', 1920, 1080);
    await here.locator('.head-clock', { hasText: /\d\d:\d\d/ }).waitFor(SOON);
    expect(await here.locator('.head-zone').count()).toBe(0);
  });
});

describe('the desk in German', () => {
  const PAGES = [
    '/supervisor/boards/default',
    '/supervisor/queues',
    '/sign-in',
    '/pair?lang=de',
    '/supervisor/alerts',
  ];

  it.each(PAGES)(
    'UI-241 %s has no faults, is no broader than its window, and leaves no English',
    async (at) => {
      const page = await open(at, 1280, 800);
      await page.locator('main').waitFor(SOON);
      if (/boards|queues/.test(at)) await page.locator('[data-value="1234"]').first().waitFor(SOON);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
      expect(await faultsOf(page)).toEqual([]);
      expect(sentencesLeft(await wordsOn(page), en, de)).toEqual([]);
      // A board's table is for a desk; what is used on a phone fits one.
      const widths = at === '/sign-in' ? [1280, 320] : [1280];
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        const broad = await page.evaluate(() => document.documentElement.scrollWidth);
        expect([width, broad <= width]).toEqual([width, true]);
      }
    },
  );

  it('UI-237 writes numbers, shares and waits as in Germany', async () => {
    const page = await open('/supervisor/boards/default', 1280, 800);
    const tile = (kpi: string) => page.locator(`.tile[data-subject="all"][data-kpi="${kpi}"] .tile-value`);
    await tile('offered').or(tile('answered')).first().waitFor(SOON);
    await page.locator('.tile[data-kpi="waiting"]', { hasText: '1.234' }).waitFor(SOON);
    await page.goto(`${stand.pages.url}/supervisor/queues`);
    await page.locator('[data-kpi="serviceLevel"]', { hasText: '81,50' }).first().waitFor(SOON);
  });

  it('UI-239 says in which zone a day began that is not the board’s', async () => {
    const page = await open('/supervisor/boards/default', 1280, 800);
    const nameOf = (index: number) => page.locator(`tr[data-subject="queue:q${index}"] .row-name`);
    await nameOf(5).waitFor(SOON);
    expect(await nameOf(5).innerText()).toBe('Vertragsverlängerung (UTC)');
    expect(await nameOf(0).innerText()).toBe('Waschen');
  });

  it('UI-258 has a bar of one line, whatever is alive on it', async () => {
    for (const path of ['/supervisor/boards/default', '/supervisor/alerts', '/supervisor/screens']) {
      const page = await open(path, 1280, 800);
      await page.locator('.menu-open').nth(1).waitFor(SOON);
      if (!path.endsWith('screens')) await page.locator('.bar .hop-time').first().waitFor(SOON);
      expect(await page.locator('.bar').evaluate((bar) => bar.clientHeight), path).toBeLessThan(60);
    }
  });

  it('UI-242 changes every word by the choice in the menu, in place and for the next page', async () => {
    const page = await open('/supervisor/boards/default', 1280, 800);
    await page.locator('[data-value="1234"]').first().waitFor(SOON);
    await page.evaluate(() => Object.assign(window, { mark: 1 }));
    await page.locator('[data-menu=account] .menu-open').click();
    await page.getByLabel(de.account.language).selectOption('en-US');
    await page.getByLabel(en.account.language).waitFor(SOON);
    expect(await page.evaluate(() => [document.documentElement.lang, Reflect.get(window, 'mark')])).toEqual([
      'en-US',
      1,
    ]);
    expect(sentencesLeft(await wordsOn(page), de, en)).toEqual([]);
    const cookie = (await context.cookies()).find(({ name }) => name === LOCALE_COOKIE);
    expect(cookie).toMatchObject({ value: 'en-US', sameSite: 'Lax', path: '/' });
    await page.goto(`${stand.pages.url}/supervisor/queues`);
    await page.getByRole('heading', { name: en.queues.title }).waitFor(SOON);
    await page.locator('[data-menu=account] .menu-open').click();
    await page.getByLabel(en.account.language).selectOption('');
    await page.getByLabel(de.account.language).waitFor(SOON);
    expect(sentencesLeft(await wordsOn(page), en, de)).toEqual([]);
    expect((await context.cookies()).some(({ name }) => name === LOCALE_COOKIE)).toBe(false);
  });
});

describe('the widget in German', () => {
  it('UI-235 speaks the language of what holds it, and fits 320 px', async () => {
    const page = await open('/agent/device?conversationId=c-1&gcLangTag=de-DE', 320, 600);
    await page.locator('.widget').waitFor(SOON);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
    expect(sentencesLeft(await wordsOn(page), en, de)).toEqual([]);
    expect((await textsOn(page)).filter(({ isCut }) => isCut)).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
    await page.goto(`${stand.pages.url}/agent/device?conversationId=c-1&gcLangTag=en-GB`);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en-GB');
    expect(sentencesLeft(await wordsOn(page), de, en)).toEqual([]);
  });
});
