/**
 * Looking back over REST: from when to when, a moment, and both as tables for spreadsheets. Made as they are sent; few
 * at a time, since each of them reads much.
 */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Moment, REPLAY_KEPT_MS } from '../../lib/contracts/replay';
import { BYTE_ORDER_MARK, csvHead, csvLines, fileStem } from '../replay/csv';
import type { ReplayDesk } from '../replay/replay-desk';
import type { Clock } from '../runtime/clock';
import { queryIn } from './read-query';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface ReplayRoutesOptions {
  /** `null`: what is kept cannot be read. */
  readonly desk: ReplayDesk | null;
  readonly clock: Pick<Clock, 'after'>;
}

/** Answers that are being made at the same time. */
const MOST_READERS = 4;
const MOST_LINES = 500_000;
/** Who takes nothing for so long is cut off: others are waiting. */
const READS_WITHIN_MS = 15_000;
const CSV = 'text/csv; charset=utf-8; header=present';

const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().max(most));
const time = wholeNumber(Number.MAX_SAFE_INTEGER);
const momentQuery = z.strictObject({ at: time });
const figuresQuery = z.strictObject({
  from: time,
  until: time,
  everySeconds: wholeNumber(24 * 3_600)
    .pipe(z.number().min(5))
    .default(60),
});

const OFF: HttpProblem = { status: 503, code: 'replay.off', message: 'what boards showed is not kept here' };
const BUSY: HttpProblem = {
  ...{ status: 503, code: 'busy', message: 'too many are looking back at a time: try again' },
  headers: { 'retry-after': '1' },
};
const UNKNOWN: HttpProblem = { status: 404, code: 'board.unknown', message: 'there is no such board' };
const NOTHING: HttpProblem = {
  ...{ status: 404, code: 'replay.nothing', message: 'nothing of that time is kept of this board' },
};

type Answer = (desk: ReplayDesk, exchange: Exchange, boardId: string) => Promise<void>;
type Write = (response: ServerResponse, text: string) => Promise<boolean>;

export function replayRoutes({ desk, clock }: ReplayRoutesOptions): readonly Route[] {
  let readers = 0;
  const route = (path: string, answer: Answer): Route => ({
    method: 'GET',
    path,
    async answer(exchange) {
      if (desk === null) return sendProblem(exchange.response, OFF);
      if (readers >= MOST_READERS) return sendProblem(exchange.response, BUSY);
      readers += 1;
      try {
        await answer(desk, exchange, exchange.ids.get('id') ?? '');
      } finally {
        readers -= 1;
      }
    },
  });
  return [
    route('/api/v1/replay/:id', sendSpan),
    route('/api/v1/replay/:id/moment', sendMoment),
    route('/api/v1/replay/:id/moment.csv', sendMomentTable),
    route('/api/v1/replay/:id/figures.csv', sendFigures(patientWrite(clock))),
  ];
}

const sendSpan: Answer = async (desk, { response }, boardId) => {
  const span = await desk.span(boardId);
  if (span === null) sendProblem(response, UNKNOWN);
  else sendJson(response, span);
};

const sendMoment: Answer = async (desk, exchange, boardId) => {
  const found = await momentIn(desk, exchange, boardId);
  if (found !== null) sendJson(exchange.response, found);
};

const sendMomentTable: Answer = async (desk, exchange, boardId) => {
  const found = await momentIn(desk, exchange, boardId);
  if (found === null) return;
  const { board, serverTime } = found.snapshot;
  beginTable(exchange.response, fileStem(boardId, serverTime, board.timeZone));
  exchange.response.end(BYTE_ORDER_MARK + csvHead(board.timeZone) + csvLines(found));
};

/** `null`: it was answered that there is none. */
async function momentIn(
  desk: ReplayDesk,
  { parameters, response }: Exchange,
  boardId: string,
): Promise<Moment | null> {
  const query = queryIn(parameters, momentQuery);
  const found = query.ok ? await desk.moment(boardId, query.value.at) : null;
  if (!query.ok) sendProblem(response, query.error);
  else if (found === null) sendProblem(response, NOTHING);
  return found;
}

const sendFigures =
  (write: Write): Answer =>
  async (desk, { parameters, response }, boardId) => {
    const query = queryIn(parameters, figuresQuery);
    if (!query.ok) return sendProblem(response, query.error);
    const { from, until, everySeconds } = query.value;
    const wish = { from, until, everyMs: everySeconds * 1_000 };
    if (until < from || until - from > REPLAY_KEPT_MS) {
      const message = 'until: not before from, and at most a day after it';
      return sendProblem(response, { status: 400, code: 'query.invalid', message });
    }
    let count = 0;
    for await (const moment of desk.moments(boardId, wish)) {
      const { board, values, serverTime } = moment.snapshot;
      if (count === 0) {
        const problem = tooLong(values.length, wish);
        if (problem !== null) return sendProblem(response, problem);
        beginTable(response, fileStem(boardId, serverTime, board.timeZone));
        response.write(BYTE_ORDER_MARK + csvHead(board.timeZone));
      }
      count += 1;
      if (!(await write(response, csvLines(moment)))) return;
    }
    if (count === 0) sendProblem(response, NOTHING);
    else response.end();
  };

function tooLong(
  figures: number,
  { from, until, everyMs }: { from: number; until: number; everyMs: number },
): HttpProblem | null {
  const moments = Math.floor((until - from) / everyMs) + 1;
  if (moments * figures <= MOST_LINES) return null;
  const most = Math.max(1, Math.floor(MOST_LINES / figures));
  const seconds = Math.floor((until - from) / 1_000 / most) + 1;
  const message = `everySeconds: at least ${seconds} for this span, or a shorter span`;
  return { status: 400, code: 'query.invalid', message };
}

function beginTable(response: ServerResponse, stem: string): void {
  response.writeHead(200, {
    ...SAFE_HEADERS,
    'content-type': CSV,
    'content-disposition': `attachment; filename="${stem}.csv"`,
  });
}

/** Waits for who reads slowly, not for ever; false: he went away, or takes nothing. */
function patientWrite(clock: ReplayRoutesOptions['clock']): Write {
  return async (response, text) => {
    if (response.destroyed) return false;
    if (response.write(text)) return true;
    await new Promise<void>((resolve) => {
      const late = clock.after(READS_WITHIN_MS, () => response.destroy());
      const done = () => {
        late();
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
    return !response.destroyed;
  };
}
