/**
 * Paired screens: which there are, where each hangs, what it shows, and which token opens it. Every change is recorded
 * before it is made; an open screen hears of it at once, through `onChanged`. Being seen is noted once a minute, and
 * where that cannot be written the screen does not suffer. 1,000 of them at most.
 */
import type { ChangeScreen, ScreenRecord } from '../../../lib/contracts/access';
import type { ScreenStanding } from '../../../lib/contracts/screen-report';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import { createOneAtATime } from '../../runtime/one-at-a-time';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { DocumentStore } from '../../store/ports';
import type { CredentialKind, Ended } from '../gate';
import type { ScreenPrincipal } from '../principal';
import { drawSecret, hashOf } from '../secret-hash';
import { type Deed, type Doer, recordFirst } from '../session-audit';
import { Shelf } from '../shelf';
import {
  changedFields,
  isRotationDue,
  NOTE_SEEN_MS,
  opens,
  parseScreenToken,
  pathOf,
  rotated,
  type ScreenPlace,
  type StoredScreen,
  screenPrincipal,
  screenRecordSchema,
  shownScreen,
  withSeen,
} from './screen-record';

export interface ScreensOptions {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
  readonly log: Log;
  /** Whether a socket of that screen is open now. */
  readonly isConnected: (screenId: string) => boolean;
  /** What it says of itself; absent: nothing is known. */
  readonly standingOf?: (screenId: string) => ScreenStanding | null;
  /** Absent: 1,000. */
  readonly maxScreens?: number;
}

export interface NewScreen {
  readonly screen: ScreenRecord;
  /** For its cookie; told once. */
  readonly token: string;
}

const MAX_SCREENS = 1_000;
const ID_BYTES = 12;

export class Screens implements CredentialKind<ScreenPrincipal> {
  readonly #options: ScreensOptions;
  readonly #maxScreens: number;
  readonly #shelf: Shelf<StoredScreen>;
  readonly #changed = new Set<(changed: Ended) => void>();
  readonly #shown = new Set<(screenId: string, pairedAt: number) => void>();
  /** By the monotonic clock: spares the store a question a second and screen. */
  readonly #notedAt = new Map<string, number>();
  readonly #oneAtATime = createOneAtATime();

  constructor(options: ScreensOptions) {
    this.#options = options;
    this.#maxScreens = options.maxScreens ?? MAX_SCREENS;
    const { store, log } = options;
    this.#shelf = new Shelf({ kind: 'screen', schema: screenRecordSchema, store, log });
  }

  /** In the order of their pairing. */
  async list(): Promise<readonly ScreenRecord[]> {
    const kept = await this.#shelf.list();
    return kept
      .map(({ id, content }) => this.#screenOf(id, content))
      .sort((a, b) => a.pairedAt - b.pairedAt || (a.id < b.id ? -1 : 1));
  }

  /** Throws AuditUnavailable, as all that changes something here. */
  pair(place: ScreenPlace, by: Doer): Promise<Result<NewScreen, 'full'>> {
    // One by one, so that no two take the last place.
    return this.#oneAtATime(async () => {
      const known = await this.#shelf.list();
      if (known.length >= this.#maxScreens) return err('full');
      const { clock, secretBytes } = this.#options;
      const id = secretBytes(ID_BYTES).toString('base64url');
      const secret = drawSecret(secretBytes);
      const { name, boardId, room, diagonalInches, farthestSeatMetres } = place;
      const screen = { name, boardId, room, diagonalInches, farthestSeatMetres };
      await this.#record('screen.paired', id, by, Object.entries(screen));
      const pairedAt = clock.now();
      const content: StoredScreen = {
        ...screen,
        pairedAt,
        pairedBy: by.actorName,
        lastSeenAt: null,
        tokens: { current: hashOf(secret), previous: null, rotatedAt: pairedAt },
      };
      await this.#shelf.change(id, () => content);
      return ok({ screen: this.#screenOf(id, content), token: `${id}.${secret}` });
    });
  }

  /** `null`: there is no such screen. What stays as it is is no change. */
  async change(id: string, fields: ChangeScreen, by: Doer): Promise<ScreenRecord | null> {
    let recorded = '';
    const written = await this.#shelf.change(id, async (now) => {
      const details = now === null ? [] : changedFields(now, fields);
      if (now === null || details.length === 0) return null;
      // Asked again where something else of the screen became another: the same change is recorded once.
      const wanted = JSON.stringify(details);
      if (wanted !== recorded) await this.#record('screen.changed', id, by, details);
      recorded = wanted;
      // The keys and types of `details` are the contract's.
      return { ...now, ...(Object.fromEntries(details) as Partial<ScreenPlace>) };
    });
    if (written !== null) this.#tell(id);
    const content = written ?? (await this.#shelf.get(id))?.content;
    return content ? this.#screenOf(id, content) : null;
  }

  /** Its token opens nothing any more. False: there is no such screen. */
  revoke(id: string, by: Doer): Promise<boolean> {
    // One by one, so that of two who revoke it one did.
    return this.#oneAtATime(async () => {
      const kept = await this.#shelf.get(id);
      if (kept === null) return false;
      const { name, boardId, room } = kept.content;
      await this.#record('screen.revoked', id, by, Object.entries({ name, boardId, room }));
      const removed = await this.#shelf.take(id);
      this.#notedAt.delete(id);
      this.#tell(id);
      return removed !== null;
    });
  }

  /**
   * A new token for the screen that shows a good one, which stays good until the next change. `kept`: the last change
   * was a moment ago, all stays as it is. `null`: the token opens nothing.
   */
  async rotate(presented: string): Promise<{ kind: 'rotated'; token: string } | { kind: 'kept' } | null> {
    const shown = parseScreenToken(presented);
    if (shown === null) return null;
    const { clock, secretBytes } = this.#options;
    const next = drawSecret(secretBytes);
    let isGood = false;
    const written = await this.#shelf.change(shown.screenId, (now) => {
      isGood = opens(shown.secret, now);
      if (now === null || !isGood || !isRotationDue(now, clock.now())) return null;
      return rotated(now, shown.secret, next, clock.now());
    });
    if (written !== null) return { kind: 'rotated', token: `${shown.screenId}.${next}` };
    return isGood ? { kind: 'kept' } : null;
  }

  /** Notes that the screen is there now; of often the first in a minute. Never rejects for a store that cannot write. */
  async seen(id: string): Promise<void> {
    const { clock, log } = this.#options;
    const now = clock.monotonicNow();
    const notedAt = this.#notedAt.get(id);
    if (notedAt !== undefined && now - notedAt < NOTE_SEEN_MS) return;
    // Those that other processes removed are forgotten some day.
    if (this.#notedAt.size >= 2 * this.#maxScreens) this.#notedAt.clear();
    this.#notedAt.set(id, now);
    try {
      await this.#shelf.change(id, (screen) => screen && withSeen(screen, clock.now()));
    } catch (thrown) {
      log.warn('that a screen was seen could not be noted', { screenId: id, thrown });
    }
  }

  /** Where the screen belongs now; `null`: it is paired no longer. */
  async path(id: string): Promise<string | null> {
    const kept = await this.#shelf.get(id);
    return kept && pathOf({ id, ...kept.content });
  }

  async find(presented: string): Promise<ScreenPrincipal | null> {
    const shown = parseScreenToken(presented);
    if (shown === null) return null;
    const kept = await this.#shelf.get(shown.screenId);
    if (!opens(shown.secret, kept?.content ?? null) || kept === null) return null;
    for (const listener of [...this.#shown]) listener(kept.id, kept.content.pairedAt);
    await this.seen(kept.id);
    return screenPrincipal(kept.id, kept.content);
  }

  async standing({ screenId }: ScreenPrincipal): Promise<ScreenPrincipal | null> {
    const kept = await this.#shelf.get(screenId);
    if (kept === null) return null;
    // Who asks has it before him: its socket is open.
    await this.seen(screenId);
    return screenPrincipal(screenId, kept.content);
  }

  onChanged(listener: (changed: Ended) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  /** Told whenever a screen has shown a good token. Returns the way out. */
  onShown(listener: (screenId: string, pairedAt: number) => void): () => void {
    this.#shown.add(listener);
    return () => void this.#shown.delete(listener);
  }

  #screenOf(id: string, content: StoredScreen): ScreenRecord {
    const { isConnected, standingOf } = this.#options;
    return shownScreen(id, content, isConnected(id), standingOf?.(id) ?? null);
  }

  #record(action: string, id: string, by: Doer, details: NonNullable<Deed['details']>): Promise<void> {
    return recordFirst(this.#options.audit, by, { action, subject: `screen:${id}`, details });
  }

  #tell(screenId: string): void {
    for (const listener of [...this.#changed]) listener({ kind: 'screen', screenId });
  }
}

export function createScreens(options: ScreensOptions): Screens {
  return new Screens(options);
}
