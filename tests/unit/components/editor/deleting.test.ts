import { expect, it } from 'vitest';
import { deletionPath } from '../../../../components/editor/desk-calls';

const DESK = '/api/v1/board-desk';
const draft = { at: 7, by: 'Ada', revision: 9 };

it.each([
  ['a board', { version: 3, draft: null }, `${DESK}/a%20b?version=3&revision=0`],
  ['a board with its draft', { version: 3, draft }, `${DESK}/a%20b?version=3&revision=9`],
  ['a draft that nobody has published', { version: 0, draft }, `${DESK}/a%20b/draft?revision=9`],
])('BOARD-42 the page of boards deletes %s as it is listed', (_, listed, path) => {
  expect(deletionPath({ id: 'a b', ...listed })).toBe(path);
});
