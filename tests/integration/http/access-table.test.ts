/**
 * The whole table of who may do what, over real HTTP, against a grid that was written by hand. The routes answer with
 * how far the caller reaches; the doors in front of them are the real ones.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TABLE } from '../../../server/access/access-table';
import { decide, decideFor } from '../../../server/access/decide';
import type { Route } from '../../../server/http/route';
import { createRouter } from '../../../server/http/router';
import {
  ACCESS_GRID,
  CALLERS,
  type Expected,
  OWN_BOARD,
  principalOf,
  reachOfExpected,
} from '../../support/access-grid';
import { FakeGate } from '../../support/fake-gate';
import { type HttpStand, openHttp, openShell } from '../../support/http-stand';

const TARGETS = ACCESS_TABLE.map((row) => row.target);
const ROUTE_TARGETS = TARGETS.filter((target) => /^[A-Z]+ \/\S*$/.test(target));
const PAGE_TARGETS = TARGETS.filter((target) => target.startsWith('page '));
const STATUS: Readonly<Record<Expected, number>> = {
  allowed: 200,
  own: 200,
  unauthenticated: 401,
  forbidden: 403,
};

const gate = new FakeGate();
let stand: HttpStand;

beforeAll(async () => {
  for (const caller of CALLERS) {
    if (caller !== 'anonymous') gate.know(`Bearer ${caller.replaceAll(' ', '-')}`, principalOf(caller));
  }
  stand = await openShell({ gate, routes: ROUTE_TARGETS.map(stub) });
});
afterAll(() => stand.stop());

/** Answers how far it was reached. */
function stub(target: string): Route {
  const [method = '', pattern = ''] = target.split(' ');
  return {
    // The table's routes have these methods only.
    method: method as Route['method'],
    path: pattern,
    pace: 'free',
    answer: ({ response, reach }) => void response.end(reach),
  };
}

/** As a client writes it, for a screen its own board. */
function pathOf(target: string): string {
  const [, pattern = ''] = target.split(' ');
  return pattern.replace('*', 'chunks/some.js').replaceAll(/:[A-Za-z]+/g, OWN_BOARD);
}

async function ask(method: string, address: string, caller: string) {
  const headers: Record<string, string> =
    caller === 'anonymous' ? {} : { authorization: `Bearer ${caller.replaceAll(' ', '-')}` };
  const answer = await fetch(stand.url + address, { method, headers, redirect: 'manual' });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}

function expectedOf(target: string, caller: string): Expected {
  const expected = ACCESS_GRID.get(target)?.get(caller);
  if (expected === undefined) throw new Error(`the grid says nothing of ${target} for ${caller}`);
  return expected;
}

describe('the table of who may do what', () => {
  it('ACC-80 has a row for each line of the grid and no other, each once', () => {
    expect([...TARGETS].sort()).toEqual([...ACCESS_GRID.keys()].sort());
    expect(CALLERS).toHaveLength(13);
  });

  it.each(ROUTE_TARGETS)('ACC-80 %s lets in exactly whom the grid lets in', async (target) => {
    const [method = ''] = target.split(' ');
    for (const caller of CALLERS) {
      const expected = expectedOf(target, caller);
      const { status, text } = await ask(method, pathOf(target), caller);
      expect([caller, status], target).toEqual([caller, STATUS[expected]]);
      if (status === 200) expect([caller, text], target).toEqual([caller, reachOfExpected(expected)]);
      else expect(text).not.toContain('all');
    }
  });

  it.each(PAGE_TARGETS)('ACC-80 %s lets in exactly whom the grid lets in', async (target) => {
    for (const caller of CALLERS) {
      const expected = expectedOf(target, caller);
      const { status, location, text } = await ask('GET', pathOf(target), caller);
      const isNobody = expected === 'unauthenticated';
      expect([caller, status], target).toEqual([caller, isNobody ? 303 : STATUS[expected]]);
      expect(location?.startsWith('/sign-in') ?? false).toBe(isNobody);
      expect(text === 'a page').toBe(status === 200);
    }
  });

  it.each(TARGETS.filter((target) => ![...ROUTE_TARGETS, ...PAGE_TARGETS].includes(target)))(
    'ACC-80 %s is decided as the grid says',
    (target) => {
      for (const caller of CALLERS) {
        const expected = expectedOf(target, caller);
        const decision = decide(target, principalOf(caller));
        const found = decision.allowed ? decision.reach : decision.reason;
        expect([caller, found], target).toEqual([caller, reachOfExpected(expected) ?? expected]);
      }
    },
  );

  it('ACC-80 HEAD is asked like GET', async () => {
    expect((await ask('HEAD', '/api/v1/people', 'anonymous')).status).toBe(401);
    expect((await ask('HEAD', '/api/v1/people', 'supervisor')).status).toBe(403);
    expect((await ask('HEAD', '/api/v1/people', 'admin')).status).toBe(200);
  });

  it('ACC-80 what has no row is refused to everybody', () => {
    for (const caller of CALLERS) {
      for (const target of ['GET /api/v1/secrets', 'page /admin', 'socket command', '__proto__', '']) {
        expect(decideFor(target, { who: principalOf(caller), screen: null }).allowed).toBe(false);
      }
    }
  });

  it.each([
    '/admin',
    '/admin/secrets',
    '/screen/a/b',
    '/_next/image',
    '/_next/data/x.json',
    '/_next/static',
    '/favicon.ico',
  ])('ACC-81 a page without a row, like %s, is nowhere, also for an admin', async (address) => {
    for (const caller of ['anonymous', 'admin', 'local']) {
      expect((await ask('GET', address, caller)).status).toBe(404);
    }
  });
});

describe('routes and pages', () => {
  const route = (method: Route['method'], pattern: string): Route => ({
    method,
    path: pattern,
    answer: () => {},
  });

  it('ACC-81 the handler does not start with a route that has no row, or that is there twice', () => {
    expect(() => createRouter([route('GET', '/api/v1/secrets')])).toThrow(
      /GET \/api\/v1\/secrets has no row/,
    );
    expect(() => createRouter([route('DELETE', '/api/v1/kpis')])).toThrow(/no row/);
    expect(() => createRouter([route('GET', '/api/v1/boards/:name')])).toThrow(/no row/);
    expect(() => createRouter([route('GET', '/healthz'), route('GET', '/healthz')])).toThrow(/twice/);
    expect(() => createRouter([route('GET', '/api/v1/kpis/')])).toThrow(/no proper path/);
  });

  it('ACC-81 nor does the whole handler; with its own routes alone it starts', async () => {
    await expect(openHttp({ routes: [route('GET', '/api/v1/secrets')] })).rejects.toThrow(/has no row/);
    await expect(openHttp({ routes: [route('GET', '/healthz')] })).rejects.toThrow(/twice/);
    await (await openHttp()).stop();
  });

  it('ACC-82 every page of the project has its row', () => {
    const pages = pagesUnder('app');
    expect(pages.length).toBeGreaterThanOrEqual(5);
    expect(pages.filter((page) => !TARGETS.includes(`page ${page}`))).toEqual([]);
  });
});

/** The addresses of all pages and pictures under a folder of Next's router, as the table writes them. */
function pagesUnder(folder: string): string[] {
  const root = path.resolve(import.meta.dirname ?? '', '../../..', folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((file) => {
    const parts = file.split(path.sep);
    const name = parts.pop() ?? '';
    const address = `/${parts.map((part) => part.replace(/^\[.*\]$/, ':id')).join('/')}`;
    if (/^(page|route)\.tsx?$/.test(name)) return [address];
    return /\.(svg|png|ico|xml|txt|webmanifest)$/.test(name) ? [path.posix.join(address, name)] : [];
  });
}
