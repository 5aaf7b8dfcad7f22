/** The picture of the screen within the editor, and the thresholds beside it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
