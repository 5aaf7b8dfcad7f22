import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lib/contracts/alert';
import { change } from '../../support/fake-kpi-reader';
import { FAULT, GROUP } from './alarm-rows';
import { done } from './alarm-stage';
import { stagesOfFile } from './staged';

const MINUTE = 60_000;
const A = 'kpi:queue:a#waiting';
const B = 'kpi:queue:b#waiting';
const C = 'kpi:queue:c#waiting';

const { made, started: staged } = stagesOfFile();

describe('a restart', () => {
  it('ALARM-14 keeps since and acknowledgements, interrupts nobody anew, and counts the budget on', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.figure('queue:b', 'waiting', 'warning');
    await stage.floor.acknowledge({ keys: [B], by: 'Sam' }, done);
    await stage.pass(40_000);
    const before = stage.frame().alarms;
    await stage.restart(MINUTE);
    expect(stage.frame().alarms).toEqual(before);
    expect(stage.frame()).toMatchObject({ interruption: null, interruptions: 1 });
    await stage.figure('queue:c', 'waiting', 'critical');
    expect(stage.frame().interruption).toBeNull();
    await stage.pass(9 * MINUTE - 30_000);
    expect(stage.frame()).toMatchObject({ interruption: { key: C }, interruptions: 1 });
  });

  it('ALARM-14 in the middle of an interruption lets it go on to its end', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    const { interruption } = stage.frame();
    await stage.restart(5_000);
    expect(stage.frame().interruption).toEqual(interruption);
    await stage.pass(30_000);
    expect(stage.frame().interruption).toBeNull();
  });

  it('ALARM-14 holds what is not known again yet, and ends what was over meanwhile', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.figure('queue:b', 'waiting', 'warning');
    stage.devices.lasting = [GROUP];
    stage.devices.show(0);
    await stage.pass(1_000);
    await stage.pass(0);
    await stage.floor.stop();
    // The server starts with figures that are not known, and devices whose desk has drawn nothing yet.
    stage.reader.announce([change('queue:a', 'waiting', null, { status: 'unknown', stale: true })]);
    stage.reader.announce([change('queue:b', 'waiting', 0)]);
    const { lasting: groups } = stage.devices;
    const { since } = stage.floor.watch.book.get('devices:g1') ?? {};
    stage.devices.lasting = [];
    // A second after the start.
    stage.clock.after(6_000, () => {
      stage.devices.lasting = groups;
    });
    await stage.restart(5_000);
    expect(stage.floor.watch.book.get('devices:g1')?.since).toBe(since);
    expect(stage.frame().alarms.map(({ key, unknownSince }) => [key, unknownSince !== undefined])).toEqual([
      [A, true],
      ['devices:g1', false],
    ]);
  });

  it('ALARM-48 holds a fault that nobody knows of yet, as it was taken, and tells nobody anew of it', async () => {
    const stage = await staged();
    await stage.hook();
    const know = async (...known: Parameters<typeof knownOf>) => {
      stage.devices.known = knownOf(...known);
      stage.devices.show(0);
      await stage.pass(1_000);
    };
    await know([FAULT], true);
    const [{ key, since } = never()] = stage.frame().alarms;
    await stage.floor.acknowledge({ keys: [key], by: 'Sam' }, done);
    await stage.pass(MINUTE);
    const told = ['raised', 'acknowledged'].map((event) => `${event} ${key}`);
    stage.devices.known = knownOf([], false);
    await stage.restart(MINUTE);
    await stage.pass(MINUTE);
    const acknowledgement = { by: 'Sam' };
    expect(stage.frame().alarms).toMatchObject([
      { key, since, acknowledgement, unknownSince: expect.any(Number) },
    ]);
    // The watch for faults gives another id to what it finds again.
    await know([{ ...FAULT, id: 'again', devices: 44 }], true);
    expect(stage.frame()).toMatchObject({ interruption: null, alarms: [{ key, since, acknowledgement }] });
    expect(stage.frame().alarms[0]?.unknownSince).toBeUndefined();
    // The broker is away.
    await know([], false);
    expect([stage.keys(), stage.calls]).toEqual([[key], told]);
    await know([{ ...FAULT, queueId: 'q2' }], false);
    expect(stage.keys()).toHaveLength(2);
    await know([], true);
    expect([stage.keys(), stage.calls.slice(0, 2)]).toEqual([[], told]);
    expect(stage.calls.filter((call) => call === `cleared ${key}`)).toHaveLength(1);
  });

  it('ALARM-14 with a clock that was set back does not make the budget longer than it is', async () => {
    const stage = await staged();
    await stage.figure('queue:a', 'waiting', 'critical');
    await stage.pass(0);
    stage.clock.jumpWallClock(-3_600_000);
    await stage.restart(1_000);
    await stage.figure('queue:b', 'waiting', 'critical');
    expect(stage.frame().interruption?.key).toBe(A);
    await stage.pass(10 * MINUTE);
    expect(stage.frame().interruption?.key).toBe(B);
  });

  it('ALARM-43 leaves out what cannot be read, and comes up', async () => {
    const stage = made();
    await stage.store.write([
      { write: 'put', kind: 'alarm-state', id: 'main', content: { standing: 7 } },
      { write: 'put', kind: 'alarm-shelf', id: 'x', content: null },
      { write: 'put', kind: 'alarm-webhooks', id: 'main', content: [] },
      { write: 'put', kind: 'alarm-call', id: '1', content: {} },
    ]);
    await stage.start();
    await stage.figure('queue:a', 'waiting', 'critical');
    expect(stage.keys()).toEqual([A]);
  });
});

function knownOf(faults: readonly Fault[], isWhole: boolean) {
  return { faults, isWhole };
}

function never(): never {
  throw new Error('there is one');
}
