/** Thresholds and groups that become others while screens are open, on a whole server with a platform behind it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueKey } from '../../../lib/apply-delta';
import { kpisResponseSchema } from '../../../lib/contracts/api';
import { boardEditSchema, queueGroupsSchema, thresholdsSchema } from '../../../lib/contracts/board-desk';
import { type NamingStand, openNamingStand } from '../../support/naming-stand';
import { TestScreen } from '../push/push-stand';

const WAITING = valueKey('all', 'waiting');
/** Nobody waits: at 0 it is one already. */
const RULE = {
  ...{ kpi: 'waiting', warning: 0, critical: null, deadBand: 0 },
  ...{ onDelayMs: 600_000, offDelayMs: 600_000, minimumCount: 0 },
};

let stand: NamingStand;
const screens: TestScreen[] = [];
beforeAll(async () => {
  stand = await openNamingStand(['One', 'Two']);
}, 30_000);
afterAll(async () => {
  for (const screen of screens) screen.close();
  await stand.stop();
});

function open(boardId: string): TestScreen {
  const { url } = stand.floorcast;
  const screen = new TestScreen(url, { boardId }, { origin: url, cookie: stand.cookie });
  screens.push(screen);
  return screen;
}

async function post(path: string, body: unknown): Promise<unknown> {
  // A second later, so that nobody asks too often.
  await stand.get('/api/v1/me');
  const { url } = stand.floorcast;
  const headers = { cookie: stand.cookie, origin: url, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(content)}`);
  return content;
}

/** Until it holds of what the screen shows; time goes on meanwhile. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await stand.get('/api/v1/me');
}

describe('settings that change while screens are open', () => {
  it('BOARD-35 statuses and the limits that are printed follow new thresholds, at once', async () => {
    const screen = open('default');
    const shown = () => screen.state?.values.get(WAITING);
    const printed = () => screen.state?.limits?.filter(({ kpi }) => kpi === 'waiting');
    await until(() => shown()?.status === 'normal');
    expect([shown()?.value, printed()]).toEqual([0, []]);
    const set = thresholdsSchema.parse(await post('thresholds', { revision: 0, rules: [RULE] }));
    await until(() => shown()?.status === 'warning');
    await until(() => printed()?.length === 1);
    expect(printed()).toEqual([{ subject: null, kpi: 'waiting', warning: 0, critical: null }]);
    await post('thresholds', { revision: set.revision, rules: [] });
    await until(() => shown()?.status === 'normal' && printed()?.length === 0);
    expect([screen.gaps, screen.frames.some(({ kind }) => kind === 'refusal')]).toEqual([0, false]);
  });

  it('BOARD-36 a new group has its figures on a board that shows it, and its new name when it gets one', async () => {
    const { queues } = kpisResponseSchema.parse(await stand.get('/api/v1/kpis'));
    const queueIds = [...new Set(queues.map(({ queueId }) => queueId))];
    const made = boardEditSchema.parse(
      await post('board-desk', {
        ...{ name: 'Group', from: { kind: 'template', template: 'floor', subject: 'group:g' } },
      }),
    );
    await post('board-desk/group/publish', { revision: made.draft?.revision, version: 0 });
    const screen = open('group');
    const shown = () => screen.state?.values.get(valueKey('group:g', 'waiting'));
    const name = () => screen.state?.subjects.get('group:g')?.name;
    await until(() => shown() !== undefined);
    expect([shown()?.asOf, name()]).toEqual([null, undefined]);
    const groups = [{ id: 'g', name: 'Ours', queueIds }];
    const set = queueGroupsSchema.parse(await post('queue-groups', { revision: 0, groups }));
    await until(() => shown()?.status === 'normal' && name() === 'Ours');
    expect(shown()?.value).toBe(0);
    await post('queue-groups', { revision: set.revision, groups: [{ ...groups[0], name: 'Theirs' }] });
    await until(() => name() === 'Theirs');
    expect(screen.gaps).toBe(0);
  });
});
