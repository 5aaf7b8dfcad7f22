/** How the editor looks and is worked: both themes, by keys alone. */
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
    // Each sort of thing, on the page that has it.
    for (const [title, selection] of [
      ['Now', 'tiles'],
      ['Queues', 'table'],
      ['Today', 'trends'],
    ] as const) {
      await page.locator('.outline [data-pick^="page:"]', { hasText: title }).click();
      await page.locator(`.outline [data-pick^="${selection}:"]`).first().click();
      await page.locator(`[data-inspector="${selection}"]`).waitFor();
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
