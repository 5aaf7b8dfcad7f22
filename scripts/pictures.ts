/**
 * `npm run pictures`: takes the pictures of the docs from the demo's world, in Debian's chromium, so that they show what
 * the product draws today.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PROJECT_DIR } from './processes';
import { type Stand, startStand } from './stand';

const FOLDER = path.join(PROJECT_DIR, 'docs', 'pictures');
const PICTURES = [
  { name: 'board-8m', address: '/screen/default?page=1', width: 1920, height: 1080 },
  { name: 'supervisor', address: '/supervisor/boards/default', width: 1280, height: 800 },
  { name: 'editor', address: '/supervisor/boards/default/edit', width: 1280, height: 800 },
] as const;
/** `{call}`: the standing call's conversation. */
const DEVICE_PICTURES = [
  { name: 'fault-5m', address: '/screen/default?page=5&distance=5', width: 1920, height: 1080 },
  { name: 'alerts', address: '/supervisor/alerts', width: 1280, height: 800 },
  { name: 'widget', address: '/agent/device?conversationId={call}', width: 320, height: 350 },
] as const;
const TELEVISIONS = [
  { name: 'Wall by the door', room: 'Support, 2nd floor', inches: 55, metres: 8 },
  { name: 'Team leads', room: 'Support, 2nd floor', inches: 43, metres: 4 },
  { name: 'Returns desk', room: 'Ground floor', inches: 65, metres: 10 },
] as const;
/** Long enough for a change mark to fade and for the first samples. */
const SETTLE_MS = 6_000;
/** So that the charts have a line. */
const MEASURED_MS = 60_000;

async function pictures(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-quic',
    ],
  });
  try {
    await onStand(false, async (stand) => {
      await board(browser, stand, PICTURES);
      await pairing(browser, stand);
    });
    await onStand(true, async (stand) => {
      await board(browser, stand, DEVICE_PICTURES);
      await diagnosing(browser, stand);
    });
  } finally {
    await browser.close();
  }
}

async function onStand(devices: boolean, take: (stand: Stand) => Promise<void>): Promise<void> {
  const timeZone = 'UTC';
  const world = ['--queues', '12', '--seed', '1', '--time-zone', timeZone];
  const stand = await startStand({ name: 'pictures', world, port: 0, timeZone, devices });
  try {
    await take(stand);
  } finally {
    await stand.stop();
  }
}

type Pictures = readonly { name: string; address: string; width: number; height: number }[];

async function board(browser: Browser, { url, call }: Stand, pictures: Pictures): Promise<void> {
  for (const { name, address, width, height } of pictures) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.goto(`${url}${address.replace('{call}', call?.conversationId ?? '')}`);
    await settled(page);
    await taken(page, name);
    await page.close();
  }
}

/** A session on the device of the standing call, a minute old, with a scan that is running. */
async function diagnosing(browser: Browser, { url, call }: Stand): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/agent/diagnostics?conversationId=${call?.conversationId ?? ''}`);
  await page.locator('[data-start] button[type="submit"]').click();
  await page.locator('[data-metric]').first().waitFor();
  await page.waitForTimeout(MEASURED_MS);
  await page.getByRole('button', { name: 'Scan channels' }).click();
  await page.waitForTimeout(SETTLE_MS);
  await page.locator('h1').click();
  await taken(page, 'diagnostics');
}

/** Televisions that ask to be paired, each a browser of its own, and the page where a supervisor pairs them. */
async function pairing(browser: Browser, { url }: Stand): Promise<void> {
  const desk = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await desk.goto(`${url}/supervisor/screens`);
  const form = desk.locator('[data-form="pair"]');
  for (const [index, { name, room, inches, metres }] of TELEVISIONS.entries()) {
    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    const television = await context.newPage();
    await television.goto(`${url}/pair`);
    const code = await television.locator('[data-code]').getAttribute('data-code');
    if (index === 0) await taken(television, 'pair');
    await form.getByLabel('Code').fill(code ?? '');
    await form.getByLabel('Name').fill(name);
    await form.getByLabel('Room').fill(room);
    await form.getByLabel('Board').selectOption('default');
    await form.getByLabel('Diagonal').fill(String(inches));
    await form.getByLabel('Farthest').fill(String(metres));
    await form.getByRole('button', { name: 'Pair' }).click();
    await television.waitForURL('**/screen/**');
    await desk.locator('tr[data-connected="true"]').nth(index).waitFor();
  }
  await desk.locator('h1').click();
  await taken(desk, 'screens');
}

async function taken(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-kpi][data-stale="false"], [data-fault], .widget[data-status="online"]', {
    timeout: 20_000,
  });
  await page.waitForTimeout(SETTLE_MS);
}

pictures().then(
  () => process.exit(0),
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
