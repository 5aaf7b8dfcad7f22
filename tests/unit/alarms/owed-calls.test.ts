import { describe, expect, it } from 'vitest';
import {
  type BoardSight,
  type CallSight,
  owedCalls,
  type ToldOf,
  toldSilently,
} from '../../../server/alarms/owed-calls';
import type { Level, Standing } from '../../../server/alarms/standing';
import { standingOf } from './alarm-rows';

const BOTH: readonly Level[] = ['critical', 'warning'];
const NOTHING: ToldOf = new Map();

const hookOf = (levels: readonly Level[]) => ({ id: 'h', levels: [...levels], boardIds: null });

function sightOf({ single = [], flooded = [], flood = null }: Partial<BoardSight>): CallSight {
  const all: readonly Standing[] = [...single, ...flooded];
  return {
    ...{ at: 7, mayName: () => true, isShelved: () => false },
    standing: (key) => all.find((one) => one.key === key) ?? null,
    boards: new Map([['b', { single, flooded, flood }]]),
  };
}

const alone = (level: Level) => sightOf({ single: [standingOf('a', { level })] });
const inFlood = (...levels: readonly Level[]) =>
  sightOf({
    flooded: levels.map((level, i) => standingOf(`f${i}`, { level })),
    flood: { since: 0, count: 10 },
  });

/** What it is told, sight by sight, each as “event key level”. */
function heard(levels: readonly Level[], told: ToldOf, sights: readonly CallSight[]): readonly string[] {
  let now = told;
  return sights.flatMap((sight) => {
    const owed = owedCalls(hookOf(levels), now, sight);
    now = owed.told;
    return owed.calls.map(({ event, alarm }) =>
      alarm === null ? `${event} flood` : `${event} ${alarm.key} ${alarm.level}`,
    );
  });
}

describe('what gets worse', () => {
  it.each([[BOTH], [['critical' as const]]])(
    'ALARM-44 is told to one (%s) that was entered while it lasted, and that it is over',
    (levels) => {
      const told = toldSilently(hookOf(levels), NOTHING, alone('warning'));
      expect(heard(levels, told, [alone('warning'), alone('critical'), alone('critical')])).toEqual([
        'raised a critical',
      ]);
      expect(heard(levels, told, [alone('critical'), sightOf({})])).toEqual([
        'raised a critical',
        'cleared a critical',
      ]);
    },
  );

  it('ALARM-31 ALARM-44 is not told of what was as bad when it was entered', () => {
    const told = toldSilently(hookOf(BOTH), NOTHING, alone('critical'));
    expect(heard(BOTH, told, [alone('critical'), alone('warning'), alone('critical'), sightOf({})])).toEqual(
      [],
    );
  });

  it('ALARM-44 is told once its flood is over', () => {
    const after = sightOf({ single: [standingOf('f0', { level: 'critical' }), standingOf('f1')] });
    expect(heard(BOTH, NOTHING, [inFlood('warning', 'warning'), after, sightOf({})])).toEqual([
      ...['raised flood', 'cleared flood', 'raised f0 critical', 'cleared f0 critical'],
    ]);
  });

  it('ALARM-44 is told of what came in a flood that was not told', () => {
    const critical = ['critical' as const];
    const one = sightOf({ single: [standingOf('f0', { level: 'critical' })] });
    expect(heard(critical, NOTHING, [inFlood('warning'), one])).toEqual(['raised f0 critical']);
    const told = toldSilently(hookOf(BOTH), NOTHING, inFlood('warning'));
    const more = inFlood('warning', 'warning');
    const calm = sightOf({ single: [standingOf('f0'), standingOf('f1')] });
    expect(heard(BOTH, told, [more, calm])).toEqual(['raised f1 warning']);
  });
});
