import { describe, expect, it } from 'vitest';
import { type Environment, parseConfig } from '../../server/config';
import { SETTINGS } from '../../server/config/settings-list';

const noFiles = (path: string): string => {
  throw new Error(`no such file ${path}`);
};
const genesys = {
  GENESYS_REGION: 'mypurecloud.ie',
  GENESYS_CLIENT_ID: 'id',
  GENESYS_CLIENT_SECRET: 'canary',
};

function problems(environment: Environment): readonly string[] {
  const result = parseConfig(environment, noFiles);
  return result.ok ? [] : result.error;
}

describe('settings', () => {
  it('RUN-20 an empty environment is right, and every problem of a wrong one is said at once', () => {
    expect(problems({})).toEqual([]);
    const said = problems({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      TIME_ZONE: 'Mars/Olympus',
      GENESYS_REGION: 'example.com',
      GENESYS_ACTIVITY_TOPICS: 'yes',
      PUBLIC_URL: 'wallboard',
    });
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'TIME_ZONE',
      'GENESYS_REGION',
      'GENESYS_ACTIVITY_TOPICS',
      'PUBLIC_URL',
    ]) {
      expect(said.filter((text) => text.startsWith(`${name} `))).toHaveLength(1);
    }
  });

  it.each<[string, Environment, string]>([
    [
      'a client without region',
      { GENESYS_CLIENT_ID: 'a', GENESYS_CLIENT_SECRET: 'b' },
      'GENESYS_REGION is missing',
    ],
    ['a region without client', { GENESYS_REGION: 'mypurecloud.ie' }, 'GENESYS_CLIENT_ID is missing'],
    [
      'a client without secret',
      { GENESYS_REGION: 'mypurecloud.ie', GENESYS_CLIENT_ID: 'a' },
      'GENESYS_CLIENT_SECRET is missing',
    ],
    ['fewer secrets than clients', { ...genesys, GENESYS_CLIENT_ID: 'a,b' }, 'same number, same order'],
    [
      'one address of two',
      { ...genesys, GENESYS_REGION: undefined, GENESYS_API_URL: 'https://a.b' },
      'go together',
    ],
    [
      'a region and addresses',
      { ...genesys, GENESYS_API_URL: 'https://a.b', GENESYS_LOGIN_URL: 'https://a.b' },
      'exclude each other',
    ],
  ])('RUN-23 %s is a wrong setting', (_, environment, expected) => {
    expect(problems(environment).join('\n')).toContain(expected);
  });

  it('RUN-23 without Genesys settings the source is off; with them it has its addresses', () => {
    const off = parseConfig({}, noFiles);
    expect(off.ok && off.value.genesys).toBeNull();
    const on = parseConfig({ ...genesys, QUEUE_IDS: ' q1, q2 ,' }, noFiles);
    expect(on.ok && on.value.genesys).toEqual({
      apiUrl: 'https://api.mypurecloud.ie',
      loginUrl: 'https://login.mypurecloud.ie',
      clients: [{ id: 'id', secret: 'canary' }],
      queueIds: ['q1', 'q2'],
      activityTopics: true,
      allowPlainSocketsTo: [],
    });
  });

  it.each<[string, Environment, string]>([
    ['every address', { HOST: '0.0.0.0' }, 'HOST 0.0.0.0 is not loopback'],
    [
      'plain http elsewhere',
      {
        ...genesys,
        GENESYS_REGION: undefined,
        GENESYS_API_URL: 'http://10.0.0.1',
        GENESYS_LOGIN_URL: 'http://10.0.0.1',
      },
      'is not encrypted',
    ],
    [
      'plain http to this machine, not allowed',
      {
        ...genesys,
        GENESYS_REGION: undefined,
        GENESYS_API_URL: 'http://127.0.0.1:1',
        GENESYS_LOGIN_URL: 'http://127.0.0.1:1',
      },
      'GENESYS_ALLOW_LOOPBACK=true',
    ],
  ])('RUN-22 %s is refused', (_, environment, expected) => {
    expect(problems(environment).join('\n')).toContain(expected);
  });

  it('RUN-21 reads a secret from its file, and neither both nor a missing one is taken', () => {
    const files = (path: string) => (path === '/run/secret' ? ' from-file\n' : noFiles(path));
    const fromFile = {
      ...genesys,
      GENESYS_CLIENT_SECRET: undefined,
      GENESYS_CLIENT_SECRET_FILE: '/run/secret',
    };
    const read = parseConfig(fromFile, files);
    expect(read.ok && read.value.genesys?.clients).toEqual([{ id: 'id', secret: 'from-file' }]);
    const both = parseConfig({ ...fromFile, GENESYS_CLIENT_SECRET: 'canary' }, files);
    expect(both.ok ? '' : both.error.join()).toContain('give one');
    expect(problems(fromFile).join()).toContain('cannot be read');
  });

  it('RUN-21 no message holds a secret', () => {
    const said = problems({
      ...genesys,
      PORT: 'x',
      GENESYS_CLIENT_ID: 'id,id2',
      GENESYS_CLIENT_SECRET: 'canary',
    }).join('\n');
    expect(said).not.toBe('');
    expect(said).not.toContain('canary');
  });

  it('RUN-20 the list of settings names each once', () => {
    expect(new Set(SETTINGS.map((s) => s.name)).size).toBe(SETTINGS.length);
  });
});
