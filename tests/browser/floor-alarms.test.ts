/** What interrupts a wall, in a browser: pages that are steered, the sound, what people announce. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { closePages, openBrowser } from '../support/browser';
import { change } from '../support/fake-kpi-reader';
import { anAlarm, anAnnouncement, type FloorStand, floorBoard, openFloor } from '../support/floor-stand';

const SOON = { timeout: 10_000, interval: 50 };

let browser: Browser;
let floor: FloorStand;

beforeAll(async () => {
  [browser, floor] = await Promise.all([openBrowser(), openFloor()]);
});
afterAll(async () => {
  await browser.close();
  await floor.stop();
  await closePages();
});
beforeEach(() => {
  floor.desks.alarm({});
  floor.desks.announce();
});

async function open(board: Parameters<typeof floorBoard>[0], prepare?: (page: Page) => Promise<unknown>) {
  floor.boards.set([floorBoard(board)]);
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await prepare?.(page);
  await page.goto(`${floor.url}/screen/floor`);
  await page.locator('[data-hop][data-level="live"]').first().waitFor();
  return page;
}

const WAIT = 'kpi:queue:a#longestWaitSince';

/** That alarm interrupts from now on. */
function interrupt(acknowledged = false): void {
  const at = Date.now();
  const alarm = anAlarm(WAIT, 'queue:a', 'longestWaitSince', at);
  const acknowledgement = acknowledged ? { by: null, at } : null;
  floor.desks.alarm({
    alarms: [{ ...alarm, acknowledgement }],
    interruption: { key: WAIT, at, until: at + 600_000 },
  });
}

/**
 * Counts the tones that the page begins, and lets it make none before somebody has touched it, as browsers do: asking
 * a page something by a test counts as a gesture for Chromium.
 */
async function lockSound(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { tones: 0, isTouched: false };
    const contexts: AudioContext[] = [];
    Object.assign(window, { seen });
    const touch = () => {
      seen.isTouched = true;
      for (const context of contexts) context.dispatchEvent(new Event('statechange'));
    };
    addEventListener('pointerdown', touch, true);
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (this: OscillatorNode, ...when) {
      seen.tones += 1;
      start.apply(this, when);
    };
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        contexts.push(this);
      }
      override get state() {
        return seen.isTouched ? super.state : 'suspended';
      }
      override resume() {
        return seen.isTouched ? super.resume() : new Promise<void>(() => {});
      }
    };
  });
}

/** The page's own counter, from the script above. */
const tonesOf = (page: Page) =>
  page.evaluate(() => (window as unknown as { seen: { tones: number } }).seen.tones);
const hearsAgain = (page: Page, wanted: number) =>
  vi.waitUntil(async () => (await tonesOf(page)) >= wanted, SOON);

describe('an alarm that interrupts a wall', () => {
  it('UI-150 UI-174 steers all of its screens to the view that shows it, and names it in the foot', async () => {
    const rotation = { onAlert: 'steer', holdSeconds: 600 } as const;
    const page = await open({ rotation });
    const other = await browser.newPage({ viewport: { width: 1080, height: 1920 } });
    await other.goto(`${floor.url}/screen/floor`);
    interrupt();
    for (const screen of [page, other]) {
      await screen.locator('main[data-held="true"][data-view^="queues"]').waitFor();
      await screen.locator('[data-foot="critical"]').waitFor();
    }
    floor.desks.alarm({});
    for (const screen of [page, other]) await screen.locator('main[data-held="false"]').waitFor();
    await other.close();
    await page.close();
  });

  it('UI-165 UI-152 says that its sound is locked, sounds after a gesture, and ends when somebody has it', async () => {
    const sound = { mode: 'until-acknowledged', times: 1, volume: 20 } as const;
    const page = await open({ sound }, lockSound);
    const sign = page.locator('[data-muted="locked"]');
    await sign.waitFor();
    expect(await sign.innerText()).toContain('Muted');
    expect(await sign.locator('svg').count()).toBe(1);
    interrupt();
    await page.locator('[data-foot="critical"]').waitFor();
    expect(await tonesOf(page)).toBe(0);
    await page.mouse.click(400, 400);
    await sign.waitFor({ state: 'detached' });
    expect(await page.locator('main').getAttribute('data-sound')).toBe('ready');
    await hearsAgain(page, 2);
    interrupt(true);
    await vi.waitUntil(async () => (await page.locator('.foot-words').innerText()).includes('taken'), SOON);
    expect(await tonesOf(page)).toBe(2);
    await page.close();
  });

  it('UI-152 makes no sound and shows no sign where none is wanted, or in quiet hours', async () => {
    const quiet = await open(
      {
        sound: { mode: 'until-acknowledged', times: 1, volume: 20 },
        quietHours: [{ from: '00:00', to: '00:00' }],
      },
      lockSound,
    );
    await quiet.locator('[data-muted]').waitFor();
    await quiet.mouse.click(400, 400);
    await quiet.locator('[data-muted]').waitFor({ state: 'detached' });
    interrupt();
    await quiet.locator('[data-foot="critical"]').waitFor();
    expect(await tonesOf(quiet)).toBe(0);
    await quiet.close();
    const silent = await open({});
    expect(await silent.locator('[data-muted]').count()).toBe(0);
    await silent.close();
  });
});

describe('announcements on a wall', () => {
  it('UI-156 UI-157 take their turn in the foot; an emergency takes the screen and stays while the server is away', async () => {
    const page = await open({});
    floor.desks.announce(
      anAnnouncement('h', 'high', 'Lunch is in the room beside the reception, from twelve to two.'),
    );
    const line = page.locator('[data-announcement="h"]');
    await line.waitFor({ timeout: 20_000 });
    expect(await line.locator('svg').count()).toBe(1);
    const evil = 'Fire <img src=x onerror=alert(1)>';
    floor.desks.announce(anAnnouncement('e', 'emergency', evil));
    const words = page.locator('[data-emergency] .emergency-words');
    await words.waitFor();
    expect((await words.innerText()).replaceAll(/\s+/g, '')).toBe(evil.replaceAll(/\s+/g, ''));
    expect(await page.locator('main img').count()).toBe(0);
    await page.context().setOffline(true);
    await page.locator('[data-hop][data-level="lost"]').first().waitFor({ timeout: 10_000 });
    expect(await words.count()).toBe(1);
    await page.context().setOffline(false);
    await page.close();
  });
});

describe('a board that cannot be drawn', () => {
  it('UI-175 is one calm line, and is tried again', async () => {
    const page = await open({}, (some) => some.clock.install());
    await page.evaluate(() => {
      Object.defineProperty(Intl.NumberFormat.prototype, 'format', {
        configurable: true,
        get() {
          throw new Error('a browser that cannot write numbers');
        },
      });
    });
    floor.reader.announce([change('all', 'waiting', 77)]);
    await page.locator('[data-blank="failed"]').waitFor();
    expect(await page.locator('main').innerText()).toBe('This board cannot be drawn now. Trying again.');
    await page.clock.runFor(31_000);
    await page.locator('[data-kpi="waiting"][data-value="77"]').first().waitFor();
    await page.close();
  });
});
