/** The editor of boards in a real browser, before the real desk of boards: the whole round of a board's life. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../lib/assert';
import { boardSchema } from '../../lib/contracts/board';
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

describe('a board', () => {
  it('UI-120 UI-124 UI-127 UI-139 UI-141 is made, ordered by mouse and by keys, undone, saved, published, restored, and goes out and in as a file', async () => {
    await page.goto(`${stand.url}/supervisor/boards`);
    const form = page.locator('[data-form="new-board"]');
    await page.locator('tr[data-listed="default"]').getByText('Made from the queues').waitFor();
    await editor.shot('list');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.locator('[data-fault="missing"]').waitFor();
    await form.getByLabel('Name').fill('Hall');
    await form.getByRole('button', { name: 'Make it' }).click();
    await page.waitForURL('**/edit');
    const id = must(page.url().split('/').at(-2), 'an id');
    await page.locator('[data-spot]').first().waitFor();
    await page.getByText('Never published').waitFor();
    const begun = must((await stand.edit(id)).draft, 'a draft').board;

    // By mouse, on the picture: the first tile to the place of the last of its row.
    const before = await editor.picks('tiles');
    const spots = page.locator('.overlay [data-spot^="tiles:"]');
    const [from, to] = [
      must(await spots.nth(1).boundingBox(), 'a tile'),
      must(await spots.nth(3).boundingBox(), 'a tile'),
    ];
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width, from.y + from.height / 2, { steps: 4 });
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
    await editor.shot('dragging');
    await page.mouse.up();
    const byMouse = [before[0], before[2], before[3], before[1], ...before.slice(4)];
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(byMouse);

    // By keys, in the list: picked up, two places on, one back, put down.
    const figures = page.getByRole('list', { name: 'Figures' });
    const handle = figures.getByRole('button', { name: `Move ${before[0]}` });
    await handle.focus();
    for (const key of ['Space', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
    await expect
      .poll(() => page.locator('[data-said]').innerText(), SOON)
      .toContain(`place 2 of ${before.length}`);
    await page.keyboard.press('Space');
    const byKeys = [byMouse[1], byMouse[0], ...byMouse.slice(2)];
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(byKeys);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(byKeys);
    expect(await page.locator('[data-said]').innerText()).toContain('stays at place 2');

    // Two steps back, and forth again.
    await page.keyboard.press('Control+z');
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(byMouse);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(before);
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+y');
    await expect.poll(() => editor.picks('tiles'), SOON).toEqual(byKeys);
    await editor.saved();

    // Published, changed, published again, and the first one is the draft once more.
    await publish('First');
    await page.getByText('Version 1 is published').waitFor();
    await page.locator('.outline [data-pick="board"]').click();
    await page.locator('.inspector').getByLabel('Name').first().fill('Hall two');
    await editor.saved();
    await publish('Second');
    await page.getByText('Version 2 is published').waitFor();
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.locator('[data-version="1"]').getByText('First').waitFor();
    await editor.shot('versions');
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page
      .getByRole('heading', { level: 1, name: 'Hall', exact: false })
      .getByText('Hall', { exact: true })
      .waitFor();
    await editor.saved();
    expect((await stand.edit(id)).draft?.board.name).toBe('Hall');

    // Out, and in again under another name.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.editor-bar').getByRole('link', { name: 'Save as file' }).click(),
    ]);
    const file = must(await download.path(), 'a file');
    await goByMenu(page, 'Arrange boards');
    await page.waitForURL('**/supervisor/boards');
    await form.getByLabel('Begin with').selectOption('file');
    await form
      .locator('input[type=file]')
      .setInputFiles({ name: 'no.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await form.locator('[data-fault="fileNoBoard"]').waitFor();
    await form
      .locator('input[type=file]')
      .setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: readFileSync(file) });
    await form.getByLabel('Name').fill('Hall three');
    await form.getByRole('button', { name: 'Make it' }).click();
    await page.waitForURL((url) => url.pathname.endsWith('/edit') && !url.pathname.includes(`/${id}/`));
    await page.locator('[data-spot]').first().waitFor();
    const copy = must((await stand.edit(must(page.url().split('/').at(-2), 'an id'))).draft, 'a draft').board;
    expect(copy.pages.map(({ tiles }) => tiles.length)).toEqual(begun.pages.map(({ tiles }) => tiles.length));
    expect(boardSchema.safeParse(copy).success).toBe(true);
  });

  async function publish(note: string): Promise<void> {
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByLabel('Note').fill(note);
    await editor.shot('publish');
    await page.locator('dialog').getByRole('button', { name: 'Publish' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
  }

  it('UI-125 UI-126 UI-128 is saved by itself, says why it is not, and who was faster', async () => {
    await editor.open();
    const name = page.locator('.inspector').getByLabel('Name').first();
    await page.route('**/draft', (route) => route.abort());
    await name.fill('Mine');
    await page.locator('[data-save="failed"]').getByText('Not saved: The server does not answer.').waitFor();
    await editor.shot('not-saved');

    // Nobody leaves with it: a link asks, and takes it back.
    await goByMenu(page, 'Arrange boards');
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.keyboard.press('Escape');
    expect(page.url()).toContain('/edit');

    await page.unroute('**/draft');
    await editor.saved();
    const mine = must((await stand.edit('default')).draft, 'a draft').board;
    expect(mine.name).toBe('Mine');

    await stand.saveElsewhere({ ...mine, name: 'Theirs' });
    await name.fill('Mine too');
    await page.locator('[data-conflict]').waitFor();
    await editor.shot('conflict');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await expect.poll(() => name.inputValue(), SOON).toBe('Theirs');
    // What was here is one step back, and goes on top when it is wanted after all.
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => name.inputValue(), SOON).toBe('Mine too');
    await expect.poll(async () => (await stand.edit('default')).draft?.board.name, SOON).toBe('Mine too');

    await stand.saveElsewhere({ ...mine, name: 'Theirs again' });
    await name.fill('Mine at last');
    await page.getByRole('button', { name: 'Put mine on top' }).click();
    await expect.poll(async () => (await stand.edit('default')).draft?.board.name, SOON).toBe('Mine at last');
    await expect.poll(() => page.locator('[data-conflict]').count(), SOON).toBe(0);

    // A board without a name is not sent.
    await name.fill('');
    await page.locator('[data-save="flawed"]').waitFor();
    await page.locator('[data-check="nameWrong"]').waitFor();
    await page.keyboard.press('Control+z');
    await editor.saved();
  });
});
