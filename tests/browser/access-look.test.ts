/** How the pages of access look and sound: the code across a room, and every page to every eye, ear and phone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breadthOf } from '../../components/access/code-breadth';
import { PAIRING_ALPHABET } from '../../lib/contracts/access';
import { type AccessBrowsers, codeOn, openAccessBrowsers } from '../support/access-browsers';
import { faultsOf } from '../support/axe-faults';
import { closePages, openBrowser } from '../support/browser';

const EVIL = '<img src=x onerror=alert(1)>';
const DESK_PAGES = ['/supervisor/screens', '/admin/people', '/admin/machines', '/admin/audit'];

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

describe('the code on a television', () => {
  it.each([
    ['broad', 1920, 1080],
    ['in 4K', 3840, 2160],
    ['upright', 1080, 1920],
  ])(
    'UI-44 has a page of the code that is legible at 8 m, %s, and cuts nothing off',
    async (_, width, height) => {
      const television = await stand.open(stand.wall, '/pair');
      await television.setViewportSize({ width, height });
      await codeOn(television);
      const found = await television.evaluate(() => {
        const texts = [...document.querySelectorAll<HTMLElement>('main *')].filter(
          (element) =>
            !element.classList.contains('unseen') &&
            element.offsetParent !== null &&
            [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''),
        );
        const isOut = ({ left, right, top, bottom }: DOMRect) =>
          left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
        return {
          smallest: Math.min(
            ...texts.map((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
          ),
          code: Number.parseFloat(
            getComputedStyle(document.querySelector('.pair-letters') as Element).fontSize,
          ),
          out: texts
            .filter((element) => isOut(element.getBoundingClientRect()))
            .map((element) => element.innerText),
          words: (document.querySelector('main') as HTMLElement).innerText,
        };
      });
      // 16 arc-minutes at 8 m on 55″: 7.7 % of the shorter side.
      expect(found.smallest).toBeGreaterThanOrEqual(0.0775 * Math.min(width, height));
      expect(found.code).toBeGreaterThan(2 * found.smallest);
      expect(found.out).toEqual([]);
      expect(found.words).toContain('/supervisor/screens');
    },
  );

  it('UI-44 is no broader than is reckoned with, whatever its letters are', async () => {
    const television = await stand.open(stand.wall, '/pair');
    await codeOn(television);
    const measured = await television.evaluate((alphabet) => {
      const letters = document.querySelector('.pair-letters') as HTMLElement;
      const size = Number.parseFloat(getComputedStyle(letters).fontSize);
      const half = letters.firstElementChild as HTMLElement;
      return [...alphabet].map((letter) => {
        half.textContent = letter.repeat(3);
        return [letter, half.getBoundingClientRect().width / size] as const;
      });
    }, PAIRING_ALPHABET);
    const broader = measured.filter(([letter, em]) => em > breadthOf(letter.repeat(3)));
    expect([measured.length, broader]).toEqual([PAIRING_ALPHABET.length, []]);
  });

  it.each([
    ['broad', 1920, 1080],
    ['upright', 1080, 1920],
  ])('UI-44 is not cut off where it is the broadest of all, %s', async (_, width, height) => {
    const television = await stand.wall.newPage();
    await television.setViewportSize({ width, height });
    await television.route('**/api/v1/pairing', (route) => {
      const now = Date.now();
      return route.fulfill({
        json: { state: 'waiting', code: 'WWWWWW', expiresAt: now + 60_000, serverTime: now },
      });
    });
    await television.goto(`${stand.floorcast.url}/pair`);
    expect(await codeOn(television)).toBe('WWWWWW');
    const [room, drawn] = await television.evaluate(() =>
      ['.pair-code', '.pair-letters'].map((part) => {
        const { left, right, height } = (document.querySelector(part) as Element).getBoundingClientRect();
        return { left, right, height };
      }),
    );
    expect(drawn?.left).toBeGreaterThan(room?.left ?? Number.NaN);
    expect(drawn?.right).toBeLessThan(room?.right ?? Number.NaN);
    expect(drawn?.height).toBeLessThan(room?.height ?? Number.NaN);
  });
});

describe('the look', () => {
  it.each(['dark', 'light'])(
    'UI-17 UI-55 UI-61 is free of faults for every eye and ear, and fits a phone, in the %s theme',
    async (theme) => {
      const page = await stand.signIn();
      await stand.pair(page, await codeOn(await stand.open(stand.wall, '/pair')), EVIL);
      await page.locator('tr[data-screen]').waitFor();
      await page.getByRole('button', { name: 'Edit' }).click();
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Revoke' }).click();
      expect(await faultsOf(page)).toEqual([]);
      await makeMachine(page);
      for (const at of [...DESK_PAGES, '/sign-in']) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(`${stand.floorcast.url}${at}?theme=${theme}`);
        await page.locator('.list tr, .note, [data-sign-in="signed-in"]').first().waitFor();
        expect([at, await faultsOf(page)]).toEqual([at, []]);
        for (const width of [1280, 390]) {
          await page.setViewportSize({ width, height: 800 });
          const broad = await page.evaluate(() => document.documentElement.scrollWidth);
          expect([at, width, broad <= width]).toEqual([at, width, true]);
        }
      }
      expect(stand.said).toEqual([]);
    },
  );
});

async function makeMachine(page: Page): Promise<void> {
  await page.goto(`${stand.floorcast.url}/admin/machines`);
  await page.getByLabel('Name').fill(EVIL);
  await page.getByLabel('kpis:read').check();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.locator('.secret').waitFor();
  expect(await faultsOf(page)).toEqual([]);
}
