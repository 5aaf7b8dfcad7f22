/** Secrets of signing in, and those that arise with people, screens and machines: found nowhere, whatever goes wrong. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../server/config/settings-list';
import { canary, slug } from '../../support/canaries';
import { GENESYS_MODES, OIDC_MODES } from './echoing-provider';
import { basic, openSecretStand, type SecretStand, type SignInMode } from './secret-stand';

/** Tries where its words are repeated in ours: each time another secret comes first in them. And elsewhere. */
const TURNS_OF_WORDS = 6;
const TURNS = 2;
const turnsOf = (mode: string) =>
  / (4..|500|challenge|back|elsewhere)$/.test(mode) ? TURNS_OF_WORDS : TURNS;
/** Later than any question to the provider is due. */
const CHECK_DUE_MS = 16 * 60_000;
const KINDS: readonly (readonly [SignInMode, readonly string[]])[] = [
  ['oidc', inOrder(OIDC_MODES)],
  ['genesys', inOrder(GENESYS_MODES)],
];

/** Where secrets do not belong. */
const PATHS = ['/api/v1/nothing/', '/api/v1/boards/', '/', '//', '/%00', '/_next/static/'];
const QUERIED = ['/api/v1/kpis', '/auth/sign-in', '/auth/callback', '/api/v1/audit', '/metrics', '/pair'];
const POSTED = ['/api/v1/kpis', '/auth/once', '/api/v1/screens', '/oauth/token', '/api/v1/machines', '/pair'];

/** What the server asks for once, and then remembers, fails first. */
function inOrder(modes: readonly string[]): readonly string[] {
  const once = ['discovery', 'sign-in keys'];
  const first = once.flatMap((what) => modes.filter((mode) => mode.startsWith(what)));
  return [...first, ...modes.filter((mode) => !first.includes(mode))];
}

describe.each(KINDS)('secrets, with SIGN_IN=%s', (kind, modes) => {
  let stand: SecretStand;
  beforeAll(async () => {
    stand = await openSecretStand();
    await stand.start(kind);
  });
  afterAll(async () => {
    await stand.stop();
    stand.cleanUp();
  });

  beforeEach(() => stand.watch.begin());

  async function signIns(mode: string): Promise<void> {
    for (let turn = 0; turn < turnsOf(mode); turn += 1) {
      const { cookie, location } = await stand.signIn();
      expect([cookie, location]).toEqual([null, expect.stringMatching(/^\/sign-in\?problem=\w+$/)]);
      // Discovery that failed is not tried again at once.
      stand.clock.advance(CHECK_DUE_MS);
    }
  }

  /** Signed in honestly; the provider fails as it is asked about him later. */
  async function refreshes(mode: string): Promise<void> {
    for (let turn = 0; turn < turnsOf(mode); turn += 1) {
      stand.provider.mode = 'good';
      const { cookie } = await stand.signIn();
      stand.provider.mode = mode;
      const before = stand.provider.failures();
      stand.clock.advance(CHECK_DUE_MS);
      await stand.ask('/api/v1/me', { cookie: cookie ?? '' });
      await stand.failedAgain(before);
    }
  }

  async function signOuts(mode: string): Promise<void> {
    for (let turn = 0; turn < turnsOf(mode); turn += 1) {
      stand.provider.mode = 'good';
      const { cookie } = await stand.signIn();
      stand.provider.mode = mode;
      const before = stand.provider.failures();
      // The browser brings the provider its own ID token, so that it is not asked who it is.
      const gives = ['idtoken', 'nonce'];
      await stand.ask('/auth/sign-out', { method: 'POST', cookie: cookie ?? '', gives });
      await stand.failedAgain(before);
    }
  }

  it.each(modes.filter((mode) => mode !== 'good'))(
    'SEC-66 are found nowhere when the provider fails: %s',
    async (mode) => {
      const { provider, watch } = stand;
      const before = provider.failures();
      provider.mode = mode;
      if (mode.startsWith('refresh')) await refreshes(mode);
      else if (mode.startsWith('revoke')) await signOuts(mode);
      else await signIns(mode);
      expect(provider.failures()).toBeGreaterThanOrEqual(before + turnsOf(mode));
      await stand.readAll();
      expect(watch.found()).toEqual([]);
      expect(provider.elsewhere.came).toEqual([]);
    },
  );

  it('SEC-66 are found nowhere when all goes well, for people, screens and machines', async () => {
    const { provider, watch, clock } = stand;
    provider.mode = 'good';
    const { cookie } = await stand.signIn();
    const screen = await stand.screen('Wall');
    clock.advance(61 * 60_000);
    const next = await stand.rotated(screen);
    expect(next).not.toBe(screen);
    const { token } = await stand.machine('Report');
    await stand.picture({}, cookie ?? '');
    await stand.picture({ screenId: next.split('=')[1]?.split('.')[0] }, next);
    await stand.picture({ token });
    await stand.ask('/metrics', { authorization: `Bearer ${token}` });
    await stand.ask('/auth/sign-out', { method: 'POST', cookie: cookie ?? '', gives: ['idtoken', 'nonce'] });
    await stand.readAll();
    expect(watch.found()).toEqual([]);
    const arose = [
      'one-time link',
      'session cookie',
      'state',
      'flow cookie',
      'code verifier',
      'pairing claim',
    ];
    const more = ['screen token', 'machine secret', 'machine token', ...(kind === 'oidc' ? ['nonce'] : [])];
    expect([...watch.names()]).toEqual(expect.arrayContaining([...arose, ...more]));
    expect(provider.forms.some((form) => form.get('refresh_token') !== null)).toBe(true);
  });

  it('SEC-66 are found nowhere when they come where they do not belong', async () => {
    const { provider, watch } = stand;
    provider.mode = 'good';
    const { cookie } = await stand.signIn();
    const screen = await stand.screen('Hall');
    const { clientId, secret, token } = await stand.machine('Script');
    const values = [secret, token, ...[cookie ?? '', screen].map((pair) => pair.split('=')[1] ?? '')];
    for (const value of values) {
      const text = encodeURIComponent(value);
      for (const path of PATHS) await stand.ask(path + text);
      for (const path of QUERIED) {
        const gives = ['state', 'nonce', 'flow cookie'];
        await stand.ask(`${path}?token=${text}&queueId=${text}&state=${text}&code=${text}&${text}=1`, {
          gives,
        });
      }
      // Where somebody goes after signing in comes back in an address of his own.
      for (const path of [`/screen/${text}`, `/supervisor/queues?token=${text}`]) {
        await stand.ask(path, { gives: [...watch.names()] });
      }
      for (const authorization of [`Bearer ${value}x`, `Basic ${value}`, value]) {
        await stand.ask('/api/v1/kpis', { authorization });
      }
      const cookies = `__Host-floorcast-session=${value}; __Host-floorcast-screen=${value}; ${value}=1`;
      await stand.ask('/api/v1/kpis', { cookie: cookies });
      const bodies = [
        { token: value, [value]: value },
        `{"token":"${value}"`,
        new URLSearchParams({ [value]: value }),
      ];
      for (const path of POSTED) {
        for (const body of bodies) await stand.ask(path, { method: 'POST', cookie: cookie ?? '', body });
      }
      const form = new URLSearchParams({
        grant_type: value,
        scope: value,
        client_id: value,
        client_secret: value,
      });
      await stand.ask('/oauth/token', { method: 'POST', body: form });
      await stand.ask('/oauth/token', { method: 'POST', authorization: basic(clientId, value), body: form });
      await stand.picture({ token: value, screenId: value.slice(0, 64) });
      await stand.picture({ [value]: value, last: value }, `__Host-floorcast-session=${value}`);
    }
    await stand.readAll();
    expect(watch.found()).toEqual([]);
  });

  it('SEC-66 are found when they are there: in a log line, an answer, a metric, an entry, a file', async () => {
    const { watch } = stand;
    stand.provider.mode = 'good';
    await stand.signIn();
    await stand.machine('Planted');
    const { text } = await stand.ask('/metrics', { cookie: await stand.admin() });
    expect(watch.found()).toEqual([]);
    const settings = SETTINGS.filter(({ secret }) => secret).map(
      ({ name }) => [slug(name), canary(name)] as const,
    );
    for (const [name, value] of [...watch.oneOfEach(), ...settings]) {
      for (const planted of [
        value,
        Buffer.from(`a:${value}`).toString('base64'),
        encodeURIComponent(value),
        JSON.stringify({ a: JSON.stringify(value) }),
      ]) {
        watch.gave('log', JSON.stringify({ level: 'info', msg: `planted ${planted}` }));
        watch.gave('metrics', `${text}floorcast_planted{label="${planted}"} 1\n`);
        watch.gave('answer', planted, ['another secret']);
        expect(watch.found().map(({ secret, where }) => [secret, where.split(':')[0]])).toEqual(
          ['log', 'metrics', 'answer'].map((where) => [name, where]),
        );
      }
    }
  });

  it('SEC-66 are found neither on the disk nor in the export of the audit log', async () => {
    // What was said late is found here.
    await stand.readAll();
    await stand.readDisk();
    expect(stand.watch.foundOfAll()).toEqual([]);
  });
});
