/**
 * Announcements over REST: those that hold and those to come; writing one; taking one back. Recorded before they are
 * done; open screens follow at once.
 */
import {
  type Announcement,
  type AnnouncementsResponse,
  type NewAnnouncement,
  newAnnouncementSchema,
} from '../../lib/contracts/announcement';
import { nameOf } from '../access/principal';
import { doerOf, recordFirst } from '../access/session-audit';
import type { AnnouncementDesk, RecordFirst, WriteProblem } from '../announcements/desk';
import type { AuditLog } from '../audit/audit-log';
import type { Clock } from '../runtime/clock';
import { orAuditProblem } from './audit-problem';
import { wishIn } from './read-wish';
import { type HttpProblem, SAFE_HEADERS, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface AnnouncementRoutesOptions {
  readonly desk: AnnouncementDesk;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly boardExists: (boardId: string) => boolean;
}

const PROBLEMS: Readonly<Record<WriteProblem, HttpProblem>> = {
  over: { status: 400, code: 'announcement.over', message: 'it would be over already' },
  full: {
    status: 409,
    code: 'announcements.full',
    message: 'there are as many announcements as there may be',
  },
};
const UNKNOWN: HttpProblem = {
  status: 404,
  code: 'announcement.unknown',
  message: 'there is no such announcement',
};
const NO_BOARD: HttpProblem = { status: 404, code: 'board.unknown', message: 'there is no such board' };

export function announcementRoutes(options: AnnouncementRoutesOptions): readonly Route[] {
  const [all, one] = ['/api/v1/announcements', '/api/v1/announcements/:id'];
  return [
    { method: 'GET', path: all, answer: ({ response }) => sendJson(response, listed(options)) },
    { method: 'POST', path: all, answer: (exchange) => write(options, exchange) },
    { method: 'DELETE', path: one, answer: (exchange) => takeBack(options, exchange) },
  ];
}

function listed({ desk, clock }: AnnouncementRoutesOptions): AnnouncementsResponse {
  return { serverTime: clock.now(), announcements: [...desk.list()] };
}

async function write(options: AnnouncementRoutesOptions, exchange: Exchange): Promise<void> {
  const wish = await wishIn<NewAnnouncement>(exchange, newAnnouncementSchema);
  if (wish === null) return;
  const { response, as } = exchange;
  if (wish.boardIds?.some((id) => !options.boardExists(id))) return sendProblem(response, NO_BOARD);
  await orAuditProblem(response, async () => {
    const record = recording('announcement.written', options, exchange);
    const written = await options.desk.write(wish, nameOf(as), record);
    if (written.ok) sendJson(response, written.value, 201);
    else sendProblem(response, PROBLEMS[written.error]);
  });
}

async function takeBack(options: AnnouncementRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, ids } = exchange;
  await orAuditProblem(response, async () => {
    const record = recording('announcement.taken-back', options, exchange);
    const isTaken = await options.desk.takeBack(ids.get('id') ?? '', record);
    if (isTaken) response.writeHead(204, SAFE_HEADERS).end();
    else sendProblem(response, UNKNOWN);
  });
}

/** With its words: who told the floor what is what somebody will ask. */
function recording(
  action: string,
  { audit }: AnnouncementRoutesOptions,
  { as, address }: Exchange,
): RecordFirst {
  return ({ id, text, priority, from, until, boardIds }: Announcement) =>
    recordFirst(audit, doerOf(as, address), {
      action,
      subject: `announcement:${id}`,
      details: [
        ['priority', priority],
        ['text', text],
        ['from', from],
        ['until', until],
        ['boards', boardIds === null ? 'all' : boardIds.length],
      ],
    });
}
