/** The editor of boards in a real browser, before the real desk of boards: the whole round of a board's life. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { must } from '../../lib/assert';
import { boardSchema } from '../../lib/contracts/board';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
import { type EditorStand, openEditorStand } from '../support/editor-stand';

const SHOTS = process.env.EDITOR_PICTURES ?? '';
const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let context: BrowserContext;
let stand: EditorStand;
let page: Page;
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  said = [];
  stand = await openEditorStand();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React|MISSING_MESSAGE|FORMATTING/.test(message.text())) {
      said.push(message.text());
    }
  });
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await stand.stop();
  expect(said).toEqual([]);
});

async function openEditor(id = 'default', query = ''): Promise<void> {
  await page.goto(`${stand.url}/supervisor/boards/${id}/edit${query}`);
  await page.locator('[data-spot]').first().waitFor();
}

/** In the order of the list on the left. */
function picks(list: string): Promise<string[]> {
  return page.locator(`.outline [data-pick^="${list}:"] .sort-name`).allInnerTexts();
}

async function saved(): Promise<void> {
  await page.locator('[data-save="saved"]').getByText('Draft saved').waitFor();
}

async function shot(name: string): Promise<void> {
  if (SHOTS === '') return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

describe('a board', () => {
  it('UI-120 UI-124 UI-127 UI-139 UI-141 is made, ordered by mouse and by keys, undone, saved, published, restored, and goes out and in as a file', async () => {
    await page.goto(`${stand.url}/supervisor/boards`);
    const form = page.locator('[data-form="new-board"]');
    await page.locator('tr[data-listed="default"]').getByText('Made from the queues').waitFor();
    await shot('list');
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
    const before = await picks('tiles');
    const spots = page.locator('.overlay [data-spot^="tiles:"]');
    const [from, to] = [
      must(await spots.nth(1).boundingBox(), 'a tile'),
      must(await spots.nth(3).boundingBox(), 'a tile'),
    ];
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + from.width, from.y + from.height / 2, { steps: 4 });
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
    await shot('dragging');
    await page.mouse.up();
    const byMouse = [before[0], before[2], before[3], before[1], ...before.slice(4)];
    await expect.poll(() => picks('tiles'), SOON).toEqual(byMouse);

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
    await expect.poll(() => picks('tiles'), SOON).toEqual(byKeys);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await expect.poll(() => picks('tiles'), SOON).toEqual(byKeys);
    expect(await page.locator('[data-said]').innerText()).toContain('stays at place 2');

    // Two steps back, and forth again.
    await page.keyboard.press('Control+z');
    await expect.poll(() => picks('tiles'), SOON).toEqual(byMouse);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => picks('tiles'), SOON).toEqual(before);
    await page.keyboard.press('Control+Shift+z');
    await page.keyboard.press('Control+y');
    await expect.poll(() => picks('tiles'), SOON).toEqual(byKeys);
    await saved();

    // Published, changed, published again, and the first one is the draft once more.
    await publish('First');
    await page.getByText('Version 1 is published').waitFor();
    await page.locator('.outline [data-pick="board"]').click();
    await page.locator('.inspector').getByLabel('Name').first().fill('Hall two');
    await saved();
    await publish('Second');
    await page.getByText('Version 2 is published').waitFor();
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.locator('[data-version="1"]').getByText('First').waitFor();
    await shot('versions');
    await page.getByRole('button', { name: 'Restore version 1' }).click();
    await page
      .getByRole('heading', { level: 1, name: 'Hall', exact: false })
      .getByText('Hall', { exact: true })
      .waitFor();
    await saved();
    expect((await stand.edit(id)).draft?.board.name).toBe('Hall');

    // Out, and in again under another name.
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.editor-bar').getByRole('link', { name: 'Save as file' }).click(),
    ]);
    const file = must(await download.path(), 'a file');
    await page.getByRole('link', { name: 'Boards', exact: true }).click();
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
    await shot('publish');
    await page.locator('dialog').getByRole('button', { name: 'Publish' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
  }

  it('UI-125 UI-126 UI-128 is saved by itself, says why it is not, and who was faster', async () => {
    await openEditor();
    const name = page.locator('.inspector').getByLabel('Name').first();
    await page.route('**/draft', (route) => route.abort());
    await name.fill('Mine');
    await page.locator('[data-save="failed"]').getByText('Not saved: The server does not answer.').waitFor();
    await shot('not-saved');

    // Nobody leaves with it: a link asks, and takes it back.
    await page.getByRole('link', { name: 'Boards', exact: true }).click();
    await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
    await page.keyboard.press('Escape');
    expect(page.url()).toContain('/edit');

    await page.unroute('**/draft');
    await saved();
    const mine = must((await stand.edit('default')).draft, 'a draft').board;
    expect(mine.name).toBe('Mine');

    await stand.saveElsewhere({ ...mine, name: 'Theirs' });
    await name.fill('Mine too');
    await page.locator('[data-conflict]').waitFor();
    await shot('conflict');
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
    await saved();
  });

  it('UI-129 UI-133 UI-135 is shown as its screen will show it, with live figures, and to other eyes', async () => {
    await openEditor();
    const glass = page.locator('.preview-glass');
    await glass.locator('[data-kpi="waiting"][data-value="7"]').first().waitFor();
    // A figure that the published board has not: a dash, until it is published.
    await page.getByRole('button', { name: 'Add a figure' }).click();
    await page.getByLabel('Search figures').fill('transferred');
    await page.locator('.inspector').getByLabel('Figure', { exact: true }).selectOption('transferred');
    await glass.locator('[data-kpi="transferred"][data-value=""]').waitFor();
    // The same size as on its screen, in parts of the glass.
    const parts = await glass.evaluate((element) => {
      const unit = Number.parseFloat(getComputedStyle(element).getPropertyValue('--u'));
      return unit / element.getBoundingClientRect().height;
    });
    expect(parts).toBeCloseTo(0.097, 2);
    for (const vision of ['protanopia', 'deuteranopia', 'tritanopia', 'achromatopsia']) {
      await page.getByLabel('Seen with').selectOption(vision);
      const filter = await glass.evaluate((element) => getComputedStyle(element).filter);
      expect(filter).toContain(`#vision-${vision}`);
      await shot(`vision-${vision}`);
    }
    await page.getByLabel('Seen with').selectOption('usual');
    await page.getByLabel('Screen', { exact: true }).selectOption('portrait');
    await shot('portrait');
  });

  it('UI-136 has thresholds that hold on all boards, set beside the figure', async () => {
    await openEditor();
    await page.locator('.outline [data-pick^="tiles:"]').first().click();
    await page.locator('.inspector summary', { hasText: 'Thresholds' }).click();
    await page.getByText('These hold on all boards').waitFor();
    await shot('thresholds');
    await page.getByLabel(/Warning from/).fill('30');
    await page.getByLabel(/Critical from/).fill('20');
    await page.getByRole('button', { name: 'Save for all boards' }).click();
    await page.getByText('Critical must be worse').waitFor();
    await page.getByLabel(/Critical from/).fill('60');
    await page.getByRole('button', { name: 'Save for all boards' }).click();
    await page.getByText('Saved. It holds on all boards now.').waitFor();
    const now = await (await fetch(`${stand.url}/api/v1/thresholds`)).json();
    expect(now.rules).toHaveLength(1);
  });
});

describe('the look', () => {
  it.each([
    ['dark', 1280, 800],
    ['light', 1920, 1080],
  ] as const)('UI-140 in the %s theme is free of faults, and fits %i × %i', async (theme, width, height) => {
    await page.setViewportSize({ width, height });
    await page.goto(`${stand.url}/supervisor/boards?theme=${theme}`);
    await page.locator('tr[data-listed]').first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await openEditor('default', `?theme=${theme}`);
    await shot(`editor-${theme}-${width}`);
    expect(await faultsOf(page)).toEqual([]);
    for (const selection of ['tiles', 'table', 'trends', 'page']) {
      const pick = page.locator(`.outline [data-pick^="${selection}:"]`).first();
      if ((await pick.count()) === 0) continue;
      await pick.click();
      await shot(`editor-${theme}-${width}-${selection}`);
      expect([selection, await faultsOf(page)]).toEqual([selection, []]);
    }
    await page.locator('.outline [data-pick="board"]').click();
    for (const summary of await page.locator('.inspector summary').all()) await summary.click();
    await shot(`editor-${theme}-${width}-board`);
    expect(await faultsOf(page)).toEqual([]);
    const out = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(out.filter((over) => over > 0)).toEqual([]);
  });

  it('UI-140 is worked by keys alone, from the first page to what is published', async () => {
    await openEditor();
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const reach = async (name: string) => {
      for (let step = 0; step < 80; step += 1) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(
          () =>
            document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
        );
        if (here === name) return;
      }
      throw new Error(`${name} is not reached`);
    };
    await page.locator('.outline [data-pick="board"]').focus();
    await reach('Add a page');
    await press('Enter');
    await reach('Add a figure');
    await press('Enter');
    await expect.poll(() => page.locator('.inspector').getAttribute('data-inspector'), SOON).toBe('tiles');
    await saved();
    const { draft } = await stand.edit('default');
    expect(draft?.board.pages.at(-1)?.tiles).toHaveLength(1);
    await page.locator('.bar-name').focus();
    await reach('Publish');
    await press('Enter');
    await page.locator('dialog[open]').waitFor();
    await reach('Publish');
    await press('Enter');
    await page.getByText('Version 1 is published').waitFor();
  });
});
