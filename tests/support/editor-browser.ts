/** A browser before the editor of boards, with what people do there first. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type EditorStand, openEditorStand } from './editor-stand';

/** A folder; set: pictures are put there. */
const SHOTS = process.env.EDITOR_PICTURES ?? '';

export interface EditorBrowser {
  readonly stand: EditorStand;
  readonly page: Page;
  /** What the browser says of the pages that is no good. */
  readonly said: readonly string[];
  /** By default the board that is made of the queues. */
  open(query?: string): Promise<void>;
  /** What a list on the left has, in its order. */
  picks(list: string): Promise<string[]>;
  /** Waits until all that was done is on the server. */
  saved(): Promise<void>;
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openEditorBrowser(browser: Browser): Promise<EditorBrowser> {
  const stand = await openEditorStand();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  const said: string[] = [];
  listen(context, said);
  const page = await context.newPage();
  return {
    ...{ stand, page, said },
    async open(query = '') {
      await page.goto(`${stand.url}/supervisor/boards/default/edit${query}`);
      await page.locator('[data-spot]').first().waitFor();
    },
    picks: (list) => page.locator(`.outline [data-pick^="${list}:"] .sort-name`).allInnerTexts(),
    saved: () => page.locator('[data-save="saved"]').getByText('Draft saved').waitFor(),
    async shot(name) {
      if (SHOTS === '') return;
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
    },
    async close() {
      await context.close();
      await stand.stop();
    },
  };
}

function listen(context: BrowserContext, said: string[]): void {
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React|MISSING_MESSAGE|FORMATTING/.test(message.text())) {
      said.push(message.text());
    }
  });
}
