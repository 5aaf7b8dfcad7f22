import { expect, it } from 'vitest';
import { AlarmBook } from '../../../server/alarms/alarm-book';
import { DeviceWatch } from '../../../server/alarms/device-watch';
import { boardOf } from '../../support/push-boards';
import { GROUP } from './alarm-rows';

it('CLUSTER-120 alarms of devices are not over because another node told nothing of devices yet', () => {
  let hasPicture = true;
  let groups = [GROUP];
  const watch = new DeviceWatch({
    ...{ groups: () => groups, knownFaults: () => ({ faults: [], isWhole: true }) },
    hasPicture: () => hasPicture,
  });
  const book = new AlarmBook();
  watch.openAt(0);
  const look = () => watch.look(book, [boardOf('main')], { at: 1, tick: 1 });
  look();
  expect(book.size).toBe(1);
  hasPicture = false;
  groups = [];
  expect([look(), book.size]).toEqual([false, 1]);
  hasPicture = true;
  expect([look(), book.size]).toEqual([true, 0]);
});
