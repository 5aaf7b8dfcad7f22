/**
 * Looking back in a real browser: three hours that were recorded, behind the real door. Each moment says what was true
 * then, and that it is the past; what can be taken along is a link, tables, a picture. And what a figure means, at the desk.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { meRoutes } from '../../server/http/me-route';
import { partsRoute } from '../../server/http/parts-route';
import { replayRoutes } from '../../server/http/replay-routes';
import { systemClock } from '../../server/runtime/clock';
import { faultsOf } from '../support/axe-faults';
import { closePages, drawnFigure, goByMenu, openBrowser } from '../support/browser';
import { change } from '../support/fake-kpi-reader';
import { openPages, type PageStand } from '../support/page-stand';
import { PAST_BOARD, type PastDay, recordPastDay, waitingIn } from '../support/past-day';
import { FakeBoards } from '../support/push-boards';

const MINUTE = 60_000;
const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let past: PastDay;
let pages: PageStand;
let context: BrowserContext;
/** What the browser says of the page that is no good. */
let said: string[] = [];

beforeAll(async () => {
  [browser, past] = await Promise.all([openBrowser(), recordPastDay()]);
  pages = await openPages({
    boards: new FakeBoards([PAST_BOARD]),
    routes: [
      ...meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' }),
      ...replayRoutes({ desk: past.desk, clock: systemClock }),
      partsRoute({ partsOf: () => ({ numerator: 412, denominator: 500 }), clock: systemClock }),
    ],
  });
  pages.reader.announce([
    change('all', 'serviceLevel', 0.824, { asOf: Date.now() }),
    change('all', 'serviceLevelTarget', 0.8),
    change('all', 'waiting', 3, { asOf: Date.now() }),
  ]);
});
afterAll(async () => {
  await pages.stop();
  await past.stop();
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  said = [];
  context = await browser.newContext({
    ...{ viewport: { width: 1920, height: 1080 }, timezoneId: 'UTC', locale: 'en-GB' },
  });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  expect(said).toEqual([]);
});

async function openAt(at: number | null, more = ''): Promise<Page> {
  const page = await context.newPage();
  const query = at === null ? more.replace('&', '?') : `?at=${at}${more}`;
  await page.goto(`${pages.url}/supervisor/boards/main/replay${query}`);
  await page.waitForSelector('.past .tile');
  return page;
}

const shownAt = async (page: Page) => Number(await page.getAttribute('.past', 'data-at'));
const addressAt = (page: Page) => Number(new URL(page.url()).searchParams.get('at'));

describe('looking back', () => {
  it('UI-210 shows the board as it was at the moment, framed as the past with its time and zone', async () => {
    const at = past.began + 30 * MINUTE + 20_000;
    const page = await openAt(at);
    expect((await drawnFigure(page, 'all', 'waiting'))?.value).toBe(waitingIn(30));
    const caption = await page.innerText('.past-caption');
    expect(caption).toContain('The past');
    expect(caption).toContain('20 Nov 2026, 10:30:20');
    expect(caption).toContain('Europe/Berlin');
    expect(await page.getAttribute('.past .head-clock', 'data-clock')).toBe('10:30');
    // A running wait is as long as it was then: 95 s at the minute, and 20 s on.
    expect(await page.innerText('.past [data-kpi="longestWaitSince"] .tile-value')).toContain('1:55');
    const alarm = await openAt(past.alarmAt);
    expect((await drawnFigure(alarm, 'all', 'waiting'))?.status).toBe('critical');
    const stale = await openAt(past.staleAt);
    expect((await drawnFigure(stale, 'all', 'waiting'))?.isStale).toBe(true);
    expect(await stale.innerText('.past [data-kpi="waiting"]')).toContain('12:25');
  });

  it('UI-213 UI-215 goes by keys and buttons, and the address follows', async () => {
    const at = past.began + 30 * MINUTE + 20_000;
    const page = await openAt(at);
    const goesTo = async (expected: number) => {
      await expect.poll(() => shownAt(page), SOON).toBe(expected);
      expect(addressAt(page)).toBe(expected);
    };
    await page.keyboard.press('ArrowLeft');
    await goesTo(at - 5_000);
    await page.keyboard.press('Shift+ArrowRight');
    await goesTo(at + 55_000);
    await page.keyboard.press('PageDown');
    await goesTo(at + 55_000 - 10 * MINUTE);
    await page.getByRole('button', { name: '60 seconds on', exact: true }).click();
    await goesTo(at + 115_000 - 10 * MINUTE);
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    await goesTo(past.began);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('End');
    await goesTo(past.ended);
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toContain('20 Nov 2026');
    const copied = await page.inputValue('.copy input');
    expect(copied).toBe(`${pages.url}/supervisor/boards/main/replay?at=${past.ended}`);
    await page.goto(copied);
    await expect.poll(() => shownAt(page), SOON).toBe(past.ended);
  });

  it('UI-214 plays, over the gap, until it is told to stop', async () => {
    const page = await openAt(past.gap.from - 90_000);
    await page.getByRole('button', { name: '60×' }).click();
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => shownAt(page), SOON).toBeGreaterThanOrEqual(past.gap.until);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(1);
  });

  it('UI-216 gives tables and a picture to take along, under our policy', async () => {
    const page = await openAt(past.alarmAt);
    const fileOf = async (name: string | RegExp, role: 'link' | 'button') => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole(role, { name }).click(),
      ]);
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    };
    const table = await fileOf('Figures (CSV)', 'link');
    expect(table.name).toMatch(/^main-2026-11-20T12\d{4}\.csv$/);
    expect(table.content.toString('utf8')).toMatch(/^\ufeffTime \(Europe\/Berlin\),Time \(UTC\),/);
    const span = await fileOf('1 hour before (CSV)', 'link');
    expect(span.content.toString('utf8').split('\r\n').length).toBeGreaterThan(1_000);
    const picture = await fileOf('Picture (PNG)', 'button');
    expect(picture.name).toMatch(/^main-.*\.png$/);
    expect(picture.content.subarray(1, 4).toString()).toBe('PNG');
    await expect.poll(() => page.innerText('.replay-exports'), SOON).toContain('Saved.');
    expect(await coloursOf(page, picture.content)).toBeGreaterThan(200);
  });

  it('UI-217 says what cannot be seen', async () => {
    const page = await openAt(past.gap.from + 10 * MINUTE);
    expect(await page.innerText('.past-caption')).toContain('Nothing was recorded at 20 Nov 2026, 11:10:00');
    expect(await shownAt(page)).toBe(past.gap.from);
    const early = await context.newPage();
    await early.goto(`${pages.url}/supervisor/boards/main/replay?at=${past.began - MINUTE}`);
    await early.waitForSelector('[data-replay="missing"]');
    expect(await early.innerText('.replay-notes')).toContain('Nothing of that time is kept.');
    await early.goto(`${pages.url}/supervisor/boards/nowhere/replay`);
    await early.waitForSelector('[data-replay="unknown"]');
  });

  it('UI-212 UI-218 has the day as a line with its marks, and is free of faults in both themes', async () => {
    for (const theme of ['dark', 'light']) {
      const page = await openAt(past.alarmAt, `&theme=${theme}`);
      for (const kind of ['gap', 'critical', 'stale']) {
        expect(await page.locator(`.part-${kind}`).count()).toBeGreaterThan(0);
      }
      expect(await faultsOf(page)).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 800 });
      const [wide, high] = await page.evaluate(() => [
        document.documentElement.scrollWidth <= window.innerWidth,
        (document.querySelector('.past-box')?.getBoundingClientRect().height ?? 0) > 300,
      ]);
      expect([wide, high]).toEqual([true, true]);
      await page.close();
    }
  });
});

describe('what a figure means', () => {
  it('UI-222 is told at the desk, by keyboard, with its parts, age, drift and why a report may differ', async () => {
    const page = await context.newPage();
    await page.goto(`${pages.url}/supervisor/boards/main`);
    const tile = page.getByRole('button', { name: /^In target.*: 82/ });
    await tile.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: /In target/ });
    await dialog.waitFor();
    await expect.poll(() => dialog.innerText(), SOON).toContain('412 within the target time ÷ 500');
    const text = await dialog.innerText();
    for (const term of ['Formula', 'Window', 'Time zone', 'Target', 'Origin', 'Last known right']) {
      expect(text).toContain(term);
    }
    expect(text).toMatch(/\d+:\d\d ago/);
    expect(text).toContain('Last compared with REST');
    expect(text).toContain('Which abandons count is a setting of your organisation');
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count(), SOON).toBe(0);
    expect(await tile.evaluate((node) => node === document.activeElement)).toBe(true);
    await goByMenu(page, 'Look back');
    await page.waitForSelector('.past .tile');
  });
});

/** How many colours are in a picture: a blank one has one. */
function coloursOf(page: Page, picture: Buffer): Promise<number> {
  return page.evaluate(
    async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const drawing = canvas.getContext('2d');
      drawing?.drawImage(image, 0, 0);
      const pixels = drawing?.getImageData(0, 0, image.width, image.height).data ?? [];
      const colours = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4 * 7) {
        colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
      }
      return colours.size;
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  );
}
