/**
 * Alarms at the desk in a real browser, in front of the whole product: a queue past its limit stands there, is taken,
 * put aside and brought back; a webhook that somebody enters is called; and nothing is left when all is well.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../scripts/processes';
import { type Stand, startStand } from '../../scripts/stand';
import { faultsOf } from '../support/axe-faults';
import { openBrowser } from '../support/browser';

const NAME = 'alarms-test';
const SECRET = 'a-secret-of-the-hook-9k2';
const PAGE = '/supervisor/alerts';

let browser: Browser;
let stand: Stand;
let context: BrowserContext;
let page: Page;
let receiver: Server;
let receiverUrl = '';
const called: string[] = [];
let queues: readonly string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { event, alarm } = JSON.parse(body);
    called.push(
      `${event} ${alarm?.key} ${request.headers['x-floorcast-signature'] === undefined ? 'bare' : 'signed'}`,
    );
    response.writeHead(204).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`; // A TCP server that listens has one.
  stand = await startStand({
    ...{ name: NAME, port: 0, timeZone: 'UTC' },
    world: ['--queues', '3', '--seed', '1', '--time-zone', 'UTC'],
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const subjects: readonly { readonly kind: string; readonly subject: string }[] = (
    await (await context.request.get(`${stand.url}/api/v1/board-desk/subjects`)).json()
  ).subjects;
  queues = subjects.flatMap(({ kind, subject }) => (kind === 'queue' ? subject : []));
  page = await context.newPage();
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await stand.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(path.join(PROJECT_DIR, 'data', NAME), { recursive: true, force: true });
});

/** From now on only these queues are past a limit, whatever their callers do. */
async function alarmed(...subjects: readonly string[]): Promise<void> {
  const calm = { warning: null, critical: null, deadBand: 0, onDelayMs: 0, offDelayMs: 0, minimumCount: 0 };
  const rules = [
    ...['longestWaitSince', 'serviceLevel', 'abandonRate', 'waiting'].map((kpi) => ({ ...calm, kpi })),
    ...subjects.map((subject) => ({ ...calm, kpi: 'waiting', subject, critical: 0 })),
  ];
  const address = `${stand.url}/api/v1/thresholds`;
  const { revision } = await (await context.request.get(address)).json();
  const said = await context.request.post(address, {
    headers: { origin: stand.url },
    data: { revision, rules },
  });
  expect(said.status()).toBe(200);
}

const keyOf = (subject: string | undefined) => `kpi:${subject}#waiting`;
const lineOf = (subject: string | undefined) => page.locator(`[data-alarm="${keyOf(subject)}"]`);
const interruptions = () => page.locator('.alarms').getAttribute('data-interruptions');

describe('alarms at the desk', () => {
  it('UI-250 UI-251 UI-256 stand there without devices too, are counted, and are taken', async () => {
    const [first, second] = queues;
    await alarmed();
    await page.goto(stand.url + PAGE);
    await page.getByText('Nothing is past its limit.').waitFor();
    await alarmed(first ?? '');
    await lineOf(first).waitFor();
    expect(await lineOf(first).locator('.group-about').innerText()).toMatch(/^Critical\s+Since \d\d?:\d\d/);
    // This one, or another one while the world began: there is one turn in ten minutes.
    expect(await interruptions()).toBe('1');
    await lineOf(first)
      .getByRole('button', { name: /^Acknowledge / })
      .click();
    await page.locator(`[data-alarm="${keyOf(first)}"][data-state="taken"]`).waitFor();
    expect(await page.locator('[data-interrupts]').count()).toBe(0);
    await alarmed(first ?? '', second ?? '');
    await lineOf(second).waitFor();
    expect([await interruptions(), await page.locator('[data-interrupts]').count()]).toEqual(['1', 0]);
    const keys = await page
      .locator('[data-alarm]')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-alarm')));
    expect(keys).toEqual([keyOf(second), keyOf(first)]);
  }, 40_000);

  it('UI-252 are put aside with a reason and an end, and brought back', async () => {
    const [, second] = queues;
    await lineOf(second)
      .getByRole('button', { name: /^Put aside / })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Put aside' }).click();
    await dialog.getByText('A reason is needed: one line.').waitFor();
    await dialog.getByLabel('Reason').fill('A campaign');
    await dialog.getByLabel('For how long').selectOption({ label: '30 minutes' });
    await dialog.getByRole('button', { name: 'Put aside' }).click();
    const shelf = page.locator(`[data-shelf="${keyOf(second)}"]`);
    await shelf.waitFor();
    await lineOf(second).waitFor({ state: 'detached' });
    expect(await shelf.innerText()).toContain('A campaign');
    await shelf.getByRole('button').click();
    await lineOf(second).waitFor();
    expect(await page.locator('[data-shelf]').count()).toBe(0);
  }, 40_000);

  it('UI-255 tell a webhook, whose secret is never seen again', async () => {
    const [first, second, third] = queues;
    await page.getByRole('button', { name: 'Add an address' }).click();
    const form = page.locator('[data-form="webhook"]');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByLabel('Name').fill('Gateway');
    await form.getByLabel('Address').fill(receiverUrl);
    await form.getByLabel('Secret').fill(SECRET);
    await form.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-webhook]').getByText('signed').waitFor();
    expect(await page.content()).not.toContain(SECRET);
    await alarmed(first ?? '', second ?? '', third ?? '');
    await lineOf(third).waitFor();
    await page.locator('[data-webhook]').getByText('Last called').waitFor();
    expect(called.filter((call) => call.includes(third ?? ''))).toEqual([`raised ${keyOf(third)} signed`]);
    expect(called.some((call) => call.endsWith('bare'))).toBe(false);
    const told = await (await context.request.get(`${stand.url}/api/v1/alarm-webhooks`)).text();
    expect(told).not.toContain(SECRET);
  }, 40_000);

  it('UI-257 are read by everybody, in both themes and on a narrow window', async () => {
    for (const theme of ['dark', 'light']) {
      await page.goto(`${stand.url}${PAGE}?theme=${theme}`);
      await lineOf(queues[0]).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const [width, scrolled] = await page.evaluate(() => [window.innerWidth, document.body.scrollWidth]);
    expect(scrolled).toBeLessThanOrEqual(width ?? 0);
    await alarmed();
    await page.getByText('Nothing is past its limit.').waitFor();
  }, 40_000);
});
