/**
 * The demo with accounts in a real browser: both processes as `npm run demo -- --accounts` starts them, people who sign
 * in at the simulated Genesys Cloud, and what each of them then sees.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountSettings } from '../../scripts/demo-accounts';
import { PROJECT_DIR } from '../../scripts/processes';
import { type Stand, startStand } from '../../scripts/stand';
import { drawnFigures, openBrowser } from '../support/browser';

const NAME = 'sign-in-test';
const SESSION_COOKIE = '__Host-floorcast-session';
/** What whoever starts it has in his environment: none of it is the stand's. */
const CALLERS = {
  SIGN_IN: 'local',
  PUBLIC_URL: 'https://wall.example',
  ROLE_MAPPING: 'admin=Agent',
  HOST: '0.0.0.0',
};

let browser: Browser;
let stand: Stand;
/** What the browsers say of the pages that is no good. */
let said: string[] = [];
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  for (const [name, value] of Object.entries(CALLERS)) vi.stubEnv(name, value);
  stand = await startStand({
    ...{ name: NAME, port: 0, timeZone: 'UTC' },
    world: ['--queues', '3', '--seed', '1', '--time-zone', 'UTC'],
    settings: accountSettings('k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO'),
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await browser.close();
  await stand.stop();
  rmSync(path.join(PROJECT_DIR, 'data', NAME), { recursive: true, force: true });
});
beforeEach(() => {
  said = [];
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

/** A browser of somebody of his own. */
async function openContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  contexts.push(context);
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('dialog', (dialog) => said.push(`a dialog: ${dialog.message()}`));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
  return context;
}

/** Wants a page, is led to the simulated Genesys Cloud by the button, and chooses who he is. */
async function signIn(context: BrowserContext, name: string, wanted: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stand.url + wanted);
  await page.waitForURL(`${stand.url}/sign-in?next=${encodeURIComponent(wanted)}`);
  await page.getByRole('link', { name: 'Sign in with Genesys Cloud' }).click();
  await page.waitForURL(`${stand.simulatorUrl}/oauth/authorize?**`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.waitForURL(`${stand.url}/**`);
  return page;
}

/** Figures of the world, not of a skeleton. */
async function seesFigures(page: Page): Promise<void> {
  await vi.waitUntil(
    async () => (await drawnFigures(page)).figures.some(({ value, isStale }) => !isStale && (value ?? 0) > 0),
    { timeout: 30_000, interval: 100 },
  );
}

async function hasSession(context: BrowserContext): Promise<boolean> {
  return (await context.cookies()).some(({ name }) => name === SESSION_COOKIE);
}

/** What the API says to this browser: the status. */
async function asked(context: BrowserContext, address: string): Promise<number> {
  return (await context.request.get(stand.url + address)).status();
}

/** Of boards, in the browser's storage. */
function keptPictures(page: Page): Promise<string[]> {
  return page.evaluate(() => Object.keys(window.localStorage).filter((key) => key.includes('picture')));
}

describe('a supervisor', () => {
  it('ACC-93 is led to sign in, comes back to the page that he wanted, and sees figures until he signs out', async () => {
    const context = await openContext();
    const page = await signIn(context, 'Sam Ortiz', '/supervisor/queues');
    await page.waitForURL(`${stand.url}/supervisor/queues`);
    await seesFigures(page);
    const board = await context.newPage();
    await board.goto(`${stand.url}/supervisor/boards/default`);
    await seesFigures(board);
    const wall = await context.newPage();
    await wall.goto(`${stand.url}/screen/default`);
    await seesFigures(wall);
    expect(await asked(context, '/api/v1/people')).toBe(403);

    await vi.waitUntil(async () => (await keptPictures(page)).length > 0, { timeout: 30_000, interval: 100 });
    await page.locator('[data-menu=account] .menu-open').click();
    await page.getByText('Signed in as Sam Ortiz').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('[data-sign-in="provider"]').waitFor();
    expect([page.url(), await hasSession(context)]).toEqual([`${stand.url}/sign-in`, false]);
    for (const [open, at] of [
      [board, '/supervisor/boards/default'],
      [wall, '/screen/default'],
    ] as const) {
      await open.waitForURL(`${stand.url}/sign-in?next=${encodeURIComponent(at)}`, { timeout: 5_000 });
      await open.locator('[data-sign-in="provider"]').waitFor();
      expect((await drawnFigures(open)).figures).toEqual([]);
    }
    // Nor does the way back through the browser's history, or what it keeps, show any.
    await page.goBack();
    await page.locator('[data-sign-in="provider"]').waitFor();
    expect((await drawnFigures(page)).figures).toEqual([]);
    expect(await keptPictures(page)).toEqual([]);
    expect(await asked(context, '/api/v1/kpis')).toBe(401);
    expect(said).toEqual([]);
  });

  it('ACC-93 who says no at the provider is told so, and may try again', async () => {
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(`${stand.url}/screen/default`);
    await page.getByRole('link', { name: 'Sign in with Genesys Cloud' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.locator('[data-problem="refused"]').waitFor();
    expect([new URL(page.url()).origin, await hasSession(context)]).toEqual([stand.url, false]);
    await page.getByRole('link', { name: 'Sign in with Genesys Cloud' }).waitFor();
    expect(said).toEqual([]);
  });
});

describe('an agent', () => {
  it('ACC-94 is refused what is not for agents, in words, and finds his account and the way out', async () => {
    const context = await openContext();
    const page = await signIn(context, 'Ada Nkemelu', '/supervisor/screens');
    await page.getByText('You are signed in, but you may not see this page').waitFor();
    for (const at of ['/supervisor/boards/default', '/screen/default', '/admin/people']) {
      expect((await page.goto(stand.url + at))?.status()).toBe(403);
    }
    for (const at of ['/api/v1/kpis', '/api/v1/boards/default', '/api/v1/screens', '/api/v1/audit']) {
      expect([at, await asked(context, at)]).toEqual([at, 403]);
    }
    await page.goto(stand.url);
    await page.waitForURL(`${stand.url}/sign-in`);
    await page.getByText('You are signed in as Ada Nkemelu. There is nothing here for agents yet.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('[data-sign-in="provider"]').waitFor();
    expect(await hasSession(context)).toBe(false);
    expect(said).toEqual([]);
  });

  it('ACC-94 is text, whatever he is called', async () => {
    const context = await openContext();
    const name = 'Bo <script>alert(1)</script> & "Co"';
    const page = await signIn(context, name, '/screen');
    await page.goto(`${stand.url}/sign-in`);
    await page.getByText(`You are signed in as ${name}`).waitFor();
    expect(said).toEqual([]);
  });
});

describe('somebody without a role', () => {
  it('ACC-95 is told so by his name, sees figures as soon as an administrator lets him, and none when he lets no more', async () => {
    const context = await openContext();
    const page = await signIn(context, 'Kit Moreau', '/supervisor/boards/default');
    await page.getByText('You are signed in as Kit Moreau, without a role').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.goto(stand.url);
    await page.waitForURL(`${stand.url}/sign-in`);
    await page.goto(`${stand.url}/supervisor/boards/default`);
    await page.getByText('without a role').waitFor();

    const admin = await signIn(await openContext(), 'Ines Baum', '/admin/people');
    const kit = admin.locator('tr[data-person]').filter({ hasText: 'Kit Moreau' });
    const supervisor = kit.getByRole('checkbox', { name: 'Supervisor' });
    await supervisor.check();
    await kit.getByRole('button', { name: 'Save roles' }).click();
    await page.getByRole('link', { name: 'To the boards' }).click();
    await page.waitForURL(`${stand.url}/supervisor/boards/default`);
    await seesFigures(page);

    await supervisor.uncheck();
    await kit.getByRole('button', { name: 'Save roles' }).click();
    await page.locator('[data-blank="forbidden"]').waitFor({ timeout: 5_000 });
    expect((await drawnFigures(page)).figures).toEqual([]);
    expect((await page.goto(`${stand.url}/supervisor/queues`))?.status()).toBe(200);
    await page.getByText('You are signed in as Kit Moreau, without a role').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('[data-sign-in="provider"]').waitFor();
    expect(await hasSession(context)).toBe(false);
    expect(said).toEqual([]);
  });
});
