import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AuditUnavailable } from '../../../server/access/session-audit';
import { comparisonsIn } from '../../support/comparisons';
import { MemoryStore } from '../../support/memory-store';
import { ODD_IDS, shortly } from '../../support/odd-ids';
import { BY, createMachineStage, madeMachine } from './machines-stage';

describe('machines', () => {
  it('ACC-40 have a secret of 256 bits, told once, of which the store has the SHA-256 only', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(await stage.machines.list()).toEqual([
      {
        id,
        name: 'Data action',
        scopes: ['kpis:read', 'alerts:read'],
        createdAt: stage.clock.now(),
        secrets: [{ id: secretId, createdAt: stage.clock.now(), lastUsedAt: null }],
      },
    ]);
    const everywhere = JSON.stringify([
      await stage.store.list('machine'),
      stage.audit.recorded.map((event) => [event, ...event.details]),
      stage.lines,
    ]);
    expect(everywhere).not.toContain(secret);
    expect(everywhere).toContain(createHash('sha256').update(secret).digest('base64url'));
    expect(JSON.stringify(await stage.machines.list())).not.toContain('hash');
  });

  it('ACC-40 have each their own id and secret, and a scope once', async () => {
    const stage = createMachineStage();
    const made = [await madeMachine(stage, ['kpis:read', 'kpis:read']), await madeMachine(stage)];
    for (const kind of ['id', 'secret', 'secretId'] as const) {
      expect(new Set(made.map((machine) => machine[kind])).size).toBe(2);
    }
    const [first] = made;
    const listed = (await stage.machines.list()).find(({ id }) => id === first?.id);
    expect(listed?.scopes).toEqual(['kpis:read']);
    expect(await stage.machines.verify(first?.id ?? '', made[1]?.secret ?? '')).toBeNull();
  });

  it('ACC-41 have two secrets at most, both good, so that they can be changed without a gap', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    const second = await stage.machines.addSecret(id, BY);
    expect(second.ok && second.value.machine.secrets).toHaveLength(2);
    expect(await stage.machines.addSecret(id, BY)).toEqual({ ok: false, error: 'full' });
    expect(await stage.machines.addSecret('nobody', BY)).toEqual({ ok: false, error: 'unknown' });
    const other = second.ok ? second.value.secret : '';
    expect(await stage.machines.verify(id, secret)).toMatchObject({ clientId: id, secretId });
    expect(await stage.machines.verify(id, other)).toMatchObject({ clientId: id });
    expect(await stage.machines.removeSecret(id, secretId, BY)).toBe(true);
    expect(await stage.machines.removeSecret(id, secretId, BY)).toBe(false);
    expect(await stage.machines.verify(id, secret)).toBeNull();
    expect(await stage.machines.verify(id, other)).not.toBeNull();
    expect((await stage.machines.addSecret(id, BY)).ok).toBe(true);
  });

  it('ACC-41 never get a third secret by two who ask at the same moment', async () => {
    const stage = createMachineStage();
    const { id } = await madeMachine(stage);
    const asked = await Promise.all([stage.machines.addSecret(id, BY), stage.machines.addSecret(id, BY)]);
    expect(asked.map(({ ok }) => ok).sort()).toEqual([false, true]);
    expect((await stage.machines.list())[0]?.secrets).toHaveLength(2);
  });

  it('ACC-42 nobody is known by an id or a secret that is none, whatever it is', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    for (const odd of ODD_IDS) {
      expect(await stage.machines.verify(odd, secret), shortly(odd)).toBeNull();
      expect(await stage.machines.verify(id, odd), shortly(odd)).toBeNull();
      expect(await stage.machines.holder(odd, secretId), shortly(odd)).toBeNull();
      expect(await stage.machines.holder(id, odd), shortly(odd)).toBeNull();
      expect(await stage.machines.isKnown(odd), shortly(odd)).toBe(false);
      expect(await stage.machines.addSecret(odd, BY), shortly(odd)).toEqual({ ok: false, error: 'unknown' });
      expect(await stage.machines.remove(odd, BY), shortly(odd)).toBe(false);
      expect(await stage.machines.removeSecret(id, odd, BY), shortly(odd)).toBe(false);
      expect(await stage.machines.removeSecret(odd, secretId, BY), shortly(odd)).toBe(false);
    }
    expect(stage.audit.actions).toEqual(['machine.created']);
    expect(await stage.machines.verify(id, secret)).not.toBeNull();
  });

  it('ACC-42 the store is not asked for an id that is none, nor by a token that is none', async () => {
    const stage = createMachineStage();
    const { id, secretId } = await madeMachine(stage);
    const asked: string[] = [];
    const get = stage.store.get.bind(stage.store);
    stage.store.get = (kind, wanted) => {
      asked.push(wanted);
      return get(kind, wanted);
    };
    for (const odd of ['', 'a b', '../x', 'x'.repeat(65), 'x'.repeat(60_000)]) {
      await stage.machines.verify(odd, 'secret');
      await stage.machines.holder(odd, secretId);
      await stage.tokens.find(odd);
    }
    expect(asked).toEqual([]);
    await stage.machines.holder(id, secretId);
    expect(asked).toEqual([id]);
  });

  it('ACC-42 nobody is known by the hash of a secret, its id, or a part of it', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    const hash = createHash('sha256').update(secret).digest('base64url');
    for (const text of [hash, secretId, secret.slice(1), ` ${secret}`, `${secret}\n`, secret.toLowerCase()])
      expect(await stage.machines.verify(id, text), text).toBeNull();
  });

  it('ACC-42 are compared as often for a client that is unknown, without secrets, or right', async () => {
    const stage = createMachineStage();
    const { id, secret } = await madeMachine(stage);
    const bare = await madeMachine(stage);
    await stage.machines.removeSecret(bare.id, bare.secretId, BY);
    const cases = [
      [id, secret],
      [id, `${secret}x`],
      [id, ''],
      [bare.id, bare.secret],
      ['nobody', secret],
      ['__proto__', secret],
    ] as const;
    for (const [client, presented] of cases) {
      expect(await comparisonsIn(() => stage.machines.verify(client, presented)), client).toBe(2);
    }
  });

  it('ACC-43 note the use of a secret once a minute, and again when the wall clock was set back', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    const begun = stage.clock.now();
    const usedAt = async () => {
      await stage.machines.verify(id, secret);
      return (await stage.machines.list())[0]?.secrets.find((one) => one.id === secretId)?.lastUsedAt;
    };
    expect(await usedAt()).toBe(begun);
    stage.clock.advance(59_999);
    expect(await usedAt()).toBe(begun);
    stage.clock.advance(1);
    expect(await usedAt()).toBe(begun + 60_000);
    stage.clock.jumpWallClock(-3_600_000);
    expect(await usedAt()).toBe(stage.clock.now());
  });

  it('ACC-43 are let in also where their use cannot be noted', async () => {
    const store = new MemoryStore();
    const stage = createMachineStage({ store });
    const { id, secret } = await madeMachine(stage);
    store.write = async () => {
      throw new Error('disk full');
    };
    expect(await stage.machines.verify(id, secret)).toMatchObject({ clientId: id });
    expect(stage.lines.join()).toContain('could not be noted');
  });

  it('ACC-44 are bounded in number, also when many are made at once', async () => {
    const stage = createMachineStage({ max: 3 });
    const wish = { name: 'x', scopes: ['kpis:read'] } as const;
    const made = await Promise.all(Array.from({ length: 6 }, () => stage.machines.create(wish, BY)));
    expect(made.map(({ ok }) => ok)).toEqual([true, true, true, false, false, false]);
    const [one] = await stage.machines.list();
    await stage.machines.remove(one?.id ?? '', BY);
    expect((await stage.machines.create(wish, BY)).ok).toBe(true);
  });

  it('ACC-44 are 200 where nothing else is said', async () => {
    const stage = createMachineStage();
    for (let count = 0; count < 200; count += 1) await madeMachine(stage);
    expect(await stage.machines.create({ name: 'x', scopes: ['kpis:read'] }, BY)).toEqual({
      ok: false,
      error: 'full',
    });
  });

  it('ACC-45 are recorded with each change', async () => {
    const stage = createMachineStage();
    const { id, secretId } = await madeMachine(stage);
    await stage.machines.addSecret(id, BY);
    await stage.machines.removeSecret(id, secretId, BY);
    await stage.machines.remove(id, BY);
    expect(stage.audit.actions).toEqual([
      'machine.created',
      'machine.secret-added',
      'machine.secret-removed',
      'machine.removed',
    ]);
    expect(stage.audit.recorded[0]).toEqual({
      ...BY,
      action: 'machine.created',
      subject: `machine:${id}`,
      outcome: 'done',
      details: new Map([
        ['name', 'Data action'],
        ['scopes', 'kpis:read alerts:read'],
      ]),
    });
  });

  it('ACC-45 are recorded once for one change, also where a use is noted meanwhile', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    const record = stage.audit.record.bind(stage.audit);
    stage.audit.record = async (event) => {
      await record(event);
      stage.clock.advance(60_000);
      await stage.machines.verify(id, secret);
    };
    expect((await stage.machines.addSecret(id, BY)).ok).toBe(true);
    expect(await stage.machines.removeSecret(id, secretId, BY)).toBe(true);
    expect(stage.audit.actions).toEqual([
      'machine.created',
      'machine.secret-added',
      'machine.secret-removed',
    ]);
    expect((await stage.machines.list())[0]?.secrets).toHaveLength(1);
  });

  it('ACC-45 have nothing recorded that was not done, where two ask at the same moment', async () => {
    const stage = createMachineStage();
    const { id, secretId } = await madeMachine(stage);
    const twice = async (work: () => Promise<unknown>) => Promise.all([work(), work()]);
    await twice(() => stage.machines.addSecret(id, BY));
    expect(await twice(() => stage.machines.removeSecret(id, secretId, BY))).toEqual([true, false]);
    expect(await twice(() => stage.machines.remove(id, BY))).toEqual([true, false]);
    expect(stage.audit.actions).toEqual([
      'machine.created',
      'machine.secret-added',
      'machine.secret-removed',
      'machine.removed',
    ]);
  });

  it('ACC-45 stay as they are where a change cannot be recorded', async () => {
    const stage = createMachineStage();
    const { id, secret, secretId } = await madeMachine(stage);
    const before = await stage.store.list('machine');
    stage.audit.isBroken = true;
    const tries = [
      () => stage.machines.create({ name: 'x', scopes: ['kpis:read'] }, BY),
      () => stage.machines.addSecret(id, BY),
      () => stage.machines.removeSecret(id, secretId, BY),
      () => stage.machines.remove(id, BY),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toBeInstanceOf(AuditUnavailable);
    expect(await stage.store.list('machine')).toEqual(before);
    stage.audit.isBroken = false;
    expect(await stage.machines.verify(id, secret)).not.toBeNull();
    // One that failed does not hold up the next.
    expect((await stage.machines.create({ name: 'x', scopes: ['kpis:read'] }, BY)).ok).toBe(true);
  });

  it('SEC-65 harm only themselves where a stored one cannot be read', async () => {
    const stage = createMachineStage();
    const { id, secret } = await madeMachine(stage);
    await stage.store.write([{ write: 'put', kind: 'machine', id: 'broken', content: { name: 7 } }]);
    expect((await stage.machines.list()).map((machine) => machine.id)).toEqual([id]);
    expect(await stage.machines.verify('broken', secret)).toBeNull();
    expect(await stage.machines.verify(id, secret)).not.toBeNull();
    expect(stage.lines.join()).toContain('cannot be read');
  });
});
