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
import { deleteShelf, putShelf, putTaken, type StoredAlarms } from '../store/alarm-documents';
import type { DocumentStore, Write } from '../store/ports';
import { groupOfKey } from './alarm-book';
import { type Moment, restoredFloor, storedFloor, storedStanding } from './alarm-state';
import { FLOOD_KEY } from './board-floor';
import { type AlarmsContent, NOTHING_KNOWN } from './board-list';
import { CallDuty } from './call-duty';
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
import { followAlarms } from './followed-alarms';
import { Orphans } from './orphans';
import type { CallSight } from './owed-calls';
import { Rounds } from './rounds';
import { ShelfBook } from './shelf-book';
import type { Webhooks } from './webhooks';

/** Something is looked after also when nothing happens: shelves, orphans, boards that nobody looks at. */
const UPKEEP_MS = 30_000;

export interface AlarmFloorOptions {
  readonly reader: KpiReader;
  readonly boards: BoardProvider;
  /** `null`: there are no devices here. */
  readonly alerts: Pick<
    AlertDesk,
    'groups' | 'knownFaults' | 'hasPicture' | 'subscribe' | 'subscribeGroups' | 'acknowledge'
  > | null;
  readonly store: DocumentStore;
  readonly send: SendCall;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Whether this node decides what webhooks are told; absent: there are no other nodes. */
  readonly mayCall?: (() => boolean) | undefined;
}

export class AlarmFloor implements AlarmDesk {
  readonly watch: FloorWatch;
  readonly shelved = new ShelfBook();
  /** How often an alarm began to interrupt a board, by its id. */
  readonly interrupted = new Map<string, number>();
  readonly #options: AlarmFloorOptions;
  readonly #trouble: Trouble;
  readonly #rounds: Rounds;
  readonly #duty: CallDuty;
  readonly #listeners = new Set<() => void>();
  readonly #orphans = new Orphans();
  #stops: Unsubscribe[] = [];
  #areBoardsOther = false;
  #storedRevision = -1;

  constructor(options: AlarmFloorOptions) {
    this.#options = options;
    this.#trouble = new Trouble('alarms could not be worked out or stored', options.clock, options.log);
    this.#rounds = new Rounds(options.clock, (now) => this.#round(now));
    this.watch = new FloorWatch({
      ...options,
      isShelved: (key) => this.shelved.has(key),
      ask: () => this.#rounds.ask(),
    });
    this.#duty = new CallDuty({
      ...options,
      mayCall: options.mayCall ?? null,
      board: (id) => options.boards.board(id),
      seen: () => ({
        standing: [...this.watch.book.all()].map(storedStanding),
        floors: [...this.watch.floors()].map(([id, floor]) => storedFloor(id, floor)),
      }),
      sight: () => this.#sight(this.#rounds.now().at),
      taken: () => {
        this.#storedRevision = -1;
        this.#isOther();
      },
      failed: (thrown) => this.#trouble.note(thrown),
    });
  }

  get hooks(): Webhooks {
    return this.#duty.hooks;
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
    this.#stops = [
      boards.subscribe(() => {
        this.#areBoardsOther = true;
        this.#rounds.ask();
      }),
      alerts?.subscribe(() => this.#rounds.ask()) ?? (() => {}),
      alerts?.subscribeGroups(() => this.#rounds.ask()) ?? (() => {}),
    ];
    this.watch.reviewBoards(now);
    this.#duty.open(stored);
    this.#rounds.open();
    if (alerts !== null)
      this.#stops.push(this.#options.clock.after(DEVICES_AFTER_MS, () => this.#rounds.ask()));
  }

  /** Resolves when all is stored. */
  async stop(): Promise<void> {
    this.#rounds.close();
    for (const stop of this.#stops.reverse()) stop();
    this.watch.close();
    await this.#duty.close();
    this.#listeners.clear();
  }

  /** Takes up what people did at other nodes. Rejects where the store cannot be read. */
  async reload(): Promise<void> {
    const { store } = this.#options;
    const now = () => this.#rounds.now();
    const isOther = await followAlarms({
      ...{ store, duty: this.#duty, book: this.watch.book, shelved: this.shelved, now },
    });
    if (isOther) this.#isOther();
  }

  /** The duty of calls came or went. Resolves when it is taken up, or nothing is done for it any more. */
  callingChanged(): Promise<void> {
    return this.#duty.review();
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
    const told: Write[] = [];
    let count = 0;
    for (const key of open) {
      const group = groupOfKey(key);
      const worst = this.watch.book.get(key)?.worst;
      if (group === null) {
        count += Number(this.watch.book.acknowledge(key, by, at));
        if (this.#duty.isShared && worst !== undefined) told.push(putTaken({ key, by, at, worst }));
      } else count += (await this.#options.alerts?.acknowledge({ group, note: '' }, by)) ?? 0;
    }
    this.#isOther();
    await this.#duty.writes.write([...told, ...this.#duty.ownWrites()]);
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
    await this.#duty.writes.must([putShelf(shelf)]);
    this.shelved.put(shelf, now);
    this.#isOther();
    return ok(shelf);
  }

  async unshelve(key: string, record: RecordFirst<Shelf>): Promise<boolean> {
    const shelf = this.shelved.get(key);
    if (shelf === null) return false;
    await record(shelf);
    await this.#duty.writes.must([deleteShelf(key)]);
    const was = this.shelved.remove(key);
    this.#isOther();
    return was;
  }

  webhooks(): WebhooksResponse {
    return this.hooks.response();
  }

  saveWebhooks(
    wish: SaveWebhooks,
    record: RecordFirst<WebhookChange>,
  ): Promise<Result<WebhooksResponse, WebhookProblem>> {
    return this.#duty.saveWebhooks(wish, record);
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
    const { watch } = this;
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
    const isToStore = isOther || begun.length > 0;
    if (isToStore) this.#storedRevision = watch.book.revision;
    // Of several nodes one throws away what is over, when it reads what is stored.
    const writes = this.#duty.isShared ? [] : back.map(({ key }) => deleteShelf(key));
    this.#duty.round({ isOther, isToStore, writes });
    if (this.#duty.isShared && (isUpkeep || back.length > 0))
      this.reload().catch((thrown: unknown) => this.#trouble.note(thrown));
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
}
