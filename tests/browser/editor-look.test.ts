/** How the editor looks and is worked: the picture of the screen, thresholds, both themes, by keys alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
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

describe('the picture and what is chosen', () => {
  it('UI-129 UI-133 UI-135 is shown as its screen will show it, with live figures, and to other eyes', async () => {
    await editor.open();
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
      await editor.shot(`vision-${vision}`);
    }
    await page.getByLabel('Seen with').selectOption('usual');
    await page.locator('.preview-tool select').first().selectOption('portrait');
    await expect.poll(() => glass.getAttribute('data-portrait'), SOON).toBe('true');
    await editor.shot('portrait');
  });

  it('UI-136 has thresholds that hold on all boards, set beside the figure', async () => {
    await editor.open();
    await page.locator('.outline [data-pick^="tiles:"]').first().click();
    await page.locator('.inspector summary', { hasText: 'Thresholds' }).click();
    await page.getByText('These hold on all boards').waitFor();
    await editor.shot('thresholds');
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
    await editor.open(`?theme=${theme}`);
    await editor.shot(`editor-${theme}-${width}`);
    expect(await faultsOf(page)).toEqual([]);
    for (const selection of ['tiles', 'table', 'trends', 'page']) {
      const pick = page.locator(`.outline [data-pick^="${selection}:"]`).first();
      if ((await pick.count()) === 0) continue;
      await pick.click();
      await editor.shot(`editor-${theme}-${width}-${selection}`);
      expect([selection, await faultsOf(page)]).toEqual([selection, []]);
    }
    await page.locator('.outline [data-pick="board"]').click();
    for (const summary of await page.locator('.inspector summary').all()) await summary.click();
    await editor.shot(`editor-${theme}-${width}-board`);
    expect(await faultsOf(page)).toEqual([]);
    const out = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(out.filter((over) => over > 0)).toEqual([]);
  });

  it('UI-140 is worked by keys alone, from the first page to what is published', async () => {
    await editor.open();
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
    await editor.saved();
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
