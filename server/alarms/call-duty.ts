/**
 * Who decides what webhooks are owed, and stores it: this node always where it is alone; of several nodes the one that
 * has the duty. Whoever takes it over goes on from what was stored as told, and so tells nothing twice and misses
 * nothing. Of several nodes calls go out only once they are stored; a call that went out and whose end could not be
 * stored goes out again under the same id.
 */
import type { SaveWebhooks, WebhooksResponse } from '../../lib/contracts/alarm';
import { err, ok, type Result } from '../../lib/result';
import type { Cancel } from '../runtime/clock';
import {
  type AlarmState,
  putState,
  putWebhooks,
  readAlarms,
  type StoredAlarms,
} from '../store/alarm-documents';
import type { DocumentStore, Write } from '../store/ports';
import type { RecordFirst, WebhookChange, WebhookProblem } from './desk';
import { FencedState } from './fenced-state';
import { KeptWrites } from './kept-writes';
import type { CallSight } from './owed-calls';
import { Webhooks, type WebhooksOptions } from './webhooks';

/** Asked with the same words at the same time: a duty that could not be taken up is tried again. */
const RETRY_MS = 1_000;

export interface CallDutyOptions extends Omit<WebhooksOptions, 'write'> {
  readonly store: DocumentStore;
  /** Whether this node has the duty of calls; `null`: there are no other nodes. */
  readonly mayCall: (() => boolean) | null;
  readonly seen: () => Omit<AlarmState, 'told'>;
  readonly sight: () => CallSight;
  /** The duty is taken up: what is so is compared with what was told. */
  readonly taken: () => void;
  readonly failed: (thrown: unknown) => void;
}

export interface RoundFindings {
  /** Something that webhooks may be told of. */
  readonly isOther: boolean;
  /** Something that must outlive a restart. */
  readonly isToStore: boolean;
  readonly writes: readonly Write[];
}

export class CallDuty {
  readonly hooks: Webhooks;
  readonly writes: KeptWrites;
  readonly #options: CallDutyOptions;
  readonly #fence: FencedState | null;
  #isOurs: boolean;
  #isOpen = false;
  #taking: Promise<void> | null = null;
  #retry: Cancel | null = null;

  constructor(options: CallDutyOptions) {
    this.#options = options;
    const { store, mayCall, failed } = options;
    this.#isOurs = mayCall === null;
    this.#fence = mayCall === null ? null : new FencedState(store, () => this.#overtaken());
    this.writes = new KeptWrites(this.#fence ?? store, failed);
    this.hooks = new Webhooks({ ...options, write: (writes) => void this.writes.write(writes) });
  }

  /** Whether this node shares its alarms with others. */
  get isShared(): boolean {
    return this.#fence !== null;
  }

  /** Whether this node decides. */
  get isOurs(): boolean {
    return this.#isOurs && (this.#options.mayCall?.() ?? true);
  }

  open(stored: StoredAlarms): void {
    this.#isOpen = true;
    this.hooks.restore(stored);
    if (this.#fence === null) this.hooks.queue.open();
    else void this.review();
  }

  /** Resolves when all is stored. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#retry?.();
    this.hooks.queue.close();
    await this.#taking;
    await this.writes.write(this.#isOurs ? [this.state()] : []);
  }

  /** What must be stored where something that lasts is another. */
  ownWrites(): readonly Write[] {
    return this.isOurs ? [this.state()] : [];
  }

  state(): Write {
    return putState({ ...this.#options.seen(), told: this.hooks.told() });
  }

  round({ isOther, isToStore, writes }: RoundFindings): void {
    if (this.isShared) void this.review();
    if (!this.isOurs) {
      if (writes.length > 0 || this.writes.isBehind) void this.writes.write(writes);
      return;
    }
    const owed = isOther ? this.hooks.reconcile(this.#options.sight()) : null;
    if (isToStore || this.writes.isBehind) {
      if (this.isShared && owed !== null) this.hooks.queue.hold(true);
      void this.writes.write([...writes, ...(owed ?? []), this.state()]).then(() => this.#release());
    }
    if (owed !== null) this.hooks.queue.pump();
  }

  /** The duty may have come or gone. Resolves when it is taken up, or when nothing is done for it any more. */
  async review(): Promise<void> {
    const { mayCall } = this.#options;
    if (mayCall === null || !this.#isOpen) return;
    if (mayCall()) {
      if (this.#isOurs) return;
      this.#taking ??= this.#take().finally(() => {
        this.#taking = null;
      });
      await this.#taking;
    } else if (this.#isOurs) await this.#letGo();
  }

  async saveWebhooks(
    wish: SaveWebhooks,
    record: RecordFirst<WebhookChange>,
  ): Promise<Result<WebhooksResponse, WebhookProblem>> {
    const { hooks } = this;
    if (wish.revision !== hooks.revision) return err({ kind: 'changed' });
    const wanted = hooks.wanted(wish);
    if (!wanted.ok) return err({ kind: 'wrong', message: wanted.error });
    await record(hooks.changeTo(wanted.value));
    const put = putWebhooks(wanted.value, wish.revision);
    const written = await this.writes.inTurn(() => this.#options.store.write([put]));
    if (!written.ok) return err({ kind: 'changed' });
    await this.adopt({ webhooks: wanted.value, revision: wish.revision + 1 });
    return ok(hooks.response());
  }

  /** They are stored, by this node or another. */
  async adopt({ webhooks, revision }: StoredAlarms['webhooks']): Promise<void> {
    if (revision === this.hooks.revision) return;
    const writes = this.hooks.replace(webhooks, revision, this.#options.sight());
    if (!this.isOurs) return;
    await this.writes.write([...writes, this.state()]);
    this.hooks.queue.pump();
  }

  /** What could not be stored stays here until it is. */
  #release(): void {
    if (this.isShared && !this.writes.isBehind) this.hooks.queue.hold(false);
  }

  async #take(): Promise<void> {
    const { store, mayCall, taken, failed } = this.#options;
    try {
      const stored = await this.writes.inTurn(() => readAlarms(store, () => {}));
      if (!this.#isOpen || !(mayCall?.() ?? true)) return;
      this.#fence?.own(stored.stateVersion);
      // Above what any node gave before: targets know a call by its id.
      this.hooks.restore(stored, this.#options.clock.now());
      this.#isOurs = true;
      this.hooks.queue.hold(false);
      this.hooks.queue.open();
      taken();
    } catch (thrown) {
      failed(thrown);
      this.#retry?.();
      this.#retry = this.#options.clock.after(RETRY_MS, () => void this.review());
    }
  }

  /** What is under way ends, and its end is stored; what waits stays stored for the next. */
  async #letGo(): Promise<void> {
    this.#isOurs = false;
    const { queue } = this.hooks;
    queue.close();
    await queue.idle();
    await this.writes.write([]);
    if (!this.#isOurs) this.#fence?.own(null);
  }

  #overtaken(): void {
    this.#isOurs = false;
    this.hooks.queue.close();
    // Where the duty is this node's all the same, it is taken up again from what is stored.
    this.#retry?.();
    if (this.#isOpen) this.#retry = this.#options.clock.after(0, () => void this.review());
  }
}
