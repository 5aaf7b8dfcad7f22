import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/config';
import { SETTINGS } from '../../../server/config/settings-list';
import { canary, canaryEnvironment, findCanaries, slug } from '../../support/canaries';
import { WRITINGS } from '../../support/writings';

const names = SETTINGS.filter(({ secret }) => secret).map(({ name }) => name);

describe('canaries', () => {
  it.each(WRITINGS)('SEC-64 are found, written $how', ({ write }) => {
    for (const name of names) {
      expect(findCanaries(`before ${write(canary(name))} behind`)).toEqual([slug(name)]);
      expect(findCanaries(`x${write(write(canary(name)))}y`)).toEqual([slug(name)]);
      expect(findCanaries(JSON.stringify({ list: [write(canary(name))] }))).toEqual([slug(name)]);
      expect(
        findCanaries(
          write(
            `a ${canary(name)
              .replace(/^(https:\/\/[^/]*\/|rediss:\/\/floorcast:)/, '')
              .slice(0, 20)}`,
          ),
        ),
      ).toHaveLength(1);
    }
    expect(findCanaries(write('a token t0ken of somebody'), ['t0ken'])).toEqual(
      write('t0ken') === 'T0KEN' ? [] : ['t0ken'],
    );
  });

  it('SEC-64 are found where there are none: nowhere', () => {
    expect(findCanaries('')).toEqual([]);
    expect(findCanaries('{"level":"info","msg":"Floorcast is up","url":"http://127.0.0.1:3000"}')).toEqual(
      [],
    );
    expect(findCanaries('%zz &#xffffffff; \\u12 ====', ['other'])).toEqual([]);
  });

  it('SEC-64 are every secret of the settings, each another, and known to the log as secrets', () => {
    const environment = canaryEnvironment({
      ...{ SIGN_IN: 'oidc', OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'floorcast' },
      GENESYS_REGION: 'mypurecloud.ie',
    });
    const config = parseConfig(environment, () => '');
    expect(config.ok ? [] : config.error).toEqual([]);
    if (!config.ok) return;
    expect(names.length).toBeGreaterThanOrEqual(5);
    // The password in an address, as it is where it is used.
    const inside = decodeURIComponent(new URL(canary('REDIS_URL')).password);
    expect(new Set(config.value.secrets)).toEqual(new Set([...names.map(canary), inside]));
    expect(findCanaries(JSON.stringify(config.value.genesys)).sort()).toEqual([
      'genesysclientid',
      'genesysclientsecret',
    ]);
  });
});
