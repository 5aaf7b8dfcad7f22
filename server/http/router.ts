/**
 * Finds the routes of a path. Made once from all routes; refuses two that answer the same, and one that has no row in
 * the table of who may do what.
 */
import { rowOf } from '../access/decide';
import { byOpenness, matchParts, patternParts } from './pattern-match';
import type { Route } from './route';

export interface Match {
  /** As the access table writes it. */
  readonly pattern: string;
  readonly methods: ReadonlyMap<string, Route>;
  readonly ids: ReadonlyMap<string, string>;
}

/** `null`: no route at this path, whatever the method. */
export type Router = (parts: readonly string[]) => Match | null;

interface Entry {
  readonly pattern: string;
  readonly parts: readonly string[];
  readonly methods: Map<string, Route>;
}

const NAMED = /:[^/]+/g;
const PATTERN = /^\/(?:(?::[A-Za-z]+|[A-Za-z0-9._-]+)(?:\/|$))*(?<!.\/)$/;

/** Throws where a route has no row, is there twice, or its pattern is none. */
export function createRouter(routes: readonly Route[]): Router {
  const entries = new Map<string, Entry>();
  for (const route of routes) add(entries, route);
  const ordered = [...entries.values()].sort((a, b) => byOpenness(a.parts, b.parts));
  return (parts) => {
    for (const { pattern, parts: expected, methods } of ordered) {
      const ids = matchParts(expected, parts);
      if (ids !== null) return { pattern, methods, ids };
    }
    return null;
  };
}

function add(entries: Map<string, Entry>, route: Route): void {
  const { method, path } = route;
  const target = `${method} ${path}`;
  if (!PATTERN.test(path)) throw new Error(`the route ${target} has no proper path`);
  if (rowOf(target) === null) throw new Error(`the route ${target} has no row in the access table`);
  // What the named parts are called makes no difference to which paths match.
  const shape = path.replaceAll(NAMED, ':');
  const entry = entries.get(shape) ?? { pattern: path, parts: patternParts(path), methods: new Map() };
  if (entry.pattern !== path || entry.methods.has(method))
    throw new Error(`the route ${target} is there twice`);
  entry.methods.set(method, route);
  entries.set(shape, entry);
}

/** What `Allow` says of the methods of a path. */
export function allowedMethods(methods: Iterable<string>): string {
  return [...methods].flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ');
}
