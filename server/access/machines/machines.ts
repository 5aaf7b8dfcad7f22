/**
 * Machines that may ask for tokens: scripts, data actions, collectors of metrics. A secret is shown once, when it is
 * made, and kept as its hash; two are valid at a time. Every change is recorded before it is made, and whoever loses
 * his secret or is removed is told of at once. 200 of them at most.
 */
import type { Machine, NewSecret, Scope } from '../../../lib/contracts/access';
import { accessIdSchema } from '../../../lib/contracts/access';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import { createOneAtATime } from '../../runtime/one-at-a-time';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { DocumentStore } from '../../store/ports';
import type { Ended } from '../gate';
import { drawSecret, hashOf } from '../secret-hash';
import { type Doer, recordFirst } from '../session-audit';
import { Shelf } from '../shelf';
import {
  MAX_SECRETS,
  type MachineRecord,
  type MachineSecret,
  machineRecordSchema,
  secretThatIs,
  shownMachine,
  withUse,
} from './machine-record';

export interface MachinesOptions {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
  readonly log: Log;
  /** Absent: 200. */
  readonly maxMachines?: number;
}

export interface MachineWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** A client that has shown a secret of its own, or still has it. */
export interface KnownClient {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly secretId: string;
}

const MAX_MACHINES = 200;
const CLIENT_ID_BYTES = 16;
const SECRET_ID_BYTES = 9;

export class Machines {
  readonly #options: MachinesOptions;
  readonly #shelf: Shelf<MachineRecord>;
  readonly #listeners = new Set<(changed: Ended) => void>();
  readonly #oneAtATime = createOneAtATime();

  constructor(options: MachinesOptions) {
    this.#options = options;
    const { store, log } = options;
    this.#shelf = new Shelf({ kind: 'machine', schema: machineRecordSchema, store, log });
  }

  async list(): Promise<readonly Machine[]> {
    return (await this.#shelf.list()).map(({ id, content }) => shownMachine(id, content));
  }

  /** With its first secret. Throws AuditUnavailable, as all that changes something here. */
  create(wish: MachineWish, by: Doer): Promise<Result<NewSecret, 'full'>> {
    // No two take the last place.
    return this.#oneAtATime(async () => {
      const known = await this.#shelf.list();
      if (known.length >= (this.#options.maxMachines ?? MAX_MACHINES)) return err('full');
      const id = this.#drawId(CLIENT_ID_BYTES);
      const { secret, kept } = this.#draw();
      const scopes = [...new Set(wish.scopes)];
      await this.#record('machine.created', id, by, [
        ['name', wish.name],
        ['scopes', scopes.join(' ')],
      ]);
      const createdAt = this.#options.clock.now();
      const record: MachineRecord = { name: wish.name, scopes, createdAt, secrets: [kept] };
      await this.#shelf.change(id, () => record);
      return ok({ machine: shownMachine(id, record), clientId: id, secret });
    });
  }

  /** `full`: it has two. */
  async addSecret(id: string, by: Doer): Promise<Result<NewSecret, 'unknown' | 'full'>> {
    const { secret, kept } = this.#draw();
    let problem: 'unknown' | 'full' = 'unknown';
    const deed = { action: 'machine.secret-added', secretId: kept.id };
    const record = await this.#changeRecorded(id, by, deed, (now) => {
      problem = 'full';
      return now.secrets.length >= MAX_SECRETS ? null : { ...now, secrets: [...now.secrets, kept] };
    });
    return record === null ? err(problem) : ok({ machine: shownMachine(id, record), clientId: id, secret });
  }

  /** Ends the tokens that were got with it. The last one may go too. False: there is no such secret. */
  async removeSecret(id: string, secretId: string, by: Doer): Promise<boolean> {
    const deed = { action: 'machine.secret-removed', secretId };
    const record = await this.#changeRecorded(id, by, deed, (now) => {
      const left = now.secrets.filter((secret) => secret.id !== secretId);
      return left.length === now.secrets.length ? null : { ...now, secrets: left };
    });
    if (record !== null) this.#tell(id);
    return record !== null;
  }

  /** With all its secrets and tokens. False: there is no such machine. */
  remove(id: string, by: Doer): Promise<boolean> {
    return this.#oneAtATime(async () => {
      const kept = await this.#shelf.get(id);
      if (kept === null) return false;
      await this.#record('machine.removed', id, by, [['name', kept.content.name]]);
      const removed = await this.#shelf.take(id);
      this.#tell(id);
      return removed !== null;
    });
  }

  /** Who shows this secret; `null`: nobody. Takes as long for a client that is not known. Notes the use. */
  async verify(clientId: string, secret: string): Promise<KnownClient | null> {
    const machine = await this.#find(clientId);
    const found = secretThatIs(secret, machine);
    if (machine === null || found === null) return null;
    await this.#noteUse(clientId, found.id);
    return { clientId, name: machine.name, scopes: machine.scopes, secretId: found.id };
  }

  /** The client as it stands now; `null`: it, or this very secret, is gone. */
  async holder(clientId: string, secretId: string): Promise<KnownClient | null> {
    const machine = await this.#find(clientId);
    if (machine === null || !machine.secrets.some(({ id }) => id === secretId)) return null;
    return { clientId, name: machine.name, scopes: machine.scopes, secretId };
  }

  async isKnown(clientId: string): Promise<boolean> {
    return (await this.#find(clientId)) !== null;
  }

  /** Told at once when tokens of a machine have ended. Returns the way out. */
  onChanged(listener: (changed: Ended) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #find(clientId: string): Promise<MachineRecord | null> {
    if (!accessIdSchema.safeParse(clientId).success) return null;
    return (await this.#shelf.get(clientId))?.content ?? null;
  }

  /** A token is given also while nothing can be written. */
  async #noteUse(clientId: string, secretId: string): Promise<void> {
    const now = this.#options.clock.now();
    try {
      await this.#shelf.change(clientId, (machine) => machine && withUse(machine, secretId, now));
    } catch (thrown) {
      this.#options.log.warn('the use of a machine’s secret could not be noted', { clientId, thrown });
    }
  }

  /** Recorded once for each change that is made: one by one, and not again because a use was noted meanwhile. */
  #changeRecorded(
    id: string,
    by: Doer,
    { action, secretId }: { action: string; secretId: string },
    change: (now: MachineRecord) => MachineRecord | null,
  ): Promise<MachineRecord | null> {
    return this.#oneAtATime(() => {
      let isRecorded = false;
      return this.#shelf.change(id, async (now) => {
        const next = now && change(now);
        if (now === null || next === null) return null;
        const details = [
          ['name', now.name],
          ['secret', secretId],
        ] as const;
        if (!isRecorded) await this.#record(action, id, by, details);
        isRecorded = true;
        return next;
      });
    });
  }

  #draw(): { secret: string; kept: MachineSecret } {
    const { clock, secretBytes } = this.#options;
    const secret = drawSecret(secretBytes);
    const id = this.#drawId(SECRET_ID_BYTES);
    return { secret, kept: { id, hash: hashOf(secret), createdAt: clock.now(), lastUsedAt: null } };
  }

  #drawId(bytes: number): string {
    return this.#options.secretBytes(bytes).toString('base64url');
  }

  #record(
    action: string,
    id: string,
    by: Doer,
    details: readonly (readonly [string, string])[],
  ): Promise<void> {
    return recordFirst(this.#options.audit, by, { action, subject: `machine:${id}`, details });
  }

  #tell(clientId: string): void {
    for (const listener of [...this.#listeners]) listener({ kind: 'machine', clientId });
  }
}

export function createMachines(options: MachinesOptions): Machines {
  return new Machines(options);
}
