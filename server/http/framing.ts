/**
 * The two pages that stand in frames of other sites, who may hold them, and the window in which somebody signs in for
 * one of them. Everything else of ours stands in no frame, and is cut off from whoever opened it. Pure.
 */
import type { Target } from './target';

/** As the access table writes them. */
const FRAMED_PAGES: ReadonlySet<string> = new Set(['page /agent/device', 'page /agent/diagnostics']);
/** The page that hands a token to the frame which opened it. */
const HANDING_PAGE = '/agent/signed-in';
const CALLBACK = '/auth/callback';
const ON_THE_WAY: ReadonlySet<string> = new Set(['/sign-in', '/auth/sign-in']);
/** `https://api.mypurecloud.ie`: the platform's own; a simulator on this machine has no desktop around it. */
const PLATFORM_API = /^https:\/\/api\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;

/**
 * Sources of `frame-ancestors`. The desktop of a region is at `https://apps.{region}`; the platform's other clients are
 * below the same region. `apiUrls`: of the configured platform; `origins`: of the customer's own pages.
 */
export function widgetFramers(apiUrls: readonly string[], origins: readonly string[]): readonly string[] {
  const regions = apiUrls.flatMap((url) => PLATFORM_API.exec(url)?.[1] ?? []);
  const own = regions.flatMap((region) => [`https://apps.${region}`, `https://*.${region}`]);
  return [...new Set([...own, ...origins])];
}

/** `[]`: nobody may hold it. */
export function framersOf(row: string, framers: readonly string[]): readonly string[] {
  return FRAMED_PAGES.has(row) ? framers : [];
}

/**
 * Whether an answer leaves its window in the hands of whoever opened it. A browser cuts the two apart at the first
 * answer on the way that does not say so: the page itself, and each step of signing in that leads to it. What is handed
 * over goes to pages of ours only: the handing page names our origin.
 */
export function keepsOpener({ path, parameters }: Pick<Target, 'path' | 'parameters'>): boolean {
  if (path === HANDING_PAGE || path === CALLBACK) return true;
  const [next = '', ...more] = parameters.getAll('next');
  return ON_THE_WAY.has(path) && more.length === 0 && next.split('?', 1)[0] === HANDING_PAGE;
}
