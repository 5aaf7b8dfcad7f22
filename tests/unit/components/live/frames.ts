/** Frames as the server sends them, and a socket that a test plays. */
import type { BoardSocket, SocketEvent } from '../../../../components/live/board-socket';
import type { KeyValueStorage } from '../../../../components/live/picture-store';
import type { Delta, Handshake, Snapshot, ValueChange } from '../../../../lib/contracts/push';
import type { ScreenReport } from '../../../../lib/contracts/screen-report';
import type { Sources } from '../../../../lib/contracts/source';
import { board, page, tiles } from '../board/boards';

const IDLE = { state: 'off', since: 0, message: null, lastHeardAt: null } as const;

export function sources(state: Sources['genesys']['state'] = 'live'): Sources {
  const counts = {
    channels: { live: 1, total: 1 },
    topics: { subscribed: 2, rejected: 0 },
    reconciliation: null,
  };
  return {
    genesys: { state, since: 0, message: null, lastHeardAt: 1_000, ...counts },
    mqtt: IDLE,
    devices: IDLE,
  };
}

export function change(kpi: ValueChange['kpi'], value: number | null, subject = 'all'): ValueChange {
  return { subject, kpi, value, asOf: 1_000, origin: 'live', status: 'normal', stale: false };
}

export function snapshot(some: Partial<Snapshot> = {}): Snapshot {
  return {
    v: 1,
    epoch: 'e1',
    seq: 1,
    serverTime: 1_000_000,
    build: 'build-1',
    board: board([page('now', { tiles: tiles(3) })]),
    subjects: [{ subject: 'all', name: 'All queues', shortName: 'All', timeZone: 'Europe/Berlin' }],
    values: [change('waiting', 3), change('offered', 10)],
    trends: [],
    sources: sources(),
    limits: [{ subject: null, kpi: 'waiting', warning: 5, critical: 9 }],
    ...some,
  };
}

export function delta(seq: number, changes: ValueChange[], some: Partial<Delta> = {}): Delta {
  return { epoch: 'e1', prevSeq: seq - 1, seq, serverTime: 1_000_000 + seq * 250, changes, ...some };
}

/** A socket whose server is the test. */
export class FakeSocket implements BoardSocket {
  readonly handshakes: Handshake[] = [];
  readonly emitted: string[] = [];
  readonly reports: ScreenReport[] = [];
  disconnects = 0;
  readonly #auth: () => Handshake;
  readonly #listeners = new Map<SocketEvent, (payload: unknown) => void>();

  constructor(auth: () => Handshake) {
    this.#auth = auth;
  }

  connect(): void {
    this.handshakes.push(this.#auth());
  }

  disconnect(): void {
    this.disconnects += 1;
  }

  emit(event: 'resync'): void {
    this.emitted.push(event);
  }

  report(report: ScreenReport): void {
    this.reports.push(report);
  }

  on(event: SocketEvent, listener: (payload: unknown) => void): void {
    this.#listeners.set(event, listener);
  }

  /** What the server, or the network, does. */
  play(event: SocketEvent, payload: unknown = null): void {
    this.#listeners.get(event)?.(payload);
  }
}

export class FakeStorage implements KeyValueStorage {
  readonly items = new Map<string, string>();
  /** Refuses to write, as a full or forbidden storage does. */
  isFull = false;

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.isFull) throw new Error('QuotaExceededError');
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
