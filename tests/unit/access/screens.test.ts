import { describe, expect, it } from 'vitest';
import { screenSchema } from '../../../lib/contracts/access';
import { ODD_IDS } from '../../support/odd-ids';
import {
  BOB,
  BY,
  createScreenStage,
  inTheMiddle,
  openers,
  pairedScreen,
  place,
  stored,
  told,
} from './screens-stage';

describe('another place', () => {
  it('ACC-72 is followed at once, and leaves the rest and the token as they are', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    const principal = await stage.screens.find(token);
    const all = told(stage);
    const changed = await stage.screens.change(id, { boardId: 'second', name: '__proto__' }, BOB);
    expect(changed).toMatchObject({ ...place(), id, boardId: 'second', name: '__proto__', pairedBy: 'Ada' });
    expect(screenSchema.strict().parse(changed)).toEqual((await stage.screens.list())[0]);
    expect(all).toEqual([{ kind: 'screen', screenId: id }]);
    const now = { kind: 'screen', screenId: id, name: '__proto__', boardId: 'second' };
    expect(principal && (await stage.screens.standing(principal))).toEqual(now);
    expect(await stage.screens.find(token)).toEqual(now);
    expect(await stage.screens.path(id)).toBe(`/screen/second?screen=${id}&diagonal=55&distance=8`);
  });

  it('ACC-72 is none where all is the same: nothing is recorded, written or told', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    const before = await stored(stage);
    const all = told(stage);
    expect(await stage.screens.change(id, place(), BY)).toMatchObject({ id, ...place() });
    expect(await stage.screens.change(id, {}, BY)).toMatchObject({ id });
    expect([all, stage.audit.actions, await stored(stage)]).toEqual([[], ['screen.paired'], before]);
  });

  it.each(ODD_IDS.map((id) => [id.slice(0, 80), id] as const))(
    'ACC-72 is for no screen %j',
    async (_, id) => {
      const stage = createScreenStage();
      await pairedScreen(stage);
      const all = told(stage);
      expect(await stage.screens.change(id, { name: 'x' }, BY)).toBeNull();
      expect(await stage.screens.revoke(id, BY)).toBe(false);
      expect(await stage.screens.path(id)).toBeNull();
      expect([all, stage.audit.actions]).toEqual([[], ['screen.paired']]);
    },
  );
});

describe('the audit log', () => {
  it('ACC-73 has each pairing, change and revocation, by whom, and no secret', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    await stage.screens.change(id, { boardId: 'second', farthestSeatMetres: 4.5 }, BOB);
    await stage.screens.revoke(id, BOB);
    const done = { subject: `screen:${id}`, outcome: 'done' };
    const revoked = { name: 'North wall', boardId: 'second', room: 'Support' };
    expect(stage.audit.recorded).toEqual([
      { ...BY, ...done, action: 'screen.paired', details: new Map(Object.entries(place())) },
      {
        ...{ ...BOB, ...done, action: 'screen.changed' },
        details: new Map(Object.entries({ boardId: 'second', farthestSeatMetres: 4.5 })),
      },
      { ...BOB, ...done, action: 'screen.revoked', details: new Map(Object.entries(revoked)) },
    ]);
    const text = JSON.stringify(stage.audit.recorded.map((event) => [event, [...event.details]]));
    expect(text).not.toContain(token.split('.')[1]);
  });

  it('ACC-73 comes first: what cannot be recorded leaves all as it was', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    const before = await stored(stage);
    const all = told(stage);
    stage.audit.isBroken = true;
    await expect(stage.screens.pair(place(), BY)).rejects.toThrow('cannot be written');
    await expect(stage.screens.change(id, { name: 'x' }, BY)).rejects.toThrow('cannot be written');
    await expect(stage.screens.revoke(id, BY)).rejects.toThrow('cannot be written');
    expect([all, await stored(stage)]).toEqual([[], before]);
    expect(await openers(stage, [token])).toEqual([true]);
  });

  it('ACC-73 has it before it is done', async () => {
    const stage = createScreenStage();
    const seen: string[] = [];
    stage.store.beforeWrite = () => void seen.push(stage.audit.actions.at(-1) ?? 'nothing');
    const { id } = await pairedScreen(stage);
    await stage.screens.change(id, { name: 'x' }, BY);
    await stage.screens.revoke(id, BY);
    expect(seen).toEqual(['screen.paired', 'screen.changed', 'screen.revoked']);
  });

  it('ACC-73 has a change once, also where something else was written meanwhile', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    inTheMiddle(stage.store, () => stage.screens.seen(id));
    expect(await stage.screens.change(id, { name: 'x' }, BY)).toMatchObject({
      ...{ name: 'x', lastSeenAt: stage.clock.now() },
    });
    expect(stage.audit.actions).toEqual(['screen.paired', 'screen.changed']);
  });

  it('ACC-73 has what a change is by then, where another change was faster', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    inTheMiddle(stage.store, () => stage.screens.change(id, { name: 'x' }, BOB));
    await stage.screens.change(id, { name: 'x', room: 'Sales' }, BY);
    const changes = stage.audit.recorded
      .slice(1)
      .map(({ actor, details }) => [actor, Object.fromEntries(details)]);
    expect(changes).toEqual([
      ['person:ada', { name: 'x', room: 'Sales' }],
      ['person:bob', { name: 'x' }],
      ['person:ada', { room: 'Sales' }],
    ]);
    expect((await stage.screens.list())[0]).toMatchObject({ name: 'x', room: 'Sales' });
  });

  it('ACC-73 has a revocation once where two revoke at the same moment', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    const all = told(stage);
    expect(await Promise.all([BY, BOB].map((by) => stage.screens.revoke(id, by)))).toEqual([true, false]);
    expect([stage.audit.actions, all.length]).toEqual([['screen.paired', 'screen.revoked'], 1]);
  });
});

describe('being seen', () => {
  it('ACC-74 is noted once a minute, by using the token or by an open socket', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    const lastSeen = async () => (await stage.screens.list())[0]?.lastSeenAt;
    const begun = stage.clock.now();
    expect(await lastSeen()).toBeNull();
    const principal = await stage.screens.find(token);
    expect(await lastSeen()).toBe(begun);
    stage.clock.advance(59_999);
    await stage.screens.find(token);
    expect(await lastSeen()).toBe(begun);
    stage.clock.advance(1);
    if (principal !== null) await stage.screens.standing(principal);
    expect(await lastSeen()).toBe(begun + 60_000);
    stage.clock.advance(60_000);
    await stage.screens.seen(id);
    expect(await lastSeen()).toBe(begun + 120_000);
    expect((await stage.store.get('screen', id))?.version).toBe(4);
  });

  it('ACC-74 spares the store: within the minute it is asked nothing', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    await stage.screens.seen(id);
    stage.store.get = async () => {
      throw new Error('asked');
    };
    await stage.screens.seen(id);
    expect(stage.lines).toEqual([]);
    stage.clock.advance(60_000);
    await stage.screens.seen(id);
    expect(stage.lines).toHaveLength(1);
  });

  it('ACC-74 harms nobody where it cannot be written, and is said', async () => {
    const stage = createScreenStage();
    const { id, token } = await pairedScreen(stage);
    stage.store.isBroken = true;
    expect(await stage.screens.find(token)).toMatchObject({ screenId: id });
    expect(stage.lines).toHaveLength(1);
    expect(stage.lines[0]).toContain('could not be noted');
    expect(stage.lines[0]).not.toContain(token.split('.')[1]);
  });

  it('ACC-74 tells who is connected now', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    await pairedScreen(stage);
    stage.connected.add(id);
    expect((await stage.screens.list()).filter(({ connected }) => connected).map((one) => one.id)).toEqual([
      id,
    ]);
  });
});

describe('screens in number', () => {
  it('ACC-75 are bounded, also when many are paired at once', async () => {
    const stage = createScreenStage({ maxScreens: 3 });
    const paired = await Promise.all(Array.from({ length: 6 }, () => stage.screens.pair(place(), BY)));
    expect(paired.map(({ ok }) => ok)).toEqual([true, true, true, false, false, false]);
    expect(paired[5]).toEqual({ ok: false, error: 'full' });
    expect(stage.audit.actions).toHaveLength(3);
    const [one] = await stage.screens.list();
    await stage.screens.revoke(one?.id ?? '', BY);
    expect((await stage.screens.pair(place(), BY)).ok).toBe(true);
  });

  it('ACC-75 are a thousand where nothing else is said', async () => {
    const stage = createScreenStage();
    const { id } = await pairedScreen(stage);
    const [kept] = await stage.store.list('screen');
    const put = (n: number) =>
      ({ write: 'put', kind: 'screen', id: `s${n}`, content: kept?.content }) as const;
    await stage.store.write(Array.from({ length: 998 }, (_, n) => put(n)));
    await pairedScreen(stage);
    expect(await stage.screens.pair(place(), BY)).toEqual({ ok: false, error: 'full' });
    await stage.screens.revoke(id, BY);
    await pairedScreen(stage);
  });

  it('ACC-75 that are not known are remembered in a bounded number', async () => {
    const stage = createScreenStage({ maxScreens: 2 });
    const { id } = await pairedScreen(stage);
    const version = async () => (await stage.store.get('screen', id))?.version;
    await stage.screens.seen(id);
    for (const stranger of ['a', 'b']) await stage.screens.seen(stranger);
    const asked: string[] = [];
    const get = stage.store.get.bind(stage.store);
    stage.store.get = (kind, one) => {
      asked.push(one);
      return get(kind, one);
    };
    // The fourth is remembered; for the fifth all are forgotten.
    for (const one of ['c', 'c', 'd', 'd', 'c']) await stage.screens.seen(one);
    expect(asked).toEqual(['c', 'd', 'c']);
    expect(await version()).toBe(2);
  });

  it('ACC-75 come in the order of their pairing; one that cannot be read harms only itself', async () => {
    const stage = createScreenStage();
    const ids: string[] = [];
    for (const name of ['c', 'a', 'b', 'd']) {
      ids.push((await pairedScreen(stage, { name })).id);
      stage.clock.advance(1_000);
    }
    const [bad = ''] = ids.splice(1, 1);
    await stage.store.write([{ write: 'put', kind: 'screen', id: bad, content: { name: 'a' } }]);
    await stage.store.write([{ write: 'put', kind: 'screen', id: '__proto__', content: null }]);
    expect((await stage.screens.list()).map(({ id, name }) => [id, name])).toEqual(
      ids.map((id, at) => [id, ['c', 'b', 'd'][at]]),
    );
    expect([await stage.screens.path(bad), await stage.screens.revoke(bad, BY)]).toEqual([null, false]);
    expect(stage.lines).toHaveLength(2);
  });
});
