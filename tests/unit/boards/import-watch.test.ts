import { describe, expect, it } from 'vitest';
import { EMPTY_SETTINGS } from '../../../lib/contracts/settings';
import { createLog, silentLog } from '../../../server/runtime/log';
import { importSettings } from '../../../server/store/settings';
import { type DeskStage, done, openDesk, publishNew } from '../../support/desk-of-boards';
import { MemoryStore } from '../../support/memory-store';
import { boardOf } from '../../support/push-boards';

const GROUP = { id: 'g', name: 'G', queueIds: ['q1'] };
const file = (...ids: readonly string[]) =>
  JSON.stringify({ ...EMPTY_SETTINGS, groups: [GROUP], boards: ids.map((id) => boardOf(id)) });

/** A store that fails while it is told to. */
class Ailing extends MemoryStore {
  isIll = false;

  override async list(kind: string): ReturnType<MemoryStore['list']> {
    if (this.isIll) throw new Error('the disk is away');
    return super.list(kind);
  }
}

async function pass({ clock }: DeskStage): Promise<void> {
  await clock.advanceAsync(5_000, 1_000);
}

describe('an import beside a running server', () => {
  it('BOARD-40 is taken up within seconds: boards, thresholds and groups', async () => {
    const stage = await openDesk();
    const stop = await stage.watchImports(silentLog);
    let calls = 0;
    stage.provider.subscribe(() => {
      calls += 1;
    });
    await pass(stage);
    expect([calls, stage.told]).toEqual([0, []]);
    expect((await importSettings(stage.store, file('x', 'y'), 0)).ok).toBe(true);
    await pass(stage);
    expect(stage.provider.list().map(({ id }) => id)).toEqual(['x', 'y']);
    expect([calls, stage.told]).toEqual([1, [{ thresholds: [], groups: [GROUP] }]]);
    await pass(stage);
    expect(stage.told).toHaveLength(1);
    stop();
    await importSettings(stage.store, file(), 0);
    await pass(stage);
    expect(stage.provider.board('x')).not.toBeNull();
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('BOARD-40 is no news where it came before the start, and a change at the desk is none', async () => {
    const store = new MemoryStore();
    await importSettings(store, file('x'), 0);
    const stage = await openDesk({ store });
    const stop = await stage.watchImports(silentLog);
    await publishNew(stage, 'A');
    done(await stage.settings.setQueueGroups({ revision: 1, groups: [] }, stage.ada));
    await pass(stage);
    expect(stage.told).toEqual([{ groups: [] }]);
    stop();
  });

  it('BOARD-40 what was known stays where the store cannot be read, and the import is taken up later', async () => {
    const store = new Ailing();
    const stage = await openDesk({ store });
    const lines: string[] = [];
    const stop = await stage.watchImports(createLog('warn', (line) => void lines.push(line)));
    await importSettings(store, file('x'), 0);
    store.isIll = true;
    await pass(stage);
    await pass(stage);
    expect([stage.provider.board('x'), lines.length]).toEqual([null, 1]);
    store.isIll = false;
    await pass(stage);
    expect(stage.provider.board('x')).not.toBeNull();
    stop();
  });
});
