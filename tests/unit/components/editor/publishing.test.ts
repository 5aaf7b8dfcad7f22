import { describe, expect, it } from 'vitest';
import type { EditAnswer } from '../../../../components/editor/desk-calls';
import { publishSaved } from '../../../../components/editor/publish-saved';
import { SETTLE_MS } from '../../../../components/editor/save-state';
import type { Problem } from '../../../../components/ui/fetch-json';
import { err, ok, type Result } from '../../../../lib/result';
import { BOARD } from './any-edits';
import { ADA, AWAY, drafted, settle, stand, stored } from './saver-stand';

const PUBLISHED = ok({ kind: 'done', edit: { ...drafted(BOARD, 9), version: 4, draft: null } } as const);

/** A saver of a draft, and a desk that publishes when the test says so. */
function desk() {
  const all = stand();
  const asked: { wish: object; answer: (said: Result<EditAnswer, Problem>) => void }[] = [];
  const publish = () =>
    publishSaved({
      ...{ saver: all.saver, version: 3, note: 'First' },
      publish: (wish) => new Promise((answer) => void asked.push({ wish, answer })),
    });
  all.saver.rebase({ revision: 2, last: ADA, isMine: false }, BOARD);
  return { ...all, asked, publish };
}

describe('publishing', () => {
  it('UI-144 publishes at once what is saved', async () => {
    const { asked, sent, publish, saver } = desk();
    const said = publish();
    await settle();
    expect([sent.length, asked.map(({ wish }) => wish)]).toEqual([
      0,
      [{ revision: 2, version: 3, note: 'First' }],
    ]);
    asked[0]?.answer(PUBLISHED);
    expect(await said).toEqual(PUBLISHED);
    expect([saver.state().saving.state, saver.state().revision]).toEqual(['saved', 0]);
  });

  it('UI-144 saves first what waits, also what was changed while that went out, then publishes that', async () => {
    const { asked, sent, publish, saver, name } = desk();
    saver.change(name('A'));
    const said = publish();
    expect(sent.map((one) => [one.name, one.revision])).toEqual([['A', 2]]);
    saver.change(name('AB'));
    sent[0]?.answer(stored(3));
    await settle();
    expect([asked.length, sent.map((one) => [one.name, one.revision])[1]]).toEqual([0, ['AB', 3]]);
    sent[1]?.answer(stored(4));
    await settle();
    expect(asked.map(({ wish }) => wish)).toEqual([{ revision: 4, version: 3, note: 'First' }]);
    asked[0]?.answer(PUBLISHED);
    await said;
  });

  it.each<[string, (all: ReturnType<typeof desk>) => void, unknown]>([
    ['was too late', ({ sent }) => sent[0]?.answer(ok({ kind: 'overtaken', overtaking: ADA })), 'overtaken'],
    ['failed', ({ sent }) => sent[0]?.answer(err(AWAY)), AWAY],
    ['was left', ({ saver }) => saver.stop(), 'notSaved'],
  ])('UI-144 publishes nothing where saving %s', async (_, end, expected) => {
    const all = desk();
    all.saver.change(all.name('A'));
    const said = all.publish();
    end(all);
    const result = await said;
    expect([result.ok ? result.value.kind : result.error, all.asked.length]).toEqual([expected, 0]);
    all.saver.stop();
  });

  it('UI-144 publishes nothing that the contract does not take', async () => {
    const { publish, saver, name, asked, sent } = desk();
    saver.change(name('A'));
    saver.change(name(''));
    expect([await publish(), asked.length, sent.length]).toEqual([ok({ kind: 'notSaved' }), 0, 0]);
  });

  it('UI-144 keeps what is changed while it goes out, and sends it on top', async () => {
    const { clock, asked, sent, publish, saver, name } = desk();
    const said = publish();
    await settle();
    saver.change(name('A'));
    clock.advance(SETTLE_MS);
    asked[0]?.answer(PUBLISHED);
    await said;
    // What went out under the old revision is refused: too late to be heard.
    sent[0]?.answer(ok({ kind: 'overtaken', overtaking: ADA }));
    await settle();
    clock.advance(0);
    expect([saver.state().saving.state, sent.map((one) => [one.name, one.revision]).at(-1)]).toEqual([
      'saving',
      ['A', 0],
    ]);
    saver.stop();
  });

  it('UI-144 has nothing to send where what was changed was undone again', async () => {
    const { clock, asked, sent, publish, saver, name } = desk();
    const said = publish();
    await settle();
    saver.change(name('A'));
    saver.change(BOARD);
    asked[0]?.answer(PUBLISHED);
    await said;
    clock.advance(60_000);
    expect([saver.state().saving.state, sent.length]).toEqual(['saved', 0]);
  });
});
