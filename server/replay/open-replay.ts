/**
 * The room of what boards showed, composed. Where its store cannot be opened nothing is recorded and nothing can be
 * looked back at: it is said once, and all else goes on.
 */
import type { TrendPoint } from '../../lib/contracts/push';
import { REPLAY_KEPT_MS } from '../../lib/contracts/replay';
import { messageOf } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { ReplayStore } from '../store/replay-ports';
import type { KeepingRules } from './chain-list';
import { ChainShelf } from './chain-shelf';
import { MINUTES_KEPT_MS } from './kept-minutes';
import { LookBack } from './look-back';
import { Recorder, type RecorderOptions } from './recorder';
import type { ReplayDesk } from './replay-desk';

export const KEEPING_RULES: KeepingRules = {
  keptMs: REPLAY_KEPT_MS,
  boardBytes: 64_000_000,
  totalBytes: 512_000_000,
};

export interface ReplayRoomOptions
  extends Pick<RecorderOptions, 'boards' | 'isStored' | 'takeSeat' | 'subscribePoints' | 'clock'> {
  readonly metrics: Metrics;
}

export interface ReplayRoom {
  readonly desk: ReplayDesk;
  start(): void;
  stop(): Promise<void>;
}

/** What was kept before this start; opened before the figures, which get their minutes back from it. */
export interface KeptPast {
  /** Minutes of trends, by trend and then by time. */
  readonly points: readonly TrendPoint[];
  /** Begins to keep; once. */
  open(options: ReplayRoomOptions): ReplayRoom;
  /** After the room was stopped; more than once does nothing. */
  close(): Promise<void>;
}

export interface KeptPastOptions {
  readonly openStore: () => ReplayStore;
  readonly now: number;
  readonly log: Log;
  readonly rules?: KeepingRules;
}

/** `null`: it cannot be read; the log says why. Never rejects. */
export async function readKeptPast(options: KeptPastOptions): Promise<KeptPast | null> {
  const { openStore, now, log, rules = KEEPING_RULES } = options;
  let store: ReplayStore | null = null;
  try {
    const opened = openStore();
    store = opened;
    const shelf = new ChainShelf(rules);
    shelf.fill(await opened.chains());
    const points = await opened.points(now - MINUTES_KEPT_MS);
    return {
      points,
      open: (room) => openRoom(opened, shelf, { ...room, log }),
      close: () => opened.close(),
    };
  } catch (thrown) {
    // A damaged file, a full disk: whatever is wrong with it concerns looking back alone.
    log.error('what boards show is not recorded: its store cannot be opened', { reason: messageOf(thrown) });
    await store?.close();
    return null;
  }
}

function openRoom(
  store: ReplayStore,
  shelf: ChainShelf,
  options: ReplayRoomOptions & { readonly log: Log },
): ReplayRoom {
  const { metrics, ...rest } = options;
  const recorder = new Recorder({ ...rest, store, shelf });
  metrics.gaugeFrom('floorcast_replay_boards', 'Boards that are recorded now', () => recorder.boardsCount);
  metrics.gaugeFrom('floorcast_replay_bytes', 'Bytes kept for looking back', () => shelf.bytes);
  metrics.gaugeFrom('floorcast_replay_stopped', '1 while the store of it fails', () =>
    recorder.stoppedAt === null ? 0 : 1,
  );
  return {
    desk: new LookBack({ ...rest, store, shelf, recorder }),
    start: () => recorder.start(),
    stop: () => recorder.stop(),
  };
}
