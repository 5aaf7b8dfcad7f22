import { describe, expect, it } from 'vitest';
import { type Config, type Environment, parseConfig } from '../../server/config';

const SECRET = 'q7Jm2vX9tR4bN8kLw3pZ6yHs1cFdGaVe';
const LOCAL: Environment = { SIGN_IN: 'local', SESSION_SECRET: SECRET };
const OIDC: Environment = {
  ...LOCAL,
  SIGN_IN: 'oidc',
  OIDC_ISSUER: 'https://id.example.com/realms/one',
  OIDC_CLIENT_ID: 'floorcast',
};
const GENESYS: Environment = {
  ...LOCAL,
  SIGN_IN: 'genesys',
  GENESYS_REGION: 'mypurecloud.ie',
  GENESYS_SIGN_IN_CLIENT_ID: 'client',
  GENESYS_SIGN_IN_ORGANIZATION_ID: 'our-organisation',
};
const PUBLIC = { HOST: '0.0.0.0', PUBLIC_URL: 'https://wallboard.example.com' };

function problems(environment: Environment): readonly string[] {
  const result = parseConfig(environment, () => '');
  return result.ok ? [] : result.error;
}

function read(environment: Environment): Config {
  const result = parseConfig(environment, () => '');
  if (!result.ok) throw new Error(result.error.join('\n'));
  return result.value;
}

describe('settings of access', () => {
  it('RUN-22 on loopback no account is needed, whatever loopback is called', () => {
    for (const HOST of ['127.0.0.1', '::1', '[::1]', 'localhost'])
      expect(read({ HOST }).access).toEqual({ kind: 'open' });
  });

  it.each<[string, Environment, string]>([
    [
      'every address without sign-in',
      { HOST: '0.0.0.0' },
      'set SIGN_IN (genesys, oidc or local), SESSION_SECRET',
    ],
    ['every IPv6 address without sign-in', { HOST: '::' }, 'HOST :: is not loopback'],
    ['a name that only looks like loopback', { HOST: '127.0.0.1.example.com' }, 'is not loopback'],
    [
      'a proxy in front of no accounts',
      { PUBLIC_URL: 'https://wallboard.example.com' },
      'is not this machine',
    ],
    ['sign-in without a secret', { SIGN_IN: 'local' }, 'SESSION_SECRET is missing'],
    ['a secret without sign-in', { SESSION_SECRET: SECRET }, 'SIGN_IN is not'],
    ['elsewhere without an address for browsers', { ...LOCAL, HOST: '0.0.0.0' }, 'PUBLIC_URL is missing'],
    [
      'an address without encryption',
      { ...LOCAL, ...PUBLIC, PUBLIC_URL: 'http://wall.example.com' },
      'must be https:',
    ],
    ['an address with a path', { ...LOCAL, ...PUBLIC, PUBLIC_URL: 'https://example.com/wall' }, 'no path'],
    ['a way in that is none', { SIGN_IN: 'saml', SESSION_SECRET: SECRET }, 'must be genesys, oidc or local'],
  ])('RUN-22 %s is refused, with what to set', (_, environment, expected) => {
    expect(problems(environment).join('\n')).toContain(expected);
  });

  it.each([
    ['short', 'q7Jm2vX9tR4bN8kLw3pZ6yHs1cFdGaV', 'has 31 characters, it needs 32'],
    ['a default', 'changeme', 'default'],
    ['a default made long', 'changemechangemechangemechangemechangeme', 'default'],
    ['a default with a number', 'secretsecretsecretsecretsecretsecret123', 'default'],
    ['an example', 'your-session-secret-of-32-characters', 'default'],
    ['one character', 'a'.repeat(64), 'only 1 different'],
    ['a pattern', 'abcdefghabcdefghabcdefghabcdefghabcdefgh', 'only 8 different'],
  ])('RUN-44 a session secret that is %s is refused', (_, secret, expected) => {
    const said = problems({ ...LOCAL, SESSION_SECRET: secret }).join('\n');
    expect(said).toContain(expected);
    expect(said).not.toContain(secret);
  });

  it('RUN-44 secrets of sign-in clients that everybody knows are refused', () => {
    expect(problems({ ...OIDC, OIDC_CLIENT_SECRET: 'secret' }).join()).toContain(
      'OIDC_CLIENT_SECRET is a default',
    );
    expect(problems({ ...GENESYS, GENESYS_SIGN_IN_CLIENT_SECRET: 'changeme' }).join()).toContain(
      'GENESYS_SIGN_IN_CLIENT_SECRET is a default',
    );
    expect(problems({ ...OIDC, OIDC_CLIENT_SECRET: '9fK2mQ8xW1' })).toEqual([]);
  });

  it.each<[string, Environment, string]>([
    ['a provider without address', { ...OIDC, OIDC_ISSUER: undefined }, 'OIDC_ISSUER is missing'],
    ['a provider without client', { ...OIDC, OIDC_CLIENT_ID: '' }, 'OIDC_CLIENT_ID is missing'],
    ['a provider without encryption', { ...OIDC, OIDC_ISSUER: 'http://id.example.com' }, 'is not encrypted'],
    [
      'a provider on this machine',
      { ...OIDC, OIDC_ISSUER: 'http://127.0.0.1:9' },
      'OIDC_ALLOW_LOOPBACK=true',
    ],
    ['Genesys without region', { ...GENESYS, GENESYS_REGION: undefined }, 'GENESYS_REGION is missing'],
    [
      'Genesys without client',
      { ...GENESYS, GENESYS_SIGN_IN_CLIENT_ID: undefined },
      'GENESYS_SIGN_IN_CLIENT_ID is missing',
    ],
    [
      'Genesys without organisation',
      { ...GENESYS, GENESYS_SIGN_IN_ORGANIZATION_ID: undefined },
      'GENESYS_SIGN_IN_ORGANIZATION_ID is missing',
    ],
    ['a proxy that is no address', { TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES'],
  ])('RUN-23 %s is a wrong setting', (_, environment, expected) => {
    expect(problems(environment).join('\n')).toContain(expected);
  });

  it('RUN-45 groups are mapped to roles by name, also names with commas and signs of equality', () => {
    const mapping =
      'admin=Floorcast Admins; supervisor=cn=leads,dc=example ;supervisor=__proto__;admin=__proto__';
    const { access } = read({ ...OIDC, ROLE_MAPPING: mapping });
    expect(access.kind === 'guarded' && [...access.roleMapping]).toEqual([
      ['Floorcast Admins', ['admin']],
      ['cn=leads,dc=example', ['supervisor']],
      ['__proto__', ['supervisor', 'admin']],
    ]);
  });

  it.each([
    ['admin', 'is not role=group'],
    ['admin=', 'is not role=group'],
    ['boss=Chiefs', 'is no role; known: agent, supervisor, senior_tech, admin'],
    ['display=Walls', 'by pairing'],
    ['__proto__=x', 'is no role'],
  ])('RUN-45 the mapping `%s` is a wrong setting', (mapping, expected) => {
    expect(problems({ ...OIDC, ROLE_MAPPING: mapping }).join()).toContain(expected);
  });

  it('RUN-45 each way to sign in has its own settings', () => {
    expect(read({ ...LOCAL, ...PUBLIC, SESSION_HOURS: '8' }).access).toMatchObject({
      kind: 'guarded',
      signIn: { mode: 'local' },
      sessionMs: 28_800_000,
    });
    expect(read({ ...OIDC, OIDC_SCOPES: 'groups, offline_access' }).access).toMatchObject({
      signIn: {
        mode: 'oidc',
        issuer: 'https://id.example.com/realms/one',
        clientSecret: null,
        extraScopes: ['groups', 'offline_access'],
        rolesClaim: 'groups',
        label: 'id.example.com',
      },
    });
    expect(read(GENESYS)).toMatchObject({
      genesys: null,
      access: {
        signIn: {
          mode: 'genesys',
          loginUrl: 'https://login.mypurecloud.ie',
          clientId: 'client',
          organizationId: 'our-organisation',
        },
      },
    });
  });

  it('RUN-21 knows the values of all secrets, for the log to leave out', () => {
    const config = read({
      ...OIDC,
      OIDC_CLIENT_SECRET: 'canary-oidc',
      GENESYS_REGION: 'mypurecloud.ie',
      GENESYS_CLIENT_ID: 'a,b',
      GENESYS_CLIENT_SECRET: 'canary-1, canary-2',
    });
    for (const secret of [SECRET, 'canary-oidc', 'canary-1', 'canary-2'])
      expect(config.secrets).toContain(secret);
  });
});
