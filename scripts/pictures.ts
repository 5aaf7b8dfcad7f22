/**
 * `npm run pictures`: takes the pictures of the docs from the demo's world, in Debian's chromium, so that they show what
 * the product draws today.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { PROJECT_DIR } from './processes';
import { startStand } from './stand';

const FOLDER = path.join(PROJECT_DIR, 'docs', 'pictures');
const PICTURES = [
  { name: 'board-8m', address: '/screen/default?page=1', width: 1920, height: 1080 },
  { name: 'supervisor', address: '/supervisor/boards/default', width: 1280, height: 800 },
] as const;
/** Long enough for a change mark to fade and for the first samples. */
const SETTLE_MS = 6_000;

async function pictures(): Promise<void> {
  const timeZone = 'UTC';
  const world = ['--queues', '12', '--seed', '1', '--time-zone', timeZone];
  const stand = await startStand({ name: 'pictures', world, port: 0, timeZone });
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
    mkdirSync(FOLDER, { recursive: true });
    for (const picture of PICTURES) {
      const { width, height } = picture;
      const page = await browser.newPage({ viewport: { width, height } });
      await page.goto(`${stand.url}${picture.address}`);
      await settled(page);
      await page.screenshot({ path: path.join(FOLDER, `${picture.name}.png`) });
      await page.close();
    }
  } finally {
    await browser.close();
    await stand.stop();
  }
}

async function settled(page: Page): Promise<void> {
  await page.waitForSelector('[data-kpi][data-stale="false"]', { timeout: 20_000 });
  await page.waitForTimeout(SETTLE_MS);
}

pictures().then(
  () => process.exit(0),
  (thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
