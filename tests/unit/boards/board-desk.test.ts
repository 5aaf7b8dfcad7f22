import { describe, expect, it } from 'vitest';
import { boardEditSchema, boardListingSchema, TEMPLATES } from '../../../lib/contracts/board-desk';
import { DEFAULT_BOARD_ID } from '../../../server/boards/default-board';
import { KEPT_VERSIONS, MAX_BOARDS, nextRevision } from '../../../server/store/board-documents';
import { readSettings } from '../../../server/store/settings';
import { type DeskStage, done, openDesk, publishNew } from '../../support/desk-of-boards';
import { MemoryStore } from '../../support/memory-store';
import { boardOf } from '../../support/push-boards';

class BatchCountingStore extends MemoryStore {
  batches = 0;

  override write(batch: Parameters<MemoryStore['write']>[0]): ReturnType<MemoryStore['write']> {
    this.batches += 1;
    return super.write(batch);
  }
}

const FLOOR = { kind: 'template', template: 'floor' } as const;

async function draftOf(stage: DeskStage, name = 'Floor 2') {
  const edit = done(await stage.boards.create({ name, from: FLOOR }, stage.ada));
  if (edit.draft === null) throw new Error('no draft');
  return { id: edit.id, board: edit.draft.board, revision: edit.draft.revision };
}

describe('drafts', () => {
  it('BOARD-20 a new board is a draft: no screen gets it until it is published, then it does', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    expect(id).toBe('floor-2');
    expect([
      stage.provider.board(id),
      done({ ok: true, value: await stage.boards.find(id) })?.published,
    ]).toEqual([null, null]);
    const changed = { ...board, name: 'Floor two' };
    const saved = done(await stage.boards.saveDraft(id, { board: changed, revision }, stage.ada));
    expect(stage.provider.board(id)).toBeNull();
    const wish = { revision: saved.draft?.revision ?? 0, version: 0, note: 'the first' };
    const published = done(await stage.boards.publish(id, wish, stage.bea));
    const who = { at: stage.clock.now(), by: 'Bea' };
    expect(published).toEqual({
      ...{ id, origin: 'stored', version: 1, published: changed, publishedBy: who, draft: null },
      versions: [{ version: 1, ...who, note: 'the first' }],
    });
    expect(stage.provider.board(id)).toEqual(changed);
    expect(boardEditSchema.parse({ serverTime: 0, ...published })).toBeTruthy();
  });

  it('BOARD-21 of two who save on the same draft the second is told of the first, and both works are there', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    stage.clock.advance(5_000);
    const byBea = { ...board, name: 'Bea’s' };
    const first = done(await stage.boards.saveDraft(id, { board: byBea, revision }, stage.bea));
    const savedAt = stage.clock.now();
    stage.clock.advance(5_000);
    const late = { board: { ...board, name: 'Ada’s' }, revision };
    const refused = await stage.boards.saveDraft(id, late, stage.ada);
    expect(refused).toEqual({ ok: false, error: { kind: 'changed', at: savedAt, by: 'Bea' } });
    expect((await stage.boards.find(id))?.draft?.board).toEqual(byBea);
    const onTop = { ...late, revision: first.draft?.revision ?? 0 };
    expect(done(await stage.boards.saveDraft(id, onTop, stage.ada)).draft?.board).toEqual(late.board);
  });

  it('BOARD-21 two at the very same moment: one of them is told', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    const results = await Promise.all(
      [stage.ada, stage.bea].map((by) =>
        stage.boards.saveDraft(id, { board: { ...board, name: by.name }, revision }, by),
      ),
    );
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    expect((await stage.boards.find(id))?.draft?.board.name).toBe('Ada');
  });

  it('BOARD-21 who saves what another has published meanwhile, or thrown away, is told by whom', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    stage.clock.advance(1_000);
    done(await stage.boards.publish(id, { revision, version: 0, note: '' }, stage.bea));
    const at = stage.clock.now();
    const late = await stage.boards.saveDraft(id, { board, revision }, stage.ada);
    expect(late).toEqual({ ok: false, error: { kind: 'changed', at, by: 'Bea' } });
    const begun = done(await stage.boards.saveDraft(id, { board, revision: 0 }, stage.ada));
    stage.clock.advance(1_000);
    done(await stage.boards.discardDraft(id, begun.draft?.revision ?? 0, stage.bea));
    const later = await stage.boards.saveDraft(
      id,
      { board, revision: begun.draft?.revision ?? 0 },
      stage.ada,
    );
    expect(later).toEqual({ ok: false, error: { kind: 'changed', at: stage.clock.now(), by: 'Bea' } });
  });

  it('BOARD-21 no revision comes again, also after its draft or its whole board has gone', async () => {
    const stage = await openDesk();
    const first = await draftOf(stage);
    expect(done(await stage.boards.discardDraft(first.id, first.revision, stage.ada))).toBeNull();
    expect(await stage.boards.find(first.id)).toBeNull();
    const second = await draftOf(stage);
    expect(second.id).toBe(first.id);
    expect(second.revision).toBeGreaterThan(first.revision);
    const late = await stage.boards.saveDraft(
      first.id,
      { board: first.board, revision: first.revision },
      stage.bea,
    );
    expect(late.ok).toBe(false);
  });

  it('BOARD-21 a counter that cannot be read goes on above all that it had given', async () => {
    const store = new MemoryStore();
    let last = 0;
    for (let i = 0; i < 3; i += 1) {
      const { revision, write } = await nextRevision(store);
      await store.write([write]);
      last = revision;
    }
    await store.write([{ write: 'put', kind: 'board-desk', id: 'revisions', content: 'broken' }]);
    expect((await nextRevision(store)).revision).toBeGreaterThan(last);
  });

  it('BOARD-21 a draft keeps the id of its board', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    const other = { board: { ...board, id: 'other' }, revision };
    expect(await stage.boards.saveDraft(id, other, stage.ada)).toMatchObject({
      error: { kind: 'invalid', problems: [expect.stringContaining('id:')] },
    });
    expect(await stage.boards.saveDraft('nobody', { board, revision: 0 }, stage.ada)).toEqual({
      ...{ ok: false, error: { kind: 'unknown' } },
    });
  });
});

describe('publishing', () => {
  it('BOARD-22 wants the draft of that revision, on top of that version', async () => {
    const stage = await openDesk();
    const board = await publishNew(stage, 'A');
    const begun = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
    const revision = begun.draft?.revision ?? 0;
    const at = stage.clock.now();
    for (const wish of [
      { revision, version: 0 },
      { revision: revision - 1, version: 1 },
      { revision: revision + 1, version: 1 },
    ]) {
      const refused = await stage.boards.publish('a', { ...wish, note: '' }, stage.bea);
      expect(refused).toEqual({ ok: false, error: { kind: 'changed', at, by: 'Ada' } });
    }
    expect(stage.bea.deeds).toEqual([]);
    expect(done(await stage.boards.publish('a', { revision, version: 1, note: '' }, stage.bea)).version).toBe(
      2,
    );
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, 'timeZone: '],
    [{ pages: [...boardOf('a').pages, ...boardOf('a').pages] }, 'pages[1].id: '],
    [{ strip: [1, 2].map(() => ({ id: 's', subject: 'all', kpi: 'waiting' as const })) }, 'strip[1].id: '],
    [{ strip: [{ id: 's', subject: 'nothing', kpi: 'waiting' as const }] }, 'strip[0].subject: '],
  ])('BOARD-22 checks the draft again: %j', async (harm, problem) => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    const saved = done(
      await stage.boards.saveDraft(id, { board: { ...board, ...harm }, revision }, stage.ada),
    );
    const wish = { revision: saved.draft?.revision ?? 0, version: 0, note: '' };
    const refused = await stage.boards.publish(id, wish, stage.ada);
    expect(refused).toMatchObject({
      error: { kind: 'invalid', problems: [expect.stringContaining(problem)] },
    });
    expect(stage.provider.board(id)).toBeNull();
  });

  it('BOARD-23 is one batch, and so is each other change', async () => {
    const store = new BatchCountingStore();
    const stage = await openDesk({ store });
    await publishNew(stage, 'A');
    const { draft } = done(await stage.boards.restore('a', { version: 1, revision: 0 }, stage.ada));
    const seen = { version: 1, revision: draft?.revision ?? 0 };
    done(await stage.boards.remove('a', seen, stage.ada));
    expect(store.batches).toBe(4);
    for (const kind of ['board', 'board-record', 'board-draft', 'board-version']) {
      expect(await store.list(kind)).toEqual([]);
    }
  });

  it(`BOARD-24 keeps the last ${KEPT_VERSIONS} versions, and any of them becomes the draft`, async () => {
    const stage = await openDesk();
    let board = await publishNew(stage, 'A');
    for (let version = 1; version < KEPT_VERSIONS + 3; version += 1) {
      board = { ...board, name: `A${version + 1}` };
      const { draft } = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
      const wish = { revision: draft?.revision ?? 0, version, note: `v${version + 1}` };
      done(await stage.boards.publish('a', wish, stage.ada));
    }
    const edit = await stage.boards.find('a');
    const newest = KEPT_VERSIONS + 3;
    expect(edit?.versions.map(({ version }) => version)).toEqual(
      Array.from({ length: KEPT_VERSIONS }, (_, i) => newest - i),
    );
    expect(await stage.store.list('board-version')).toHaveLength(KEPT_VERSIONS);
    const gone = await stage.boards.restore('a', { version: 3, revision: 0 }, stage.bea);
    expect(gone).toEqual({ ok: false, error: { kind: 'unknown' } });
    const restored = done(await stage.boards.restore('a', { version: 4, revision: 0 }, stage.bea));
    expect(restored.draft).toMatchObject({ board: { name: 'A4' }, basedOn: newest, saved: { by: 'Bea' } });
    expect(restored.published?.name).toBe(`A${newest}`);
    expect((await stage.boards.restore('a', { version: 5, revision: 0 }, stage.ada)).ok).toBe(false);
  });

  it('BOARD-24 a version can be had as a file, the published one where none is named, else the draft', async () => {
    const stage = await openDesk();
    const first = await publishNew(stage, 'A');
    const second = { ...first, name: 'B' };
    const { draft } = done(await stage.boards.saveDraft('a', { board: second, revision: 0 }, stage.ada));
    expect(await stage.boards.file('a', null)).toEqual(first);
    done(
      await stage.boards.publish('a', { revision: draft?.revision ?? 0, version: 1, note: '' }, stage.ada),
    );
    expect(await stage.boards.file('a', 1)).toEqual(first);
    expect(await stage.boards.file('a', null)).toEqual(second);
    expect(await stage.boards.file('a', 3)).toBeNull();
    expect(await stage.boards.file('nobody', null)).toBeNull();
    const { id, board } = await draftOf(stage, 'C');
    expect(await stage.boards.file(id, null)).toEqual(board);
    expect(await stage.boards.file(DEFAULT_BOARD_ID, null)).toEqual(stage.provider.made(DEFAULT_BOARD_ID));
  });
});

describe('which boards there are', () => {
  it('BOARD-25 there are 200 of them at most, drafts included', async () => {
    const stage = await openDesk();
    for (let i = 0; i < MAX_BOARDS; i += 1) await draftOf(stage, `Board ${i}`);
    const one = await stage.boards.create({ name: 'One more', from: FLOOR }, stage.ada);
    expect(one).toEqual({ ok: false, error: { kind: 'full' } });
    const made = stage.provider.made(DEFAULT_BOARD_ID);
    if (made === null) throw new Error('no made board');
    const draft = { board: made, revision: 0 };
    expect(await stage.boards.saveDraft(made.id, draft, stage.ada)).toEqual(one);
    const first = await stage.boards.find('board-0');
    done(await stage.boards.discardDraft('board-0', first?.draft?.revision ?? 0, stage.ada));
    expect((await stage.boards.saveDraft(made.id, draft, stage.ada)).ok).toBe(true);
  });

  it('BOARD-26 a new board begins as a copy of what is published, under an id of its own', async () => {
    const stage = await openDesk();
    await publishNew(stage, 'A');
    const copy = done(
      await stage.boards.create({ name: 'A', from: { kind: 'copy', boardId: 'a' } }, stage.bea),
    );
    expect([copy.id, copy.draft?.board]).toEqual(['a-2', { ...stage.provider.board('a'), id: 'a-2' }]);
    const made = { kind: 'copy', boardId: DEFAULT_BOARD_ID } as const;
    expect(
      done(await stage.boards.create({ name: 'Mine', from: made }, stage.bea)).draft?.board.strip,
    ).toHaveLength(4);
    const none = await stage.boards.create(
      { name: 'B', from: { kind: 'copy', boardId: 'nobody' } },
      stage.bea,
    );
    expect(none).toEqual({ ok: false, error: { kind: 'unknown' } });
  });

  it('BOARD-26 a new board begins as one of the templates, or as a file that another server gave', async () => {
    const stage = await openDesk();
    for (const template of TEMPLATES) {
      const from = { kind: 'template', template, subject: 'queue:q' } as const;
      const { id, draft } = done(await stage.boards.create({ name: template, from }, stage.ada));
      expect(
        done(
          await stage.boards.publish(id, { revision: draft?.revision ?? 0, version: 0, note: '' }, stage.ada),
        ).version,
      ).toBe(1);
    }
    const file = JSON.parse(JSON.stringify(boardOf('elsewhere')));
    const taken = done(
      await stage.boards.create({ name: 'Taken in', from: { kind: 'file', board: file } }, stage.ada),
    );
    expect(taken.draft?.board).toEqual({ ...boardOf('elsewhere'), id: 'taken-in', name: 'Taken in' });
  });

  it('BOARD-27 a file that is no board is refused with every problem and its path', async () => {
    const stage = await openDesk();
    const harmed = {
      ...boardOf('x'),
      cadenceMs: 1,
      pages: [{ ...boardOf('x').pages[0], seconds: 0 }],
      timeZone: 5,
    };
    const refused = await stage.boards.create(
      { name: 'X', from: { kind: 'file', board: harmed } },
      stage.ada,
    );
    const problems = ['timeZone: ', 'cadenceMs: ', 'pages[0].seconds: '].map((path) =>
      expect.stringContaining(path),
    );
    expect(refused).toEqual({ ok: false, error: { kind: 'invalid', problems } });
    for (const board of [null, [], 'text', 7]) {
      const nothing = await stage.boards.create({ name: 'X', from: { kind: 'file', board } }, stage.ada);
      expect(nothing).toMatchObject({ ok: false, error: { kind: 'invalid' } });
    }
    expect(stage.ada.deeds).toEqual([]);
  });

  it('BOARD-28 deleting takes all of a board, on top of the version that was read', async () => {
    const stage = await openDesk();
    await publishNew(stage, 'A');
    const board = await publishNew(stage, 'B');
    const { draft } = done(await stage.boards.saveDraft('b', { board, revision: 0 }, stage.bea));
    const seen = { version: 1, revision: draft?.revision ?? 0 };
    expect(await stage.boards.remove('b', { ...seen, version: 0 }, stage.ada)).toMatchObject({
      error: { kind: 'changed', by: 'Ada' },
    });
    expect(done(await stage.boards.remove('b', seen, stage.ada))).toBeNull();
    expect([stage.provider.board('b'), await stage.boards.find('b')]).toEqual([null, null]);
    expect((await readSettings(stage.store)).boards.map(({ id }) => id)).toEqual(['a']);
    expect(await stage.boards.remove('b', seen, stage.ada)).toMatchObject({ error: { kind: 'unknown' } });
  });

  it('BOARD-28 a board that is made of the queues is not deleted, and comes back where its own is', async () => {
    const stage = await openDesk();
    const made = stage.provider.made(DEFAULT_BOARD_ID);
    expect(await stage.boards.remove(DEFAULT_BOARD_ID, { version: 0, revision: 0 }, stage.ada)).toMatchObject(
      {
        error: { kind: 'made' },
      },
    );
    if (made === null) throw new Error('no made board');
    const own = { ...made, name: 'Ours' };
    const { draft } = done(await stage.boards.saveDraft(made.id, { board: own, revision: 0 }, stage.ada));
    done(
      await stage.boards.publish(
        made.id,
        { revision: draft?.revision ?? 0, version: 0, note: '' },
        stage.ada,
      ),
    );
    expect(stage.provider.board(made.id)).toEqual(own);
    done(await stage.boards.remove(made.id, { version: 1, revision: 0 }, stage.ada));
    expect(stage.provider.board(made.id)).toEqual(made);
  });

  it('BOARD-29 the first board of one’s own makes none vanish: those made of queues stay beside it', async () => {
    const stage = await openDesk();
    await publishNew(stage, 'Ours');
    expect(stage.provider.list().map(({ id }) => id)).toEqual([DEFAULT_BOARD_ID, 'ours']);
    const again = await openDesk({ store: stage.store });
    expect(again.provider.list().map(({ id }) => id)).toEqual([DEFAULT_BOARD_ID, 'ours']);
    expect(await again.boards.find(DEFAULT_BOARD_ID)).toMatchObject({
      origin: 'made',
      version: 0,
      publishedBy: null,
    });
  });

  it('BOARD-33 lists them with origin, version, draft and how many screens show them', async () => {
    const stage = await openDesk({ screens: ['a', 'a', DEFAULT_BOARD_ID] });
    const board = await publishNew(stage, 'A');
    stage.clock.advance(1_000);
    const { draft } = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.bea));
    const { id, revision } = await draftOf(stage, 'Later');
    const who = (by: string, at: number) => ({ at, by });
    const now = stage.clock.now();
    const listed = await stage.boards.list();
    expect(listed).toEqual([
      {
        ...{ id: DEFAULT_BOARD_ID, name: 'All queues', origin: 'made', version: 0 },
        ...{ published: null, draft: null, screens: 1 },
      },
      {
        ...{ id: 'a', name: 'A', origin: 'stored', version: 1, screens: 2 },
        ...{ published: who('Ada', now - 1_000), draft: { ...who('Bea', now), revision: draft?.revision } },
      },
      {
        ...{ id, name: 'Later', origin: 'stored', version: 0, screens: 0 },
        ...{ published: null, draft: { ...who('Ada', now), revision } },
      },
    ]);
    for (const one of listed) expect(boardListingSchema.parse(one)).toEqual(one);
  });
});

describe('what is recorded', () => {
  it('BOARD-32 each change before it is made; of a draft once for each hand', async () => {
    const stage = await openDesk();
    const { id, board, revision } = await draftOf(stage);
    let { draft } = done(await stage.boards.saveDraft(id, { board, revision }, stage.ada));
    ({ draft } = done(
      await stage.boards.saveDraft(id, { board, revision: draft?.revision ?? 0 }, stage.bea),
    ));
    ({ draft } = done(
      await stage.boards.saveDraft(id, { board, revision: draft?.revision ?? 0 }, stage.bea),
    ));
    done(
      await stage.boards.publish(id, { revision: draft?.revision ?? 0, version: 0, note: 'n' }, stage.bea),
    );
    ({ draft } = done(await stage.boards.restore(id, { version: 1, revision: 0 }, stage.bea)));
    done(await stage.boards.discardDraft(id, draft?.revision ?? 0, stage.bea));
    done(await stage.boards.remove(id, { version: 1, revision: 0 }, stage.bea));
    expect(stage.ada.deeds.map(({ action }) => action)).toEqual(['board.created']);
    expect(stage.bea.deeds.map(({ action }) => action)).toEqual([
      'board.draft-saved',
      'board.published',
      'board.version-restored',
      'board.draft-discarded',
      'board.deleted',
    ]);
    expect(stage.bea.deeds[1]).toEqual({
      ...{ action: 'board.published', subject: `board:${id}` },
      details: [
        ['name', 'Floor 2'],
        ['version', 1],
        ['note', 'n'],
      ],
    });
  });

  it('BOARD-32 what cannot be recorded is not done', async () => {
    const stage = await openDesk();
    const board = await publishNew(stage, 'A');
    const { draft } = done(await stage.boards.saveDraft('a', { board, revision: 0 }, stage.ada));
    const before = await stage.boards.find('a');
    const revision = draft?.revision ?? 0;
    stage.bea.isMute = true;
    const attempts = [
      () => stage.boards.create({ name: 'B', from: FLOOR }, stage.bea),
      () => stage.boards.saveDraft('a', { board: { ...board, name: 'no' }, revision }, stage.bea),
      () => stage.boards.publish('a', { revision, version: 1, note: '' }, stage.bea),
      () => stage.boards.restore('a', { version: 1, revision }, stage.bea),
      () => stage.boards.discardDraft('a', revision, stage.bea),
      () => stage.boards.remove('a', { version: 1, revision }, stage.bea),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow('audit log');
    expect([await stage.boards.find('a'), (await stage.boards.list()).length]).toEqual([before, 2]);
    stage.bea.isMute = false;
    expect((await stage.boards.publish('a', { revision, version: 1, note: '' }, stage.bea)).ok).toBe(true);
  });
});
