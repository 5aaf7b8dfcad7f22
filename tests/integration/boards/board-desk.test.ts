/** The desk of boards of a whole server: two people at it, and screens that are open. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditResponseSchema } from '../../../lib/contracts/access';
import {
  type BoardEdit,
  boardEditSchema,
  boardListResponseSchema,
  conflictSchema,
} from '../../../lib/contracts/board-desk';
import type { Snapshot } from '../../../lib/contracts/push';
import { CookieBrowser } from '../../support/cookie-browser';
import { openWhole, type WholeStage } from '../access/whole-stage';
import type { TestScreen } from '../push/push-stand';

let whole: WholeStage;
const [ada, admin] = [new CookieBrowser(), new CookieBrowser()];

beforeAll(async () => {
  whole = await openWhole();
  await whole.signIn(ada);
  await whole.signInAdmin(admin);
});
afterAll(() => whole.stop());

/** A second later, so that nobody asks too often. */
async function call(who: CookieBrowser, method: string, path: string, body?: unknown): Promise<Response> {
  whole.clock.advance(1_000);
  return who.call(`${whole.url}/api/v1/board-desk${path}`, method, body);
}

async function edit(who: CookieBrowser, method: string, path: string, body?: unknown): Promise<BoardEdit> {
  const answer = await call(who, method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return boardEditSchema.parse(await answer.json());
}

/** The next one, past deltas. */
async function snapshotOf(screen: TestScreen): Promise<Snapshot> {
  for (;;) {
    const frame = await screen.next();
    if (frame.kind === 'snapshot') return frame.snapshot;
  }
}

/** Publishes the board under another name. */
async function publishAs(name: string, id = 'default'): Promise<BoardEdit> {
  const { published, version } = await edit(ada, 'GET', `/${id}`);
  const { draft } = await edit(ada, 'POST', `/${id}/draft`, { board: { ...published, name }, revision: 0 });
  return edit(ada, 'POST', `/${id}/publish`, { revision: draft?.revision, version, note: '' });
}

describe('a published change', () => {
  it('BOARD-38 reaches the open screen as one snapshot, with no frame of the old board after it', async () => {
    const screen = whole.screen(ada.header());
    const before = await screen.nextSnapshot();
    const { published, origin, version } = await publishAs('Ours');
    expect([origin, version]).toEqual(['stored', 1]);
    const after = await snapshotOf(screen);
    expect(after.board).toEqual(published);
    expect(after.epoch).toBe(before.epoch);
    // The next signs of life, made of what is shown then.
    whole.clock.advance(15_000);
    const place = screen.frames.length;
    while (screen.frames.length === place) await screen.next();
    const kinds = screen.frames.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'snapshot')).toHaveLength(2);
    const later = screen.frames.slice(kinds.lastIndexOf('snapshot') + 1);
    let { seq } = after;
    for (const frame of later) {
      if (frame.kind !== 'delta') throw new Error(`a ${frame.kind}`);
      expect(frame.delta.prevSeq).toBe(seq);
      seq = frame.delta.seq;
    }
    expect([later.length > 0, screen.gaps]).toEqual([true, 0]);
    screen.close();
  });

  it('BOARD-38 leaves a draft unseen by screens, and other boards alone', async () => {
    const made = await edit(ada, 'POST', '', { name: 'Other', from: { kind: 'copy', boardId: 'default' } });
    const wish = { revision: made.draft?.revision, version: 0 };
    await edit(ada, 'POST', '/other/publish', wish);
    const screen = whole.screen(ada.header(), { boardId: 'other' });
    const before = await screen.nextSnapshot();
    await publishAs('Ours again');
    await edit(ada, 'POST', '/other/draft', { board: { ...before.board, name: 'Not yet' }, revision: 0 });
    whole.clock.advance(15_000);
    const { serverTime } = await screen.nextDelta();
    expect(serverTime).toBeGreaterThan(before.serverTime);
    expect(screen.state?.board).toEqual(before.board);
    expect(screen.frames.filter(({ kind }) => kind !== 'delta')).toHaveLength(1);
    screen.close();
  });

  it('BOARD-28 a board that is deleted is taken from its open screens', async () => {
    const made = await edit(ada, 'POST', '', {
      name: 'Short',
      from: { kind: 'template', template: 'empty' },
    });
    await edit(ada, 'POST', '/short/publish', { revision: made.draft?.revision, version: 0 });
    const screen = whole.screen(ada.header(), { boardId: 'short' });
    await screen.nextSnapshot();
    expect((await call(ada, 'DELETE', '/short?version=1&revision=0')).status).toBe(204);
    expect((await screen.nextRefusal()).code).toBe('board.unknown');
    expect((await call(ada, 'GET', '/short')).status).toBe(404);
  });
});

describe('two editors', () => {
  it('BOARD-21 the later one is told who was faster, and both have what they wrote', async () => {
    const { published } = await edit(ada, 'GET', '/default');
    const mine = { ...published, name: 'Ada’s' };
    const begun = await edit(ada, 'POST', '/default/draft', { board: mine, revision: 0 });
    const revision = begun.draft?.revision;
    const theirs = { ...published, name: 'The administrator’s' };
    const saved = await edit(admin, 'POST', '/default/draft', { board: theirs, revision });
    const late = await call(ada, 'POST', '/default/draft', { board: mine, revision });
    expect(late.status).toBe(409);
    const { at, by } = conflictSchema.parse(await late.json());
    expect({ at, by }).toEqual(saved.draft?.saved);
    expect((await edit(ada, 'GET', '/default')).draft?.board).toEqual(theirs);
    const merged = { board: { ...theirs, name: 'Both' }, revision: saved.draft?.revision };
    expect((await edit(ada, 'POST', '/default/draft', merged)).draft?.saved.by).toBe('Ada Lovelace');
  });

  it('BOARD-32 who did what is in the audit log', async () => {
    const answer = await admin.ask(`${whole.url}/api/v1/audit?limit=100`);
    const { entries } = auditResponseSchema.parse(await answer.json());
    const deeds = entries.filter(({ action }) => action.startsWith('board.')).reverse();
    expect(deeds.map(({ action, subject, actorName }) => [action, subject, actorName])).toEqual([
      ['board.draft-saved', 'board:default', 'Ada Lovelace'],
      ['board.published', 'board:default', 'Ada Lovelace'],
      ['board.created', 'board:other', 'Ada Lovelace'],
      ['board.published', 'board:other', 'Ada Lovelace'],
      ['board.draft-saved', 'board:default', 'Ada Lovelace'],
      ['board.published', 'board:default', 'Ada Lovelace'],
      ['board.draft-saved', 'board:other', 'Ada Lovelace'],
      ['board.created', 'board:short', 'Ada Lovelace'],
      ['board.published', 'board:short', 'Ada Lovelace'],
      ['board.deleted', 'board:short', 'Ada Lovelace'],
      ['board.draft-saved', 'board:default', 'Ada Lovelace'],
      ['board.draft-saved', 'board:default', expect.not.stringContaining('Ada')],
      ['board.draft-saved', 'board:default', 'Ada Lovelace'],
    ]);
  });
});

describe('paired screens', () => {
  it('BOARD-33 are counted at their boards', async () => {
    const television = new CookieBrowser();
    const begun = await television.call(`${whole.url}/api/v1/pairing`, 'POST', {});
    const { code } = (await begun.json()) as { code: string }; // As the contract of pairing has it.
    const place = { name: 'Wall', room: 'R', boardId: 'other', diagonalInches: 55, farthestSeatMetres: 8 };
    const paired = await ada.call(`${whole.url}/api/v1/screens`, 'POST', { code, ...place });
    expect(paired.status).toBe(201);
    const { boards } = boardListResponseSchema.parse(await (await call(ada, 'GET', '')).json());
    expect(boards.map(({ id, screens }) => [id, screens])).toEqual([
      ['default', 0],
      ['other', 1],
    ]);
  });
});

describe('a restart', () => {
  it('BOARD-38 keeps drafts and versions, and screens get what was published', async () => {
    const ids = ['default', 'other'];
    const held = await Promise.all(ids.map((id) => edit(ada, 'GET', `/${id}`)));
    await whole.floorcast.stop();
    const again = await whole.another();
    const kept = [];
    for (const id of ids) {
      const answer = await ada.ask(`${again.url}/api/v1/board-desk/${id}`);
      kept.push(boardEditSchema.parse(await answer.json()));
    }
    const untimed = (edits: readonly BoardEdit[]) => edits.map(({ serverTime: _, ...rest }) => rest);
    expect(untimed(kept)).toEqual(untimed(held));
    expect(kept.map(({ version, draft }) => [version, draft === null])).toEqual([
      [2, false],
      [1, false],
    ]);
    const shown = await ada.ask(`${again.url}/api/v1/boards/default`);
    expect(await shown.json()).toEqual(held[0]?.published);
  });
});
