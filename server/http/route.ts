/**
 * What a route of the REST API is, and what it is handed: by then the caller is known and may. Every route needs its
 * row in `access/access-table.ts`: the handler refuses to start with one that has none.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Result } from '../../lib/result';
import type { Reach } from '../access/access-table';
import type { Identity, Principal } from '../access/principal';
import type { HttpProblem } from './reply';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: URLSearchParams;
  /** The parts of the path that the pattern names with `:`. */
  readonly ids: ReadonlyMap<string, string>;
  /** As whom it was let in, and how far he reaches. */
  readonly as: Principal;
  readonly reach: Reach;
  readonly identity: Identity;
  /** The client's address, seen through trusted proxies. */
  readonly address: string;
  /** The body as JSON, bounded in size and time; a problem too where the caller may no more once it is there. */
  json(): Promise<Result<unknown, HttpProblem>>;
  /** The body as a form, in the same way; a field that is given twice is a problem. */
  form(): Promise<Result<ReadonlyMap<string, string>, HttpProblem>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/api/v1/boards/:id`; a named part stands for one part of a path that is not empty. */
  readonly path: string;
  /** How often one client may ask: `heavy` for what guesses or makes secrets, `free` for probes, else `plain`. */
  readonly pace?: 'plain' | 'heavy' | 'free';
  /** Also under names that are not the server's, as probes come by address; absent: under its own only. */
  readonly anyName?: 'always' | 'with-token';
  /** The most that a body may have; absent: 64 kB. */
  readonly bodyBytes?: number;
  answer(exchange: Exchange): void | Promise<void>;
}
