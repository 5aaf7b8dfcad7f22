import { afterEach, describe, expect, it } from 'vitest';
import { BURST, MAX_WINDOWS } from '../../../server/audit/refusals';
import { createAuditLog, MAX_WAITING, type StoreAuditLog } from '../../../server/audit/store-audit-log';
import { verifyStore } from '../../../server/audit/verify-audit';
import { createLog } from '../../../server/runtime/log';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { auditEvent, refusal } from '../../support/audit-events';
import { FakeClock } from '../../support/fake-clock';
import { MemoryAuditStore } from '../../support/memory-audit-store';

interface Stage {
  readonly audit: StoreAuditLog;
  readonly store: MemoryAuditStore;
  readonly clock: FakeClock;
  /** What the server's log says, parsed. */
  readonly said: () => Record<string, unknown>[];
}

let stages: Stage[] = [];
afterEach(async () => {
  for (const { audit, clock, store } of stages) {
    store.failure = null;
    await audit.stop();
    expect(clock.pendingCount).toBe(0);
  }
  stages = [];
});

function stage(store = new MemoryAuditStore()): Stage {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog('debug', (line) => lines.push(line));
  const audit = createAuditLog({ store, clock, log });
  const made = { audit, store, clock, said: () => lines.map((line) => JSON.parse(line)) };
  stages.push(made);
  return made;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function actions(audit: StoreAuditLog): Promise<string[]> {
  return (await audit.entries({ limit: 10_000 })).map(({ action }) => action);
}

describe('the audit log on a store', () => {
  it('AUDIT-6 appends in the order of the calls, and resolves when the entry is stored', async () => {
    const { audit, store, clock } = stage();
    const names = Array.from({ length: 350 }, (_, index) => `n${index}`);
    await Promise.all(
      names.map(async (actorName, index) => {
        await audit.record(auditEvent({ actorName }));
        expect(store.lines.length).toBeGreaterThan(index);
      }),
    );
    const entries = await audit.entries({ limit: 1_000 });
    expect(entries.map(({ actorName }) => actorName)).toEqual([...names].reverse());
    expect(entries[0]?.at).toBe(clock.now());
    expect(await verifyStore(store, await audit.head())).toMatchObject({ ok: true, value: { count: 350 } });
    // Waiting together they are written together.
    expect(store.appendCount).toBe(4);
  });

  it('AUDIT-6 gives entries newest first, before a number, as many as are asked for', async () => {
    const { audit } = stage();
    for (const action of ['a', 'b', 'c', 'd']) await audit.record(auditEvent({ action }));
    const seqs = async (range: { before?: number; limit: number }) =>
      (await audit.entries(range)).map(({ seq }) => seq);
    expect(await seqs({ limit: 2 })).toEqual([4, 3]);
    expect(await seqs({ before: 3, limit: 2 })).toEqual([2, 1]);
    expect(await seqs({ before: 1, limit: 2 })).toEqual([]);
    expect((await audit.head()).seq).toBe(4);
  });

  it('AUDIT-6 leaves an entry out that is not as it was written, and says so', async () => {
    const { audit, store, said } = stage();
    for (const action of ['a', 'b', 'c']) await audit.record(auditEvent({ action }));
    store.lines[1] = store.lines[1]?.replace('Ada', 'Eve') ?? '';
    expect(await actions(audit)).toEqual(['c', 'a']);
    expect(said().at(-1)).toMatchObject({ level: 'error', seq: 2, fault: 'edited' });
  });

  it.each(['SQLITE_FULL: database or disk is full', 'SQLITE_IOERR: disk I/O error'])(
    'AUDIT-6 rejects while the store fails with %s, says so at once, once a minute and at the end',
    async (reason) => {
      const { audit, store, clock, said } = stage();
      await audit.record(auditEvent({ action: 'before' }));
      store.failure = new Error(reason);
      await expect(audit.record(auditEvent({ action: 'lost' }))).rejects.toThrow('cannot be written');
      const trouble = () => said().filter(({ level }) => level === 'error' || level === 'warn');
      expect(trouble()).toMatchObject([{ level: 'error', reason }]);
      for (let n = 0; n < 20; n += 1) await expect(audit.record(auditEvent())).rejects.toThrow();
      expect(trouble()).toHaveLength(1);
      clock.advance(60_000);
      expect(trouble()[1]).toMatchObject({ level: 'error', reason, entriesLost: 21 });
      clock.advance(60_000);
      expect(trouble()).toHaveLength(2);
      store.failure = null;
      await audit.record(auditEvent({ action: 'after' }));
      expect(trouble()[2]).toMatchObject({ level: 'warn', entriesLost: 21 });
      expect(await actions(audit)).toEqual(['after', 'before']);
      expect(await verifyStore(store, null)).toMatchObject({ ok: true });
    },
  );

  it('AUDIT-6 goes on where the store failed after it had written', async () => {
    const { audit, store } = stage();
    await audit.record(auditEvent({ action: 'first' }));
    const append = store.append.bind(store);
    store.append = async (addition) => {
      await append(addition);
      throw new Error('SQLITE_IOERR: no answer');
    };
    await expect(audit.record(auditEvent({ action: 'unsure' }))).rejects.toThrow();
    store.append = append;
    await audit.record(auditEvent({ action: 'next' }));
    expect(await actions(audit)).toEqual(['next', 'unsure', 'first']);
    expect(await verifyStore(store, null)).toMatchObject({ ok: true });
  });

  it('AUDIT-6 rejects what is too much to wait, and takes more when there is room again', async () => {
    const { audit, store, said } = stage();
    const outcomes = await Promise.allSettled(
      Array.from({ length: MAX_WAITING + 5 }, () => audit.record(auditEvent())),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
    expect(store.lines).toHaveLength(MAX_WAITING);
    expect(said().filter(({ level }) => level === 'error')).toHaveLength(1);
    await audit.record(auditEvent({ action: 'later' }));
    expect((await actions(audit))[0]).toBe('later');
  });

  it('AUDIT-6 says once that too much waits, until nothing waits any more', async () => {
    const { audit, store, said } = stage();
    let taken = 0;
    const append = store.append.bind(store);
    store.append = async (addition) => {
      taken += 1;
      // As many as are taken come anew, and some too many.
      if (taken <= 5) for (let n = 0; n < 110; n += 1) audit.record(auditEvent()).catch(() => {});
      return append(addition);
    };
    await Promise.all(Array.from({ length: MAX_WAITING }, () => audit.record(auditEvent())));
    while (store.lines.length < MAX_WAITING + 500) await settled();
    await settled();
    const levels = said().map(({ level }) => level);
    expect(levels.filter((level) => level !== 'info')).toEqual(['error', 'warn']);
    expect(said().at(-1)).toMatchObject({ entriesLost: 50 });
  });

  it('CLUSTER-134 does not write what another node may have recorded meanwhile, and writes the rest', async () => {
    const { audit, store } = stage();
    let mayRecord = true;
    const barred = audit.record(auditEvent({ action: 'command.ended' }), () => mayRecord);
    const other = audit.record(auditEvent({ action: 'person.changed' }));
    mayRecord = false;
    await expect(barred).rejects.toThrow('another node');
    await other;
    await expect(audit.record(auditEvent(), () => false)).rejects.toThrow('another node');
    expect((await audit.entries({ limit: 10 })).map(({ action }) => action)).toEqual(['person.changed']);
    expect(await verifyStore(store, null)).toMatchObject({ ok: true });
  });

  it('AUDIT-2 chains to what somebody else appended in between', async () => {
    const { audit, store } = stage();
    const other = stage(store).audit;
    await audit.record(auditEvent({ action: 'first' }));
    await other.record(auditEvent({ action: 'other' }));
    await Promise.all([
      audit.record(auditEvent({ action: 'mine' })),
      other.record(auditEvent({ action: 'too' })),
    ]);
    expect(await actions(audit)).toEqual(['too', 'mine', 'other', 'first']);
    expect(await verifyStore(store, null)).toMatchObject({ ok: true, value: { count: 4 } });
  });

  it('AUDIT-5 keeps names from outside from forging a line, in the store and in the log', async () => {
    const { audit, store } = stage();
    const actorName = 'Ada","hash":"0"}\n{"seq":2}\u2028\u001b[2J\u0000';
    await audit.record(auditEvent({ actorName, details: new Map([['screen', actorName]]) }));
    expect(store.lines).toHaveLength(1);
    expect(store.lines[0]).not.toMatch(/[\p{Cc}\u2028]/u);
    const [entry] = await audit.entries({ limit: 1 });
    expect(entry?.actorName).toBe('Ada","hash":"0"}\\u000a{"seq":2}\\u2028\\u001b[2J\\u0000');
    expect(entry?.details).toEqual({ screen: entry?.actorName });
    expect(await verifyStore(store, null)).toMatchObject({ ok: true });
  });

  it('AUDIT-7 records refusals merged: at once, on the tick, and at the stop', async () => {
    const { audit, store, clock } = stage();
    for (let n = 0; n < 100; n += 1) audit.refused(refusal());
    await settled();
    expect(store.lines).toHaveLength(1);
    await clock.advanceAsync(60_000);
    expect(await audit.entries({ limit: 1 })).toMatchObject([
      { action: 'access.refused', outcome: 'refused', details: { repeats: 99 } },
    ]);
    audit.refused(refusal());
    audit.refused(refusal());
    await audit.stop();
    expect(await audit.entries({ limit: 2 })).toMatchObject([{ details: { repeats: 1 } }, { details: {} }]);
    expect(await verifyStore(store, null)).toMatchObject({ ok: true, value: { count: 4 } });
  });

  it('AUDIT-7 does not let 10,000 different refusals in a row fill disk, memory or queue', async () => {
    const { audit, store, clock } = stage();
    expect(BURST).toBeLessThanOrEqual(MAX_WINDOWS);
    for (let n = 0; n < 10_000; n += 1) {
      audit.refused(refusal({ address: `2001:db8::${n}`, actorName: 'x'.repeat(10_000) }));
    }
    // There is still room for what matters.
    await audit.record(auditEvent({ action: 'session.started' }));
    expect(store.lines).toHaveLength(BURST + 1);
    expect(Math.max(...store.lines.map((line) => line.length))).toBeLessThan(1_000);
    await clock.advanceAsync(60_000);
    expect(await audit.entries({ limit: 1 })).toMatchObject([
      { action: 'refusals.merged', details: { repeats: 10_000 - BURST } },
    ]);
  });

  it('AUDIT-7 tells of refusals that could not be written once the store is back, and never throws', async () => {
    const { audit, store, clock } = stage();
    store.failure = new Error('SQLITE_FULL');
    for (let n = 0; n < 3; n += 1) audit.refused(refusal({ subject: `s${n}` }));
    await settled();
    await clock.advanceAsync(60_000);
    await clock.advanceAsync(60_000);
    expect(store.lines).toEqual([]);
    store.failure = null;
    await clock.advanceAsync(120_000, 60_000);
    expect(await audit.entries({ limit: 9 })).toMatchObject([
      { action: 'refusals.merged', details: { repeats: 3 } },
    ]);
  });

  it('AUDIT-10 tells its head in the log at the start and once a day', async () => {
    const { audit, clock, said } = stage();
    await settled();
    const heads = () =>
      said().flatMap(({ level, head }) => (level === 'info' && head !== undefined ? [head] : []));
    expect(heads()).toEqual([`0:${EMPTY_HEAD.hash}`]);
    await audit.record(auditEvent());
    await clock.advanceAsync(24 * 3_600_000 - 1, 3_600_000);
    expect(heads()).toHaveLength(1);
    await clock.advanceAsync(1);
    const { seq, hash } = await audit.head();
    expect(heads()).toEqual([`0:${EMPTY_HEAD.hash}`, `${seq}:${hash}`]);
    await clock.advanceAsync(48 * 3_600_000, 3_600_000);
    expect(heads()).toHaveLength(4);
  });

  it('AUDIT-10 says where the head cannot be read', async () => {
    const store = new MemoryAuditStore();
    store.head = async () => {
      throw new Error('the audit log has no head');
    };
    const { said } = stage(store);
    await settled();
    expect(said()).toMatchObject([{ level: 'error', reason: 'the audit log has no head' }]);
  });

  it('AUDIT-11 writes what waits before it stops, and nothing from then on', async () => {
    const { audit, store, clock } = stage();
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const waiting = [audit.record(auditEvent()), audit.record(auditEvent())];
    const steps: string[] = [];
    const stopped = audit.stop().then(() => steps.push('stopped'));
    await settled();
    steps.push('opened');
    open();
    await stopped;
    expect(steps).toEqual(['opened', 'stopped']);
    expect(store.lines).toHaveLength(2);
    await Promise.all(waiting);
    await expect(audit.record(auditEvent())).rejects.toThrow('closed');
    audit.refused(refusal());
    await settled();
    expect(store.lines).toHaveLength(2);
    expect(clock.pendingCount).toBe(0);
    await audit.stop();
  });
});
