/** Leaving the editor in a real browser, and what must not make it lose anything: a new build, a dialog, a late answer. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../lib/assert';
import { closePages, goByMenu, openBrowser } from '../support/browser';
import { type EditorBrowser, openEditorBrowser } from '../support/editor-browser';
import type { EditorStand } from '../support/editor-stand';

const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let editor: EditorBrowser;
let stand: EditorStand;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  editor = await openEditorBrowser(browser);
  ({ stand, page } = editor);
});
afterEach(async () => {
  await editor.close();
  expect(editor.said).toEqual([]);
});

/** By the list, so that going back stays within the page. */
async function openByList(before = async (): Promise<unknown> => undefined): Promise<void> {
  await page.goto(`${stand.url}/supervisor/boards`);
  await page.locator('tr[data-listed="default"]').waitFor();
  await before();
  await page.locator('tr[data-listed="default"]').locator('a[href$="/edit"]').click();
  await page.waitForURL('**/edit');
  await page.locator('[data-spot]').first().waitFor();
}
const nameField = () => page.locator('.inspector').getByLabel('Name').first();
const draftName = async () => (await stand.edit('default')).draft?.board.name;
const past = () => page.locator('[data-past]').getAttribute('data-past');

describe('leaving', () => {
  it('UI-128 UI-145 by a link or back loses nothing of what is being saved, and asks where that fails', async () => {
    await openByList();
    await nameField().fill('By a link');
    await goByMenu(page, 'Arrange boards');
    await page.waitForURL('**/supervisor/boards');
    expect(await draftName()).toBe('By a link');

    await openByList();
    await nameField().fill('By going back');
    await page.goBack();
    await page.waitForURL('**/supervisor/boards');
    expect(await draftName()).toBe('By going back');

    await openByList();
    await page.route('**/draft', (route) => route.abort());
    await nameField().fill('Not saved');
    await page.locator('[data-save="failed"]').waitFor();
    const leave = page.getByRole('heading', { name: 'Leave without saving?' });
    for (let round = 0; round < 2; round += 1) {
      await page.goBack();
      await leave.waitFor();
      await page.keyboard.press('Escape');
      await leave.waitFor({ state: 'detached' });
      expect([page.url().endsWith('/edit'), await nameField().inputValue()]).toEqual([true, 'Not saved']);
      expect(await past()).toBe('1');
    }
    await page.goBack();
    await page.locator('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/supervisor/boards');
    expect(await draftName()).toBe('By going back');
  });

  it('UI-145 goes where somebody wanted to, once what failed is saved', async () => {
    await openByList();
    await page.route('**/draft', (route) => route.abort());
    await nameField().fill('After all');
    await page.locator('[data-save="failed"]').waitFor();
    await goByMenu(page, 'Arrange boards');
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.unroute('**/draft');
    await page.waitForURL('**/supervisor/boards');
    expect(await draftName()).toBe('After all');
    await page.locator('tr[data-listed="default"]').waitFor();
  });
});

describe('the editor stays', () => {
  it('UI-146 where a new build is there: it says so, and loads anew when it is told to, saving first', async () => {
    const mark = () => page.evaluate(() => document.documentElement.dataset.mark);
    await openByList(() =>
      page.evaluate(() => Object.assign(document.documentElement.dataset, { build: 'older', mark: 'same' })),
    );
    const line = page.locator('[data-new-build]');
    await line.getByText('Floorcast has been updated').waitFor();
    await editor.shot('new-build');
    expect(await mark()).toBe('same');
    await nameField().fill('Kept');
    await line.getByRole('button', { name: 'Reload' }).click();
    await expect.poll(async () => (await mark().catch(() => 'same')) ?? 'anew', SOON).toBe('anew');
    expect(await draftName()).toBe('Kept');
    await expect.poll(() => nameField().inputValue(), SOON).toBe('Kept');
    expect(await line.count()).toBe(0);
  });

  it('UI-143 and its board stays as it is, where keys undo in a dialog before it', async () => {
    await editor.open();
    await nameField().fill('Named');
    await editor.saved();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByLabel('Note').fill('A note');
    await page.keyboard.press('Control+z');
    expect(await past()).toBe('1');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await expect.poll(past, SOON).toBe('0');
  });

  it('UI-127 says that a version is the draft only where it is', async () => {
    await editor.open();
    await nameField().fill('Hall');
    await editor.saved();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Publish' }).click();
    await page.getByText('Version 1 is published').first().waitFor();
    const said = () => page.locator('[data-said]').innerText();
    const before = await said();
    await stand.saveElsewhere({
      ...must((await stand.edit('default')).published, 'a board'),
      name: 'Theirs',
    });
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page.locator('[data-conflict]').waitFor();
    expect(await said()).toBe(before);
    await page.getByRole('button', { name: 'Put mine on top' }).click();
    await editor.saved();
  });
});
