/** What is kept of a machine, and which of its secrets somebody presents. Pure: `now` is epoch ms. */
import { z } from 'zod';
import { accessIdSchema, givenNameSchema, type Machine, scopeSchema } from '../../../lib/contracts/access';
import { hashOf, isHashOf } from '../secret-hash';

/** So that they can be changed without a gap. */
export const MAX_SECRETS = 2;
/** Use is noted this often at most. */
const NOTE_USE_MS = 60_000;
/** Compared with where there is no secret, so that this takes no less time. Nothing hashes to it that is known. */
const NO_HASH = hashOf('');

const secretSchema = z.object({
  id: accessIdSchema,
  hash: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
});
export type MachineSecret = z.infer<typeof secretSchema>;

export const machineRecordSchema = z.object({
  name: givenNameSchema,
  scopes: z.array(scopeSchema),
  createdAt: z.number(),
  secrets: z.array(secretSchema).max(MAX_SECRETS),
});
export type MachineRecord = z.infer<typeof machineRecordSchema>;

/** The secret that this is; `null`: none. As many comparisons whether the machine (`null`: unknown) has secrets or not. */
export function secretThatIs(presented: string, machine: MachineRecord | null): MachineSecret | null {
  let found: MachineSecret | null = null;
  for (let slot = 0; slot < MAX_SECRETS; slot += 1) {
    const secret = machine?.secrets[slot];
    const isSame = isHashOf(presented, secret?.hash ?? NO_HASH);
    if (isSame && secret !== undefined) found = secret;
  }
  return found;
}

/** With the use of a secret noted; `null`: it was noted a moment ago, or the secret is gone. */
export function withUse(machine: MachineRecord, secretId: string, now: number): MachineRecord | null {
  const secret = machine.secrets.find(({ id }) => id === secretId);
  if (secret === undefined) return null;
  const sinceMs = now - (secret.lastUsedAt ?? Number.NEGATIVE_INFINITY);
  // Less than nothing: the wall clock was set back.
  if (sinceMs >= 0 && sinceMs < NOTE_USE_MS) return null;
  const used = { ...secret, lastUsedAt: now };
  return { ...machine, secrets: machine.secrets.map((one) => (one === secret ? used : one)) };
}

/** As administrators see it: no hash leaves the store. */
export function shownMachine(id: string, { name, scopes, createdAt, secrets }: MachineRecord): Machine {
  const shown = secrets.map(({ id, createdAt, lastUsedAt }) => ({ id, createdAt, lastUsedAt }));
  return { id, name, scopes, createdAt, secrets: shown };
}
