/**
 * The part of the composition root that puts the figures together: boards as they are, the engine of queues, that of
 * devices, and one reader over both. Nothing is started here.
 */
import type { TrendPoint } from '../../lib/contracts/push';
import type { Settings } from '../../lib/contracts/settings';
import type { SubjectKey } from '../../lib/ids';
import { type Boards, createBoards, paceOf } from '../boards/boards';
import { DeviceEngine } from '../kpi/devices/device-engine';
import { KpiEngine } from '../kpi/engine';
import type { KpiEvent } from '../kpi/events';
import { joinReaders } from '../kpi/joined-reader';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Zones } from '../zones';

export interface FiguresOptions {
  readonly settings: Settings;
  /** Which sources there are, and the zone of boards that are made from queues. */
  readonly sourcesHere: {
    readonly timeZone: string;
    readonly hasDevices: boolean;
    readonly hasSessions: boolean;
  };
  /** Minutes of trends from before this start. */
  readonly keptPoints: readonly TrendPoint[];
  readonly zones: Zones;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Figures {
  readonly boards: Boards;
  readonly engine: KpiEngine;
  readonly deviceFigures: DeviceEngine;
  readonly reader: KpiReader;
  /** Where the platform's events go. */
  readonly sink: (event: KpiEvent) => void;
}

export function openFigures(options: FiguresOptions): Figures {
  const { settings, sourcesHere, keptPoints, zones, clock, log, metrics } = options;
  const { boards: stored, madeBoards: besideMade = false } = settings;
  const boards = createBoards({ stored, besideMade, ...sourcesHere });
  const common = {
    clock,
    log,
    settings: { ...settings, ...zones },
    keptPoints,
    flushIntervalMs: paceOf(boards),
  };
  const engine = new KpiEngine({ ...common, metrics });
  const deviceFigures = new DeviceEngine({
    ...common,
    membersOf: (subject) => engine.membersOf(subject),
    // The reader's own keys.
    subjects: () => reader.subjects().map((info) => info.subject as SubjectKey),
  });
  const reader = joinReaders(engine, deviceFigures, zones.timeZone);
  const sink = (event: KpiEvent) => {
    if (event.kind === 'queuesListed') {
      zones.queuesListed(event.queues);
      boards.queuesListed(event.queues);
    }
    engine.sink(event);
  };
  return { boards, engine, deviceFigures, reader, sink };
}
