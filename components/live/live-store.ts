/**
 * What this screen knows, kept alive: one socket, one state, and who wants to hear of which figure. Knows no React.
 * Promises: it reconnects for ever; it never guesses over a gap (it asks for a snapshot); a bad frame changes
 * nothing; the last good picture stays when the server goes, and is there again after a power cut; when the server
 * says that nobody here may see it, nothing of it stays; a figure changes at most once a second on the screen; a
 * listener hears of its own key only.
 */
import { applyDelta, fromSnapshot, type LiveState, valueKey } from '../../lib/apply-delta';
import type { KpiKey } from '../../lib/contracts/kpi';
import {
  assignmentSchema,
  deltaSchema,
  type Limit,
  type Position,
  refusalSchema,
  snapshotSchema,
  type TrendPoint,
  type ValueChange,
} from '../../lib/contracts/push';
import type { ScreenReport } from '../../lib/contracts/screen-report';
import type { Sources } from '../../lib/contracts/source';
import type { BoardSocket, SocketEvent } from './board-socket';
import { BuildNote } from './build-note';
import { carriedOver } from './carry-over';
import { BESIDE_EVENTS, HeardBeside } from './heard-beside';
import {
  INITIAL_LINK,
  type LinkEvent,
  type LinkState,
  retryDelayMs,
  standingCodeOf,
  stepLink,
} from './link-state';
import { Listeners } from './listeners';
import { handshakeOf, type LiveStoreOptions } from './live-store-options';
import type { Picture } from './picture';
import { PictureKeeper } from './picture-keeper';
import { ServerClock } from './server-clock';
import { ShownFigures } from './shown-figures';
import { Timers } from './timers';

/** Beside value and trend keys: `link`, `board` (also subjects and limits), `sources`, `values` (any), what is heard beside. */
export type Topic = string;

/** A connection that gives no frame in this time is tried anew. */
const FRAME_TIMEOUT_MS = 8_000;
const SAVE_EVERY_MS = 15_000;

export class LiveStore {
  readonly #options: LiveStoreOptions;
  readonly #listeners = new Listeners();
  readonly heard = new HeardBeside((topic) => this.#listeners.tell(topic));
  readonly #figures: ShownFigures;
  readonly #keeper: PictureKeeper;
  #state: LiveState | null = null;
  #picture: Picture | null = null;
  #link: LinkState = INITIAL_LINK;
  readonly #time: ServerClock;
  #heardAt: number | null = null;
  readonly builds: BuildNote;
  /** Frames of this page's own life: only over these may missing deltas be asked for. */
  #resumable = false;
  #attempt = 0;
  #socket: BoardSocket | null = null;
  readonly #timers: Timers<'retry' | 'frame' | 'save'>;

  constructor(options: LiveStoreOptions) {
    this.#options = options;
    this.#figures = new ShownFigures({
      clock: options.clock,
      gapMs: options.figureGapMs,
      latest: (key) => this.#state?.values.get(key),
      tell: (topic) => this.#listeners.tell(topic),
    });
    this.#keeper = new PictureKeeper(options.storage, options.boardId);
    this.#timers = new Timers(options.clock);
    this.#time = new ServerClock(options.clock);
    this.builds = new BuildNote(options.onNewBuild, options.build);
  }

  /** Restores the last picture, connects, and goes on until the returned function is called. */
  start(): () => void {
    this.#restorePicture();
    const socket = this.#options.openSocket(() =>
      handshakeOf(this.#options, this.#resumable ? this.position() : null),
    );
    this.#socket = socket;
    // A socket that was replaced may still speak: nobody listens to it any more.
    const on = (event: SocketEvent, handle: (frame: unknown) => void) =>
      socket.on(event, (frame) => {
        if (this.#socket === socket) handle(frame);
      });
    on('snapshot', (frame) => this.#onSnapshot(frame));
    on('delta', (frame) => this.#onDelta(frame));
    for (const event of BESIDE_EVENTS) on(event, (frame) => this.heard.hear(event, frame, this.#heardAt));
    on('refusal', (frame) => this.#onRefused(frame));
    on('assignment', (frame) => this.#onAssigned(frame));
    on('heard', () => {
      if (this.#link.state === 'live') this.#heardAt = this.serverNow();
    });
    on('disconnect', () => this.#onClosed());
    on('connect_error', () => this.#onClosed());
    this.#connect();
    this.#saveLater();
    return () => this.#stop();
  }

  subscribe(topic: Topic, listener: () => void): () => void {
    return this.#listeners.add(topic, listener);
  }

  link(): LinkState {
    return this.#link;
  }

  picture(): Picture | null {
    return this.#picture;
  }

  sources(): Sources | null {
    return this.#state?.sources ?? null;
  }

  /** The figure as it is to be shown now; `undefined` where the server never gave one. */
  value(subject: string, kpi: KpiKey): ValueChange | undefined {
    return this.#figures.get(valueKey(subject, kpi));
  }

  trend(key: string): readonly TrendPoint[] | undefined {
    return this.#state?.trends.get(key);
  }

  /** Epoch ms on the server's clock; before the first frame, on this machine's. */
  serverNow(): number {
    return this.#time.now();
  }

  /** How far this machine's clock is off, in ms. */
  skewMs(): number {
    return this.#time.skewMs();
  }

  /** Server time of the newest sign of life; `null` before the first. */
  heardAt(): number | null {
    return this.#heardAt;
  }

  /** What the figures here are of; `null`: there are none. */
  position(): Position | null {
    return this.#state === null ? null : { epoch: this.#state.epoch, seq: this.#state.seq };
  }

  /** Tells the server what this screen shows; nothing while the link is down. */
  report(report: ScreenReport): void {
    if (this.#link.state === 'live') this.#socket?.report(report);
  }

  /** Keeps the picture now: the page is about to go. */
  save(): void {
    if (this.#state === null || this.#heardAt === null) return;
    const { limits = [] } = this.#picture ?? {};
    this.#keeper.save(this.#state, { limits, heardAt: this.#heardAt, ...this.heard.kept() });
  }

  #restorePicture(): void {
    const picture = this.#keeper.load();
    if (picture === null || this.#state !== null) return;
    this.#replace(fromSnapshot(picture.snapshot), picture.snapshot.limits ?? []);
    this.#heardAt = picture.heardAt;
    this.heard.restore(picture, picture.heardAt);
    this.#move({ kind: 'pictureRestored', heardAt: picture.heardAt });
  }

  #connect(): void {
    this.#timers.set('frame', FRAME_TIMEOUT_MS, () => this.#onClosed());
    this.#socket?.connect();
  }

  #onSnapshot(frame: unknown): void {
    const parsed = snapshotSchema.safeParse(frame);
    // Without a picture that can be read there is nothing to go on with: the time-out tries anew.
    if (!parsed.success || parsed.data.board.id !== this.#options.boardId) return;
    this.#replace(fromSnapshot(parsed.data), parsed.data.limits ?? []);
    this.#resumable = true;
    this.#alive(parsed.data.serverTime);
    this.builds.note(parsed.data.build);
  }

  #onDelta(frame: unknown): void {
    const parsed = deltaSchema.safeParse(frame);
    const applied =
      parsed.success && this.#resumable && this.#state !== null ? applyDelta(this.#state, parsed.data) : null;
    if (applied === null || applied.kind === 'gap') {
      this.#resync();
      return;
    }
    if (parsed.success) this.#alive(parsed.data.serverTime);
    if (applied.kind === 'duplicate') return;
    const before = this.#state;
    this.#state = applied.state;
    for (const key of applied.changedKeys) this.#show(key);
    if (applied.changedKeys.length > 0) this.#listeners.tell('values');
    if (before?.sources !== applied.state.sources) this.#listeners.tell('sources');
    this.#figures.paceLater();
  }

  #onRefused(frame: unknown): void {
    const parsed = refusalSchema.safeParse(frame);
    if (!parsed.success) return;
    this.#move({ kind: 'refused', ...parsed.data });
    const code = standingCodeOf(this.#link);
    if (code !== null) this.#forget();
    if (code === null || code === 'forbidden') return;
    this.#hangUp();
    if (code === 'revoked') this.#options.onRevoked?.();
    else this.#options.onSignedOut?.();
  }

  #onAssigned(frame: unknown): void {
    const { success, data } = assignmentSchema.safeParse(frame);
    if (success) this.#options.onAssigned?.(data.path);
  }

  /** Nothing stays of what was seen here, of this board or another. */
  #forget(): void {
    this.#state = null;
    this.#picture = null;
    this.#heardAt = null;
    this.#figures.replace(new Map());
    this.heard.forget();
    this.#keeper.forgetAll();
    this.#listeners.tellAll();
  }

  /** Asks once; the frame's time-out sees to it that an answer comes. */
  #resync(): void {
    if (this.#timers.has('frame')) return;
    this.#timers.set('frame', FRAME_TIMEOUT_MS, () => this.#onClosed());
    this.#socket?.emit('resync');
  }

  #alive(serverTime: number): void {
    this.#time.observe(serverTime);
    this.#heardAt = serverTime;
    this.#attempt = 0;
    this.#timers.cancel('frame');
    this.#move({ kind: 'snapshotReceived', at: serverTime });
  }

  #onClosed(): void {
    this.#timers.cancel('frame');
    this.heard.outdate(this.#heardAt);
    this.#move({ kind: 'closed', at: this.serverNow(), heardAt: this.#heardAt });
    if (this.#timers.has('retry') || this.#socket === null) return;
    const delayMs = retryDelayMs(this.#link, this.#attempt++, this.#options.random);
    this.#timers.set('retry', delayMs, () => this.#connect());
    this.#socket.disconnect();
  }

  #replace(state: LiveState, limits: readonly Limit[]): void {
    this.#state = state;
    this.#picture = { board: state.board, subjects: state.subjects, limits };
    const last = { heardAt: this.#heardAt, now: state.serverTime };
    this.#figures.replace(carriedOver(this.#figures.all(), state.values, last));
    this.#listeners.tellAll();
  }

  #show(key: string): void {
    const value = this.#state?.values.get(key);
    // A trend's points are few: they are shown as they come.
    if (value === undefined || this.#figures.show(key, value)) this.#listeners.tell(key);
  }

  #saveLater(): void {
    this.#timers.set('save', SAVE_EVERY_MS, () => {
      if (this.#link.state === 'live') this.save();
      this.#saveLater();
    });
  }

  #move(event: LinkEvent): void {
    const next = stepLink(this.#link, event);
    if (next === this.#link) return;
    this.#link = next;
    this.#listeners.tell('link');
  }

  #stop(): void {
    this.save();
    this.#hangUp();
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#figures.stop();
    this.#timers.cancelAll();
    socket?.disconnect();
  }
}
