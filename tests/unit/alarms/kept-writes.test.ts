import { describe, expect, it } from 'vitest';
import { ok } from '../../../lib/result';
import { KeptWrites } from '../../../server/alarms/kept-writes';
import { deleteCall, deleteShelf, putCall, putShelf } from '../../../server/store/alarm-documents';
import type { Write } from '../../../server/store/ports';
import { stagesOfFile } from './staged';

const { started: staged } = stagesOfFile();

const call = (id: string) =>
  putCall({
    id,
    call: { webhookId: 'h', event: 'raised', at: 1, alarm: null, flood: null, boardIds: [] },
  });
const shelf = putShelf({ key: 'k', reason: 'r', by: null, since: 0, until: 9 });
const named = (batch: readonly Write[]) => batch.map(({ write, id }) => `${write} ${id}`);

function kept() {
  const batches: (readonly string[])[] = [];
  const failures: unknown[] = [];
  const store = { isAway: false };
  const writes = new KeptWrites(
    {
      async write(batch) {
        if (store.isAway) throw new Error('disk full');
        batches.push(named(batch));
        return ok(null);
      },
    },
    (thrown) => failures.push(thrown),
  );
  return { batches, failures, store, writes };
}

describe('what could not be stored', () => {
  it('ALARM-46 goes in front of the next batch, the last of each document, and then no more', async () => {
    const { batches, failures, store, writes } = kept();
    store.isAway = true;
    await writes.write([call('1'), call('2'), deleteShelf('k')]);
    await writes.write([deleteCall('1'), deleteCall('0')]);
    expect([batches, failures.length, writes.isBehind]).toEqual([[], 2, true]);
    store.isAway = false;
    await writes.write([call('3')]);
    await writes.write([call('4')]);
    expect([batches, writes.isBehind]).toEqual([
      [['put 2', 'delete k', 'delete 0', 'put 3'], ['put 4']],
      false,
    ]);
  });

  it('ALARM-46 undoes nothing that was stored after it; what somebody was refused is not kept', async () => {
    const { batches, store, writes } = kept();
    store.isAway = true;
    await writes.write([deleteShelf('k')]);
    await expect(writes.must([shelf])).rejects.toThrow('disk full');
    store.isAway = false;
    await writes.must([shelf]);
    await writes.write([]);
    expect(batches).toEqual([['put k']]);
  });

  it('ALARM-46 a call is stored with the note that it was told, also where the store failed once', async () => {
    const stage = await staged();
    await stage.hook();
    stage.answer = () => ({ kind: 'later', reason: 'away', floorMs: 0 });
    const write = stage.store.write.bind(stage.store);
    stage.store.write = async () => {
      throw new Error('disk full');
    };
    await stage.figure('queue:a', 'waiting', 'warning');
    expect(await stage.store.list('alarm-call')).toEqual([]);
    stage.store.write = write;
    await stage.pass(40_000);
    expect((await stage.store.list('alarm-call')).length).toBe(1);
    stage.answer = () => ({ kind: 'sent' });
    stage.posted.length = 0;
    await stage.restart();
    expect(stage.calls).toEqual(['raised kpi:queue:a#waiting']);
  });
});
