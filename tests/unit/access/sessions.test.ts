import { describe, expect, it } from 'vitest';
import type { Ended } from '../../../server/access/gate';
import { deriveKeys } from '../../../server/access/keys';
import { createPeople } from '../../../server/access/people/people';
import { personIdOf } from '../../../server/access/people/person-record';
import { doerOf } from '../../../server/access/session-audit';
import { sessionIdOf } from '../../../server/access/sessions/session-cookie';
import { createSessions, type EndDeed } from '../../../server/access/sessions/sessions';
import type { Write } from '../../../server/store/ports';
import { MemoryStore } from '../../support/memory-store';
import {
  createStage,
  HOUR_MS,
  ISSUER,
  identity,
  MAPPING,
  MINUTE_MS,
  SESSION_MS,
  type Stage,
  settle,
  signedIn,
} from './sessions-stage';

const ADA = personIdOf(ISSUER, 'ada');
const ADMIN = doerOf({ kind: 'local' }, '192.0.2.1');
const REVOKED: EndDeed = { by: ADMIN, action: 'session.revoked', reason: 'by an administrator' };

function idOf(cookie: string): string {
  return sessionIdOf(cookie.slice(0, cookie.indexOf('.')));
}

/** Another process on the same store. */
function secondProcess({ store, clock, secretBytes, audit, log, keys, provider }: Stage) {
  const parts = { store, clock, secretBytes, audit, log, keys, provider };
  const people = createPeople({ ...parts, roleMapping: MAPPING });
  return { people, sessions: createSessions({ ...parts, people, sessionMs: SESSION_MS }) };
}

/** Uses the session now and then, so that it does not end for want of use. */
async function useFor(stage: Stage, cookie: string, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= HOUR_MS) {
    stage.clock.advance(Math.min(left, HOUR_MS));
    await stage.sessions.find(cookie);
    await settle();
  }
}

describe('a session’s cookie', () => {
  it('ACC-5 is a secret and its signature; the store has neither', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    expect(cookie).toMatch(/^[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}$/);
    expect(await stage.sessions.find(cookie)).toEqual({
      ...{ kind: 'person', sessionId: idOf(cookie), personId: ADA },
      ...{ name: 'Ada Lovelace', roles: ['supervisor'] },
    });
    const stored = JSON.stringify(await stage.store.list('session'));
    for (const part of [...cookie.split('.'), 'refresh-1', 'id-1']) expect(stored).not.toContain(part);
    expect(await signedIn(stage)).not.toBe(cookie);
  });

  it('ACC-5 that was forged is nobody’s, and the store is not asked', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const [secret = '', signature = ''] = cookie.split('.');
    stage.store.get = () => {
      throw new Error('asked');
    };
    const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    const foreign = await signedIn(createForeignStage());
    const forged = [
      ...['', '.', '..', 'x', secret, `${secret}.`, `.${signature}`, `${secret}${signature}`],
      ...[`${flipped(secret)}.${signature}`, `${secret}.${flipped(signature)}`],
      ...[`${secret}.${signature}=`, `${secret}.${signature}.`, ` ${cookie}`, `${cookie}\n`],
      ...[`${secret}.${secret}`, `${signature}.${secret}`, `${secret}.${'A'.repeat(43)}`],
      ...[cookie.toLowerCase(), '__proto__', 'x'.repeat(10_000), idOf(cookie), foreign],
    ];
    for (const value of forged) expect(await stage.sessions.find(value), value).toBeNull();
    await expect(stage.sessions.find(cookie)).rejects.toThrow('asked');
  });

  it('ACC-5 that is signed, but of no session, is nobody’s', async () => {
    const stage = createStage();
    const other = createStage({ store: new MemoryStore() });
    expect(await other.sessions.find(await signedIn(stage))).toBeNull();
  });
});

function createForeignStage(): Stage {
  const stage = createStage();
  const keys = deriveKeys('the secret of quite another server, long enough');
  return { ...stage, sessions: createSessions({ ...stage, keys, sessionMs: SESSION_MS }) };
}

describe('a session', () => {
  it('ACC-6 is over at its longest life, however much it is used', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage, { refreshToken: null });
    await useFor(stage, cookie, SESSION_MS - 1);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    stage.clock.advance(1);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(await stage.sessions.list()).toEqual([]);
  });

  it.each([
    ['a request', (stage: Stage, cookie: string) => stage.sessions.find(cookie)],
    ['an open board', async (stage: Stage, cookie: string) => stage.sessions.standing(principal(cookie))],
  ])('ACC-6 is over after two hours without use, and %s is use', async (_, use) => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.clock.advance(2 * HOUR_MS - 1);
    expect(await use(stage, cookie)).not.toBeNull();
    stage.clock.advance(2 * HOUR_MS - 1);
    expect(await use(stage, cookie)).not.toBeNull();
    stage.clock.advance(2 * HOUR_MS);
    expect(await use(stage, cookie)).toBeNull();
  });

  it('ACC-6 has its use noted once a minute at most', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage, { refreshToken: null });
    const writes: (readonly Write[])[] = [];
    const write = stage.store.write.bind(stage.store);
    stage.store.write = (batch) => {
      writes.push(batch);
      return write(batch);
    };
    for (let second = 0; second < 180; second += 1) {
      stage.clock.advance(1_000);
      await stage.sessions.find(cookie);
    }
    expect(writes).toHaveLength(3);
    expect(await stage.sessions.list()).toMatchObject([{ lastSeenAt: stage.clock.now() }]);
  });

  it('ACC-6 is of use also where its use cannot be noted', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.store.write = () => Promise.reject(new Error('disk full'));
    stage.clock.advance(10 * MINUTE_MS);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    await settle();
    expect(stage.provider.refreshed).toEqual([]);
  });

  it('ACC-6 that is over is removed, its tokens given back, and its sockets told', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const heard = listen(stage);
    stage.sessions.start();
    await stage.clock.advanceAsync(2 * HOUR_MS - MINUTE_MS, MINUTE_MS);
    expect(await stage.store.list('session')).toHaveLength(1);
    await stage.clock.advanceAsync(MINUTE_MS);
    await settle();
    expect(await stage.store.list('session')).toEqual([]);
    expect(heard).toEqual([{ kind: 'session', sessionId: idOf(cookie) }]);
    expect(stage.provider.revoked).toEqual(['refresh-1']);
    await stage.sessions.stop();
    expect(stage.clock.pendingCount).toBe(0);
  });

  it('ACC-6 of somebody who is known no longer is over', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    await stage.store.write([{ write: 'delete', kind: 'person', id: ADA }]);
    expect(await stage.sessions.find(cookie)).toBeNull();
    stage.sessions.start();
    await stage.clock.advanceAsync(MINUTE_MS);
    await stage.sessions.stop();
    expect(await stage.store.list('session')).toEqual([]);
  });

  it('ACC-6 goes on when the wall clock is set back', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.clock.jumpWallClock(-HOUR_MS);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    stage.clock.advance(2 * HOUR_MS);
    expect(await stage.sessions.find(cookie)).toBeNull();
  });

  it('ACC-7 that was ended is nobody’s at the next look, recorded, and told of at once', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const heard = listen(stage);
    expect(await stage.sessions.end(idOf(cookie), REVOKED)).toEqual({ personId: ADA, idToken: 'id-1' });
    expect(heard).toEqual([{ kind: 'session', sessionId: idOf(cookie) }]);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(await stage.sessions.standing(principal(cookie))).toBeNull();
    expect(await stage.sessions.end(idOf(cookie), REVOKED)).toBeNull();
    expect(heard).toHaveLength(1);
    expect(stage.provider.revoked).toEqual(['refresh-1']);
    expect(stage.audit.last('session.revoked')).toEqual({
      ...{ ...ADMIN, action: 'session.revoked', subject: `session:${idOf(cookie)}`, outcome: 'done' },
      details: new Map([
        ['person', ADA],
        ['reason', 'by an administrator'],
      ]),
    });
  });

  it('ACC-7 that another process ended, or whose roles it changed, is so here at the next look', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const other = secondProcess(stage);
    await other.people.grant(ADA, ['admin'], ADMIN);
    expect(await stage.sessions.standing(principal(cookie))).toMatchObject({
      roles: ['supervisor', 'admin'],
    });
    await other.sessions.end(idOf(cookie), REVOKED);
    expect(await stage.sessions.standing(principal(cookie))).toBeNull();
    expect(await stage.sessions.find(cookie)).toBeNull();
  });

  it('ACC-7 has the person’s roles and name of that moment; who listens is told of a change, until he leaves', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const heard: Ended[] = [];
    const leave = stage.sessions.onChanged((changed) => heard.push(changed));
    await stage.people.grant(ADA, ['admin'], ADMIN);
    expect(heard).toEqual([{ kind: 'person', personId: ADA }]);
    expect(await stage.sessions.find(cookie)).toMatchObject({ roles: ['supervisor', 'admin'] });
    leave();
    await stage.sessions.end(idOf(cookie), REVOKED);
    await stage.people.grant(ADA, [], ADMIN);
    expect(heard).toHaveLength(1);
  });

  it('ACC-7 does not come back by a use at the moment of its end', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage, { refreshToken: null });
    stage.clock.advance(10 * MINUTE_MS);
    const get = stage.store.get.bind(stage.store);
    // Between reading the session and noting its use.
    stage.store.get = async (kind, id) => {
      stage.store.get = get;
      const found = await get(kind, id);
      await stage.sessions.end(idOf(cookie), REVOKED);
      return found;
    };
    await stage.sessions.find(cookie);
    await settle();
    expect(await stage.store.list('session')).toEqual([]);
    expect(await stage.sessions.find(cookie)).toBeNull();
  });

  it('ACC-7 ends with all others of its person, and with nobody else’s', async () => {
    const stage = createStage();
    const cookies = [await signedIn(stage), await signedIn(stage)];
    const other = await signedIn(stage, { subject: 'other' });
    expect(await stage.sessions.endAllOf(ADA, REVOKED)).toBe(2);
    for (const cookie of cookies) expect(await stage.sessions.find(cookie)).toBeNull();
    expect(await stage.sessions.find(other)).not.toBeNull();
    expect(stage.audit.actions.filter((action) => action === 'session.revoked')).toHaveLength(2);
  });

  it('ACC-8 is one of twenty of a person at most: the oldest ends', async () => {
    const stage = createStage();
    const other = await signedIn(stage, { subject: 'other' });
    const cookies: string[] = [];
    for (let count = 0; count < 21; count += 1) {
      stage.clock.advance(1_000);
      cookies.push(await signedIn(stage));
    }
    const found = await Promise.all(cookies.map((cookie) => stage.sessions.find(cookie)));
    expect(found.map((principal) => principal !== null)).toEqual([false, ...Array(20).fill(true)]);
    expect(await stage.sessions.find(other)).not.toBeNull();
    expect(stage.audit.last('session.ended')?.subject).toBe(`session:${idOf(cookies[0] ?? '')}`);
  });

  it('ACC-7 whose document cannot be read is nobody’s, and harms no other', async () => {
    const stage = createStage();
    const [cookie, other] = [await signedIn(stage), await signedIn(stage)];
    const content = { personId: ADA, startedAt: 'long ago' };
    await stage.store.write([{ write: 'put', kind: 'session', id: idOf(cookie), content }]);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(await stage.sessions.find(other)).not.toBeNull();
    expect(await stage.sessions.list()).toHaveLength(1);
  });

  it('ACC-19 neither starts nor ends where that cannot be recorded', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const person = await stage.people.find(ADA);
    stage.audit.isBroken = true;
    const begun = person && stage.sessions.begin({ person, provided: identity(), address: '192.0.2.7' });
    await expect(begun).rejects.toThrow('cannot be written');
    await expect(stage.sessions.end(idOf(cookie), REVOKED)).rejects.toThrow('cannot be written');
    await expect(stage.sessions.endAllOf(ADA, REVOKED)).rejects.toThrow('cannot be written');
    expect(await stage.store.list('session')).toHaveLength(1);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    expect(stage.provider.revoked).toEqual([]);
  });
});

function principal(cookie: string) {
  return { kind: 'person', sessionId: idOf(cookie), personId: ADA, name: '', roles: [] } as const;
}

function listen({ sessions }: Stage): Ended[] {
  const heard: Ended[] = [];
  sessions.onChanged((changed) => heard.push(changed));
  return heard;
}
