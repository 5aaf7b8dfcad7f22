/** Figures, boards and their catalogue. Who reaches his own only, a paired screen, sees its own board and no other. */
import type { ServerResponse } from 'node:http';
import type { BoardsResponse } from '../../lib/contracts/api';
import type { Board } from '../../lib/contracts/board';
import { KPI_CATALOGUE } from '../../lib/contracts/kpi';
import type { Limit } from '../../lib/contracts/push';
import type { BoardProvider } from '../boards/board-provider';
import { type KpisQuery, type KpisSource, queryFromBody, queryFromUrl, sendKpis } from './kpis';
import { sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface FigureRoutesOptions extends KpisSource {
  readonly boards: BoardProvider;
  /** The limits in force, shown with the catalogue. */
  readonly limits?: () => readonly Limit[];
}

/** Answers about all queues that are being made at the same time. */
const MAX_WHOLE_ANSWERS = 4;

export function figureRoutes(options: FigureRoutesOptions): readonly Route[] {
  const { boards, limits } = options;
  const kpis = new KpiAnswers(options);
  return [
    {
      method: 'GET',
      path: '/api/v1/kpis',
      answer: ({ response, parameters }) => kpis.answer(response, queryFromUrl(parameters)),
    },
    {
      method: 'POST',
      path: '/api/v1/kpis',
      async answer({ response, json }) {
        const body = await json();
        await kpis.answer(response, body.ok ? queryFromBody(body.value) : body);
      },
    },
    {
      method: 'GET',
      path: '/api/v1/boards',
      answer: (exchange) => sendJson(exchange.response, listed(boards, exchange)),
    },
    { method: 'GET', path: '/api/v1/boards/:id', answer: (exchange) => sendBoard(boards, exchange) },
    {
      method: 'GET',
      path: '/api/v1/catalogue',
      answer: ({ response }) => sendJson(response, { kpis: KPI_CATALOGUE, limits: limits?.() ?? [] }),
    },
  ];
}

function sendBoard(boards: BoardProvider, exchange: Exchange): void {
  const board = boards.board(exchange.ids.get('id') ?? '');
  if (board !== null && maySee(exchange, board)) sendJson(exchange.response, board);
  // The same answer for both: which boards there are is not told.
  else
    sendProblem(exchange.response, { status: 404, code: 'board.unknown', message: 'there is no such board' });
}

/** A screen's board need not be in the list that people choose from. */
function listed(boards: BoardProvider, { reach, as }: Exchange): BoardsResponse {
  const own = as.kind === 'screen' ? boards.board(as.boardId) : null;
  const seen = reach === 'all' ? boards.list() : own === null ? [] : [own];
  return { boards: seen.map(({ id, name }) => ({ id, name })) };
}

function maySee({ reach, as }: Exchange, board: Board): boolean {
  return reach === 'all' || (as.kind === 'screen' && as.boardId === board.id);
}

class KpiAnswers {
  readonly #source: KpisSource;
  #wholeAnswers = 0;

  constructor(source: KpisSource) {
    this.#source = source;
  }

  async answer(response: ServerResponse, query: ReturnType<typeof queryFromBody>): Promise<void> {
    if (!query.ok) sendProblem(response, query.error);
    else if (query.value.queueId !== undefined) await sendKpis(response, query.value, this.#source);
    else await this.#whole(response, query.value);
  }

  async #whole(response: ServerResponse, query: KpisQuery): Promise<void> {
    if (this.#wholeAnswers >= MAX_WHOLE_ANSWERS) {
      const message = 'too many answers about all queues at a time: try again, or ask for one queue';
      sendProblem(response, { status: 503, code: 'busy', message, headers: { 'retry-after': '1' } });
      return;
    }
    this.#wholeAnswers += 1;
    try {
      await sendKpis(response, query, this.#source);
    } finally {
      this.#wholeAnswers -= 1;
    }
  }
}
