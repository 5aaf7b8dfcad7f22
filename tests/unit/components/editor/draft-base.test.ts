import { expect, it } from 'vitest';
import { draftBase } from '../../../../components/editor/use-draft';
import { BOARD } from './any-edits';
import { drafted } from './saver-stand';

it('BOARD-41 the editor knows from which version the draft began, and a draft that is to come from the newest', () => {
  const edit = { ...drafted(BOARD, 9), version: 4 };
  expect([edit.draft?.basedOn, draftBase(edit), draftBase({ ...edit, draft: null })]).toEqual([3, 3, 4]);
});
