import { describe, expect, it } from 'vitest';
import {
  addChange,
  addPoint,
  addSources,
  addStructure,
  dueInMs,
  emptyPending,
  sourcesDiffer,
} from '../../../server/push/coalesce';
import { change } from '../../support/fake-kpi-reader';
import { SOURCES } from '../../support/push-boards';

describe('coalesce', () => {
  it.each([
    [null, 1_000, 0],
    [1_000, 1_000, 250],
    [1_000, 1_249, 1],
    [1_000, 1_250, 0],
    [1_000, 9_000, 0],
  ])('PUSH-6 after a frame at %s the next is due at %i in %i ms', (last, now, due) => {
    expect(dueInMs(last, 250, now)).toBe(due);
  });

  it('PUSH-6 merges figures, points and sources by key, the latest wins', () => {
    const pending = emptyPending();
    addChange(pending, change('all', 'waiting', 1));
    addChange(pending, change('all', 'offered', 1));
    addChange(pending, change('all', 'waiting', 2));
    addPoint(pending, { trend: 't', at: 1, value: 1 });
    addPoint(pending, { trend: 't', at: 2, value: 1 });
    addPoint(pending, { trend: 't', at: 1, value: 5 });
    addSources(pending, SOURCES, true);
    expect([...pending.changes.values()].map((c) => [c.kpi, c.value])).toEqual([
      ['waiting', 2],
      ['offered', 1],
    ]);
    expect([...pending.points.values()].map((p) => [p.at, p.value])).toEqual([
      [1, 5],
      [2, 1],
    ]);
    expect(pending).toMatchObject({ sources: SOURCES, structure: false, urgent: true });
  });

  it('PUSH-12 a sign of life alone asks for no frame; everything else does', () => {
    const quiet = emptyPending();
    addSources(quiet, SOURCES, false);
    expect(quiet.urgent).toBe(false);
    const structure = emptyPending();
    addStructure(structure);
    addSources(structure, SOURCES, false);
    expect(structure).toMatchObject({ urgent: true, structure: true });
  });

  it('PUSH-12 tells a sign of life from a change of state', () => {
    const heard = { ...SOURCES, genesys: { ...SOURCES.genesys, lastHeardAt: 9 } };
    expect(sourcesDiffer(SOURCES, heard)).toBe(false);
    const others = [
      { ...SOURCES, mqtt: { ...SOURCES.mqtt, state: 'down' as const } },
      { ...SOURCES, genesys: { ...SOURCES.genesys, message: 'x' } },
      { ...SOURCES, genesys: { ...SOURCES.genesys, channels: { live: 0, total: 1 } } },
    ];
    for (const other of others) expect(sourcesDiffer(SOURCES, other)).toBe(true);
  });
});
