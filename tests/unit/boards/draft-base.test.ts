/** What somebody else did since a draft was begun, or a board was looked at: nobody goes over that unawares. */
import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { EMPTY_SETTINGS } from '../../../lib/contracts/settings';
import { importSettings, readSettings } from '../../../server/store/settings';
import { type DeskStage, done, openDesk, publishNew } from '../../support/desk-of-boards';

/** The board `a` in version 1, Ada's draft of it, and an import that made version 2 at 9 s. */
async function importedMeanwhile() {
  const stage = await openDesk();
  const board = await publishNew(stage, 'A');
  const mine = { ...board, name: 'Ada’s' };
  const { draft } = done(await stage.boards.saveDraft('a', { board: mine, revision: 0 }, stage.ada));
  const imported = { ...board, name: 'Imported' };
  const file = JSON.stringify({ ...EMPTY_SETTINGS, boards: [imported] });
  done(await importSettings(stage.store, file, 9_000));
  return { ...stage, mine, imported, revision: must(draft, 'a draft').revision };
}

const storedIn = async ({ store }: Pick<DeskStage, 'store'>) => (await readSettings(store)).boards[0]?.name;

describe('a draft that began before what is published', () => {
  it('BOARD-41 is not published by who does not say that he knows', async () => {
    const own = await importedMeanwhile();
    const overtaken = { ok: false, error: { kind: 'changed', at: 9_000, by: 'import' } };
    for (const more of [{}, { basedOn: 2 }, { basedOn: 0 }]) {
      const wish = { revision: own.revision, version: 2, note: '', ...more };
      expect(await own.boards.publish('a', wish, own.bea)).toEqual(overtaken);
    }
    const early = { revision: own.revision, version: 1, basedOn: 1, note: '' };
    expect(await own.boards.publish('a', early, own.bea)).toEqual(overtaken);
    expect([own.bea.deeds, await storedIn(own)]).toEqual([[], 'Imported']);
  });

  it('BOARD-41 is published by who does', async () => {
    const own = await importedMeanwhile();
    const wish = { revision: own.revision, version: 2, basedOn: 1, note: '' };
    expect(done(await own.boards.publish('a', wish, own.bea))).toMatchObject({
      ...{ version: 3, published: own.mine, draft: null },
    });
  });

  it('BOARD-41 stays so however often it is saved, until a version is restored: that begins from now', async () => {
    const own = await importedMeanwhile();
    const wish = { board: own.mine, revision: own.revision };
    const { draft } = done(await own.boards.saveDraft('a', wish, own.bea));
    expect(draft?.basedOn).toBe(1);
    const restored = done(
      await own.boards.restore('a', { version: 1, revision: draft?.revision ?? 0 }, own.ada),
    );
    expect(restored.draft?.basedOn).toBe(2);
    const publish = { revision: restored.draft?.revision ?? 0, version: 2, note: '' };
    expect(done(await own.boards.publish('a', publish, own.ada)).version).toBe(3);
  });
});

describe('deleting a board', () => {
  it('BOARD-42 wants its draft as it was seen, and tells who saved another', async () => {
    const stage = await openDesk();
    const board = await publishNew(stage, 'A');
    const refused = (by: string) => ({
      ...{ ok: false, error: { kind: 'changed', at: stage.clock.now(), by } },
    });
    stage.clock.advance(1_000);
    const first = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.bea));
    const revision = must(first.draft, 'a draft').revision;
    expect(await stage.boards.remove('a', { version: 1, revision: 0 }, stage.ada)).toEqual(refused('Bea'));
    stage.clock.advance(1_000);
    const wish = { board: { ...board, name: 'B' }, revision };
    const second = done(await stage.boards.saveDraft('a', wish, stage.bea));
    expect(await stage.boards.remove('a', { version: 1, revision }, stage.ada)).toEqual(refused('Bea'));
    expect([stage.provider.board('a'), await stage.boards.find('a')]).toMatchObject([board, second]);
    stage.clock.advance(1_000);
    const last = must(second.draft, 'a draft').revision;
    done(await stage.boards.discardDraft('a', last, stage.bea));
    expect(await stage.boards.remove('a', { version: 1, revision: last }, stage.ada)).toEqual(refused('Bea'));
    expect(stage.ada.deeds.map(({ action }) => action)).not.toContain('board.deleted');
    expect(done(await stage.boards.remove('a', { version: 1, revision: 0 }, stage.ada))).toBeNull();
  });

  it('BOARD-42 the list says which draft that is', async () => {
    const stage = await openDesk();
    const board = await publishNew(stage, 'A');
    const { draft } = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.bea));
    const listed = (await stage.boards.list()).find(({ id }) => id === 'a');
    expect(listed?.draft).toEqual({ ...draft?.saved, revision: draft?.revision });
    const wish = { version: 1, revision: listed?.draft?.revision ?? 0 };
    expect(done(await stage.boards.remove('a', wish, stage.ada))).toBeNull();
  });
});
