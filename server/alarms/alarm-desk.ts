/**
 * Alarms, put together. A round takes in what was seen, works out what each board is told, what
 * webhooks are owed, and stores what must outlive a restart. What people do holds at once. A round that fails is told
 * of, and the next one tries again.
 */
import type { Alarm, SaveWebhooks, Shelf, ShelveWish, WebhooksResponse } from '../../lib/contracts/alarm';
import { err, ok, type Result } from '../../lib/result';
import type { AlertDesk } from '../alerts/desk';
import type { BoardProvider } from '../boards/board-provider';
import type { KpiReader } from '../kpi/reader';
import type { Clock } from '../runtime/clock';
import type { Log } from '../runtime/log';
import type { Random } from '../runtime/random';
import { Trouble } from '../runtime/trouble';
import { deleteShelf, putShelf, putState, putWebhooks, type StoredAlarms } from '../store/alarm-documents';
import type { DocumentStore, Write } from '../store/ports';
import { groupOfKey } from './alarm-book';
import { type Moment, restoredFloor, storedFloor, storedStanding } from './alarm-state';
import { FLOOD_KEY } from './board-floor';
import type { AlarmsContent } from './board-list';
import type { SendCall } from './call-sender';
import type {
  Acknowledging,
  AlarmDesk,
  CountedAlarms,
  RecordFirst,
  ShelfProblem,
  Unsubscribe,
  WebhookChange,
  WebhookProblem,
} from './desk';
import { DEVICES_AFTER_MS, FloorWatch } from './floor-watch';
import { KeptWrites } from './kept-writes';
import { Orphans } from './orphans';
import type { CallSight } from './owed-calls';
import { Rounds } from './rounds';
import { ShelfBook } from './shelf-book';
import { Webhooks } from './webhooks';

/** Something is looked after also when nothing happens: shelves, orphans, boards that nobody looks at. */
const UPKEEP_MS = 30_000;

const NOTHING_KNOWN: AlarmsContent = {
  ...{ alarms: [], more: 0, shelved: 0, flood: null, interruption: null, interruptions: 0 },
};

export interface AlarmFloorOptions {
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  /** `null`: there are no devices here. */
  readonly alerts: Pick<
    AlertDesk,
    'groups' | 'knownFaults' | 'subscribe' | 'subscribeGroups' | 'acknowledge'
  > | null;
  readonly store: DocumentStore;
  readonly send: SendCall;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class AlarmFloor implements AlarmDesk {
  readonly watch: FloorWatch;
  readonly hooks: Webhooks;
  readonly shelved = new ShelfBook();
  /** How often an alarm began to interrupt a board, by its id. */
  readonly interrupted = new Map<string, number>();
  readonly #options: AlarmFloorOptions;
  readonly #trouble: Trouble;
  readonly #rounds: Rounds;
  readonly #writes: KeptWrites;
  readonly #listeners = new Set<() => void>();
  readonly #orphans = new Orphans();
  #stops: Unsubscribe[] = [];
  #areBoardsOther = false;
  #storedRevision = -1;

  constructor(options: AlarmFloorOptions) {
    this.#options = options;
    this.#trouble = new Trouble('alarms could not be worked out or stored', options.clock, options.log);
    this.#writes = new KeptWrites(options.store, (thrown) => this.#trouble.note(thrown));
    this.#rounds = new Rounds(options.clock, (now) => this.#round(now));
    this.watch = new FloorWatch({
      ...options,
      isShelved: (key) => this.shelved.has(key),
      ask: () => this.#rounds.ask(),
    });
    this.hooks = new Webhooks({
      ...options,
      board: (id) => options.boards.board(id),
      write: (writes) => void this.#writes.write(writes),
    });
  }

  /** To be called once, before anybody asks. */
  start(stored: StoredAlarms): void {
    const { boards, alerts } = this.#options;
    const now = this.#rounds.now();
    const standing = stored.state?.standing ?? [];
    this.watch.book.restore(standing, now.at);
    const lasting = standing.map(({ key }) => key);
    const floors = (stored.state?.floors ?? []).map(
      (floor) => [floor.boardId, restoredFloor(floor, lasting, now)] as const,
    );
    this.watch.restore(new Map(floors), now);
    this.shelved.restore(stored.shelves, now);
    this.hooks.restore(stored);
    this.#stops = [
      boards.subscribe(() => {
        this.#areBoardsOther = true;
        this.#rounds.ask();
      }),
      alerts?.subscribe(() => this.#rounds.ask()) ?? (() => {}),
      alerts?.subscribeGroups(() => this.#rounds.ask()) ?? (() => {}),
    ];
    this.watch.reviewBoards(now);
    this.hooks.queue.open();
    this.#rounds.open();
    if (alerts !== null)
      this.#stops.push(this.#options.clock.after(DEVICES_AFTER_MS, () => this.#rounds.ask()));
  }

  /** Resolves when all is stored. */
  async stop(): Promise<void> {
    this.#rounds.close();
    for (const stop of this.#stops.reverse()) stop();
    this.watch.close();
    this.hooks.queue.close();
    await this.#writes.write([this.#state()]);
    this.#listeners.clear();
  }

  /** Before the start nothing is known, and nothing told. */
  frame(boardId: string): AlarmsContent | null {
    if (this.#rounds.isOpen) return this.watch.frame(boardId, this.#rounds.now());
    return this.#options.boards.board(boardId) === null ? null : NOTHING_KNOWN;
  }

  subscribe(listener: () => void): Unsubscribe {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  counted(boardId: string): CountedAlarms {
    return this.watch.counted(boardId, this.#rounds.now().tick);
  }

  flooded(boardId: string): readonly Alarm[] {
    return this.watch.flooded(boardId);
  }

  shelves(): readonly Shelf[] {
    return this.shelved.list();
  }

  async acknowledge(
    { keys, boardId, by }: Acknowledging,
    record: RecordFirst<readonly string[]>,
  ): Promise<number> {
    const all = keys.flatMap((key) => (key === FLOOD_KEY ? this.watch.floodKeys(boardId) : key));
    const open = [...new Set(all)].filter((key) => this.watch.book.get(key)?.acknowledgement === null);
    if (open.length === 0) return 0;
    await record(open);
    const { at } = this.#rounds.now();
    let count = 0;
    for (const key of open) {
      const group = groupOfKey(key);
      if (group === null) count += Number(this.watch.book.acknowledge(key, by, at));
      else count += (await this.#options.alerts?.acknowledge({ group, note: '' }, by)) ?? 0;
    }
    this.#isOther();
    await this.#writes.write([this.#state()]);
    return count;
  }

  async shelve(
    { key, minutes, reason }: ShelveWish,
    by: string,
    record: RecordFirst<Shelf>,
  ): Promise<Result<Shelf, ShelfProblem>> {
    if (this.watch.book.get(key) === null) return err('unknown');
    if (!this.shelved.mayTake(key)) return err('full');
    const now = this.#rounds.now();
    const { at } = now;
    const shelf: Shelf = { key, reason, by, since: at, until: at + minutes * 60_000 };
    await record(shelf);
    await this.#writes.must([putShelf(shelf)]);
    this.shelved.put(shelf, now);
    this.#isOther();
    return ok(shelf);
  }

  async unshelve(key: string, record: RecordFirst<Shelf>): Promise<boolean> {
    const shelf = this.shelved.get(key);
    if (shelf === null) return false;
    await record(shelf);
    await this.#writes.must([deleteShelf(key)]);
    const was = this.shelved.remove(key);
    this.#isOther();
    return was;
  }

  webhooks(): WebhooksResponse {
    return this.hooks.response();
  }

  async saveWebhooks(
    wish: SaveWebhooks,
    record: RecordFirst<WebhookChange>,
  ): Promise<Result<WebhooksResponse, WebhookProblem>> {
    if (wish.revision !== this.hooks.revision) return err({ kind: 'changed' });
    const wanted = this.hooks.wanted(wish);
    if (!wanted.ok) return err({ kind: 'wrong', message: wanted.error });
    await record(this.hooks.changeTo(wanted.value));
    const put = putWebhooks(wanted.value, wish.revision);
    const written = await this.#writes.inTurn(() => this.#options.store.write([put]));
    if (!written.ok) return err({ kind: 'changed' });
    const writes = this.hooks.replace(wanted.value, wish.revision + 1, this.#sight(this.#rounds.now().at));
    await this.#writes.write([...writes, this.#state()]);
    this.hooks.queue.pump();
    return ok(this.webhooks());
  }

  #isOther(): void {
    this.watch.everythingIsOther();
    this.#rounds.ask();
  }

  /** Gives the tick at which time alone may change something. */
  #round(now: Moment): number {
    try {
      this.#work(now);
    } catch (thrown) {
      this.#trouble.note(thrown);
    }
    const due = [this.watch.dueTick(), this.shelved.nextEndTick()].map(
      (tick) => tick ?? Number.POSITIVE_INFINITY,
    );
    return Math.min(now.tick + UPKEEP_MS, ...due);
  }

  #work(now: Moment): void {
    const { watch, hooks } = this;
    const isUpkeep = now.tick - this.#orphans.lookedTick >= UPKEEP_MS;
    // Whoever sits at a board looks at it again by that: it stays watched.
    if (isUpkeep) this.#tell();
    if (isUpkeep || this.#areBoardsOther) watch.reviewBoards(now);
    this.#areBoardsOther = false;
    watch.settle(now);
    for (const key of this.#orphans.take(watch.book.all(), watch.figures, now)) watch.book.letGo(key);
    const back = this.shelved.takeOver(now.tick);
    if (back.length > 0) watch.everythingIsOther();
    const { isFrameOther, begun } = watch.step(now);
    for (const id of begun) this.interrupted.set(id, (this.interrupted.get(id) ?? 0) + 1);
    const isOther = this.#storedRevision !== watch.book.revision || isFrameOther || back.length > 0;
    const owed = isOther ? hooks.reconcile(this.#sight(now.at)) : null;
    if (isOther || begun.length > 0 || this.#writes.isBehind) {
      this.#storedRevision = watch.book.revision;
      void this.#writes.write([...back.map(({ key }) => deleteShelf(key)), ...(owed ?? []), this.#state()]);
    }
    if (owed !== null) hooks.queue.pump();
    if (isFrameOther) this.#tell();
  }

  #tell(): void {
    for (const hear of [...this.#listeners]) hear();
  }

  #sight(at: number): CallSight {
    const { boards } = this.#options;
    return {
      at,
      boards: this.watch.sights(),
      standing: (key) => this.watch.book.get(key),
      isShelved: (key) => this.shelved.has(key),
      mayName: (ids) => ids.every((id) => boards.board(id)?.audience?.names === 'full'),
    };
  }

  #state(): Write {
    return putState({
      standing: [...this.watch.book.all()].map(storedStanding),
      floors: [...this.watch.floors()].map(([id, floor]) => storedFloor(id, floor)),
      told: this.hooks.told(),
    });
  }
}
