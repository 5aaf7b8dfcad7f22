/** The platform's pages: `pageNumber` from 1, `pageSize` of at most 500, and the links to the others. Pure. */
import type { Result } from '../../../lib/result';
import { err, ok } from '../../../lib/result';

export interface Page<T> {
  readonly entities: readonly T[];
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly total: number;
  readonly pageCount: number;
  readonly selfUri: string;
  readonly firstUri: string;
  readonly lastUri: string;
  readonly nextUri?: string;
  readonly previousUri?: string;
}

const DEFAULT_SIZE = 25;
const MAX_SIZE = 500;

/** The page that the query asks for; a page past the last is empty. */
export function readPage<T>(
  items: readonly T[],
  query: URLSearchParams,
  path: string,
): Result<Page<T>, string> {
  const pageNumber = readNumber(query.get('pageNumber'), 1);
  const pageSize = readNumber(query.get('pageSize'), DEFAULT_SIZE);
  if (pageNumber === null) return err('pageNumber must be a whole number from 1');
  if (pageSize === null || pageSize > MAX_SIZE)
    return err(`pageSize must be a whole number from 1 to ${MAX_SIZE}`);
  const pageCount = Math.ceil(items.length / pageSize);
  const uri = (page: number) => {
    const params = new URLSearchParams(query);
    params.set('pageNumber', String(page));
    params.set('pageSize', String(pageSize));
    return `${path}?${params}`;
  };
  return ok({
    entities: items.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
    pageSize,
    pageNumber,
    total: items.length,
    pageCount,
    selfUri: uri(pageNumber),
    firstUri: uri(1),
    lastUri: uri(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: uri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
  });
}

function readNumber(text: string | null, absent: number): number | null {
  if (text === null || text === '') return absent;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return value >= 1 ? value : null;
}
