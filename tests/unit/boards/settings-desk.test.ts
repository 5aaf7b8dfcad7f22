import { describe, expect, it } from 'vitest';
import { EMPTY_SETTINGS, type QueueGroup, type ThresholdRule } from '../../../lib/contracts/settings';
import { importSettings, readSettings } from '../../../server/store/settings';
import { done, openDesk, publishNew } from '../../support/desk-of-boards';

const RULE: ThresholdRule = {
  ...{ kpi: 'waiting', warning: 3, critical: 5, deadBand: 0 },
  ...{ onDelayMs: 0, offDelayMs: 0, minimumCount: 0 },
};
const GROUP: QueueGroup = { id: 'g', name: 'G', queueIds: ['q1', 'q2'] };

describe('thresholds and queue groups', () => {
  it('BOARD-34 are replaced as a whole, kept, and told to what runs', async () => {
    const stage = await openDesk();
    expect(await stage.settings.thresholds()).toEqual({ revision: 0, rules: [] });
    expect(await stage.settings.queueGroups()).toEqual({ revision: 0, groups: [] });
    const rules = done(await stage.settings.setThresholds({ revision: 0, rules: [RULE] }, stage.ada));
    const groups = done(await stage.settings.setQueueGroups({ revision: 0, groups: [GROUP] }, stage.ada));
    expect([rules, groups]).toEqual([
      { revision: 1, rules: [RULE] },
      { revision: 1, groups: [GROUP] },
    ]);
    expect(stage.told).toEqual([{ thresholds: [RULE] }, { groups: [GROUP] }]);
    const again = await openDesk({ store: stage.store });
    expect([await again.settings.thresholds(), await again.settings.queueGroups()]).toEqual([rules, groups]);
    expect(await readSettings(stage.store)).toEqual({
      ...EMPTY_SETTINGS,
      thresholds: [RULE],
      groups: [GROUP],
    });
  });

  it('BOARD-34 who is too late is told who was faster, of thresholds and of groups each by itself', async () => {
    const stage = await openDesk();
    done(await stage.settings.setThresholds({ revision: 0, rules: [RULE] }, stage.ada));
    const at = stage.clock.now();
    stage.clock.advance(1_000);
    await publishNew(stage, 'A');
    const late = await stage.settings.setThresholds({ revision: 0, rules: [] }, stage.bea);
    expect(late).toEqual({ ok: false, error: { kind: 'changed', at, by: 'Ada' } });
    expect((await stage.settings.setQueueGroups({ revision: 0, groups: [] }, stage.bea)).ok).toBe(true);
    expect((await stage.settings.thresholds()).rules).toEqual([RULE]);
  });

  it('BOARD-34 an import is a change like any other', async () => {
    const stage = await openDesk();
    const file = JSON.stringify({ ...EMPTY_SETTINGS, thresholds: [RULE] });
    expect((await importSettings(stage.store, file, 7_000)).ok).toBe(true);
    const late = await stage.settings.setThresholds({ revision: 0, rules: [] }, stage.ada);
    expect(late).toEqual({ ok: false, error: { kind: 'changed', at: 7_000, by: 'import' } });
    expect(await stage.settings.thresholds()).toEqual({ revision: 1, rules: [RULE] });
  });

  it('BOARD-34 says what is wrong, and then changes nothing', async () => {
    const stage = await openDesk();
    const twins = await stage.settings.setQueueGroups({ revision: 0, groups: [GROUP, GROUP] }, stage.ada);
    expect(twins).toEqual({
      ...{ ok: false, error: { kind: 'invalid', problems: ['groups[1].id: “g” occurs twice'] } },
    });
    const rules = Array.from({ length: 201 }, (_, i) => ({ ...RULE, subject: `queue:${i}*` }));
    const patterns = await stage.settings.setThresholds({ revision: 0, rules }, stage.ada);
    expect(patterns).toMatchObject({
      error: { kind: 'invalid', problems: [expect.stringContaining('rules:')] },
    });
    expect([stage.told, stage.ada.deeds]).toEqual([[], []]);
  });

  it('BOARD-32 are recorded before they are changed, or not changed', async () => {
    const stage = await openDesk();
    stage.ada.isMute = true;
    await expect(stage.settings.setThresholds({ revision: 0, rules: [RULE] }, stage.ada)).rejects.toThrow();
    await expect(
      stage.settings.setQueueGroups({ revision: 0, groups: [GROUP] }, stage.ada),
    ).rejects.toThrow();
    expect([stage.told, await readSettings(stage.store)]).toEqual([[], EMPTY_SETTINGS]);
    stage.ada.isMute = false;
    done(await stage.settings.setQueueGroups({ revision: 0, groups: [GROUP] }, stage.ada));
    expect(stage.ada.deeds).toEqual([
      {
        ...{ action: 'queue-groups.changed', subject: 'queue-groups' },
        details: [
          ['before', 0],
          ['after', 1],
        ],
      },
    ]);
  });
});
