/** From the code on a television to its revocation, over HTTP. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { screenSchema } from '../../../lib/contracts/access';
import { PAIRING_COOKIE, SCREEN_COOKIE } from '../../../server/access/cookies';
import { verifyStore } from '../../../server/audit/verify-audit';
import { codeOn, PairingStage, PLACE, pair, pathOf, type Visitor } from './pairing-stage';

const DAY_MS = 24 * 3_600_000;

let stage: PairingStage;
beforeEach(async () => {
  stage = new PairingStage();
  await stage.start();
});
afterEach(async () => {
  await stage.stop();
  stage.remove();
});

describe('a television', () => {
  it('ACC-78 is paired by its code, knows its board, follows, changes its token, and is revoked', async () => {
    const television = stage.visitor();
    const ada = await stage.signedIn('Ada');
    const code = await codeOn(television);
    expect(await television.pairing('GET')).toMatchObject({ state: 'waiting', code });
    expect(await television.me()).toMatchObject({ kind: 'anonymous', screen: null });

    const paired = await ada.ask('POST', '/api/v1/screens', { ...PLACE, code: code.toLowerCase() });
    const { id, pairedBy } = screenSchema.parse(await paired.json());
    expect([paired.status, pairedBy]).toEqual([201, 'Ada']);
    expect(await ada.statusOf('POST', '/api/v1/screens', { ...PLACE, code })).toBe(404);
    expect(await television.pairing('GET')).toEqual({ state: 'paired', path: pathOf(id) });
    expect(await television.me()).toEqual({
      ...{ kind: 'screen', name: 'North wall', roles: ['display'], signIn: { mode: 'local', label: '' } },
      screen: { id, name: 'North wall', path: pathOf(id) },
    });

    stage.clock.advance(DAY_MS);
    const before = television.copy();
    expect(await (await television.ask('POST', '/api/v1/screen/token')).json()).toEqual({ rotated: true });
    expect(television.cookies.get(SCREEN_COOKIE)).not.toBe(before.cookies.get(SCREEN_COOKIE));
    for (const one of [before, television]) expect((await one.me()).screen?.id).toBe(id);

    const bea = await stage.signedIn('Bea');
    expect(await bea.statusOf('PATCH', `/api/v1/screens/${id}`, { boardId: 'second' })).toBe(200);
    expect((await television.me()).screen?.path).toBe(pathOf(id, 'second'));
    expect(await bea.statusOf('DELETE', `/api/v1/screens/${id}`)).toBe(204);
    for (const one of [before, television]) {
      expect(await one.me()).toMatchObject({ kind: 'anonymous', roles: [], screen: null });
      expect(await one.statusOf('POST', '/api/v1/screen/token')).toBe(401);
    }
    expect((await television.pairing('POST')).state).toBe('waiting');
    expect(await stage.recorded()).toEqual([
      'Ada: screen.paired',
      'Ada: pairing.refused',
      'Bea: screen.changed',
      'Bea: screen.revoked',
    ]);
  });

  it('ACC-78 is paired by a supervisor and by nobody else, and looks after no screen itself', async () => {
    const [television, other] = [stage.visitor(), stage.visitor()];
    const id = await pair(television, await stage.signedIn('Ada'));
    const body = { ...PLACE, code: await codeOn(other) };
    const refused = async (who: Visitor) => [
      await who.statusOf('POST', '/api/v1/screens', body),
      await who.statusOf('GET', '/api/v1/screens'),
      await who.statusOf('PATCH', `/api/v1/screens/${id}`, { boardId: 'second' }),
      await who.statusOf('DELETE', `/api/v1/screens/${id}`),
    ];
    expect(await refused(stage.visitor())).toEqual([401, 401, 401, 401]);
    expect(await refused(other)).toEqual([401, 401, 401, 401]);
    expect(await refused(television)).toEqual([403, 403, 403, 403]);
    expect(await refused(await stage.signedIn('Bob', 'Agents'))).toEqual([403, 403, 403, 403]);
    expect(await stage.recorded()).toEqual(['Ada: screen.paired']);
  });

  it('ACC-65 is one screen, where two supervisors enter its code at the same moment', async () => {
    const television = stage.visitor();
    const supervisors = [await stage.signedIn('Ada'), await stage.signedIn('Bea')];
    const code = await codeOn(television);
    const answers = supervisors.map((one) => one.statusOf('POST', '/api/v1/screens', { ...PLACE, code }));
    // The one whose code it is is not done before the other has his answer.
    stage.hold = Promise.race(answers);
    expect(await stage.hold).toBe(404);
    const statuses = await Promise.all(answers);
    expect(statuses.sort()).toEqual([201, 404]);
    expect(await stage.now.access.screens.list()).toHaveLength(1);
    expect((await television.pairing('GET')).state).toBe('paired');
  });

  it('ACC-71 is revoked alone', async () => {
    const [one, other] = [stage.visitor(), stage.visitor()];
    const ada = await stage.signedIn('Ada');
    const ids = [await pair(one, ada), await pair(other, ada)];
    expect(await ada.statusOf('DELETE', `/api/v1/screens/${ids[0]}`)).toBe(204);
    expect([(await one.me()).kind, (await other.me()).screen?.id]).toEqual(['anonymous', ids[1]]);
  });
});

describe('a power cut', () => {
  it('ACC-77 brings the television back to its board, by either page that it starts with', async () => {
    const television = stage.visitor();
    const id = await pair(television, await stage.signedIn('Ada'));
    television.cookies.delete(PAIRING_COOKIE);
    expect(await television.pairing('POST')).toEqual({ state: 'paired', path: pathOf(id) });
    expect((await television.me()).screen?.path).toBe(pathOf(id));
    expect(television.cookies.has(PAIRING_COOKIE)).toBe(false);
  });

  it('ACC-77 that takes the cookie of the newest token leaves the one before', async () => {
    const television = stage.visitor();
    const id = await pair(television, await stage.signedIn('Ada'));
    for (let day = 0; day < 3; day += 1) {
      stage.clock.advance(DAY_MS);
      const onDisk = television.copy();
      expect(await television.statusOf('POST', '/api/v1/screen/token')).toBe(200);
      television.cookies.set(SCREEN_COOKIE, onDisk.cookies.get(SCREEN_COOKIE) ?? '');
      expect(await television.pairing('POST')).toEqual({ state: 'paired', path: pathOf(id) });
    }
  });

  it('ACC-77 of the server forgets no screen, only the codes', async () => {
    const [paired, waiting] = [stage.visitor(), stage.visitor()];
    const id = await pair(paired, await stage.signedIn('Ada'));
    const code = await codeOn(waiting);
    await stage.stop();
    await stage.start();
    expect(await paired.pairing('POST')).toEqual({ state: 'paired', path: pathOf(id) });
    expect(await waiting.pairing('GET')).toEqual({ state: 'expired' });
    expect(await codeOn(waiting)).not.toBe(code);
  });
});

describe('what is on the disk', () => {
  it('ACC-68 opens nothing: no token, claim or code, and the audit log is whole', async () => {
    const television = stage.visitor();
    const code = await codeOn(television);
    const claim = television.cookies.get(PAIRING_COOKIE) ?? '';
    const ada = await stage.signedIn('Ada');
    await ada.statusOf('POST', '/api/v1/screens', { ...PLACE, code });
    await television.pairing('GET');
    const tokens = [television.cookies.get(SCREEN_COOKIE) ?? ''];
    stage.clock.advance(DAY_MS);
    await television.statusOf('POST', '/api/v1/screen/token');
    tokens.push(television.cookies.get(SCREEN_COOKIE) ?? '');
    const secrets = tokens.map((token) => token.split('.')[1] ?? '');
    expect(new Set([...secrets, claim].map((secret) => secret.length))).toEqual(new Set([43]));
    const files = readdirSync(stage.dataDir).map((name) => readFileSync(join(stage.dataDir, name)));
    expect(files.some((file) => file.includes('North wall'))).toBe(true);
    for (const secret of [...secrets, claim, code]) {
      expect(
        files.some((file) => file.includes(secret)),
        secret,
      ).toBe(false);
    }
    expect((await verifyStore(stage.now.store.audit, null)).ok).toBe(true);
  });
});
