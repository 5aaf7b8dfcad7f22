/**
 * A board in a real browser, in front of a whole Floorcast whose clock, like the simulated platform's, moves only when
 * the test says so: a frame becomes a changed tile, a dead link becomes a stale mark in time, and all of it heals.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLog } from '../../server/runtime/log';
import { seededRandom } from '../../server/runtime/random';
import { type RunningSimulator, startSimulator } from '../../server/simulator/simulator';
import { parseCallRecords } from '../../server/simulator/world/call-records';
import { type Floorcast, wire } from '../../server/wire';
import { builtPages, closePages, drawnFigure, openBrowser } from '../support/browser';
import { FakeClock } from '../support/fake-clock';
import { stageConfig } from '../support/stage-config';

const STEP_MS = 100;
const CALLS = [
  'call,queue,offered,left_queue,outcome,answered_start,answered_end,agent',
  '1,Washers,09:00:10,09:40:00,answered,09:40:00,09:45:00,a',
  '2,Washers,09:00:20,09:00:50,abandoned,,,',
].join('\n');

let browser: Browser;
let clock: FakeClock;
let simulator: RunningSimulator;
let floorcast: Floorcast;
let page: Page;
let dataDir: string;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await closePages();
});

beforeEach(async () => {
  const records = parseCallRecords(CALLS);
  if (!records.ok) throw new Error(records.error.join());
  clock = new FakeClock(Date.now());
  simulator = await startSimulator({
    ...{ port: 0, clock, random: seededRandom(1), log: silentLog },
    world: { kind: 'replay', records: records.value, speed: 1, autoStart: false },
  });
  dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-board-'));
  floorcast = await startFloorcast(0);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${floorcast.url}/supervisor/boards/default`);
});

afterEach(async () => {
  await page.close();
  await floorcast.stop();
  await simulator.stop();
  rmSync(dataDir, { recursive: true });
});

function startFloorcast(port: number): Promise<Floorcast> {
  return wire({
    config: stageConfig({ simulatorUrl: simulator.url, dataDir, timeZone: 'UTC', port }),
    ...{ clock, random: seededRandom(2), log: silentLog, build: 'test', startPages: builtPages },
  });
}

/** Moves the clock until the page shows it; gives the ms of that clock it took. */
async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<number> {
  for (let passed = 0; passed <= limitMs; passed += STEP_MS) {
    if (await holds()) return passed;
    await clock.advanceAsync(STEP_MS, 25);
  }
  throw new Error(`never so within ${limitMs} ms: ${what}; ${JSON.stringify(floorcast.sources().genesys)}`);
}

const waiting = () => drawnFigure(page, 'all', 'waiting');
const isDrawn = (value: number, isStale: boolean) => async () => {
  const figure = await waiting();
  return figure?.value === value && figure.isStale === isStale;
};

describe('the wallboard in a browser', () => {
  it('RUN-40 a frame becomes a changed tile', async () => {
    await until('nobody waits, live', 20_000, isDrawn(0, false));
    simulator.startReplay();
    await until('one waits', 5_000, isDrawn(1, false));
    // A tile changes at most once a second of the page's own clock, which the test does not move.
    await clock.advanceAsync(11_000, 25);
    await vi.waitUntil(isDrawn(2, false), { timeout: 5_000, interval: 50 });
    await clock.advanceAsync(31_000, 25);
    await vi.waitUntil(isDrawn(1, false), { timeout: 5_000, interval: 50 });
    const halfAbandoned = async () => (await drawnFigure(page, 'all', 'abandonRate'))?.value === 0.5;
    await vi.waitUntil(halfAbandoned, { timeout: 5_000, interval: 50 });
  });

  it('RUN-41 a path that goes dark is a stale mark within 45 s, and is right again when it heals', async () => {
    await until('nobody waits, live', 20_000, isDrawn(0, false));
    simulator.startReplay();
    await until('one waits', 5_000, isDrawn(1, false));
    const fault = simulator.faults.inject({ kind: 'silence' });
    const tookMs = await until('stale, with the last good value', 45_000, isDrawn(1, true));
    expect(tookMs).toBeGreaterThan(5_000);
    expect((await waiting())?.status).toBe('unknown');
    simulator.faults.clear(fault.id);
    await until('live again', 120_000, isDrawn(1, false));
  });

  it('RUN-41 a socket that is cut comes back with what was missed', async () => {
    await until('nobody waits, live', 20_000, isDrawn(0, false));
    simulator.faults.inject({ kind: 'refuseHandshakes', forMs: 20_000 });
    simulator.faults.inject({ kind: 'cutSockets' });
    simulator.startReplay();
    await until('stale, with the last good value', 45_000, isDrawn(0, true));
    await until('live again, one waits', 120_000, isDrawn(1, false));
  });

  it('RUN-42 a server that is gone leaves its last picture, stale within 5 s, and comes back by itself', async () => {
    await until('nobody waits, live', 20_000, isDrawn(0, false));
    const { port } = floorcast;
    await floorcast.stop();
    await vi.waitUntil(isDrawn(0, true), { timeout: 5_000, interval: 50 });
    expect((await waiting())?.status).toBe('unknown');
    floorcast = await startFloorcast(port);
    await vi.waitUntil(
      async () => {
        await clock.advanceAsync(STEP_MS, 25);
        return isDrawn(0, false)();
      },
      { timeout: 30_000, interval: 50 },
    );
  });

  it('RUN-43 what a page logs and throws is nothing', async () => {
    const said: string[] = [];
    page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    for (const address of ['/screen/default', '/supervisor/boards/default', '/supervisor/queues']) {
      await page.goto(`${floorcast.url}${address}`);
      await until(`drawn at ${address}`, 20_000, async () => (await page.locator('[data-kpi]').count()) > 0);
    }
    expect(said).toEqual([]);
  });
});
