/**
 * The page that stands in frames of other sites, who may hold it, and the windows that it opens: one to sign in, one
 * for diagnostics. Everything else of ours stands in no frame, and is cut off from whoever opened it. Pure.
 */
import type { Target } from './target';

/** As the access table writes it. */
const FRAMED_PAGE = 'page /agent/device';
/** The page that hands a token to the frame which opened it. */
const HANDING_PAGE = '/agent/signed-in';
/**
 * A frame's sandbox is that of its windows too, and browsers open no page there that cuts itself off: the platform's
 * desktop sandboxes what it holds. Whoever opens this one can send it elsewhere, and nothing more.
 */
const OPENED_PAGES: ReadonlySet<string> = new Set([HANDING_PAGE, '/agent/diagnostics']);
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
  return row === FRAMED_PAGE ? framers : [];
}

/**
 * Whether an answer leaves its window in the hands of whoever opened it. A browser cuts the two apart at the first
 * answer on the way that does not say so: the page itself, and each step of signing in that leads to it. What is handed
 * over goes to pages of ours only: the handing page names our origin.
 */
export function keepsOpener({ path, parameters }: Pick<Target, 'path' | 'parameters'>): boolean {
  if (OPENED_PAGES.has(path) || path === CALLBACK) return true;
  const [next = '', ...more] = parameters.getAll('next');
  return ON_THE_WAY.has(path) && more.length === 0 && OPENED_PAGES.has(next.split('?', 1)[0] ?? '');
}
