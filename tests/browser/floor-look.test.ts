/**
 * What a wall is to be read by, measured in the browser and not assumed: how high its capitals are for the farthest
 * seat, how its words stand out from what is behind them, and that nothing is cut off, blinks or goes on moving. Boards
 * are changed under the open page, as a supervisor publishes them.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../lib/assert';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';
import { aGroup, anAnnouncement, type FloorStand, floorBoard, openFloor } from '../support/floor-stand';
import { type MeasuredText, measuredTexts } from '../support/measured-texts';

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 1080, height: 1920 },
  { width: 1280, height: 800 },
] as const;
const DIAGONAL_INCHES = 55;
const METRES = 8;
const EMERGENCY = 'Leave the building now by the stairs, not by the lifts. Meet at the car park.';

let browser: Browser;
let floor: FloorStand;

beforeAll(async () => {
  [browser, floor] = await Promise.all([openBrowser(), openFloor()]);
  floor.desks.alert(
    aGroup('g1'),
    aGroup('g2', {
      level: 'warning',
      product: 'Oven Y',
      devices: 3,
      unacknowledged: 0,
      acknowledgedBy: 'S.',
    }),
  );
});
afterAll(async () => {
  await browser.close();
  await floor.stop();
  await closePages();
});

type Size = (typeof SIZES)[number];

async function openAt(size: Size): Promise<Page> {
  const page = await browser.newPage({ viewport: size });
  await page.goto(`${floor.url}/screen/floor`);
  await page.locator('[data-hop][data-level="live"]').first().waitFor();
  // Groups of alerts are shown when they have lasted two seconds.
  await page.locator('[data-alert-group]').first().waitFor();
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  return page;
}

/** Arc-minutes at the farthest seat, for a screen of that shape. */
function arcMinutes(capPx: number, { width, height }: Size): number {
  const capMm = (capPx * DIAGONAL_INCHES * 25.4) / Math.hypot(width, height);
  return (Math.atan(capMm / (METRES * 1_000)) * 180 * 60) / Math.PI;
}

function unreadable(texts: readonly MeasuredText[], size: Size): readonly string[] {
  return texts.flatMap(({ text, capPx, contrast, isCut }) => [
    ...(arcMinutes(capPx, size) < 15.95 ? [`${text}: ${arcMinutes(capPx, size).toFixed(1)}′`] : []),
    ...(contrast < 7 ? [`${text}: ${contrast.toFixed(2)}:1`] : []),
    ...(isCut ? [`${text}: cut off`] : []),
  ]);
}

/** Publishes a board of that one page, in that theme; the page has followed when this resolves. */
async function publish(page: Page, index: number, theme: 'dark' | 'light'): Promise<string> {
  const { pages, ...board } = floorBoard({ theme });
  const one = must(pages[index], 'a page');
  floor.boards.set([{ ...board, pages: [one] }]);
  await page.locator(`main[data-view^="${one.id}"][data-theme="${theme}"]`).waitFor();
  return one.id;
}

describe('a wall', () => {
  for (const size of SIZES) {
    const name = `${size.width} × ${size.height}`;
    it(`UI-171 UI-174 is legible at its farthest seat at ${name}, whatever is published, dark and light`, async () => {
      const page = await openAt(size);
      await page.evaluate(() => Object.assign(window, { isTheSame: true }));
      const faults: string[] = [];
      let read = 0;
      for (const theme of ['dark', 'light'] as const) {
        for (const index of floorBoard().pages.keys()) {
          const id = await publish(page, index, theme);
          const texts = await measuredTexts(page);
          read += texts.length;
          faults.push(...unreadable(texts, size).map((fault) => `${id}, ${theme}: ${fault}`));
        }
        floor.desks.announce(anAnnouncement('e', 'emergency', EMERGENCY));
        const words = page.locator('[data-emergency] .emergency-words');
        await words.waitFor();
        expect((await words.innerText()).replaceAll(/\s+/g, ' ')).toBe(EMERGENCY);
        expect(await page.locator('[data-kpi]').count()).toBe(0);
        faults.push(...unreadable(await measuredTexts(page), size).map((fault) => `emergency: ${fault}`));
        floor.desks.announce();
        await words.waitFor({ state: 'detached' });
      }
      // No reload came between.
      expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true);
      await page.close();
      expect(read).toBeGreaterThan(100);
      expect(faults).toEqual([]);
    });
  }

  it('UI-176 is free of faults for every eye and ear, whatever is published, dark and light', async () => {
    const page = await openAt(SIZES[0]);
    const faults: string[] = [];
    for (const theme of ['dark', 'light'] as const) {
      for (const index of floorBoard().pages.keys()) {
        const id = await publish(page, index, theme);
        faults.push(...(await faultsOf(page)).map((fault) => `${id}, ${theme}: ${fault}`));
      }
      floor.desks.announce(anAnnouncement('e', 'emergency', EMERGENCY));
      await page.locator('[data-emergency]').waitFor();
      faults.push(...(await faultsOf(page)).map((fault) => `emergency, ${theme}: ${fault}`));
      floor.desks.announce();
      await page.locator('[data-emergency]').waitFor({ state: 'detached' });
    }
    await page.close();
    expect(faults).toEqual([]);
  });

  it('UI-172 has no motion that does not end, and none for who wants less of it', async () => {
    const page = await openAt(SIZES[0]);
    await publish(page, 0, 'dark');
    const motions = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main, main *')].flatMap((element) => {
          const {
            animationName: name,
            animationDuration,
            animationIterationCount: count,
          } = getComputedStyle(element);
          return name === 'none' ? [] : [{ name, seconds: Number.parseFloat(animationDuration), count }];
        }),
      );
    const usual = await motions();
    expect(usual.map(({ name }) => name)).toContain('figure-in');
    for (const { name, seconds, count } of usual) {
      expect([name, count]).toEqual([name, '1']);
      if (name === 'changed') expect(seconds).toBeLessThan(5);
      else expect([name, seconds >= 0.2 && seconds <= 0.4]).toEqual([name, true]);
    }
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect((await motions()).filter(({ name }) => name !== 'changed')).toEqual([]);
    await page.close();
  });

  it('UI-153 moves within its margin: at each of its places all of the picture is on the screen', async () => {
    const page = await openAt(SIZES[0]);
    const outside = await page.evaluate(() => {
      const main = document.querySelector<HTMLElement>('main');
      const bad: string[] = [];
      for (const x of [-8, 0, 8]) {
        for (const y of [-8, 0, 8]) {
          main?.style.setProperty('--shift-x', `${x}px`);
          main?.style.setProperty('--shift-y', `${y}px`);
          for (const child of main?.querySelectorAll<HTMLElement>(':scope > :not(.unseen)') ?? []) {
            const { left, top, right, bottom } = child.getBoundingClientRect();
            if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) bad.push(child.className);
          }
        }
      }
      return bad;
    });
    expect(outside).toEqual([]);
    await page.close();
  });
});
