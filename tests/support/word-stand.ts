/** Walls and desks with broad figures, some of them past their limits, for tests of words: queues with German names. */
import type { Board } from '../../lib/contracts/board';
import { KPI_KEYS, kpiDefinition } from '../../lib/contracts/kpi';
import { defaultBoards, everyQueueBoard } from '../../server/boards/default-board';
import { change } from './fake-kpi-reader';
import { openPages, type PageStand } from './page-stand';
import { FakeBoards } from './push-boards';

/** Of the queues. */
export const QUEUE_NAMES = [
  'Waschen',
  'Kühlen Gewährleistung',
  'Ersatzteile',
  'Reklamation',
  'Privatkunden',
  'Vertragsverlängerung',
];
const SUBJECTS = ['all', ...QUEUE_NAMES.map((_, index) => `queue:q${index}`)];
const OPTIONS = { timeZone: 'Europe/Berlin', hasDevices: true, hasSessions: true };

export interface WordStand {
  readonly pages: PageStand;
  /** The board that all of them show, published like this. */
  publish(more: Partial<Board>): void;
}

/** Of the last of its queues the day begins elsewhere. */
export async function openWordStand(): Promise<WordStand> {
  const boards = new FakeBoards(boardsWith({}));
  const ofBoard = (id: string) => boards.board(id)?.locale ?? null;
  const pages = await openPages({ boards, subjects: SUBJECTS, locales: { usual: 'en', ofBoard } });
  QUEUE_NAMES.forEach((name, index) => {
    const timeZone = index === QUEUE_NAMES.length - 1 ? 'UTC' : OPTIONS.timeZone;
    pages.reader.name(`queue:q${index}`, { name, shortName: name, timeZone });
  });
  pages.reader.name('all', { name: 'All queues', shortName: 'All queues', timeZone: OPTIONS.timeZone });
  pages.reader.announce(SUBJECTS.flatMap(figuresOf));
  return { pages, publish: (more) => boards.set(boardsWith(more)) };
}

function boardsWith(more: Partial<Board>): readonly Board[] {
  const made = defaultBoards([], OPTIONS).map((board) => ({ ...board, ...more }));
  return [...made, everyQueueBoard(OPTIONS)];
}

/** Of each figure a broad one. */
function figuresOf(subject: string, index: number) {
  return KPI_KEYS.map((kpi, at) => {
    const isCritical = index % 5 === 2 || (index + at) % 5 === 2;
    return change(subject, kpi, figureOf(kpi), {
      status: isCritical ? 'critical' : 'normal',
      asOf: Date.now(),
    });
  });
}

function figureOf(kpi: string): number {
  switch (kpiDefinition(kpi)?.unit) {
    case 'ratio':
      return 0.815;
    case 'ms':
      return 753_000;
    case 'epochMs':
      return Date.now() - 1_812_000;
    default:
      return 1_234;
  }
}
