/**
 * Devices' alerts in a real browser, in front of the whole product: devices publish to a real Mosquitto, a supervisor
 * signs in at the simulated Genesys Cloud, takes what he sees, and it clears; the wall, the desk, the figures and the
 * API say the same at each step.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { accountSettings } from '../../scripts/demo-accounts';
import { PROJECT_DIR } from '../../scripts/processes';
import { type Stand, startStand } from '../../scripts/stand';
import { alertRoutes } from '../../server/http/alert-routes';
import { meRoutes } from '../../server/http/me-route';
import { systemClock } from '../../server/runtime/clock';
import { faultsOf } from '../support/axe-faults';
import { closePages, drawnFigure, openBrowser } from '../support/browser';
import { type Mosquitto, startMosquitto } from '../support/mosquitto';
import { NotedAudit } from '../support/noted-audit';
import { openPages } from '../support/page-stand';

const NAME = 'alerts-test';
const EVIL = '<img src=x onerror=alert(1)>';
const SUPERVISOR = 'Sam Ortiz';
const WALL = '/screen/default?distance=5';
const SOON = { timeout: 20_000, interval: 50 };

let browser: Browser;
let broker: Mosquitto;
let stand: Stand;
let devices: MqttClient;
let context: BrowserContext;
/** What the browsers say of the pages that is no good. */
let said: string[] = [];

beforeAll(async () => {
  [browser, broker] = await Promise.all([openBrowser(), startMosquitto()]);
  stand = await startStand({
    ...{ name: NAME, port: 0, timeZone: 'UTC' },
    world: ['--queues', '3', '--seed', '1', '--time-zone', 'UTC'],
    settings: { ...accountSettings('k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO'), MQTT_URL: broker.url },
  });
  devices = await connectAsync(broker.url);
  devices.on('error', () => {}); // The broker goes and comes back.
});
afterAll(async () => {
  await devices.endAsync(true);
  await stand.stop();
  await broker.stop();
  await browser.close();
  await closePages();
  rmSync(path.join(PROJECT_DIR, 'data', NAME), { recursive: true, force: true });
});
beforeEach(async () => {
  said = [];
  context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('dialog', (dialog) => said.push(`a dialog: ${dialog.message()}`));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
});

async function signIn(wanted: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stand.url + wanted);
  await page.getByRole('link', { name: 'Sign in with Genesys Cloud' }).click();
  await page.getByRole('link', { name: SUPERVISOR, exact: true }).click();
  await page.waitForURL(stand.url + wanted);
  return page;
}

async function open(address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stand.url + address);
  return page;
}

interface Said {
  readonly device: string;
  readonly level: 'critical' | 'warning' | 'info' | 'normal';
  readonly sensor?: string;
}

/** As devices send it; resolves when the broker has it. */
async function publish({ device, level, sensor = 'temperature' }: Said): Promise<void> {
  const alert = {
    ...{ device_id: device, sensor_type: sensor, alert_level: level, reading_value: 91.5 },
    ...{ threshold_exceeded: level !== 'normal', timestamp_ms: Date.now() },
    ...{ product: 'Thermo X', firmware_version: '3.2', site: 'Cork' },
  };
  await devices.publishAsync(`devices/${device}/alerts`, JSON.stringify(alert), { qos: 1 });
}

/** What the API says. */
async function asked(address: string) {
  const response = await context.request.get(stand.url + address);
  expect([address, response.status()]).toEqual([address, 200]);
  return response.json();
}

async function attributeOf(page: Page, selector: string, name: string): Promise<number | null> {
  const found = page.locator(selector);
  return (await found.count()) === 0 ? null : Number(await found.first().getAttribute(name));
}

/** Of all groups and queues: what must agree. */
interface Counts {
  readonly active: number;
  readonly unacknowledged: number;
}

interface Pages {
  readonly wall: Page;
  readonly desk: Page;
  readonly board: Page;
}

/** Waits until the wall, the desk, the board's figures and the API all say this; fails with what they say else. */
async function allSay(pages: Pages, counts: Counts): Promise<void> {
  // The figure of those that nobody took is of the active ones; groups keep what is over until somebody took it.
  const figures = { active: counts.active, unacknowledged: Math.min(counts.active, counts.unacknowledged) };
  const everywhere = {
    desk: counts,
    board: figures,
    groups: counts,
    alerts: counts,
    kpis: figures,
    wall: counts.active + counts.unacknowledged === 0 ? null : counts.unacknowledged,
  };
  let heard: unknown = null;
  await vi
    .waitUntil(async () => {
      heard = await whatAllSay(pages);
      return JSON.stringify(heard) === JSON.stringify(everywhere);
    }, SOON)
    .catch(() => expect(heard).toEqual(everywhere));
}

async function whatAllSay({ wall, desk, board }: Pages) {
  const sum = (groups: readonly Counts[]): Counts => ({
    active: groups.reduce((total, { active }) => total + active, 0),
    unacknowledged: groups.reduce((total, { unacknowledged }) => total + unacknowledged, 0),
  });
  const cards = await desk.locator('[data-group]').evaluateAll((items) =>
    items.map((item) => ({
      active: Number((item as HTMLElement).dataset.active),
      unacknowledged: Number((item as HTMLElement).dataset.unacknowledged),
    })),
  );
  const figure = async (kpi: string) => (await drawnFigure(board, 'all', kpi))?.value ?? -1;
  const { groups } = await asked('/api/v1/alerts/groups');
  const { alerts } = await asked('/api/v1/alerts?state=open&limit=500');
  const { queues } = await asked('/api/v1/kpis?mediaType=all');
  // biome-ignore lint/suspicious/noExplicitAny: parsed JSON of the API, as a client that knows no schema reads it.
  const ofQueues = (kpi: string) => queues.reduce((n: number, q: any) => n + (q.values[kpi]?.value ?? 0), 0);
  const states: readonly string[] = alerts.map(({ state }: { state: string }) => state);
  return {
    desk: sum(cards),
    board: { active: await figure('alertsActive'), unacknowledged: await figure('alertsUnacknowledged') },
    groups: sum(groups),
    alerts: {
      active: states.filter((state) => state.startsWith('active')).length,
      unacknowledged: states.filter((state) => state.endsWith('unacknowledged')).length,
    },
    kpis: { active: ofQueues('alertsActive'), unacknowledged: ofQueues('alertsUnacknowledged') },
    wall: await attributeOf(wall, '[data-alert-group]', 'data-unacknowledged'),
  };
}

/** Devices of this product call this world's first queue. */
async function addRule(page: Page, product: string): Promise<void> {
  const form = page.locator('[data-form="rule"]');
  await form.getByLabel('Product').fill(product);
  await form.getByLabel('Queue').selectOption({ index: 1 });
  await form.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('button', { name: 'Save rules' }).click();
  await page.locator('[data-unsaved]').waitFor({ state: 'detached' });
}

describe('an alert', () => {
  it('UI-86 appears, is taken by a supervisor, and clears, and all counts agree at each step', async () => {
    const desk = await signIn('/supervisor/devices');
    await addRule(desk, 'Thermo*');
    await desk.getByRole('link', { name: 'Alerts', exact: true }).click();
    await desk.locator('[data-empty]').waitFor();
    const [wall, board] = [await open(WALL), await open('/supervisor/boards/default')];
    const pages = { wall, desk, board };
    await allSay(pages, { active: 0, unacknowledged: 0 });
    expect(await wall.locator('[data-alert-strip]').count()).toBe(0);

    await publish({ device: 'thermo-1', level: 'critical' });
    await allSay(pages, { active: 1, unacknowledged: 1 });
    const line = wall.locator('[data-alert-group]');
    expect(await line.innerText()).toContain('thermo-1');
    expect(await line.getAttribute('data-state')).toBe('new');

    await desk
      .locator('[data-group]')
      .getByRole('button', { name: /^Acknowledge thermo-1/ })
      .click();
    const dialog = desk.locator('dialog[open]');
    await dialog.getByLabel('Note').fill('Technician is on the way');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await desk.getByText('1 alert acknowledged.').waitFor();
    await allSay(pages, { active: 1, unacknowledged: 0 });
    await wall.locator('[data-alert-group][data-state="taken"]').waitFor();
    // A wall names nobody unless its board says so.
    expect(await line.innerText()).toContain('taken');
    expect(await wall.locator('main').innerText()).not.toContain(SUPERVISOR);
    await desk.locator('[data-group]').getByText(`taken by ${SUPERVISOR}`).waitFor();
    await desk.getByRole('button', { name: /^Devices of thermo-1/ }).click();
    const row = desk.locator('tr[data-device="thermo-1"]');
    await row.getByText('Technician is on the way').waitFor();
    expect(await row.innerText()).toContain('Active, taken');

    await publish({ device: 'thermo-1', level: 'normal' });
    await allSay(pages, { active: 0, unacknowledged: 0 });
    await wall.locator('[data-alert-strip]').waitFor({ state: 'detached' });
    await desk.getByLabel('State').selectOption('all');
    await row.getByText('Over, taken').waitFor();
    expect(await row.innerText()).toContain('Over: the device says normal');
    expect(said).toEqual([]);
  });

  it('UI-71 UI-77 UI-85 is one line with a flood of its like, hatched while the broker is gone, and text', async () => {
    const desk = await signIn('/supervisor/alerts');
    const [wall, board] = [await open(WALL), await open('/supervisor/boards/default')];
    const pages = { wall, desk, board };
    const all = Array.from({ length: 40 }, (_, n) => `thermo-${100 + n}`);
    const sensor = 'lost_heartbeat';
    await Promise.all(all.map((device) => publish({ device, level: 'warning', sensor })));
    await allSay(pages, { active: 40, unacknowledged: 40 });
    const line = wall.locator('[data-alert-group]');
    expect([await line.count(), await line.innerText()]).toEqual([
      1,
      expect.stringMatching(/40 devices.*Thermo X.*lost heartbeat/s),
    ]);

    // One by one, and as they are named.
    await desk.getByRole('button', { name: /^Devices of 40 devices/ }).click();
    await desk.getByRole('button', { name: 'Acknowledge thermo-117' }).click();
    await desk.locator('dialog[open]').getByRole('button', { name: 'Acknowledge' }).click();
    await allSay(pages, { active: 40, unacknowledged: 39 });
    await devices.publishAsync('devices/thermo-1/alerts', `{"device_id": ${EVIL}`, { qos: 1 });
    await desk.locator('[data-refused="1"]').waitFor({ timeout: 20_000 });
    await desk.getByText('Show the message').click();
    await desk.getByText(EVIL).waitFor();
    expect(await desk.locator('img').count()).toBe(0);

    await broker.kill();
    await wall.locator('[data-alert-strip="stale"] .is-stale').waitFor({ timeout: 20_000 });
    expect(await line.innerText()).toMatch(/as of \d\d:\d\d/);
    await desk.locator('[data-stale="broker"]').waitFor();
    await wall.locator('[data-hop="broker"][data-level="lost"]').waitFor();
    await broker.restart();
    await wall.locator('[data-alert-strip="live"]').waitFor({ timeout: 40_000 });
    await vi.waitUntil(() => devices.connected, SOON);

    // What is over while nobody has it stays until somebody does.
    await Promise.all(all.map((device) => publish({ device, level: 'normal', sensor })));
    await allSay(pages, { active: 0, unacknowledged: 39 });
    await wall.locator('[data-alert-group][data-state="over"]').waitFor(SOON);
    await desk
      .locator('[data-group]')
      .getByRole('button', { name: /^Acknowledge 39 devices/ })
      .click();
    await desk.locator('dialog[open]').getByRole('button', { name: 'Acknowledge' }).click();
    await allSay(pages, { active: 0, unacknowledged: 0 });
    expect(said).toEqual([]);
  });
});

describe('the look', () => {
  it.each(['dark', 'light'])(
    'UI-17 UI-88 is free of faults, and fits a phone, in the %s theme',
    async (theme) => {
      const page = await signIn('/supervisor/alerts');
      await Promise.all(
        ['critical', 'warning', 'info'].map((level) =>
          publish({ device: `look-${level}`, level: level as 'info' }),
        ),
      );
      for (const at of ['alerts', 'devices', 'boards/default']) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(`${stand.url}/supervisor/${at}?theme=${theme}`);
        await page.locator('[data-group], [data-device]').first().waitFor(SOON);
        if (at === 'alerts') await page.getByRole('button', { name: /^Devices of look-critical/ }).click();
        expect([at, await faultsOf(page)]).toEqual([at, []]);
        for (const width of [1440, 390]) {
          await page.setViewportSize({ width, height: 844 });
          const broad = await page.evaluate(() => document.documentElement.scrollWidth);
          expect([at, width, broad <= width]).toEqual([at, width, true]);
        }
      }
      expect(said).toEqual([]);
    },
  );

  it('UI-88 lets a phone acknowledge with its thumb, or with keys alone', async () => {
    await publish({ device: 'phone-1', level: 'critical', sensor: 'leak' });
    const page = await signIn('/supervisor/alerts');
    await page.setViewportSize({ width: 390, height: 844 });
    const button = page.locator('[data-group]').getByRole('button', { name: /^Acknowledge phone-1/ });
    await button.waitFor(SOON);
    const box = await button.boundingBox();
    expect([(box?.height ?? 0) >= 40, (box?.width ?? 0) >= 120]).toEqual([true, true]);
    await button.focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').getByLabel('Note').focus();
    await page.keyboard.type('Seen');
    await page.keyboard.press('Enter');
    await page.locator('[data-group][data-state="taken"]', { hasText: 'phone-1' }).waitFor(SOON);
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await publish({ device: 'phone-1', level: 'normal', sensor: 'leak' });
  });

  it.each([
    ['at 8 m', 1920, 1080, 8],
    ['at 5 m', 1920, 1080, 5],
    ['upright', 1080, 1920, 8],
    ['in 4K', 3840, 2160, 5],
  ])(
    'UI-74 UI-88 cuts no line about devices off a wall %s, and no figure',
    async (_, width, height, distance) => {
      await publish({ device: 'look-critical', level: 'critical', sensor: 'look' });
      const page = await signIn(`/screen/default?distance=${distance}`);
      await page.setViewportSize({ width, height });
      const line = page.locator('[data-alert-group]').first();
      await line.waitFor({ timeout: 30_000 });
      const found = await page.evaluate(() => {
        const boxes = [
          ...document.querySelectorAll<HTMLElement>('.alert-line, .alert-words, .stage, .stage .tile, .foot'),
        ];
        const isOut = ({ left, right, top, bottom }: DOMRect) =>
          left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
        const words = [...document.querySelectorAll<HTMLElement>('.alert-words')];
        return {
          out: boxes.filter((box) => isOut(box.getBoundingClientRect())).map((box) => box.className),
          cut: words.filter((text) => text.scrollWidth > text.clientWidth + 1).map((text) => text.innerText),
          smallest: Math.min(...words.map((text) => Number.parseFloat(getComputedStyle(text).fontSize))),
        };
      });
      expect([found.out, found.cut]).toEqual([[], []]);
      // 16 arc-minutes on 55″: 0.97 % of the shorter side a metre.
      expect(found.smallest).toBeGreaterThanOrEqual(0.0096 * distance * Math.min(width, height));
    },
  );
});

describe('without devices', () => {
  it('UI-87 says what to set', async () => {
    const routes = [
      ...meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' }),
      ...alertRoutes({ desk: null, audit: new NotedAudit(), clock: systemClock }),
    ];
    const bare = await openPages({ routes });
    const page = await context.newPage();
    for (const at of ['alerts', 'devices']) {
      await page.goto(`${bare.url}/supervisor/${at}`);
      await page.locator('[data-off]', { hasText: 'MQTT_URL' }).waitFor(SOON);
      // The panel of alarms beside it has no server here.
      expect(await page.locator('main .problem:not(.alarms .problem)').count()).toBe(0);
    }
    await page.close();
    await bare.stop();
    expect(said).toEqual([]);
  });
});
