/**
 * Announcements in a real browser, in front of a whole Floorcast with accounts: a supervisor writes one, an open wall
 * shows it without a word of who wrote it, and loses it when it is taken back.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { announcementsFrameSchema } from '../../lib/contracts/announcement';
import { type AccessBrowsers, openAccessBrowsers } from '../support/access-browsers';
import { faultsOf } from '../support/axe-faults';
import { closePages, goByMenu, openBrowser } from '../support/browser';

const EVIL = '<img src=x onerror=alert(1)> Fire drill at noon';
const FIRE = 'Leave by the north stairs';

let browser: Browser;
let stand: AccessBrowsers;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  stand = await openAccessBrowsers(browser);
});
afterEach(() => stand.close());

/** Who wrote what it was told, by the frames of its socket. */
function authorsTold(page: Page): (string | null)[] {
  const authors: (string | null)[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const at = String(payload).indexOf('["announcements",');
      if (at === -1) return;
      const [, frame] = JSON.parse(String(payload).slice(at)) as [string, unknown];
      for (const { by } of announcementsFrameSchema.parse(frame).announcements) authors.push(by);
    });
  });
  return authors;
}

async function openPage(): Promise<Page> {
  const page = await stand.signIn();
  await goByMenu(page, 'Announcements');
  await page.getByText('Nothing is announced').waitFor();
  return page;
}

async function write(page: Page, text: string, priority: string): Promise<void> {
  const form = page.locator('[data-form="announcement"]');
  await form.getByLabel('Text').fill(text);
  await form.getByLabel(priority).check();
  await form.getByRole('button', { name: 'Announce', exact: true }).click();
}

it('UI-258 the menu of boards opens, leads and closes by keyboard alone', async () => {
  const page = await openPage();
  const button = page.locator('[data-menu=boards] .menu-open');
  const menu = page.locator('.menu[data-menu=boards]');
  await button.focus();
  await page.keyboard.press('Enter');
  await menu.waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
  expect(await button.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const first = menu.getByRole('link').first();
  expect(await first.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.waitForURL(/supervisor\/boards\/[^/]+$/);
});

describe('an announcement', () => {
  it('UI-191 UI-193 UI-194 is written, is on the open wall without its author, and is gone when it is taken back', async () => {
    const page = await openPage();
    const wall = await stand.desk.newPage();
    const [onWall, atDesk] = [authorsTold(wall), authorsTold(page)];
    await wall.goto(`${stand.floorcast.url}/screen/default`);
    await wall.locator('main.screen[data-board="default"]').waitFor();
    await page
      .locator('[data-form="announcement"]')
      .getByRole('button', { name: 'Announce', exact: true })
      .click();
    await page.locator('[data-flaw="text"]').waitFor();
    await write(page, EVIL, 'High');
    await page.getByText('It is announced.').waitFor();
    const card = page.locator('[data-announcement][data-priority="high"]');
    await card.waitFor();
    expect(await card.innerText()).toContain(EVIL);
    expect(await card.innerText()).toMatch(/Now – \d+:\d\d[\s\S]*All boards · by \S+/);
    await wall.locator('[data-foot="announcement"]', { hasText: 'Fire drill' }).waitFor({ timeout: 40_000 });
    expect(await wall.locator('img').count()).toBe(0);

    const board = await stand.open(stand.desk, '/supervisor/screens');
    const atBoard = authorsTold(board);
    await board.goto(`${stand.floorcast.url}/supervisor/boards/default`);
    await expect.poll(() => atBoard.length, { timeout: 15_000 }).toBeGreaterThan(0);
    expect([new Set(onWall), atBoard.includes(null), atDesk]).toEqual([new Set([null]), false, []]);

    await card.getByRole('button', { name: 'Take back' }).click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Take back', exact: true }).click();
    await page.getByText('Nothing is announced').waitFor();
    await wall.locator('[data-foot="announcement"]').waitFor({ state: 'detached' });
    expect(stand.said).toEqual([]);
  });

  it('UI-192 that is an emergency is asked for once more, takes the screen, and gives it back', async () => {
    const page = await openPage();
    const wall = await stand.open(stand.desk, '/screen/default');
    await wall.locator('main.screen[data-board="default"]').waitFor();
    await write(page, FIRE, 'Emergency');
    const dialog = page.locator('dialog[open]');
    expect(await dialog.innerText()).toContain(FIRE);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await write(page, FIRE, 'Emergency');
    expect(await wall.locator('[data-emergency]').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Announce the emergency' }).click();
    await wall.locator('[data-emergency]', { hasText: 'north' }).waitFor();
    const card = page.locator('[data-announcement][data-priority="emergency"]');
    await card.getByRole('button', { name: 'Take back' }).click();
    expect(await dialog.innerText()).toContain('End the emergency?');
    await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
    await wall.locator('[data-emergency]').waitFor({ state: 'detached' });
    expect(stand.said).toEqual([]);
  });

  it('UI-195 is written on pages free of faults, dark and light, broad and narrow', async () => {
    const page = await openPage();
    await write(page, 'Lunch is late', 'Normal');
    await page.locator('[data-priority="normal"][data-announcement]').waitFor();
    await write(page, 'Stand by', 'High');
    await write(page, FIRE, 'Emergency');
    await page.locator('dialog[open]').getByRole('button', { name: 'Announce the emergency' }).click();
    await page.locator('[data-priority="emergency"][data-announcement]').waitFor();
    for (const theme of ['dark', 'light']) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${stand.floorcast.url}/supervisor/announcements?theme=${theme}`);
      await page.locator('[data-announcement]').first().waitFor();
      await page.locator('[data-form="announcement"]').getByLabel('All boards').uncheck();
      expect([theme, await faultsOf(page)]).toEqual([theme, []]);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        const broad = await page.evaluate(() => document.documentElement.scrollWidth);
        expect([theme, width, broad <= width]).toEqual([theme, width, true]);
      }
    }
    expect(stand.said).toEqual([]);
  });
});
