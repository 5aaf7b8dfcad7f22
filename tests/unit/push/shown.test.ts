import { describe, expect, it } from 'vitest';
import type { Board } from '../../../lib/contracts/board';
import { shownOn } from '../../../server/push/shown';
import { boardOf } from '../../support/push-boards';

const QUEUES = ['a', 'b', 'c'].map((id) => ({
  subject: `queue:${id}`,
  name: id,
  shortName: id,
  timeZone: 'UTC',
}));

function boardWith(more: Partial<Board['pages'][number]>): Board {
  return boardOf('b', {
    strip: [],
    pages: [{ id: 'p', title: 'P', seconds: 20, tiles: [], table: null, trends: [], ...more }],
  });
}

describe('shownOn', () => {
  it('PUSH-5 finds the strip, tiles with their second figure, tables and trends', () => {
    const shown = shownOn(boardOf('b'), QUEUES.slice(0, 1), 10);
    expect([...shown.figures.keys()]).toEqual([
      'all#waiting',
      'all#agentsAvailable',
      'all#agentsOnQueue',
      'queue:a#waiting',
      'queue:a#serviceLevel',
      'queue:a#serviceLevelTarget',
    ]);
    expect([...shown.subjects]).toEqual(['all', 'queue:a']);
    expect([...shown.trends.keys()]).toEqual(['all#waiting#minute']);
    expect([...shown.queueIds]).toEqual(['a']);
  });

  it('PUSH-5 takes a list of subjects as it is, also those that nobody knows, by media type too', () => {
    const subjects = ['queue:x|voice', 'group:g', 'no subject'];
    const shown = shownOn(boardWith({ table: { id: 't', subjects, columns: ['waiting'] } }), QUEUES, 10);
    expect([...shown.subjects]).toEqual(subjects);
    expect([...shown.queueIds]).toEqual(['x']);
  });

  it('PUSH-5 bounds a table of all queues', () => {
    const table = { id: 't', subjects: 'queues' as const, columns: ['waiting' as const] };
    expect([...shownOn(boardWith({ table }), QUEUES, 2).queueIds]).toEqual(['a', 'b']);
  });
});
