/**
 * A whole Floorcast with accounts, the administrator's browser in front of it and the one on the wall, with what people
 * do first: signing in by a link, reading a code, pairing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type Floorcast, wire } from '../../server/wire';
import { builtPages } from './browser';

export interface AccessBrowsers {
  readonly floorcast: Floorcast;
  readonly desk: BrowserContext;
  readonly wall: BrowserContext;
  /** What the browsers say of the pages that is no good. */
  readonly said: readonly string[];
  /** A path of this server, or a whole address. */
  open(context: BrowserContext, address: string): Promise<Page>;
  /** Signs in by a link; gives the page where that leads. */
  signIn(): Promise<Page>;
  /** Leads the page to the screens, and pairs the one that shows the code. */
  pair(page: Page, code: string, name: string): Promise<void>;
  close(): Promise<void>;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openAccessBrowsers(browser: Browser): Promise<AccessBrowsers> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-access-'));
  const floorcast = await startWithAccounts(dataDir);
  const said: string[] = [];
  const desk = await openContext(browser, { width: 1280, height: 800 }, said);
  const wall = await openContext(browser, { width: 1920, height: 1080 }, said);
  const open = async (context: BrowserContext, address: string) => {
    const page = await context.newPage();
    await page.goto(address.startsWith('http') ? address : floorcast.url + address);
    return page;
  };
  return {
    ...{ floorcast, desk, wall, said, open },
    async signIn() {
      const page = await open(desk, await floorcast.oneTimeLink());
      await page.getByRole('button', { name: 'Sign in as administrator' }).click();
      await page.waitForURL('**/supervisor/boards/**');
      return page;
    },
    async pair(page, code, name) {
      await page.goto(`${floorcast.url}/supervisor/screens`);
      const form = page.locator('[data-form="pair"]');
      await form.getByLabel('Code').fill(`${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`);
      await form.getByLabel('Name').fill(name);
      await form.getByLabel('Room').fill('Support');
      await form.getByLabel('Board').selectOption('default');
      await form.getByRole('button', { name: 'Pair' }).click();
    },
    async close() {
      await desk.close();
      await wall.close();
      await floorcast.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What a television shows, as soon as it does. */
export async function codeOn(page: Page): Promise<string> {
  const shown = page.locator('[data-code]');
  await shown.waitFor();
  return (await shown.getAttribute('data-code')) ?? '';
}

async function startWithAccounts(dataDir: string): Promise<Floorcast> {
  const settings = {
    PORT: '0',
    DATA_DIR: dataDir,
    SIGN_IN: 'local',
    SESSION_SECRET: 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO',
  };
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  return wire({
    ...{ config: config.value, clock: systemClock, random: seededRandom(1), log: silentLog },
    ...{ build: 'test', startPages: builtPages },
  });
}

async function openContext(
  browser: Browser,
  viewport: { width: number; height: number },
  said: string[],
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
  return context;
}
