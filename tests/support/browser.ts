/** Debian's chromium, driven as a person would, and what its pages show: text and the attributes of figures. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Pages, startPages } from '../../server/pages';

const PROJECT_DIR = path.resolve(import.meta.dirname ?? '', '../..');
const EXECUTABLE = '/usr/bin/chromium';
/** As root, with no network: what Debian's chromium needs to start and to keep quiet. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** How it is started, also with a profile of its own. */
export const BROWSER_OPTIONS = { executablePath: EXECUTABLE, args: ARGS };

export function openBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is missing: node scripts/set-up.mjs`);
  return chromium.launch(BROWSER_OPTIONS);
}

/** Goes where the bar's menu of boards leads; it is called by the board that is here, else “Boards”. */
export async function goByMenu(page: Page, name: string): Promise<void> {
  await page.locator('[data-menu=boards] .menu-open').click();
  await page.locator('.menu[data-menu=boards]').getByRole('link', { name, exact: true }).click();
}

let started: Promise<Pages> | null = null;

/**
 * The built pages; throws where `npm run build` has not been run. Next keeps state of its process, so that all servers
 * of a test file share one; `closePages` ends it.
 */
export async function builtPages(address: { hostname: string; port: number }): Promise<Pages> {
  started ??= startPages({ projectDir: PROJECT_DIR, ...address });
  const pages = await started;
  return { handle: pages.handle, close: () => Promise.resolve() };
}

export async function closePages(): Promise<void> {
  const pages = await started;
  started = null;
  await pages?.close();
}

/** One figure as a page draws it. */
export interface DrawnFigure {
  readonly subject: string;
  readonly kpi: string;
  /** `null`: a dash. */
  readonly value: number | null;
  readonly isStale: boolean;
  readonly status: string;
  readonly text: string;
}

/** Every figure on the page, in its order, and when it was read (epoch ms of the page's clock). */
export function drawnFigures(page: Page): Promise<{ at: number; figures: DrawnFigure[] }> {
  return page.evaluate(() => {
    const drawn = [...document.querySelectorAll<HTMLElement>('[data-subject][data-kpi]')];
    const figures = drawn.map((element) => {
      const { subject = '', kpi = '', value = '', stale = '', status = '' } = element.dataset;
      const text = element.innerText.trim();
      return {
        subject,
        kpi,
        value: value === '' ? null : Number(value),
        isStale: stale === 'true',
        status,
        text,
      };
    });
    return { at: Date.now(), figures };
  });
}

/** What is asked of one figure; `undefined` where the page does not draw it. */
export async function drawnFigure(
  page: Page,
  subject: string,
  kpi: string,
): Promise<DrawnFigure | undefined> {
  const { figures } = await drawnFigures(page);
  return figures.find((figure) => figure.subject === subject && figure.kpi === kpi);
}
