/**
 * The pages of access in a real browser, in front of a whole Floorcast with accounts: signing in by a link, pairing a
 * television and revoking it, by phone as well, machines, signing out.
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccessBrowsers, codeOn, openAccessBrowsers } from '../support/access-browsers';
import { closePages, openBrowser } from '../support/browser';

const EVIL = '<img src=x onerror=alert(1)>';

let browser: Browser;
let stand: AccessBrowsers;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  stand = await openAccessBrowsers(browser);
});
afterEach(() => stand.close());

describe('signing in and out', () => {
  it('UI-49 uses a one-time link when the button is pressed, and has it in the address no longer', async () => {
    const link = await stand.floorcast.oneTimeLink();
    const page = await stand.desk.newPage();
    const posted: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posted.push(request.url()));
    await page.goto(link);
    const button = page.getByRole('button', { name: 'Sign in as administrator' });
    await button.waitFor();
    expect([page.url(), posted]).toEqual([`${stand.floorcast.url}/sign-in`, []]);
    await button.click();
    await page.waitForURL('**/supervisor/boards/default');
    expect(posted).toEqual([`${stand.floorcast.url}/auth/once`]);
    const again = await stand.open(stand.wall, link);
    await again.getByRole('button', { name: 'Sign in as administrator' }).click();
    await again.locator('[data-problem="link.refused"]').waitFor();
    expect(stand.said).toEqual([]);
  });

  it('UI-46 UI-51 leads from page to page by its links, and out of all of them', async () => {
    const page = await stand.signIn();
    for (const [name, title] of [
      ['Machines', 'Machines'],
      ['Audit log', 'Audit log'],
      ['People', 'People'],
    ] as const) {
      await page.locator('[data-menu=account] .menu-open').click();
      await page.locator('.menu[data-menu=account]').getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    }
    await page.locator('[data-person]').waitFor();
    const other = await stand.open(stand.desk, '/admin/audit');
    await page.locator('[data-menu=account] .menu-open').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('[data-sign-in="link-only"]').waitFor();
    expect((await stand.desk.cookies()).map(({ name }) => name)).not.toContain('__Host-floorcast-session');
    await other.waitForURL('**/sign-in?next=%2Fadmin%2Faudit');
    expect(stand.said).toEqual([]);
  });
});

describe('a television', () => {
  it('UI-40 shows a code, goes to its board, comes back to it, and is blank within 5 s of being revoked', async () => {
    const admin = await stand.signIn();
    const television = await stand.open(stand.wall, '/pair');
    await stand.pair(admin, await codeOn(television), EVIL);
    await television.waitForURL('**/screen/default?screen=*');
    await television.locator('main.screen[data-board="default"]').waitFor();
    const row = admin.locator('tr[data-connected="true"]');
    await row.waitFor();
    expect(await row.locator('th').innerText()).toContain(EVIL);

    // The power comes back: the browser opens the page that it starts with.
    const restarted = await stand.open(stand.wall, '/pair');
    await restarted.waitForURL('**/screen/default?screen=*');
    await television.close();

    await row.getByRole('button', { name: 'Revoke' }).click();
    await admin.locator('dialog[open]').getByRole('button', { name: 'Revoke', exact: true }).click();
    await restarted.locator('[data-blank="revoked"]').waitFor({ timeout: 5_000 });
    await admin.getByText('No screen is paired yet').waitFor();
    await restarted.waitForURL('**/pair');
    await codeOn(restarted);
    expect(stand.said).toEqual([]);
  });

  it('UI-42 says that the server is away, goes on, and takes what it can get when it is back', async () => {
    const television = await stand.open(stand.wall, '/pair');
    await codeOn(television);
    await television.route('**/api/v1/pairing', (route) => route.abort());
    await television.locator('.foot').getByText('The server does not answer').waitFor();
    await television.unroute('**/api/v1/pairing');
    await television.getByText('New code in').waitFor();
  });
});

describe('a supervisor in front of a television', () => {
  it('UI-58 UI-59 UI-61 pairs it by phone, and is led back to a code that was wrong', async () => {
    const page = await stand.signIn();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${stand.floorcast.url}/supervisor/screens`);
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
    const right = await codeOn(await stand.open(stand.wall, '/pair'));
    // The wrong one is selected: what is typed takes its place.
    await page.keyboard.type(right);
    expect(await code.inputValue()).toBe(right);
    await page.keyboard.press('Enter');
    await page.getByText('is paired and opens its board').waitFor();
    await page.getByText('1 screen, ').waitFor();
    expect(stand.said).toEqual([]);
  });
});

describe('machines', () => {
  it('UI-56 get a secret that is shown once and opens what it was made for', async () => {
    const page = await stand.signIn();
    await page.goto(`${stand.floorcast.url}/admin/machines`);
    await page.getByLabel('Name').fill('Nightly report');
    await page.getByLabel('kpis:read').check();
    await page.getByRole('button', { name: 'Create' }).click();
    const panel = page.locator('.secret');
    const clientId = await panel.getByLabel('Client id').inputValue();
    const secret = await panel.getByLabel('Secret', { exact: true }).inputValue();
    const answer = await fetch(`${stand.floorcast.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    expect(answer.status).toBe(200);
    await panel.getByRole('button', { name: 'I have stored it' }).click();
    await page.reload();
    await page.locator('tr[data-machine]').waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(stand.said).toEqual([]);
  });
});
