/**
 * The main job from end to end: a day of call records through simulator, collector, push and page, at 600 times its
 * speed. The day is the real one where its file lies beside the project, else the small made-up one.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { queueId, subjectKey } from '../../lib/ids';
import { compareWithTruth, type DayFigures } from '../../scripts/day-figures';
import { zoneAtNoon } from '../../scripts/zone-at-noon';
import { builtPages, closePages, type DrawnFigure, drawnFigures, openBrowser } from '../support/browser';
import {
  againstTheBooks,
  differencesAtTheEnd,
  type PlayedDay,
  playToTheEnd,
  setDay,
  watchStalls,
} from '../support/played-day';

const SHARED = path.resolve(import.meta.dirname ?? '', '../../../shared/data');
const SUPPORT = path.resolve(import.meta.dirname ?? '', '../support');
const REAL = { csv: path.join(SHARED, 'bank-day.csv'), truth: path.join(SHARED, 'bank-day.truth.json') };
const SAMPLE = {
  csv: path.join(SUPPORT, 'sample-day.csv'),
  truth: path.join(SUPPORT, 'sample-day.truth.json'),
};
const file = existsSync(REAL.csv) ? REAL : SAMPLE;
const SPEED = 600;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});

describe(`a day at ${SPEED} times its speed: ${path.basename(file.csv)}`, () => {
  it('RUN-34 is right within a second all the way, and exact at the end, in the API and on the page', async () => {
    await playAndCompare([]);
  });

  it('RUN-35 is as right and as exact when the sockets are cut five times on the way', async () => {
    await playAndCompare([0.1, 0.3, 0.5, 0.7, 0.9]);
  });
});

async function playAndCompare(cuts: readonly number[]): Promise<void> {
  const timeZone = zoneAtNoon(Date.now());
  const day = await setDay({
    csv: readFileSync(file.csv, 'utf8'),
    speed: SPEED,
    timeZone,
    startPages: builtPages,
  });
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  try {
    const page = await context.newPage();
    await page.goto(`${day.floorcast.url}/supervisor/queues`);
    await vi.waitUntil(async () => isQuiet(day, await drawnFigures(page)), {
      timeout: 20_000,
      interval: 100,
    });
    const watched = watchPage(day, page);
    const api = await playToTheEnd(day, cuts);
    const drawn = await watched.end();
    expect(api.wrong).toEqual([]);
    expect(drawn.wrong).toEqual([]);
    expect(api.compared).toBeGreaterThan(500);
    expect(drawn.compared).toBeGreaterThan(500);
    const truth = readFileSync(file.truth, 'utf8');
    expect(await differencesAtTheEnd(day, truth)).toEqual([]);
    await vi.waitFor(
      async () => expect(compareWithTruth(await figuresOnPage(day, page), truth)).toEqual([]),
      5_000,
    );
  } finally {
    await context.close();
    await day.stop();
  }
}

/** Before the first call: every queue is drawn, live, and nobody waits. */
function isQuiet(day: PlayedDay, { at, figures }: { at: number; figures: readonly DrawnFigure[] }): boolean {
  return readingsOnPage(day, at, figures).every((reading) => reading.waiting === 0);
}

/** Reads the page with every batch of changes and holds it against the books, while the page says it is live. */
function watchPage(day: PlayedDay, page: Page) {
  const wrong: string[] = [];
  let compared = 0;
  let reading: Promise<void> | null = null;
  const stalls = watchStalls();
  const read = async () => {
    const { at, figures } = await drawnFigures(page);
    if (stalls.wasStill()) return;
    const { state, since } = day.floorcast.sources().genesys;
    if (state !== 'live' || since > at - 1_000 || day.progress() === 0) return;
    for (const one of readingsOnPage(day, at, figures)) {
      compared += 1;
      wrong.push(...againstTheBooks(day, one).map((text) => `page: ${text}`));
    }
  };
  const unsubscribe = day.floorcast.reader.subscribe(() => {
    reading ??= read().finally(() => {
      reading = null;
    });
  });
  return {
    async end() {
      unsubscribe();
      await reading;
      stalls.end();
      return { wrong, compared };
    },
  };
}

function queuesOf(day: PlayedDay) {
  return day.simulator
    .truth()
    .queues.map(({ id, name }) => ({ name, subject: subjectKey('queue', queueId(id)) }));
}

function readingsOnPage(day: PlayedDay, at: number, figures: readonly DrawnFigure[]) {
  const value = (subject: string, kpi: string) =>
    figures.find((f) => f.subject === subject && f.kpi === kpi && !f.isStale)?.value ?? null;
  return queuesOf(day).map(({ name, subject }) => ({
    at,
    queue: name,
    waiting: value(subject, 'waiting'),
    interacting: value(subject, 'interacting'),
    longestWaitSince: value(subject, 'longestWaitSince'),
  }));
}

/** The figures as their texts say them, in the units of a truth file. */
async function figuresOnPage(day: PlayedDay, page: Page): Promise<readonly DayFigures[]> {
  const { figures } = await drawnFigures(page);
  const said = (subject: string, kpi: string) => {
    const text = figures.find((f) => f.subject === subject && f.kpi === kpi)?.text ?? 'not drawn';
    // A word for the state may follow the figure, for readers who see no colour.
    if (/^[–-]/.test(text)) return null;
    return Number(/^[\d.,]+/.exec(text)?.[0].replaceAll(',', ''));
  };
  return queuesOf(day).map(({ name, subject }) => ({
    queue: name,
    offered: said(subject, 'offered'),
    answered: said(subject, 'answered'),
    abandoned: said(subject, 'abandoned'),
    abandonRatePct: said(subject, 'abandonRate'),
    serviceLevelPct: said(subject, 'serviceLevel'),
    asaSeconds: said(subject, 'asaMs'),
    maxWaitSeconds: said(subject, 'maxWaitMs'),
    ahtSeconds: said(subject, 'ahtMs'),
  }));
}
