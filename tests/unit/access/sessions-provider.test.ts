import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../lib/result';
import { createPeople } from '../../../server/access/people/people';
import { personIdOf } from '../../../server/access/people/person-record';
import { sessionIdOf } from '../../../server/access/sessions/session-cookie';
import { createSessions } from '../../../server/access/sessions/sessions';
import { failure } from '../../../server/runtime/errors';
import {
  type Answer,
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
const GONE = failure('fatal', 'invalid_grant', 'the grant was revoked', { status: 400 });
const AWAY = failure('retry', 'timeout', 'no answer in 10 s');

/** The person does something after so long. */
async function use(stage: Stage, cookie: string, afterMs: number) {
  stage.clock.advance(afterMs);
  const found = await stage.sessions.find(cookie);
  await settle();
  return found;
}

describe('the provider', () => {
  it.each([
    ['says 5 minutes', 300, 300_000],
    ['says a second', 1, 60_000],
    ['says a day', 86_400, 900_000],
    ['says nothing', null, 900_000],
  ])('ACC-9 that %s is asked after %i s, at the next use, and not before', async (_, expiresInS, dueMs) => {
    const stage = createStage();
    stage.provider.refreshes = ok(identity({ refreshToken: 'refresh-2', expiresInS }));
    const cookie = await signedIn(stage, { expiresInS });
    await use(stage, cookie, dueMs - 1);
    expect(stage.provider.refreshed).toEqual([]);
    await use(stage, cookie, 1);
    expect(stage.provider.refreshed).toEqual([['refresh-1', 'ada']]);
    await use(stage, cookie, dueMs - 1);
    expect(stage.provider.refreshed).toHaveLength(1);
    await use(stage, cookie, 1);
    expect(stage.provider.refreshed[1]).toEqual(['refresh-2', 'ada']);
  });

  it('ACC-9 is asked in time also when the wall clock is set back', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.clock.jumpWallClock(-HOUR_MS);
    await use(stage, cookie, MINUTE_MS);
    expect(stage.provider.refreshed).toHaveLength(1);
  });

  it('ACC-9 that gave no refresh token is not asked', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage, { refreshToken: null });
    for (let hour = 0; hour < 11; hour += 1) expect(await use(stage, cookie, HOUR_MS)).not.toBeNull();
    expect(stage.provider.refreshed).toEqual([]);
  });

  it('ACC-9 that does not rotate is asked by the same refresh token again', async () => {
    const stage = createStage();
    stage.provider.refreshes = ok(identity({ refreshToken: null, idToken: null }));
    const cookie = await signedIn(stage);
    await use(stage, cookie, 5 * MINUTE_MS);
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(stage.provider.refreshed.map(([token]) => token)).toEqual(['refresh-1', 'refresh-1']);
    const ended = await stage.sessions.end(idOf(cookie), ENDED);
    expect(ended?.idToken).toBe('id-1');
  });

  it('ACC-9 is asked once for a session, however much and wherever it is used meanwhile', async () => {
    const stage = createStage();
    const { promise, resolve } = openAnswer();
    stage.provider.refreshes = promise;
    const cookie = await signedIn(stage);
    const people = createPeople({ ...stage, roleMapping: MAPPING });
    const other = createSessions({ ...stage, people, sessionMs: SESSION_MS });
    stage.clock.advance(5 * MINUTE_MS);
    const uses = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? stage.sessions : other).find(cookie));
    expect((await Promise.all(uses)).every((found) => found !== null)).toBe(true);
    await settle();
    // Longer than the claim that keeps other processes away.
    await use(stage, cookie, 2 * MINUTE_MS);
    expect(stage.provider.refreshed).toHaveLength(1);
    resolve(ok(identity({ refreshToken: 'refresh-2' })));
    await settle();
    await other.find(cookie);
    await settle();
    expect(stage.provider.refreshed).toHaveLength(1);
  });

  it('ACC-9 changes roles and name by its answer, recorded, and who listens is told', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const heard: unknown[] = [];
    stage.sessions.onChanged((changed) => heard.push(changed));
    stage.provider.refreshes = ok(identity({ name: 'Ada King', roleNames: ['Admins'] }));
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(heard).toEqual([{ kind: 'person', personId: ADA }]);
    expect(await stage.sessions.find(cookie)).toMatchObject({
      name: 'Ada King',
      roles: ['supervisor', 'admin'],
    });
    expect(stage.audit.last('person.roles-changed')).toMatchObject({ actor: 'server', address: null });
    stage.provider.refreshes = ok(identity({ name: 'Ada King', roleNames: ['Admins'] }));
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(heard).toHaveLength(1);
  });

  it('ACC-9 gets back a token that it gave for a session which ended meanwhile', async () => {
    const stage = createStage();
    const { promise, resolve } = openAnswer();
    stage.provider.refreshes = promise;
    const cookie = await signedIn(stage);
    await use(stage, cookie, 5 * MINUTE_MS);
    await stage.sessions.end(idOf(cookie), ENDED);
    resolve(ok(identity({ refreshToken: 'refresh-2' })));
    await settle();
    expect(stage.provider.revoked).toEqual(['refresh-1', 'refresh-2']);
    expect(await stage.store.list('session')).toEqual([]);
  });

  it('ACC-9 is never given a token that was moved from another session', async () => {
    const stage = createStage();
    const [mine, other] = [await signedIn(stage), await signedIn(stage, { refreshToken: 'of another' })];
    // A document of our own making, see session-record.ts.
    const contentOf = async (cookie: string) =>
      (await stage.store.get('session', idOf(cookie)))?.content as Record<string, unknown>;
    const content = { ...(await contentOf(mine)), refreshToken: (await contentOf(other)).refreshToken };
    await stage.store.write([{ write: 'put', kind: 'session', id: idOf(mine), content }]);
    await use(stage, mine, 5 * MINUTE_MS);
    expect(stage.provider.refreshed).toEqual([]);
    expect(await stage.sessions.find(mine)).toBeNull();
  });

  it('ACC-10 that no longer stands for somebody ends his session at once, recorded', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const heard: unknown[] = [];
    stage.sessions.onChanged((changed) => heard.push(changed));
    stage.provider.refreshes = err(GONE);
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(heard).toEqual([{ kind: 'session', sessionId: idOf(cookie) }]);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(stage.audit.last('session.ended')).toMatchObject({
      actor: 'server',
      details: new Map([
        ['person', ADA],
        ['reason', 'the provider no longer stands for it'],
      ]),
    });
  });

  it('ACC-10 ends a session also where that cannot be recorded', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.provider.refreshes = err(GONE);
    stage.audit.isBroken = true;
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(stage.lines.some((line) => line.includes('cannot be recorded'))).toBe(true);
  });

  it('ACC-10 that answers for somebody else ends the session, and changes nobody', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.provider.refreshes = ok(
      identity({ subject: 'eve', roleNames: ['Admins'], refreshToken: 'of eve' }),
    );
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(await stage.people.list()).toMatchObject([{ subject: 'ada', providerRoles: ['supervisor'] }]);
    expect(stage.provider.revoked).toEqual(['refresh-1', 'of eve']);
  });

  it('ACC-10 that cannot be asked leaves the session for an hour, ever louder, asked less and less', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.provider.refreshes = err(AWAY);
    for (let minute = 0; minute < 64; minute += 1)
      expect(await use(stage, cookie, MINUTE_MS), `minute ${minute}`).not.toBeNull();
    const levels = stage.lines
      .filter((line) => line.includes('cannot say'))
      .map((line) => (JSON.parse(line) as { level: string }).level);
    expect(levels).toEqual(['info', 'info', 'info', 'warn', 'warn', 'warn', 'error', 'error', 'error']);
    for (let minute = 0; minute < 11; minute += 1) await use(stage, cookie, MINUTE_MS);
    expect(await stage.sessions.find(cookie)).toBeNull();
    expect(stage.audit.last('session.ended')?.details.get('reason')).toContain('an hour');
  });

  it('ACC-10 that answers again after a while is forgiven', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    for (let round = 0; round < 3; round += 1) {
      stage.provider.refreshes = err(AWAY);
      for (let minute = 0; minute < 50; minute += 1) await use(stage, cookie, MINUTE_MS);
      stage.provider.refreshes = ok(identity());
      for (let minute = 0; minute < 11; minute += 1) await use(stage, cookie, MINUTE_MS);
    }
    expect(await stage.sessions.find(cookie)).not.toBeNull();
  });

  it('ACC-10 is left alone for as long as it asked for, 15 minutes at most', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.provider.refreshes = err({ ...AWAY, retryAfterMs: 4 * MINUTE_MS });
    await use(stage, cookie, 5 * MINUTE_MS);
    await use(stage, cookie, 4 * MINUTE_MS - 1);
    expect(stage.provider.refreshed).toHaveLength(1);
    stage.provider.refreshes = err({ ...AWAY, retryAfterMs: 24 * HOUR_MS });
    await use(stage, cookie, 1);
    expect(stage.provider.refreshed).toHaveLength(2);
    await use(stage, cookie, 15 * MINUTE_MS);
    expect(stage.provider.refreshed).toHaveLength(3);
  });

  it('ACC-10 whose implementation throws, or roles that cannot be recorded, end nothing', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    stage.provider.refreshes = Promise.reject(new Error('a bug'));
    await use(stage, cookie, 5 * MINUTE_MS);
    expect(await stage.sessions.find(cookie)).not.toBeNull();
    stage.provider.refreshes = ok(identity({ roleNames: [], refreshToken: 'refresh-2' }));
    stage.audit.isBroken = true;
    await use(stage, cookie, MINUTE_MS);
    expect(await stage.sessions.find(cookie)).toMatchObject({ roles: ['supervisor'] });
    stage.audit.isBroken = false;
    await use(stage, cookie, MINUTE_MS);
    expect(stage.provider.refreshed.at(-1)).toEqual(['refresh-2', 'ada']);
    expect(await stage.sessions.find(cookie)).toMatchObject({ roles: [] });
  });

  it('ACC-10 is not asked over and over where the store cannot be written', async () => {
    const stage = createStage();
    const cookie = await signedIn(stage);
    const write = stage.store.write;
    stage.store.write = () => Promise.reject(new Error('disk full'));
    await use(stage, cookie, 5 * MINUTE_MS);
    for (let second = 0; second < 50; second += 1) await use(stage, cookie, 1_000);
    expect(stage.lines.filter((line) => line.includes('could not be checked'))).toHaveLength(1);
    stage.store.write = write;
    await use(stage, cookie, MINUTE_MS);
    expect(stage.provider.refreshed).toHaveLength(1);
  });

  it('ACC-10 is awaited when the server stops', async () => {
    const stage = createStage();
    const { promise, resolve } = openAnswer();
    stage.provider.refreshes = promise;
    const cookie = await signedIn(stage);
    await use(stage, cookie, 5 * MINUTE_MS);
    let isStopped = false;
    const stopped = stage.sessions.stop().then(() => {
      isStopped = true;
    });
    await settle();
    expect(isStopped).toBe(false);
    resolve(ok(identity()));
    await stopped;
  });
});

const ENDED = {
  by: { actor: 'server', actorName: 'server', address: null },
  action: 'session.ended',
  reason: 'a test',
} as const;

/** Node 20 has no Promise.withResolvers. */
function openAnswer() {
  let resolve: (answer: Answer) => void = () => {};
  const promise = new Promise<Answer>((settled) => {
    resolve = settled;
  });
  return { promise, resolve };
}

function idOf(cookie: string): string {
  return sessionIdOf(cookie.slice(0, cookie.indexOf('.')));
}
