/** The agent's widget in a real browser: in a frame of another site, where no cookie comes along. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Telemetry } from '../../lib/contracts/device';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
import {
  type DeviceStand,
  type ForeignSite,
  openDeviceStand,
  openForeignSite,
} from '../support/device-stand';
import { FakeGate, PERSON } from '../support/fake-gate';
import { agentDevice } from '../unit/components/device/made-up-sessions';

const MOST_SCRIPT_BYTES = 120 * 1_024;
/** Where pictures are wanted, for looking at. */
const SHOTS = process.env.DEVICE_PICTURES ?? '';
const SIZES = [
  [320, 640],
  [1280, 800],
] as const;
const SOON = { timeout: 15_000, interval: 50 };

let browser: Browser;
let context: BrowserContext;
let site: ForeignSite;
let stand: DeviceStand;
let gate: FakeGate;
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
  site = await openForeignSite();
  gate = new FakeGate();
  gate.know('session=1', PERSON(['agent']));
  gate.know('Bearer tok', PERSON(['agent']));
  stand = await openDeviceStand({ framers: [site.origin], gate });
  stand.world.device = live({});
  context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) said.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  await stand.stop();
  await site.stop();
  expect(said).toEqual([]);
});

function live(more: Partial<Telemetry>) {
  return agentDevice({ lastSeen: Date.now() - 185_000, asOf: Date.now(), ...more }, Date.now());
}

async function openFramed(query = ''): Promise<{ page: Page; frame: Frame }> {
  site.hold(
    `${stand.url}/agent/device?conversationId=c-1&gcHostOrigin=x&gcTargetEnv=y&gcLangTag=en-GB${query}`,
  );
  const page = await context.newPage();
  await page.goto(site.origin);
  const frame = page.frames().find((one) => one.url().startsWith(stand.url));
  if (frame === undefined) throw new Error('the page holds no frame of ours');
  await frame.waitForSelector('.widget');
  return { page, frame };
}

async function signIn(page: Page, frame: Frame): Promise<void> {
  await context.addCookies([{ name: 'session', value: '1', url: stand.url, sameSite: 'Lax' }]);
  const popup = page.waitForEvent('popup');
  await frame.getByRole('button', { name: 'Sign in' }).click();
  const opened = await popup;
  if (!opened.isClosed()) await opened.waitForEvent('close');
}

/** As the page stands now: what somebody reads. */
async function readOf(frame: Frame) {
  return frame.evaluate(() => {
    const main = document.querySelector<HTMLElement>('.widget');
    const text = (id: string) => document.getElementById(id)?.textContent ?? null;
    const { phase, status, stale } = main?.dataset ?? {};
    return {
      ...{ phase, status, stale, word: text('status'), battery: text('battery'), firmware: text('firmware') },
      ...{ lastSeen: text('last-seen'), serial: text('serial'), reason: text('reason') },
    };
  });
}

async function picture(page: Page, name: string): Promise<void> {
  if (SHOTS === '') return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

describe('the widget in a frame of another site', () => {
  it('UI-91 loads at most 120 kB of script, and paints before any answer', async () => {
    let release = () => {};
    stand.world.hold = new Promise((resolve) => {
      release = resolve;
    });
    await context.addCookies([{ name: 'session', value: '1', url: stand.url }]);
    const page = await context.newPage();
    const scripts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') {
        scripts.push(response.body().then((body) => gzipSync(body).length));
      }
    });
    await page.goto(`${stand.url}/agent/device?conversationId=c-1`);
    const first = await readOf(page.mainFrame());
    expect(first).toMatchObject({ phase: 'loading', word: 'Asking…' });
    await picture(page, 'widget-loading');
    release();
    await expect.poll(() => readOf(page.mainFrame()).then(({ status }) => status), SOON).toBe('online');
    const bytes = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
  });

  it('UI-101 signs in by a window of its own, shows the device, and follows it', async () => {
    const { page, frame } = await openFramed();
    await expect.poll(() => readOf(frame).then(({ phase }) => phase), SOON).toBe('signedOut');
    await picture(page, 'widget-signed-out');
    await signIn(page, frame);
    await expect.poll(() => readOf(frame).then(({ status }) => status), SOON).toBe('online');
    expect(await readOf(frame)).toMatchObject({
      ...{ word: 'Online', battery: '80%', firmware: '3.2.1', lastSeen: '3 minutes ago', serial: 'SN-1' },
    });
    stand.world.device = live({ deviceStatus: 'offline', battery: 9 });
    stand.tellDevice();
    await expect.poll(() => readOf(frame).then(({ word }) => word), SOON).toBe('Offline');
    const reason = { code: 'no-match', message: 'x' } as const;
    const nothing = { battery: null, firmwareVersion: null, lastSeen: null, deviceId: null };
    stand.world.device = live({ ...nothing, deviceStatus: 'unknown', reason });
    stand.tellDevice();
    await expect.poll(() => readOf(frame).then(({ word }) => word), SOON).toBe('Not known');
    expect(await readOf(frame)).toMatchObject({
      ...{ battery: 'not known', reason: expect.stringContaining('serial number') },
    });
  });

  it('API-35 opens diagnostics in a window of its own, though the frame is in a sandbox', async () => {
    const { page, frame } = await openFramed();
    await expect.poll(() => readOf(frame).then(({ phase }) => phase), SOON).toBe('signedOut');
    await signIn(page, frame);
    await expect.poll(() => readOf(frame).then(({ status }) => status), SOON).toBe('online');
    const popup = page.waitForEvent('popup');
    await frame.getByRole('link', { name: 'Diagnose' }).click();
    const opened = await popup;
    await opened.waitForSelector('[data-start]');
    expect(new URL(opened.url()).pathname).toBe('/agent/diagnostics');
    expect(await opened.locator('#start-device').inputValue()).toBe('SN-1');
  });

  it('UI-97 marks what it shows when the server is gone, and heals', async () => {
    const { page, frame } = await openFramed();
    await expect.poll(() => readOf(frame).then(({ phase }) => phase), SOON).toBe('signedOut');
    await signIn(page, frame);
    await expect.poll(() => readOf(frame).then(({ status }) => status), SOON).toBe('online');
    await context.route('**/api/v1/agent/device*', (route) => route.abort());
    stand.darken(true);
    await expect.poll(() => readOf(frame).then(({ stale }) => stale), SOON).toBe('true');
    expect(await readOf(frame)).toMatchObject({ word: 'Online', battery: '80%' });
    await picture(page, 'widget-stale');
    stand.darken(false);
    await context.unroute('**/api/v1/agent/device*');
    await expect.poll(() => readOf(frame).then(({ stale }) => stale), SOON).toBe('false');
  });

  it('UI-99 understands the page around it where it may hold the widget, and nobody else', async () => {
    const { page, frame } = await openFramed();
    await expect.poll(() => readOf(frame).then(({ phase }) => phase), SOON).toBe('signedOut');
    await signIn(page, frame);
    await expect.poll(() => readOf(frame).then(({ status }) => status), SOON).toBe('online');
    const update = { type: 'TELEMETRY_UPDATE', deviceId: 'SN-1', deviceStatus: 'offline', battery: 3 };
    // From its own origin, which is none of those that may hold it.
    await frame.evaluate((message) => window.postMessage(message, '*'), update);
    await page.evaluate(() => window.frames[0]?.postMessage({ type: 'OTHER', deviceStatus: 'offline' }, '*'));
    await page.evaluate((message) => window.frames[0]?.postMessage(message, '*'), {
      ...update,
      battery: 42,
      deviceStatus: 'online',
    });
    await expect.poll(() => readOf(frame).then(({ battery }) => battery), SOON).toBe('42%');
    await page.evaluate((message) => window.frames[0]?.postMessage(message, '*'), update);
    await expect.poll(() => readOf(frame).then(({ word }) => word), SOON).toBe('Offline');
  });

  it('UI-98 is in no frame of a site that is not listed', async () => {
    const other = await openForeignSite();
    other.hold(`${stand.url}/agent/device?conversationId=c-1`);
    const page = await context.newPage();
    await page.goto(other.origin);
    await expect
      .poll(() => page.frames().map((frame) => frame.url()))
      .toContain('chrome-error://chromewebdata/');
    await page.close();
    await other.stop();
    said = said.filter((text) => !text.includes('frame-ancestors'));
  });

  it.each(['dark', 'light'])(
    'UI-101 is free of faults, narrow and broad, in every state: %s',
    async (theme) => {
      await context.addCookies([{ name: 'session', value: '1', url: stand.url }]);
      const reason = { code: 'timeout', message: 'x' } as const;
      const states = {
        online: {},
        offline: { deviceStatus: 'offline', battery: 9 },
        unknown: { deviceStatus: 'unknown', battery: null, firmwareVersion: null, lastSeen: null, reason },
      } as const;
      for (const [name, told] of Object.entries(states)) {
        stand.world.device = live({ ...told, deviceId: 'SN-0042-77A1-CORK' });
        const page = await context.newPage();
        await page.goto(`${stand.url}/agent/device?conversationId=c-1&theme=${theme}`);
        await expect.poll(() => readOf(page.mainFrame()).then(({ status }) => status), SOON).toBe(name);
        for (const [width, height] of SIZES) {
          await page.setViewportSize({ width, height });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          await picture(page, `widget-${name}-${theme}-${width}`);
        }
        expect(await faultsOf(page.mainFrame())).toEqual([]);
        await page.close();
      }
    },
  );
});

describe('the window after the sign-in', () => {
  it('UI-102 hands nothing over where nobody of ours opened it, and says what to do', async () => {
    await context.addCookies([{ name: 'session', value: '1', url: stand.url }]);
    const page = await context.newPage();
    await page.goto(`${stand.url}/agent/signed-in`);
    await page.waitForSelector('[data-handing="lost"]');
    expect(await page.innerText('main')).toContain('once more');
    await picture(page, 'signed-in-lost');
  });
});
