/** What a new board begins with. Pure: the same wish gives the same board. */
import type { Board, BoardPage } from '../../lib/contracts/board';
import type { TEMPLATES } from '../../lib/contracts/board-desk';
import { ALL_QUEUES, parseSubject, type SubjectKey, subjectKey } from '../../lib/ids';
import { err, ok, type Result } from '../../lib/result';
import {
  COLUMNS,
  DEFAULT_CADENCE_MS,
  DEVICE_COLUMNS,
  devicesPage,
  MAX_TABLE_SUBJECTS,
  nowPage,
  PAGE_SECONDS,
  queuesPage,
  SCREEN,
  sessionsPage,
  stripOf,
  todayPage,
} from './default-board';

export interface TemplateWish {
  readonly template: (typeof TEMPLATES)[number];
  /** Absent: all queues. */
  readonly subject?: string | undefined;
}

export interface TemplateGround {
  readonly timeZone: string;
  readonly hasDevices: boolean;
  readonly hasSessions: boolean;
  /** The queues of a group or a division; `null`: no such subject. */
  readonly queueIdsOf: (subject: SubjectKey) => readonly string[] | null;
}

/** Or what is wrong with the wish. */
export function templateBoard(
  place: Pick<Board, 'id' | 'name'>,
  wish: TemplateWish,
  ground: TemplateGround,
): Result<Board, readonly string[]> {
  const { template, subject = ALL_QUEUES } = wish;
  const parsed = parseSubject(subject);
  if (parsed === null || parsed.kind === 'site') return err(['from.subject: not a subject of queues']);
  if (template === 'one-queue' && parsed.kind !== 'queue') return err(['from.subject: the queue is missing']);
  const { timeZone } = ground;
  return ok({
    ...place,
    timeZone,
    cadenceMs: DEFAULT_CADENCE_MS,
    screen: SCREEN,
    strip: template === 'empty' ? [] : stripOf(subject),
    pages: pagesOf(template, subject, ground),
  });
}

function pagesOf(template: TemplateWish['template'], subject: string, ground: TemplateGround): BoardPage[] {
  const { hasDevices, hasSessions } = ground;
  const columns = hasDevices ? [...COLUMNS, ...DEVICE_COLUMNS] : COLUMNS;
  switch (template) {
    case 'floor':
      return [nowPage(subject), queuesPage(tableSubjects(subject, ground), columns), todayPage(subject)];
    case 'one-queue':
      return [nowPage(subject), todayPage(subject)];
    case 'devices':
      return [
        { ...devicesPage(subject), alerts: { id: 'alerts' } },
        { ...blankPage('sites', 'Sites'), devices: { id: 'sites' } },
        ...(hasSessions ? [sessionsPage(subject)] : []),
      ];
    case 'empty':
      return [blankPage('page-1', 'Page 1')];
  }
}

function blankPage(id: string, title: string): BoardPage {
  return { id, title, seconds: PAGE_SECONDS, tiles: [], table: null, trends: [] };
}

function tableSubjects(subject: string, { queueIdsOf }: TemplateGround): 'queues' | string[] {
  if (subject === ALL_QUEUES) return 'queues';
  // It was read as one just now.
  const ids = queueIdsOf(subject as SubjectKey) ?? [];
  return ids.slice(0, MAX_TABLE_SUBJECTS).map((id) => subjectKey('queue', id));
}
