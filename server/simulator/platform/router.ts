/** Matches a method and a path against a table of routes; `:name` takes one segment. Pure. */
import type { Reply } from './error-body';
import type { Token } from './tokens';

/** One authenticated API call. */
export interface ApiCall {
  readonly token: Token;
  /** Segments taken by `:name`, by name. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; `undefined` where there was none. */
  readonly body: unknown;
  /** Epoch ms. */
  readonly now: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly path: string;
  /** A permission that the client needs; absent: none. */
  readonly permission?: string;
  handle(call: ApiCall): Reply;
}

export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly params: ReadonlyMap<string, string> }
  | { readonly kind: 'wrongMethod'; readonly allowed: readonly string[] }
  | { readonly kind: 'nothing' };

export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const segments = path.split('/').filter((segment) => segment !== '');
  const allowed: string[] = [];
  for (const route of routes) {
    const params = matchPath(route.path, segments);
    if (params === null) continue;
    if (route.method === method) return { kind: 'route', route, params };
    allowed.push(route.method);
  }
  return allowed.length > 0 ? { kind: 'wrongMethod', allowed } : { kind: 'nothing' };
}

function matchPath(pattern: string, segments: readonly string[]): ReadonlyMap<string, string> | null {
  const wanted = pattern.split('/').filter((segment) => segment !== '');
  if (wanted.length !== segments.length) return null;
  const params = new Map<string, string>();
  for (const [at, want] of wanted.entries()) {
    const got = segments[at] ?? '';
    if (want.startsWith(':')) params.set(want.slice(1), got);
    else if (want !== got) return null;
  }
  return params;
}
