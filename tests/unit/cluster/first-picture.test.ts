import { expect, it } from 'vitest';
import type { Duty } from '../../../server/cluster/duties';
import { hasPicture } from '../../../server/cluster/first-picture';

const DUTIES: readonly Duty[] = ['listing', 'alerts', 'shard:0', 'shard:2'];

function links(heard: readonly Duty[], sure: readonly Duty[] = heard, live: readonly Duty[] = heard) {
  return {
    isHeard: (duty: Duty) => heard.includes(duty),
    isSure: (duty: Duty) => sure.includes(duty),
    liveOf: (duty: Duty) => (live.includes(duty) ? ['q'] : []),
  };
}

it.each([
  ['nobody is heard', links([]), false],
  ['only rooms are heard', links(['listing', 'alerts']), false],
  ['one shard is told as a whole, of another nobody is heard', links(['shard:2']), true],
  ['one shard is heard of and not told as a whole', links(['shard:0', 'shard:2'], ['shard:0']), false],
  ['all are told', links(['shard:0', 'shard:2']), true],
  ['all are told, and their owners catch up', links(['shard:0', 'shard:2'], undefined, []), false],
  ['all are told, and one owner catches up', links(['shard:0', 'shard:2'], undefined, ['shard:0']), true],
])('OPS-21 %s: a picture %#', (_, heard, expected) => {
  expect(hasPicture(DUTIES, heard)).toBe(expected);
});

it('OPS-21 a shard that is in no plan makes no picture', () => {
  expect(hasPicture(['listing', 'calls'], links(['shard:0']))).toBe(false);
});
