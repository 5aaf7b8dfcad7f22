/** What the desk finds that others wrote: imports, stores of before there were versions, and what cannot be read. */
import { describe, expect, it } from 'vitest';
import { EMPTY_SETTINGS } from '../../../lib/contracts/settings';
import { exportSettings, importSettings, readSettings } from '../../../server/store/settings';
import { done, openDesk, publishNew } from '../../support/desk-of-boards';
import { MemoryStore } from '../../support/memory-store';
import { boardOf } from '../../support/push-boards';

const file = (...boards: readonly object[]) => JSON.stringify({ ...EMPTY_SETTINGS, boards });

describe('an import', () => {
  it('BOARD-30 is a published version of each board that it changes, and none of those that it leaves', async () => {
    const stage = await openDesk();
    const a = await publishNew(stage, 'A');
    const b = await publishNew(stage, 'B');
    done(await stage.boards.saveDraft('b', { board: { ...b, name: 'B!' }, revision: 0 }, stage.bea));
    expect((await importSettings(stage.store, file({ ...b, name: 'B2' }, a, boardOf('c')), 9_000)).ok).toBe(
      true,
    );
    const again = await openDesk({ store: stage.store });
    const imported = { at: 9_000, by: 'import', note: '' };
    expect((await again.boards.find('b'))?.versions[0]).toEqual({ version: 2, ...imported });
    expect(await again.boards.find('b')).toMatchObject({ draft: { board: { name: 'B!' }, basedOn: 1 } });
    expect(await again.boards.find('a')).toMatchObject({ version: 1, publishedBy: { by: 'Ada' } });
    expect((await again.boards.find('c'))?.versions).toEqual([{ version: 1, ...imported }]);
    expect(again.provider.list().map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect((await again.boards.restore('c', { version: 1, revision: 0 }, again.ada)).ok).toBe(true);
  });

  it('BOARD-30 a board that it does not have goes with its versions and its draft', async () => {
    const stage = await openDesk();
    const a = await publishNew(stage, 'A');
    done(await stage.boards.saveDraft('a', { board: a, revision: 0 }, stage.bea));
    const { id } = done(
      await stage.boards.create({ name: 'New', from: { kind: 'template', template: 'empty' } }, stage.bea),
    );
    await importSettings(stage.store, file(boardOf('c')), 0);
    const again = await openDesk({ store: stage.store });
    expect((await again.boards.list()).map((board) => board.id)).toEqual(['c', id]);
    expect((await stage.store.list('board-version')).map((document) => document.id)).toEqual(['c@1']);
  });

  it('BOARD-29 takes the place of the boards made of queues, unless the file says that they stay', async () => {
    const stage = await openDesk();
    await publishNew(stage, 'A');
    const kept = await exportSettings(stage.store);
    await importSettings(stage.store, file(boardOf('c')), 0);
    expect((await openDesk({ store: stage.store })).provider.list().map(({ id }) => id)).toEqual(['c']);
    await importSettings(stage.store, kept, 0);
    const again = await openDesk({ store: stage.store });
    expect(again.provider.list().map(({ id }) => id)).toEqual(['default', 'a']);
  });

  it('BOARD-29 beside imported boards those made of queues stay away when one more is published', async () => {
    const store = new MemoryStore();
    await importSettings(store, file(boardOf('c')), 0);
    const stage = await openDesk({ store });
    await publishNew(stage, 'A');
    expect(stage.provider.list().map(({ id }) => id)).toEqual(['c', 'a']);
    expect((await openDesk({ store })).provider.list().map(({ id }) => id)).toEqual(['c', 'a']);
  });

  it('BOARD-30 a board of before there were versions is version 1, and can be gone back to', async () => {
    const store = new MemoryStore();
    const { boards: _, ...main } = EMPTY_SETTINGS;
    await store.write([
      { write: 'put', kind: 'board', id: 'old', content: boardOf('old') },
      { write: 'put', kind: 'settings', id: 'main', content: { ...main, boardIds: ['old'] } },
    ]);
    const stage = await openDesk({ store });
    const edit = await stage.boards.find('old');
    expect(edit).toMatchObject({ version: 1, published: { id: 'old' }, publishedBy: { by: 'import' } });
    expect((await stage.boards.restore('old', { version: 1, revision: 0 }, stage.ada)).ok).toBe(true);
    const again = await openDesk({ store });
    expect((await again.boards.find('old'))?.versions).toEqual(edit?.versions);
  });
});

describe('what cannot be read', () => {
  const broken = [undefined, null, [], 'text', { id: 'a' }];

  it.each(broken)(
    'BOARD-31 a board that is %j harms only itself, and is mended at the desk',
    async (content) => {
      const stage = await openDesk();
      await publishNew(stage, 'A');
      await publishNew(stage, 'B');
      await stage.store.write([{ write: 'put', kind: 'board', id: 'a', content }]);
      const again = await openDesk({ store: stage.store });
      expect(again.provider.list().map(({ id }) => id)).toEqual(['default', 'b']);
      expect((await again.boards.list()).map(({ id, version }) => [id, version])).toContainEqual(['a', 1]);
      expect(await again.boards.find('a')).toMatchObject({ published: null, version: 1 });
      const { draft } = done(await again.boards.restore('a', { version: 1, revision: 0 }, again.ada));
      const wish = { revision: draft?.revision ?? 0, version: 1, note: '' };
      expect(done(await again.boards.publish('a', wish, again.ada)).published?.name).toBe('A');
      expect((await readSettings(stage.store)).boards.map(({ id }) => id)).toEqual(['a', 'b']);
    },
  );

  it.each(broken)(
    'BOARD-31 a record, a draft and a version that are %j harm only themselves',
    async (content) => {
      const stage = await openDesk();
      const board = await publishNew(stage, 'A');
      done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
      await stage.store.write(
        [
          ['board-draft', 'a'],
          ['board-version', 'a@1'],
        ].map(([kind = '', id = '']) => ({ write: 'put', kind, id, content }) as const),
      );
      expect(await stage.boards.find('a')).toMatchObject({ published: board, draft: null });
      expect(await stage.boards.restore('a', { version: 1, revision: 0 }, stage.ada)).toMatchObject({
        ok: false,
      });
      const { draft } = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
      await stage.store.write([{ write: 'put', kind: 'board-record', id: 'a', content }]);
      const again = await openDesk({ store: stage.store });
      expect(await again.boards.find('a')).toMatchObject({ published: board, version: 1, draft });
      expect((await again.boards.list()).at(-1)).toMatchObject({ id: 'a', version: 1, origin: 'stored' });
      const wish = { revision: draft?.revision ?? 0, version: 1, note: '' };
      expect(done(await again.boards.publish('a', wish, again.ada)).version).toBe(2);
    },
  );

  it.each(['<b>', '', 'a b', 'x'.repeat(65)])(
    'BOARD-31 what is stored under %j is in no list',
    async (id) => {
      const stage = await openDesk();
      const board = await publishNew(stage, 'A');
      done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
      for (const kind of ['board', 'board-draft', 'board-record']) {
        const content = (await stage.store.get(kind, 'a'))?.content;
        const own = kind === 'board-draft' ? { ...Object(content), board: { ...board, id } } : content;
        await stage.store.write([{ write: 'put', kind, id, content: own }]);
      }
      await stage.store.write([{ write: 'put', kind: 'board', id: `${id}?`, content: board }]);
      const again = await openDesk({ store: stage.store });
      expect((await again.boards.list()).map((listed) => listed.id)).toEqual(['default', 'a']);
      expect(await stage.store.get('board-record', `${id}?`)).toBeNull();
    },
  );

  it.each(broken)(
    'BOARD-31 who changed thresholds last is not needed to change them: %j',
    async (content) => {
      const stage = await openDesk();
      done(await stage.settings.setThresholds({ revision: 0, rules: [] }, stage.ada));
      await stage.store.write([{ write: 'put', kind: 'settings-part', id: 'thresholds', content }]);
      const { revision } = await stage.settings.thresholds();
      expect(revision).toBeGreaterThan(1);
      expect((await stage.settings.setThresholds({ revision, rules: [] }, stage.ada)).ok).toBe(true);
    },
  );
});
