/** The official SDK signs people in at the simulator by its own code. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANISATION, PEOPLE } from '../../server/simulator/platform/organisation';
import { answer, type SdkStage, setSdkStage } from './sdk-stage';

const CALLBACK = 'http://127.0.0.1:4000/auth/callback';
const [CLIENT, SECRET, PUBLIC] = [
  'floorcast-sign-in',
  'floorcast-sign-in-secret',
  'floorcast-sign-in-public',
];
const VERIFIER = 'a-verifier-of-at-least-forty-three-characters-long';
const ALL = { expand: ['authorization', 'groups', 'organization'] };

describe('people, by the official SDK', () => {
  let stage: SdkStage;
  beforeAll(async () => {
    stage = await setSdkStage();
  });
  afterAll(() => stage.simulator.stop());

  const sam = PEOPLE[0];

  async function codeFor(clientId: string, more: Record<string, string> = {}): Promise<string> {
    const query = new URLSearchParams({
      ...{ client_id: clientId, redirect_uri: CALLBACK, response_type: 'code', as: sam?.id ?? '', ...more },
    });
    const response = await fetch(`${stage.simulator.url}/oauth/authorize?${query}`, { redirect: 'manual' });
    await response.body?.cancel();
    return new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  }

  it('SIM-31 a client with a secret exchanges a code, asks who it is, and refreshes', async () => {
    const { client, users } = stage.sdk;
    const code = await codeFor(CLIENT);
    const first = await client.loginCodeAuthorizationGrant(CLIENT, SECRET, code, CALLBACK);
    const refreshToken = first.refreshToken;
    const me = await answer(users.getUsersMe(ALL), 'UserMe');
    expect(me.body).toMatchObject({
      id: sam?.id,
      authorization: { roles: sam?.roles },
      groups: [{ name: 'Floor leads' }],
      organization: ORGANISATION,
    });
    const next = await client.refreshCodeAuthorizationGrant(CLIENT, SECRET, refreshToken);
    expect(next.refreshToken).not.toBe(refreshToken);
    expect((await answer(users.getUsersMe(), 'UserMe')).body).not.toHaveProperty('authorization');
  });

  it('SIM-31 a client without one exchanges a code by PKCE', async () => {
    const { client, users } = stage.sdk;
    const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
    const code = await codeFor(PUBLIC, { code_challenge: challenge, code_challenge_method: 'S256' });
    await client.authorizePKCEGrant(PUBLIC, VERIFIER, code, CALLBACK);
    expect((await answer(users.getUsersMe(ALL), 'UserMe')).body).toMatchObject({ name: 'Sam Ortiz' });
  });
});
