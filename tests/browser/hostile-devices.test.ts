/**
 * Hostile names of devices, sites, products, firmware and sensors, as devices send them to a real Mosquitto: text on
 * every page that shows alerts or devices, and one line of the server's log.
 */
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { connectAsync } from 'mqtt';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getJson, PROJECT_DIR, waitFor } from '../../scripts/processes';
import { type Stand, startStand } from '../../scripts/stand';
import { openBrowser } from '../support/browser';
import { HARMLESS, harm } from '../support/harm';
import { COMMANDS, KEYS, LINES, MARK, MARKUP, TEMPLATES } from '../support/hostile-names';
import { type Mosquitto, startMosquitto } from '../support/mosquitto';

const NAME = 'hostile-devices-test';
const NAMES = [...MARKUP, ...TEMPLATES, ...LINES, ...COMMANDS, ...KEYS];

let browser: Browser;
let broker: Mosquitto;
let stand: Stand;
let context: BrowserContext;
/** What the browser says or does that no page of ours makes it do. */
const said: string[] = [];
const taken: string[] = [];

beforeAll(async () => {
  [browser, broker] = await Promise.all([openBrowser(), startMosquitto()]);
  stand = await startStand({
    ...{ name: NAME, port: 0, timeZone: 'UTC' },
    world: ['--queues', '3', '--seed', '1', '--time-zone', 'UTC'],
    settings: { MQTT_URL: broker.url, LOG_LEVEL: 'trace' },
  });
  await publishAll();
  context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  context.on('weberror', (error) => said.push(error.error().message));
  context.on('dialog', (dialog) => said.push(`dialog: ${dialog.message()}`));
  context.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React/.test(message.text())) said.push(message.text());
  });
  context.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:\d+\/|data:)/.test(request.url())) said.push(`request: ${request.url()}`);
  });
});
afterAll(async () => {
  await context.close();
  await browser.close();
  await stand.stop();
  await broker.stop();
  rmSync(path.join(PROJECT_DIR, 'data', NAME), { recursive: true, force: true });
});

interface Counted {
  readonly alerts: readonly { readonly deviceId: string }[];
}

/** Each name as a device's, where a topic can hold it, and as all that a device says of itself. */
async function publishAll(): Promise<void> {
  const devices = await connectAsync(broker.url);
  for (const [n, name] of NAMES.entries()) {
    // Brokers refuse the others, and whoever sends them.
    const isTopic = /^[^+#/\p{Cc}\p{Cs}\p{Cn}]+$/u.test(name);
    for (const device of isTopic ? [name, `device-${n}`] : [`device-${n}`]) {
      const alert = {
        ...{ device_id: device, sensor_type: name, alert_level: 'critical', reading_value: name },
        ...{ threshold_exceeded: true, timestamp_ms: Date.now(), alert_id: `${n}` },
        ...{ site: name, product: name, firmware_version: name, [name]: name },
      };
      // What is no sensor to the parser is one that is plain.
      for (const sensor of [name, 'temperature']) {
        const message = JSON.stringify({ ...alert, sensor_type: sensor, alert_id: `${n}-${sensor}` });
        await devices.publishAsync(`devices/${device}/alerts`, message, { qos: 1 });
      }
      await devices.publishAsync(`devices/${device}/status`, name, { qos: 1 });
    }
  }
  await devices.publishAsync('devices/last/alerts', '{}', { qos: 1 });
  await devices.endAsync();
  const all = await waitFor(async () => {
    const refused = await getJson<{ messages: { topic: string }[] }>(`${stand.url}/api/v1/alerts/refused`);
    const isThere = refused?.messages.some(({ topic }) => topic === 'devices/last/alerts') ?? false;
    return isThere ? getJson<Counted>(`${stand.url}/api/v1/alerts?limit=500`) : null;
  }, 30_000);
  taken.push(...(all?.alerts.map(({ deviceId }) => deviceId) ?? []));
}

describe('hostile names of devices', () => {
  it('SEC-71 are taken as names, or refused one by one', () => {
    expect(taken).toContain(MARKUP.find((name) => !name.includes('/')));
    expect(taken).toContain('__proto__');
    for (let n = 0; n < NAMES.length; n += 1) expect(taken).toContain(`device-${n}`);
    expect(taken.filter((name) => /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(name))).toEqual([]);
  });

  it.each([
    ['/supervisor/alerts', '[data-group]'],
    ['/supervisor/devices', '[data-device]'],
    ['/supervisor/boards/default', '[data-alert-strip]'],
    ['/screen/default?distance=5', '[data-alert-group]'],
  ])('SEC-71 are text on %s', async (address, ready) => {
    const page = await context.newPage();
    await page.goto(stand.url + address);
    await page.locator(ready).first().waitFor({ timeout: 20_000 });
    if (address.endsWith('/alerts')) {
      for (const button of await page.getByRole('button', { name: /^Devices of / }).all())
        await button.click();
      for (const summary of await page.locator('summary').all()) await summary.click();
    }
    await page.evaluate(() => {
      for (const one of document.querySelectorAll<HTMLElement>('button, a, [tabindex]')) one.focus();
    });
    expect(await harm(page)).toMatchObject(HARMLESS);
    expect(said).toEqual([]);
    await page.close();
  });

  it('SEC-54 begin no line of the log', () => {
    const log = readFileSync(path.join(stand.logDir, 'main.log'), 'utf8');
    expect(log).toContain('connected to the broker');
    const lines = log.split(/[\r\n\u2028\u2029\u0085]/).filter((line) => line !== '');
    const own = (line: string) => line.startsWith('{"level":') || line.startsWith('✓ Running next.config.js');
    expect(lines.filter((line) => line.includes(MARK) && line.indexOf(MARK) < 9)).toEqual([]);
    expect(lines.filter((line) => !own(line))).toEqual([]);
  });
});
