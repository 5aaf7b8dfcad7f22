/** What a token of ours says, and how long it counts. */
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../lib/contracts/access';
import { createMachineTokens } from '../../../server/access/machines/machine-tokens';
import type { MachinePrincipal } from '../../../server/access/principal';
import { BY, createMachineStage, type MachineStage, madeMachine, tokenOf } from './machines-stage';
import { forged, type Prepared, prepared } from './token-forger';

async function clientOf({ machines, machine }: Pick<Prepared, 'machines' | 'machine'>) {
  const client = await machines.verify(machine.id, machine.secret);
  if (client === null) throw new Error('not a client');
  return client;
}

/** As another process would take them. */
async function takeScopes({ store, machine }: Prepared, scopes: readonly Scope[]) {
  const kept = await store.get('machine', machine.id);
  // The machine of `prepared` is there, and an object.
  const content = { ...(kept?.content as object), scopes };
  await store.write([{ write: 'put', kind: 'machine', id: machine.id, content }]);
}

describe('a machine’s token', () => {
  it('ACC-46 says whose it is, by which secret, for what and for how long, and lives 60 minutes', async () => {
    const { tokens, token, header, payload, machine, clock } = await prepared();
    const issuedAt = Math.floor(clock.now() / 1_000);
    expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt' });
    expect(payload).toEqual({
      iss: 'floorcast',
      aud: 'floorcast-api',
      sub: machine.id,
      client_id: machine.id,
      sid: machine.secretId,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      scope: 'kpis:read alerts:read',
      iat: issuedAt,
      exp: issuedAt + 3_600,
    });
    const principal: MachinePrincipal = {
      kind: 'machine',
      clientId: machine.id,
      name: 'Data action',
      scopes: ['kpis:read', 'alerts:read'],
      secretId: machine.secretId,
      expiresAt: (issuedAt + 3_600) * 1_000,
    };
    expect(await tokens.find(token)).toEqual(principal);
    expect(await tokens.standing(principal)).toEqual(principal);
  });

  it('ACC-46 begins and ends at a full second, whenever it is made', async () => {
    const { clock, ...made } = await prepared();
    clock.advance(999);
    const token = await made.tokens.issue(await clientOf(made), ['kpis:read']);
    const found = await made.tokens.find(token);
    expect(found?.expiresAt).toBe(clock.now() - 999 + 3_600_000);
  });

  it('ACC-46 is never the same twice', async () => {
    const { machine, token, ...stage } = await prepared();
    expect(await tokenOf(stage, machine)).not.toBe(token);
  });

  it('ACC-46 has no secret in it', async () => {
    const { machine, head, body } = await prepared();
    const text = Buffer.from(head, 'base64url').toString() + Buffer.from(body, 'base64url').toString();
    expect(text).not.toContain(machine.secret);
  });

  it('ACC-46 is not made for a scope that its client has not, nor with a short key', async () => {
    const { machines, tokens, machine, ...parts } = await prepared();
    const client = await clientOf({ machines, machine });
    await expect(tokens.issue(client, ['kpis:read', 'metrics:read'])).rejects.toThrow('scope');
    expect(() => createMachineTokens({ machines, key: Buffer.alloc(31), ...parts })).toThrow('32 bytes');
  });

  it('ACC-46 can be for fewer scopes than its client has', async () => {
    const made = await prepared();
    const token = await made.tokens.issue(await clientOf(made), ['alerts:read']);
    expect((await made.tokens.find(token))?.scopes).toEqual(['alerts:read']);
  });
});

describe('how long a token counts', () => {
  it('ACC-53 scopes taken away: it has those that are left, at once, and never one more', async () => {
    const made = await prepared();
    const found = await made.tokens.find(made.token);
    await takeScopes(made, ['alerts:read', 'metrics:read']);
    expect((await made.tokens.find(made.token))?.scopes).toEqual(['alerts:read']);
    expect(found && (await made.tokens.standing(found))?.scopes).toEqual(['alerts:read']);
    await takeScopes(made, []);
    expect((await made.tokens.find(made.token))?.scopes).toEqual([]);
    expect(found && (await made.tokens.standing(found))?.scopes).toEqual([]);
  });

  it('ACC-53 a scope that its client never had, signed by our key: it has it not', async () => {
    const { tokens, header, payload } = await prepared();
    const found = await tokens.find(forged(header, { ...payload, scope: 'kpis:read metrics:read' }));
    expect(found?.scopes).toEqual(['kpis:read']);
  });

  async function withTwoSecrets() {
    const stage = createMachineStage();
    const machine = await madeMachine(stage);
    const added = await stage.machines.addSecret(machine.id, BY);
    if (!added.ok) throw new Error(added.error);
    const first = await tokenOf(stage, machine);
    const second = await tokenOf(stage, { id: machine.id, secret: added.value.secret });
    return { ...stage, machine, first, second };
  }

  function toldTo({ tokens }: Pick<MachineStage, 'tokens'>) {
    const told: unknown[] = [];
    return { told, leave: tokens.onChanged((changed) => told.push(changed)) };
  }

  it('ACC-53 token of a removed secret: ends at once, the other’s does not, and who listens is told', async () => {
    const stage = await withTwoSecrets();
    const { machines, tokens, machine, first, second } = stage;
    const principal = await tokens.find(first);
    const { told, leave } = toldTo(stage);
    await machines.removeSecret(machine.id, machine.secretId, BY);
    expect(told).toEqual([{ kind: 'machine', clientId: machine.id }]);
    expect(await tokens.find(first)).toBeNull();
    expect(principal && (await tokens.standing(principal))).toBeNull();
    expect(await tokens.find(second)).not.toBeNull();
    leave();
    await machines.remove(machine.id, BY);
    expect(told).toHaveLength(1);
  });

  it('ACC-53 token of a removed machine: ends at once, and who listens is told', async () => {
    const stage = await withTwoSecrets();
    const { machines, tokens, machine, first, second } = stage;
    const principal = await tokens.find(first);
    const { told } = toldTo(stage);
    expect(await machines.remove(machine.id, BY)).toBe(true);
    expect(told).toEqual([{ kind: 'machine', clientId: machine.id }]);
    expect(await tokens.find(first)).toBeNull();
    expect(await tokens.find(second)).toBeNull();
    expect(principal && (await tokens.standing(principal))).toBeNull();
  });

  it('ACC-53 who listens hears of it once it is so, and not of a secret more', async () => {
    const { machines, tokens, machine, first } = await withTwoSecrets();
    const seen: Promise<MachinePrincipal | null>[] = [];
    tokens.onChanged(() => seen.push(tokens.find(first)));
    await machines.removeSecret(machine.id, machine.secretId, BY);
    await machines.addSecret(machine.id, BY);
    await machines.removeSecret(machine.id, 'nothing', BY);
    expect(await Promise.all(seen)).toEqual([null]);
  });

  it('ACC-53 a secret of one machine does not hold up the token of another', async () => {
    const { header, payload, ...made } = await prepared();
    const other = await madeMachine(made);
    const mixed = { ...payload, sub: other.id, client_id: other.id };
    expect(await made.tokens.find(forged(header, mixed))).toBeNull();
    expect(await made.tokens.find(forged(header, { ...mixed, sid: other.secretId }))).not.toBeNull();
  });
});
