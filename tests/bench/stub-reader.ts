/** A reader of KPIs that changes what it is told to, so that the push side is measured without the engine. */
import type { Board } from '../../lib/contracts/board';
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import type { SubjectInfo, ValueChange } from '../../lib/contracts/push';
import type { Sources } from '../../lib/contracts/source';
import { type SubjectKey, subjectKey } from '../../lib/ids';
import type { BoardProvider } from '../../server/boards/board-provider';
import type { KpiBatch, KpiReader } from '../../server/kpi/reader';

export interface StubReader extends KpiReader {
  /** Gives these changes to all that subscribed, as a flush of the engine does. */
  publish(changes: readonly ValueChange[]): void;
}

export function createStubReader(queueCount: number): StubReader {
  const infos: SubjectInfo[] = Array.from({ length: queueCount }, (_, index) => ({
    subject: queueSubject(index),
    name: `Customer service ${index}`,
    shortName: `Service ${index}`,
    timeZone: 'UTC',
  }));
  const bySubject = new Map<string, SubjectInfo>(infos.map((info) => [info.subject, info]));
  const listeners = new Set<(batch: KpiBatch) => void>();
  return {
    subjects: () => infos,
    subject: (key) => bySubject.get(key) ?? null,
    value: () => figureOf(7),
    rows: () => [],
    trend: () => [],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    flush() {},
    subscribePoints: () => () => {},
    watchTrend: () => () => {},
    publish(changes) {
      for (const listener of listeners) listener({ at: 0, changes, subjectsChanged: false });
    },
  };
}

export function queueSubject(index: number): SubjectKey {
  return subjectKey('queue', `4d1c4e2f-9a3b-4c56-8d7e-${String(index).padStart(12, '0')}`, null);
}

export function changeOf(subject: SubjectKey, kpi: KpiKey, value: number): ValueChange {
  return { ...figureOf(value), subject, kpi };
}

function figureOf(value: number): KpiValue {
  return { value, asOf: 1_795_165_200_000, origin: 'live', status: 'normal', stale: false };
}

/** A board that shows these queues in a table with these columns. */
export function tableBoard(
  id: string,
  subjects: readonly SubjectKey[] | 'queues',
  columns: KpiKey[],
  cadenceMs: number,
): Board {
  const table = { id: 'table', subjects: subjects === 'queues' ? subjects : [...subjects], columns };
  return {
    id,
    name: `Board ${id}`,
    timeZone: 'UTC',
    cadenceMs,
    screen: { diagonalInches: 55, distanceMetres: 5 },
    strip: [],
    pages: [{ id: 'page', title: 'Queues', seconds: 20, tiles: [], table, trends: [] }],
  };
}

export function boardsOf(boards: readonly Board[]): BoardProvider {
  const byId = new Map(boards.map((board) => [board.id, board]));
  return { board: (id) => byId.get(id) ?? null, list: () => boards, subscribe: () => () => {} };
}

const OFF = { state: 'off', since: 0, message: null, lastHeardAt: null } as const;
export const QUIET_SOURCES: Sources = {
  genesys: {
    ...OFF,
    state: 'live',
    channels: { live: 20, total: 20 },
    topics: { subscribed: 20_000, rejected: 0 },
    reconciliation: null,
  },
  mqtt: OFF,
  devices: OFF,
};
