/**
 * The desk of boards over REST: drafts, versions, files and templates; thresholds and queue groups, which hold on all
 * boards. Every change is recorded before it is made, in the name of who asks.
 */
import { z } from 'zod';
import {
  type BoardEdit,
  type BoardListResponse,
  newBoardSchema,
  publishSchema,
  queueGroupsSchema,
  restoreSchema,
  type SubjectsResponse,
  saveDraftSchema,
  thresholdsSchema,
} from '../../lib/contracts/board-desk';
import { parseSubject } from '../../lib/ids';
import type { Result } from '../../lib/result';
import { nameOf } from '../access/principal';
import { doerOf, recordFirst } from '../access/session-audit';
import type { AuditLog } from '../audit/audit-log';
import type { BoardDesk, DeskProblem, Edit, Editor, SettingsDesk } from '../boards/board-desk';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import { orAuditProblem } from './audit-problem';
import { NO_BOARD, sendDeskProblem } from './board-desk-problem';
import { queryIn } from './read-query';
import { wishIn } from './read-wish';
import { SAFE_HEADERS, sendJson, sendProblem, sendText } from './reply';
import type { Exchange, Route } from './route';

export interface BoardDeskRoutesOptions {
  readonly boards: BoardDesk;
  readonly settings: SettingsDesk;
  readonly reader: Pick<KpiReader, 'subjects'>;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

/** Twelve tables of 2,000 queues each, or all groups of 20,000 queues, and some. */
export const LARGE_BODY_BYTES = 2 * 1024 * 1024;

const numeric = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const revisionQuery = z.strictObject({ revision: numeric });
const seenQuery = z.strictObject({ version: numeric, revision: numeric });
const fileQuery = z.strictObject({ version: numeric.optional() });

export function boardDeskRoutes(options: BoardDeskRoutesOptions): readonly Route[] {
  const desk = new BoardDeskAnswers(options);
  const [all, one] = ['/api/v1/board-desk', '/api/v1/board-desk/:id'];
  const draft = `${one}/draft`;
  const get = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, answer });
  const post = (path: string, answer: Route['answer']): Route => ({
    ...{ method: 'POST', path, answer, bodyBytes: LARGE_BODY_BYTES },
  });
  const remove = (path: string, answer: Route['answer']): Route => ({ method: 'DELETE', path, answer });
  return [
    get(all, (exchange) => desk.list(exchange)),
    post(all, (exchange) => desk.create(exchange)),
    get(`${all}/subjects`, (exchange) => desk.subjects(exchange)),
    get(one, (exchange) => desk.show(exchange)),
    remove(one, (exchange) => desk.remove(exchange)),
    get(`${one}/file`, (exchange) => desk.file(exchange)),
    post(draft, (exchange) => desk.saveDraft(exchange)),
    remove(draft, (exchange) => desk.discardDraft(exchange)),
    post(`${one}/publish`, (exchange) => desk.publish(exchange)),
    post(`${one}/restore`, (exchange) => desk.restore(exchange)),
    get('/api/v1/thresholds', async ({ response }) =>
      sendJson(response, await options.settings.thresholds()),
    ),
    post('/api/v1/thresholds', (exchange) => desk.setThresholds(exchange)),
    get('/api/v1/queue-groups', async ({ response }) =>
      sendJson(response, await options.settings.queueGroups()),
    ),
    post('/api/v1/queue-groups', (exchange) => desk.setQueueGroups(exchange)),
  ];
}

class BoardDeskAnswers {
  readonly #options: BoardDeskRoutesOptions;

  constructor(options: BoardDeskRoutesOptions) {
    this.#options = options;
  }

  async list({ response }: Exchange): Promise<void> {
    const boards = [...(await this.#options.boards.list())];
    sendJson(response, { serverTime: this.#options.clock.now(), boards } satisfies BoardListResponse);
  }

  subjects({ response }: Exchange): void {
    const subjects = this.#options.reader.subjects().flatMap(({ subject, name }) => {
      const kind = parseSubject(subject)?.kind;
      return kind === undefined || kind === 'site' ? [] : [{ subject, name, kind }];
    });
    sendJson(response, { subjects } satisfies SubjectsResponse);
  }

  async show({ response, ids }: Exchange): Promise<void> {
    const edit = await this.#options.boards.find(ids.get('id') ?? '');
    if (edit === null) sendProblem(response, NO_BOARD);
    else this.#sendEdit(response, edit);
  }

  async file({ response, ids, parameters }: Exchange): Promise<void> {
    const query = queryIn(parameters, fileQuery);
    if (!query.ok) return sendProblem(response, query.error);
    const board = await this.#options.boards.file(ids.get('id') ?? '', query.value.version ?? null);
    if (board === null) return sendProblem(response, NO_BOARD);
    sendText(response, {
      type: 'application/json; charset=utf-8',
      body: `${JSON.stringify(board, null, 2)}\n`,
      // Ids of boards are letters, digits, - and _.
      headers: { 'content-disposition': `attachment; filename="board-${board.id}.json"` },
    });
  }

  async create(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, newBoardSchema);
    if (wish !== null) await this.#edit(exchange, (by) => this.#options.boards.create(wish, by), 201);
  }

  async saveDraft(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, saveDraftSchema);
    if (wish !== null) await this.#edit(exchange, (by, id) => this.#options.boards.saveDraft(id, wish, by));
  }

  async publish(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, publishSchema);
    if (wish !== null) await this.#edit(exchange, (by, id) => this.#options.boards.publish(id, wish, by));
  }

  async restore(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, restoreSchema);
    if (wish !== null) await this.#edit(exchange, (by, id) => this.#options.boards.restore(id, wish, by));
  }

  async discardDraft(exchange: Exchange): Promise<void> {
    const query = queryIn(exchange.parameters, revisionQuery);
    if (!query.ok) return sendProblem(exchange.response, query.error);
    const { revision } = query.value;
    await this.#edit(exchange, (by, id) => this.#options.boards.discardDraft(id, revision, by));
  }

  async remove(exchange: Exchange): Promise<void> {
    const query = queryIn(exchange.parameters, seenQuery);
    if (!query.ok) return sendProblem(exchange.response, query.error);
    const seen = query.value;
    await this.#edit(exchange, (by, id) => this.#options.boards.remove(id, seen, by));
  }

  async setThresholds(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, thresholdsSchema);
    if (wish !== null) await this.#set(exchange, (by) => this.#options.settings.setThresholds(wish, by));
  }

  async setQueueGroups(exchange: Exchange): Promise<void> {
    const wish = await wishIn(exchange, queueGroupsSchema);
    if (wish !== null) await this.#set(exchange, (by) => this.#options.settings.setQueueGroups(wish, by));
  }

  #edit(
    exchange: Exchange,
    work: (by: Editor, id: string) => Promise<Result<Edit | null, DeskProblem>>,
    status = 200,
  ): Promise<void> {
    const { response, ids } = exchange;
    return orAuditProblem(response, async () => {
      const done = await work(this.#editorOf(exchange), ids.get('id') ?? '');
      if (!done.ok) sendDeskProblem(response, done.error);
      else if (done.value === null) response.writeHead(204, SAFE_HEADERS).end();
      else this.#sendEdit(response, done.value, status);
    });
  }

  #set(exchange: Exchange, work: (by: Editor) => Promise<Result<unknown, DeskProblem>>): Promise<void> {
    const { response } = exchange;
    return orAuditProblem(response, async () => {
      const done = await work(this.#editorOf(exchange));
      if (done.ok) sendJson(response, done.value);
      else sendDeskProblem(response, done.error, 'settings');
    });
  }

  #sendEdit(response: Exchange['response'], edit: Edit, status = 200): void {
    sendJson(response, { serverTime: this.#options.clock.now(), ...edit } satisfies BoardEdit, status);
  }

  #editorOf({ as, address }: Exchange): Editor {
    const { audit } = this.#options;
    return {
      name: nameOf(as),
      record: (deed) => recordFirst(audit, doerOf(as, address), deed),
    };
  }
}
