/** The console of diagnostic sessions in a real browser, before a made-up session: begun, run, lost, ended. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DiagnosticSession } from '../../lib/contracts/diagnostics';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
import { type DeviceStand, openDeviceStand } from '../support/device-stand';
import { agentDevice, command, response, summary } from '../unit/components/device/made-up-sessions';

const SHOTS = process.env.DEVICE_PICTURES ?? '';
const SIZES = [
  [320, 640],
  [1280, 800],
  [1920, 1080],
] as const;
const SOON = { timeout: 15_000, interval: 50 };
const LOST = 'The device is lost. Ask the customer whether the internet connection works.';

let browser: Browser;
let context: BrowserContext;
let stand: DeviceStand;
let said: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});
beforeEach(async () => {
  said = [];
  stand = await openDeviceStand({});
  stand.world.device = agentDevice({}, Date.now());
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React|MISSING_MESSAGE|FORMATTING/.test(message.text())) {
      said.push(message.text());
    }
  });
});
afterEach(async () => {
  await context.close();
  await stand.stop();
  expect(said).toEqual([]);
});

/** As of now, with a device that is being measured. */
function begun(more: Partial<DiagnosticSession> = {}) {
  const now = Date.now();
  const commands = [
    command({
      id: 'k1',
      queuedAt: now - 50_000,
      endedAt: now - 49_000,
      result: { latency_ms: 31, sent: 10, lost: 0 },
    }),
    command({
      ...{ id: 'k2', command: 'channel_scan', params: { duration: '30s' }, queuedAt: now - 40_000 },
      ...{
        endedAt: now - 9_000,
        result: { channels: [1, 2, 3].map((channel) => ({ channel })), best_channel: 6 },
      },
    }),
    command({
      ...{ id: 'k3', command: 'firmware_version', state: 'failed', result: null },
      ...{ queuedAt: now - 8_000, endedAt: now - 3_000, reason: 'The device did not answer in time.' },
    }),
    command({
      ...{
        id: 'k4',
        command: 'signal_strength',
        state: 'running',
        result: null,
        endedAt: null,
        queuedAt: now,
      },
    }),
  ];
  return response(
    {
      ...{ startedAt: now - 90_000, since: now - 5_000, heardAt: now, state: 'RUNNING', commands },
      suggestions: [{ key: 'signal-weak', metric: 'signal_dbm', value: -89.4, command: 'channel_scan' }],
      breaches: [{ metric: 'signal_dbm', value: -89.4, limit: -85, since: now - 4_000, endedAt: null }],
      ...more,
    },
    now,
  );
}

async function openConsole(query = ''): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${stand.url}/agent/diagnostics?conversationId=c-1${query}`);
  return page;
}

function measure(): void {
  const now = Date.now();
  for (let n = 0; n < 60; n += 1) {
    const values = {
      signal_dbm: -72 - n * 0.28 + Math.sin(n) * 2,
      latency_ms: 30 + Math.abs(Math.sin(n / 5)) * 40,
    };
    stand.tell({ kind: 'samples', at: now - (60 - n) * 1_500, values });
  }
}

async function pictures(page: Page, name: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    if (SHOTS === '') continue;
    mkdirSync(SHOTS, { recursive: true });
    await page.waitForTimeout(400); // The charts follow the window; only for pictures.
    await page.screenshot({ path: path.join(SHOTS, `${name}-${width}.png`), fullPage: width === 320 });
  }
}

describe('the console', () => {
  it('UI-111 begins a session of the device that is known, and shows it', async () => {
    const page = await openConsole();
    const device = page.getByLabel('Serial number of the device');
    await device.waitFor();
    expect([await device.inputValue(), await page.getByLabel('Customer number').inputValue()]).toEqual([
      'SN-1',
      'A-1',
    ]);
    await page.getByLabel('Measure signal').uncheck();
    await pictures(page, 'console-start');
    expect(await faultsOf(page)).toEqual([]);
    stand.world.response = begun();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForSelector('[data-session-state="RUNNING"]');
    expect(stand.world.asked).toEqual([
      {
        path: '/v1/diagnostics/initiate',
        body: {
          ...{ interactionId: 'c-1', customerId: 'A-1', deviceId: 'SN-1' },
          requestedCommands: ['ping_latency', 'firmware_version'],
          requestId: expect.stringMatching(/^[a-z2-7]{20}$/),
        },
      },
    ]);
  });

  it.each(['dark', 'light'])(
    'UI-112 is free of faults and fits every window, live and lost: %s',
    async (theme) => {
      stand.world.response = begun();
      const page = await openConsole(`&theme=${theme}`);
      await page.waitForSelector('[data-link="live"]');
      measure();
      await expect
        .poll(
          () => page.locator('[data-metric="signal_dbm"] [data-points]').getAttribute('data-points'),
          SOON,
        )
        .toBe('60');
      await page.waitForSelector('[data-metric="signal_dbm"][data-beyond="true"]');
      await pictures(page, `console-live-${theme}`);
      expect(await faultsOf(page)).toEqual([]);
      const lost = begun({ state: 'DISCONNECTED', notice: LOST, suggestions: [] });
      stand.world.response = lost;
      stand.tell({ kind: 'session', ...lost, mayRun: [] });
      await page.waitForSelector('[data-session-state="DISCONNECTED"]');
      await pictures(page, `console-lost-${theme}`);
      expect(await faultsOf(page)).toEqual([]);
    },
  );

  it('UI-107 runs what may be run, asks once more before what is risky, and nothing while the device is lost', async () => {
    stand.world.response = begun();
    const page = await openConsole();
    await page.waitForSelector('[data-link="live"]');
    await page.getByLabel('Duration of the scan').selectOption('60s');
    // By keyboard alone: the button is reached and pressed.
    await page.locator('[data-command="channel_scan"] button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => stand.world.asked.length, SOON).toBe(1);
    await page.locator('[data-command="reboot_module"] button').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(stand.world.asked).toHaveLength(1);
    await page.locator('[data-command="reboot_module"] button').click();
    stand.world.refuse = { status: 403, code: 'command.role', message: 'no' };
    await page.getByRole('dialog').getByRole('button', { name: 'Reboot the module' }).click();
    await page.waitForSelector('dialog [data-problem="command.role"]');
    expect(stand.world.asked.map(({ body }) => body)).toEqual([
      expect.objectContaining({ command: 'channel_scan', params: { duration: '60s' }, interactionId: 'c-1' }),
      expect.objectContaining({ command: 'reboot_module', params: {} }),
    ]);
    await page.keyboard.press('Escape');
    stand.world.refuse = null;
    const lost = begun({ state: 'DISCONNECTED', notice: LOST });
    stand.world.response = lost;
    stand.tell({ kind: 'session', ...lost });
    await page.waitForSelector('[data-closed="disconnected"]');
    const button = page.locator('[data-command="ping_latency"] button');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.click({ force: true });
    await page.locator('[data-suggestion] button').click({ force: true });
    expect(stand.world.asked).toHaveLength(2);
    expect(await page.locator('.session-notice').innerText()).toBe(LOST);
  });

  it('UI-111 ends a session with what came of it, and gives its diagnostics to keep', async () => {
    stand.world.response = begun();
    const page = await openConsole();
    await page.getByRole('button', { name: 'End session…' }).click();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel('Yes, solved remotely').check();
    const ended = begun({ endedAt: Date.now(), solvedRemotely: true, state: 'COMPLETED' });
    stand.world.response = ended;
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await page.waitForSelector('[data-session-state="ENDED"]');
    expect(stand.world.asked).toEqual([{ path: '/v1/diagnostics/c-1/end', body: { solvedRemotely: true } }]);
    expect(await page.locator('.session-notice').innerText()).toBe('Solved remotely.');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download diagnostics' }).click();
    expect((await download).suggestedFilename()).toBe('diagnostics-c-1.json');
    await page.getByRole('button', { name: 'Start another session' }).click();
    await page.getByLabel('Serial number of the device').waitFor();
  });

  it('UI-108 lists sessions, those that are open first, finds them, and leads to each', async () => {
    const now = Date.now();
    stand.world.sessions = [
      summary({ interactionId: 'c-9', deviceId: 'SN-9', startedAt: now - 500_000, endedAt: now - 9_000 }),
      summary({ interactionId: 'c-1', startedAt: now - 90_000, state: 'DISCONNECTED', notice: LOST }),
      summary({ interactionId: 'c-2', deviceId: 'SN-2', startedAt: now - 30_000, startedBy: 'Bo Larsen' }),
    ];
    stand.world.response = begun();
    const page = await context.newPage();
    await page.goto(`${stand.url}/supervisor/diagnostics`);
    await page.waitForSelector('[data-session]');
    const shown = () =>
      page
        .locator('[data-session]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-session')));
    expect(await shown()).toEqual(['c-2', 'c-1', 'c-9']);
    await pictures(page, 'sessions');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'In trouble' }).click();
    expect(await shown()).toEqual(['c-1']);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.getByLabel('Device, person or conversation').fill('larsen');
    await expect.poll(shown, SOON).toEqual(['c-2']);
    await page.getByLabel('Device, person or conversation').fill('');
    await page.getByRole('link', { name: 'SN-1' }).click();
    await page.waitForURL('**/supervisor/diagnostics?conversationId=c-1');
    await page.waitForSelector('[data-session-state="RUNNING"]');
    await page.getByRole('link', { name: 'All sessions' }).click();
    await page.waitForSelector('[data-session]');
  });
});
