/**
 * The figures of queues as JSON. The answer can be some 60,000 rows long: it is made queue by queue and goes out as
 * fast as the reader takes it, so that it neither fills the memory nor keeps the process from its screens; and only a
 * few such answers are made at a time.
 */
import type { ServerResponse } from 'node:http';
import { type KpisResponse, kpisQuerySchema } from '../../lib/contracts/api';
import type { Sources } from '../../lib/contracts/source';
import { parseSubject } from '../../lib/ids';
import type { Result } from '../../lib/result';
import type { KpiReader, QueueRow } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import { checkQuery, queryIn } from './read-query';
import { type HttpProblem, SAFE_HEADERS } from './reply';

export interface KpisQuery {
  readonly queueId?: string | undefined;
  readonly mediaType?: string | undefined;
}

const strictQuery = kpisQuerySchema.strict();
/** Queues whose rows are written at once, before other work gets its turn. */
const QUEUES_AT_ONCE = 50;
const READER_TIMEOUT_MS = 30_000;

/** From the URL's parameters. */
export function queryFromUrl(parameters: URLSearchParams): Result<KpisQuery, HttpProblem> {
  return queryIn(parameters, strictQuery);
}

/** From a JSON body, or whatever else came. */
export function queryFromBody(content: unknown): Result<KpisQuery, HttpProblem> {
  return checkQuery(content, strictQuery);
}

export interface KpisSource {
  readonly reader: KpiReader;
  readonly sources: () => Sources;
  readonly clock: Clock;
}

/** Writes the whole answer; resolves when it is written or the reader went away. */
export async function sendKpis(
  response: ServerResponse,
  query: KpisQuery,
  source: KpisSource,
): Promise<void> {
  response.writeHead(200, { ...SAFE_HEADERS, 'content-type': 'application/json; charset=utf-8' });
  const head = JSON.stringify({ serverTime: source.clock.now(), sources: source.sources() });
  response.write(`${head.slice(0, -1)},"queues":[`);
  let separator = '';
  for (const text of rowTexts(source.reader, query)) {
    if (text !== '') {
      response.write(separator + text);
      separator = ',';
    }
    await turn(response, source.clock);
    if (response.destroyed) return;
  }
  response.end(']}');
}

/** The rows of some queues at a time, as JSON without the brackets. */
function* rowTexts(reader: KpiReader, query: KpisQuery): Iterable<string> {
  const ids = query.queueId === undefined ? queueIds(reader) : [query.queueId];
  for (let from = 0; from < ids.length; from += QUEUES_AT_ONCE) {
    const rows = ids.slice(from, from + QUEUES_AT_ONCE).flatMap((id) => reader.rows(id));
    yield rows
      .filter((row) => isAsked(row, query))
      .map((row) => JSON.stringify(toWire(row)))
      .join(',');
  }
}

function queueIds(reader: KpiReader): string[] {
  return reader.subjects().flatMap((info) => {
    const subject = parseSubject(info.subject);
    return subject?.kind === 'queue' && subject.mediaType === null ? [subject.id] : [];
  });
}

function isAsked(row: QueueRow, { mediaType }: KpisQuery): boolean {
  if (mediaType === undefined) return true;
  return row.mediaType === (mediaType === 'all' ? null : mediaType);
}

function toWire(row: QueueRow): KpisResponse['queues'][number] {
  const { queueId, name, mediaType, values } = row;
  // The keys are the catalogue's, none from outside.
  return { queueId, name, mediaType, values: Object.fromEntries(values) };
}

/** Until the reader has taken what was written, and others have had their turn; a reader that takes nothing is cut. */
function turn(response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed || !response.writableNeedDrain) {
      setImmediate(resolve);
      return;
    }
    const cancel = clock.after(READER_TIMEOUT_MS, () => response.destroy());
    const done = () => {
      cancel();
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
