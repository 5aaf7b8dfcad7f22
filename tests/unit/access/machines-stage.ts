/** Machines and their tokens on a store in memory. */
import type { Scope } from '../../../lib/contracts/access';
import { createMachineTokens } from '../../../server/access/machines/machine-tokens';
import { createMachines } from '../../../server/access/machines/machines';
import { createLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { MemoryStore } from '../../support/memory-store';
import { countedBytes, FakeAudit } from './sessions-stage';

export const BY = { actor: 'person:ada', actorName: 'Ada', address: '192.0.2.7' };
export const KEY = Buffer.alloc(32, 'a key of these tests');

export function createMachineStage(options: { readonly store?: MemoryStore; readonly max?: number } = {}) {
  const store = options.store ?? new MemoryStore();
  const clock = new FakeClock();
  const secretBytes = countedBytes();
  const audit = new FakeAudit();
  const lines: string[] = [];
  const log = createLog('trace', (line) => lines.push(line));
  const parts = { store, clock, secretBytes, audit, log };
  const machines = createMachines({
    ...parts,
    ...(options.max === undefined ? {} : { maxMachines: options.max }),
  });
  const tokens = createMachineTokens({ machines, key: KEY, clock, secretBytes });
  return { ...parts, lines, machines, tokens };
}
export type MachineStage = ReturnType<typeof createMachineStage>;

/** A machine with its first secret. */
export async function madeMachine(
  { machines }: MachineStage,
  scopes: readonly Scope[] = ['kpis:read', 'alerts:read'],
) {
  const made = await machines.create({ name: 'Data action', scopes }, BY);
  if (!made.ok) throw new Error(made.error);
  const [first] = made.value.machine.secrets;
  return { id: made.value.clientId, secret: made.value.secret, secretId: first?.id ?? '' };
}

/** A token that was got with that secret. */
export async function tokenOf(stage: MachineStage, { id, secret }: { id: string; secret: string }) {
  const client = await stage.machines.verify(id, secret);
  if (client === null) throw new Error('not a client');
  return stage.tokens.issue(client, client.scopes);
}
