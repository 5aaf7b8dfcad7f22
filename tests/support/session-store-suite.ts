/** What every store of diagnostic sessions must hold; each implementation runs it on itself. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SessionStore } from '../../server/store/session-ports';
import { commandRow, sessionRow, T0, unitOf, windowRow } from '../unit/devices/sessions/session-rows';

export interface SessionStoreUnderTest {
  readonly store: SessionStore;
  /** Another door to the same rows, after the first is closed. */
  reopen(): Promise<SessionStore>;
  cleanUp(): Promise<void>;
}

/** Names that would hurt a statement or an object. */
const NAMES = ["'; DROP TABLE sessions; --", '__proto__', 'constructor', '%', 'ü€𝄞', ' '];

export function sessionStoreSuite(name: string, open: () => Promise<SessionStoreUnderTest>): void {
  describe(`the session store port on ${name}`, () => {
    let current: SessionStoreUnderTest | null = null;
    async function opened(): Promise<SessionStoreUnderTest> {
      current = await open();
      return current;
    }
    afterEach(async () => {
      await current?.store.close();
      await current?.cleanUp();
      current = null;
    });

    it('DEV-50 gives back what was written, whatever it is called', async () => {
      const { store } = await opened();
      for (const text of NAMES) {
        const session = sessionRow(text, {
          ...{ interactionId: text, customerId: text, deviceId: text, queueId: text, agentUserIds: [text] },
          ...{ startedBy: text, requestId: text, solvedRemotely: true },
        });
        const command = commandRow(1, {
          ...{ id: text, sessionId: text, params: { text }, by: text, reason: text },
          result: { deep: [{ text }] },
        });
        await store.write(unitOf({ sessions: [session], commands: [command] }));
        expect(await store.find(text)).toEqual({ session, commands: [command] });
      }
      expect(await store.find('other')).toBeNull();
    });

    it('DEV-50 puts whole rows in place of those with the same id', async () => {
      const { store } = await opened();
      const [session, command] = [sessionRow('session-1'), commandRow(1)];
      await store.write(unitOf({ sessions: [session], commands: [command] }));
      const later = { ...session, state: 'ERROR' as const, endedAt: T0 + 9, solvedRemotely: false };
      const ended = { ...command, state: 'failed' as const, endedAt: T0 + 8, isEndRecorded: true };
      await store.write(unitOf({ sessions: [later], commands: [ended] }));
      expect(await store.find(session.interactionId)).toEqual({ session: later, commands: [ended] });
      expect(await store.open()).toEqual([]);
    });

    it('DEV-50 has as open what has not ended, and what has an end that is not recorded; commands in their order', async () => {
      const { store } = await opened();
      const open = sessionRow('open', { startedAt: T0 + 2 });
      const ended = sessionRow('ended', { endedAt: T0 + 5, startedAt: T0 + 1 });
      const done = sessionRow('done', { endedAt: T0 + 5 });
      const rows = [3, 1, 2].map((seq) => commandRow(seq, { sessionId: 'ended', isEndRecorded: seq !== 2 }));
      const settled = commandRow(9, { sessionId: 'done', isEndRecorded: true });
      await store.write(unitOf({ sessions: [open, ended, done], commands: [...rows, settled] }));
      const found = await store.open();
      expect(found.map(({ session }) => session.id)).toEqual(['ended', 'open']);
      expect(found[0]?.commands.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    });

    it('DEV-50 finds the newest session of an interaction, and those since a time, the newest first', async () => {
      const { store } = await opened();
      const interactionId = 'one';
      const rows = [1, 2, 3].map((n) => sessionRow(`s${n}`, { interactionId, startedAt: T0 + n }));
      const commands = [commandRow(1, { sessionId: 's2' }), commandRow(2, { sessionId: 's2' })];
      await store.write(unitOf({ sessions: rows, commands }));
      expect((await store.find(interactionId))?.session.id).toBe('s3');
      const since = await store.since(T0 + 2, 9);
      expect(since.map(({ session, commandCount }) => [session.id, commandCount])).toEqual([
        ['s3', 0],
        ['s2', 2],
      ]);
      expect(await store.since(T0, 1)).toHaveLength(1);
    });

    it('DEV-50 keeps windows in their order, and gives the newest', async () => {
      const { store } = await opened();
      const rows = Array.from({ length: 5 }, (_, n) => windowRow('session-1', T0 + n * 5_000));
      await store.write(unitOf({ windows: [...rows.slice(0, 3), windowRow('other', T0)] }));
      await store.write(unitOf({ windows: rows.slice(3) }));
      const found = await store.windows('session-1', 3);
      expect(found.map(({ from }) => from)).toEqual([T0 + 10_000, T0 + 15_000, T0 + 20_000]);
      expect(found[0]).not.toHaveProperty('sessionId');
    });

    it('DEV-50 forgets with all of theirs those that ended before, but none with an end to be recorded', async () => {
      const { store } = await opened();
      const old = Array.from({ length: 45 }, (_, n) => sessionRow(`old${n}`, { endedAt: T0 + 1 }));
      const kept = [
        sessionRow('open'),
        sessionRow('recent', { endedAt: T0 + 10 }),
        sessionRow('unrecorded', { endedAt: T0 + 1 }),
      ];
      const commands = [...old, ...kept].map(({ id }, n) =>
        commandRow(n, { sessionId: id, isEndRecorded: id !== 'unrecorded' }),
      );
      const windows = old.map(({ id }) => windowRow(id, T0));
      await store.write(unitOf({ sessions: [...old, ...kept], commands, windows }));
      expect(await store.forget(T0 + 10)).toBe(45);
      expect((await store.since(0, 99)).map(({ session }) => session.id).sort()).toEqual(
        kept.map(({ id }) => id).sort(),
      );
      expect(await store.windows('old7', 9)).toEqual([]);
    });

    it('DEV-50 has all of it after it is closed and opened', async () => {
      const { store, reopen } = await opened();
      const session = sessionRow('session-1');
      await store.write(
        unitOf({ sessions: [session], commands: [commandRow(1)], windows: [windowRow('session-1', T0)] }),
      );
      await store.close();
      await expect(store.write(unitOf({ sessions: [session] }))).rejects.toThrow('closed');
      const again = await reopen();
      expect(await again.find(session.interactionId)).toEqual({ session, commands: [commandRow(1)] });
      expect(await again.windows('session-1', 9)).toHaveLength(1);
      await again.close();
    });
  });
}
