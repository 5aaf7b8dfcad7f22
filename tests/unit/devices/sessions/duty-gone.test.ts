/** Sessions at a node that is not sure any more that they are its own. */
import { afterEach, expect, it } from 'vitest';
import { SENIOR, Stage } from './desk-stage';

let mayAct = true;
let stage: Stage;
afterEach(async () => {
  await stage.stop();
});

async function opened(): Promise<Stage> {
  mayAct = true;
  stage = new Stage({ mayAct: () => mayAct });
  await stage.start();
  await stage.initiate();
  stage.link.up();
  return stage;
}

it('CLUSTER-134 nothing goes out while the duty may be another node’s, and goes on where it stayed', async () => {
  const { appliances, clock } = await opened();
  await stage.execute('ping_latency');
  await stage.execute('reboot_module', {}, SENIOR);
  await stage.settle();
  mayAct = false;
  stage.link.done(stage.link.sent[0]?.id ?? '');
  await clock.advanceAsync(10_000, 1_000);
  expect(appliances.links.map(({ sent, asked }) => [sent.length, asked.length])).toEqual([
    [1, 0],
    [0, 0],
  ]);
  expect(await stage.states()).toEqual(['done', 'queued']);
  // A link that said no is not used any more: its session waits for the next one.
  expect(appliances.links.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  mayAct = true;
  stage.link.up();
  await stage.settle();
  expect(stage.link.sent.map(({ command }) => command)).toEqual(['reboot_module']);
  stage.link.done(stage.link.sent[0]?.id ?? '', { rebooted: true });
  await stage.settle();
  expect(await stage.states()).toEqual(['done', 'done']);
});

it('CLUSTER-134 an end is recorded by a node that is sure of its duty only, and once', async () => {
  await opened();
  await stage.execute('ping_latency');
  await stage.settle();
  mayAct = false;
  stage.link.done(stage.link.sent[0]?.id ?? '');
  await stage.settle();
  expect(await stage.entries('command.ended')).toEqual([]);
  mayAct = true;
  await stage.pass(10_000);
  expect(await stage.entries('command.ended')).toHaveLength(1);
});
