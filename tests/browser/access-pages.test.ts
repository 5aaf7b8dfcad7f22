/**
 * The pages of access in a real browser, in front of a whole Floorcast with accounts: signing in by a link, pairing a
 * television and revoking it, machines, signing out; and how they look and sound.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type Floorcast, wire } from '../../server/wire';
import { builtPages, closePages, openBrowser } from '../support/browser';

const EVIL = '<img src=x onerror=alert(1)>';
const DESK_PAGES = ['/supervisor/screens', '/admin/people', '/admin/machines', '/admin/audit'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let floorcast: Floorcast;
let dataDir: string;
/** The administrator's browser, and the one on the wall. */
let desk: BrowserContext;
let wall: BrowserContext;
/** What the browsers say of the pages that is no good. */
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-access-'));
  const settings = {
    PORT: '0',
    DATA_DIR: dataDir,
    SIGN_IN: 'local',
    SESSION_SECRET: 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO',
  };
  const config = parseConfig(settings, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: seededRandom(1), log: silentLog },
    ...{ build: 'test', startPages: builtPages },
  });
  said = [];
  desk = await openContext({ width: 1280, height: 800 });
  wall = await openContext({ width: 1920, height: 1080 });
});
afterEach(async () => {
  await desk.close();
  await wall.close();
  await floorcast.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function openContext(viewport: { width: number; height: number }): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
  return context;
}

async function open(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address.startsWith('http') ? address : floorcast.url + address);
  return page;
}

/** Signs in by a link; gives the page where that leads. */
async function signIn(): Promise<Page> {
  const page = await open(desk, await floorcast.oneTimeLink());
  await page.getByRole('button', { name: 'Sign in as administrator' }).click();
  await page.waitForURL('**/supervisor/boards/**');
  return page;
}

async function codeOn(page: Page): Promise<string> {
  const shown = page.locator('[data-code]');
  await shown.waitFor();
  return (await shown.getAttribute('data-code')) ?? '';
}

async function pair(page: Page, code: string, name: string): Promise<void> {
  await page.goto(`${floorcast.url}/supervisor/screens`);
  const form = page.locator('[data-form="pair"]');
  await form.getByLabel('Code').fill(`${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`);
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Room').fill('Support');
  await form.getByLabel('Board').selectOption('default');
  await form.getByRole('button', { name: 'Pair' }).click();
}

describe('signing in and out', () => {
  it('UI-49 uses a one-time link when the button is pressed, and has it in the address no longer', async () => {
    const link = await floorcast.oneTimeLink();
    const page = await desk.newPage();
    const posted: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
    await page.goto(link);
    const button = page.getByRole('button', { name: 'Sign in as administrator' });
    await button.waitFor();
    expect([page.url(), posted]).toEqual([`${floorcast.url}/sign-in`, []]);
    await button.click();
    await page.waitForURL('**/supervisor/boards/default');
    expect(posted).toEqual([`${floorcast.url}/auth/once`]);
    const again = await open(wall, link);
    await again.getByRole('button', { name: 'Sign in as administrator' }).click();
    await again.locator('[data-problem="link.refused"]').waitFor();
    expect(said).toEqual([]);
  });

  it('UI-46 UI-51 leads from page to page by its links, and out of all of them', async () => {
    const page = await signIn();
    for (const [name, title] of [
      ['Machines', 'Machines'],
      ['Audit log', 'Audit log'],
      ['People', 'People'],
    ] as const) {
      await page.locator('.account-open').click();
      await page.locator('.account-menu').getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    }
    await page.locator('[data-person]').waitFor();
    const other = await open(desk, '/admin/audit');
    await page.locator('.account-open').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('[data-sign-in="link-only"]').waitFor();
    expect((await desk.cookies()).map(({ name }) => name)).not.toContain('__Host-floorcast-session');
    await other.waitForURL('**/sign-in?next=%2Fadmin%2Faudit');
    expect(said).toEqual([]);
  });
});

describe('a television', () => {
  it('UI-40 shows a code, goes to its board, comes back to it, and is blank within 5 s of being revoked', async () => {
    const admin = await signIn();
    const television = await open(wall, '/pair');
    await pair(admin, await codeOn(television), EVIL);
    await television.waitForURL('**/screen/default?screen=*');
    await television.locator('main.screen[data-board="default"]').waitFor();
    const row = admin.locator('tr[data-connected="true"]');
    await row.waitFor();
    expect(await row.locator('th').innerText()).toContain(EVIL);

    // The power comes back: the browser opens the page that it starts with.
    const restarted = await open(wall, '/pair');
    await restarted.waitForURL('**/screen/default?screen=*');
    await television.close();

    await row.getByRole('button', { name: 'Revoke' }).click();
    await admin.locator('dialog[open]').getByRole('button', { name: 'Revoke', exact: true }).click();
    await restarted.locator('[data-blank="revoked"]').waitFor({ timeout: 5_000 });
    await admin.getByText('No screen is paired yet').waitFor();
    await restarted.waitForURL('**/pair');
    await codeOn(restarted);
    expect(said).toEqual([]);
  });

  it.each([
    ['broad', 1920, 1080],
    ['in 4K', 3840, 2160],
    ['upright', 1080, 1920],
  ])(
    'UI-44 has a page of the code that is legible at 8 m, %s, and cuts nothing off',
    async (_, width, height) => {
      const television = await open(wall, '/pair');
      await television.setViewportSize({ width, height });
      await codeOn(television);
      const found = await television.evaluate(() => {
        const texts = [...document.querySelectorAll<HTMLElement>('main *')].filter(
          (element) =>
            !element.classList.contains('unseen') &&
            element.offsetParent !== null &&
            [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''),
        );
        const isOut = ({ left, right, top, bottom }: DOMRect) =>
          left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
        return {
          smallest: Math.min(
            ...texts.map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
          ),
          code: Number.parseFloat(
            getComputedStyle(document.querySelector('.pair-letters') as Element).fontSize,
          ),
          out: texts
            .filter((element) => isOut(element.getBoundingClientRect()))
            .map((element) => element.innerText),
          words: (document.querySelector('main') as HTMLElement).innerText,
        };
      });
      // 16 arc-minutes at 8 m on 55″: 7.7 % of the shorter side.
      expect(found.smallest).toBeGreaterThanOrEqual(0.0775 * Math.min(width, height));
      expect(found.code).toBeGreaterThan(2 * found.smallest);
      expect(found.out).toEqual([]);
      expect(found.words).toContain('/supervisor/screens');
    },
  );

  it('UI-42 says that the server is away, goes on, and takes what it can get when it is back', async () => {
    const television = await open(wall, '/pair');
    await codeOn(television);
    await television.route('**/api/v1/pairing', (route) => route.abort());
    await television.locator('.foot').getByText('The server does not answer').waitFor();
    await television.unroute('**/api/v1/pairing');
    await television.getByText('New code in').waitFor();
  });
});

describe('a supervisor in front of a television', () => {
  it('UI-58 UI-59 UI-61 pairs it by phone, and is led back to a code that was wrong', async () => {
    const page = await signIn();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${floorcast.url}/supervisor/screens`);
    const form = page.locator('[data-form="pair"]');
    await page.getByText('No screen is paired yet').waitFor();
    const top = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;
    expect(await top('[data-form="pair"]')).toBeLessThan(await top('.note'));
    const sizes = await form
      .locator('input, select')
      .evaluateAll((fields) => fields.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16);

    // The board is chosen already, and Enter is enough. A letter that no code has is seen before anything is sent.
    const asked: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
    const code = form.getByLabel('Code');
    await code.fill('AAA AA0');
    await form.getByLabel('Name').fill('Wall by the door');
    await form.getByLabel('Room').fill('Support');
    await page.keyboard.press('Enter');
    await form.locator('[data-fault="letters"]').waitFor();
    expect(asked).toEqual([]);
    await page.keyboard.type('AAAAAA');
    await page.keyboard.press('Enter');
    await form.locator('[data-problem="pairing.code-unknown"]').waitFor();
    const right = await codeOn(await open(wall, '/pair'));
    // The wrong one is selected: what is typed takes its place.
    await page.keyboard.type(right);
    expect(await code.inputValue()).toBe(right);
    await page.keyboard.press('Enter');
    await page.getByText('is paired and opens its board').waitFor();
    await page.getByText('1 screen, ').waitFor();
    expect(said).toEqual([]);
  });
});

describe('machines', () => {
  it('UI-56 get a secret that is shown once and opens what it was made for', async () => {
    const page = await signIn();
    await page.goto(`${floorcast.url}/admin/machines`);
    await page.getByLabel('Name').fill('Nightly report');
    await page.getByLabel('kpis:read').check();
    await page.getByRole('button', { name: 'Create' }).click();
    const panel = page.locator('.secret');
    const clientId = await panel.getByLabel('Client id').inputValue();
    const secret = await panel.getByLabel('Secret', { exact: true }).inputValue();
    const answer = await fetch(`${floorcast.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(answer.status).toBe(200);
    await panel.getByRole('button', { name: 'I have stored it' }).click();
    await page.reload();
    await page.locator('tr[data-machine]').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(said).toEqual([]);
  });
});

describe('the look', () => {
  it.each(['dark', 'light'])(
    'UI-17 UI-55 is free of faults for every eye and ear, and fits a phone, in the %s theme',
    async (theme) => {
      const page = await signIn();
      await pair(page, await codeOn(await open(wall, '/pair')), EVIL);
      await page.locator('tr[data-screen]').waitFor();
      for (const at of [...DESK_PAGES, '/sign-in']) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(`${floorcast.url}${at}?theme=${theme}`);
        await page.locator('.list tr, .note, [data-sign-in="signed-in"]').first().waitFor();
        expect([at, await faultsOf(page)]).toEqual([at, []]);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 800 });
          const broad = await page.evaluate(() => document.documentElement.scrollWidth);
          expect([at, width, broad <= width]).toEqual([at, width, true]);
        }
      }
      expect(said).toEqual([]);
    },
  );
});

/** By axe: the rules of WCAG 2.2 AA, and text of 7:1. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    // axe has just been put there.
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
      rules: { 'color-contrast-enhanced': { enabled: true } },
    });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
  });
}
