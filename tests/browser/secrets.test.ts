/**
 * What the built product gives away: the files that every browser gets, the pages as they come over the wire, and all
 * that the real process prints, with every secret a canary and the log at its most talkative.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SETTINGS } from '../../server/config/settings-list';
import { type EchoingProvider, openEchoingProvider } from '../integration/security/echoing-provider';
import { environmentFor } from '../integration/security/secret-stand';
import { SecretWatch } from '../integration/security/secret-watch';
import { canary, canaryEnvironment, findCanaries } from '../support/canaries';
import { ROOT } from '../support/repository';

const STATIC = path.join(ROOT, '.next', 'static');
/** The one name that pages say themselves, where it is not set. */
const SAID_TO_PEOPLE: ReadonlySet<string> = new Set(['ALERT_EVENTS_URL']);
/** Nothing of the server is in what a browser loads: neither its words nor what its settings are called. */
const SERVERS_OWN = [
  ...SETTINGS.filter(({ name, secret }) => secret && !SAID_TO_PEOPLE.has(name)).map(({ name }) => name),
  ...[
    '__Host-floorcast',
    'floorcast access keys',
    'process.env',
    'node:crypto',
    'node:fs',
    'libsql',
    'sourceMappingURL',
    '-----BEGIN',
  ],
];
const PAGES = [
  ...['/sign-in', '/sign-in?problem=refused', '/pair', '/', '/screen', '/screen/default'],
  ...['/supervisor/boards/default', '/supervisor/queues', '/supervisor/screens'],
  ...['/supervisor/alerts', '/supervisor/devices'],
  ...['/admin/people', '/admin/machines', '/admin/audit', '/nothing', '/api/v1/me', '/readyz', '/metrics'],
];

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

function serversOwnIn(text: string): string[] {
  return SERVERS_OWN.filter((word) => text.includes(word));
}

describe('the files of the browser', () => {
  it('SEC-68 hold no secret and nothing of the server', () => {
    const files = filesIn(STATIC);
    expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(10);
    for (const file of files) {
      const text = readFileSync(file, 'latin1');
      expect([file, serversOwnIn(text), findCanaries(text)]).toEqual([file, [], []]);
      expect(text).not.toMatch(/\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/);
    }
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  it('SEC-68 are looked through: what is planted in one is found', () => {
    const [largest = ''] = filesIn(STATIC)
      .map((file) => readFileSync(file, 'latin1'))
      .sort((a, b) => b.length - a.length);
    for (const planted of [
      canary('SESSION_SECRET'),
      btoa(canary('SESSION_SECRET')),
      encodeURIComponent(canary('SESSION_SECRET')),
    ]) {
      const at = Math.floor(largest.length / 2);
      expect(findCanaries(`${largest.slice(0, at)}"${planted}"${largest.slice(at)}`)).toEqual([
        'sessionsecret',
      ]);
    }
    expect(serversOwnIn(`${largest}process.env.SESSION_SECRET`)).toEqual(['SESSION_SECRET', 'process.env']);
  });
});

describe('the process', () => {
  let provider: EchoingProvider;
  let watch: SecretWatch;
  let dataDir: string;
  let child: ChildProcess | null;
  let printed = { stdout: '', stderr: '' };

  beforeEach(async () => {
    provider = await openEchoingProvider();
    watch = new SecretWatch();
    dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-secrets-'));
    [child, printed] = [null, { stdout: '', stderr: '' }];
  });
  afterEach(async () => {
    await ended('SIGKILL');
    await provider.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  function start(settings: Record<string, string>): ChildProcess {
    const env = { ...settings, PATH: process.env.PATH ?? '', NODE_ENV: 'production' as const };
    const main = path.join(ROOT, 'dist', 'main.js');
    const started = spawn(process.execPath, [main], { cwd: dataDir, env });
    for (const stream of ['stdout', 'stderr'] as const) {
      started[stream].on('data', (chunk: Buffer) => {
        printed[stream] += chunk.toString('utf8');
      });
    }
    child = started;
    return started;
  }

  async function ended(signal: NodeJS.Signals): Promise<number | null> {
    if (child === null || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    const exit = once(child, 'close');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  async function up(): Promise<string> {
    await vi.waitUntil(() => printed.stdout.includes('Floorcast is up'), { timeout: 60_000 });
    return /http:\/\/127\.0\.0\.1:\d+/.exec(printed.stdout)?.[0] ?? '';
  }

  async function ask(url: string, cookie: string, gives: readonly string[] = []): Promise<Response> {
    for (const headers of [{ cookie }, { cookie, rsc: '1' }]) {
      const response = await fetch(url, { headers, redirect: 'manual' });
      const text = `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
      watch.gave(url, text, gives);
      if (gives.length > 0) return response;
    }
    return new Response();
  }

  /** To the provider, and back. */
  async function signIn(url: string): Promise<void> {
    const begun = await ask(`${url}/auth/sign-in`, '', ['state', 'nonce', 'flow cookie']);
    const location = begun.headers.get('location') ?? '';
    const flow = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const { searchParams } = new URL(location);
    watch.learn('state', searchParams.get('state'));
    watch.learn('nonce', searchParams.get('nonce'));
    watch.learn('flow cookie', flow.split('=')[1]);
    const back = await ask(`${url}/auth/callback?${provider.back(location)}`, flow, ['session cookie']);
    learnSession(back);
    for (const form of provider.forms) watch.learn('code verifier', form.get('code_verifier'));
  }

  function learnSession(answer: Response): string {
    const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const cookie = cookies.find((pair) => pair.startsWith('__Host-floorcast-session=')) ?? '';
    watch.learn('session cookie', ...(cookie.split('=')[1]?.split('.') ?? []));
    return cookie;
  }

  async function signInByLink(url: string, link: string): Promise<string> {
    const token = link.split('#once=')[1]?.trim() ?? '';
    watch.learn('one-time link', token);
    const headers = { origin: url, 'content-type': 'application/json' };
    const body = JSON.stringify({ token });
    return learnSession(await fetch(`${url}/auth/once`, { method: 'POST', headers, body }));
  }

  async function linkFromScript(env: Record<string, string>): Promise<string> {
    const script = path.join(ROOT, 'dist', 'sign-in-link.js');
    const production = { NODE_ENV: 'production' as const, PATH: process.env.PATH ?? '' };
    const options = { cwd: dataDir, env: { ...env, ...production } };
    const { stdout } = await promisify(execFile)(process.execPath, [script], options);
    return stdout.split('\n')[0] ?? '';
  }

  it.each(['oidc', 'genesys'] as const)(
    'SEC-68 prints no secret and puts none into a page, with SIGN_IN=%s',
    async (mode) => {
      const settings = environmentFor(mode, provider.url, dataDir);
      start(settings);
      const url = await up();
      const admin = await signInByLink(url, await linkFromScript(settings));
      for (const how of [
        'sign-in token 400',
        'sign-in token 500',
        'sign-in who 401',
        'sign-in back',
        'good',
      ]) {
        provider.mode = how;
        await signIn(url);
      }
      for (const cookie of ['', admin]) for (const page of PAGES) await ask(url + page, cookie);
      expect((await fetch(`${url}/admin/people`, { headers: { cookie: admin } })).status).toBe(200);
      expect(await ended('SIGTERM')).toBe(0);
      watch.gave('stdout', printed.stdout);
      watch.gave('stderr', printed.stderr);
      expect(printed.stdout.split('\n').length).toBeGreaterThan(5);
      expect(watch.found()).toEqual([]);
      expect([...watch.names()]).toEqual(
        expect.arrayContaining(['one-time link', 'session cookie', 'code verifier']),
      );
    },
  );

  it('SEC-68 prints a one-time link once, where no log is kept of it', async () => {
    start(
      canaryEnvironment({
        PORT: '0',
        DATA_DIR: dataDir,
        LOG_LEVEL: 'trace',
        SIGN_IN: 'local',
        GENESYS_REGION: 'mypurecloud.ie',
      }),
    );
    const url = await up();
    await vi.waitUntil(() => printed.stderr.includes('#once='), { timeout: 10_000 });
    const link = /http\S+#once=\S+/.exec(printed.stderr)?.[0] ?? '';
    await signInByLink(url, link);
    expect(await ended('SIGTERM')).toBe(0);
    watch.gave('stdout', printed.stdout);
    watch.gave('stderr', printed.stderr.replace(link, ''));
    expect(watch.found()).toEqual([]);
  });

  it.each([
    [
      'wrong settings',
      { PORT: 'x', HOST: '0.0.0.0', SIGN_IN: 'oidc', OIDC_ISSUER: 'http://x y', ROLE_MAPPING: 'king=all' },
      2,
    ],
    [
      'a secret given twice',
      { SIGN_IN: 'local', SESSION_SECRET_FILE: '/nowhere', OIDC_CLIENT_SECRET_FILE: '/nowhere' },
      2,
    ],
    [
      'a folder that is none',
      { SIGN_IN: 'local', GENESYS_REGION: 'mypurecloud.ie', DATA_DIR: '/dev/null/data' },
      1,
    ],
  ])('SEC-68 prints none as it cannot start: %s', async (_, settings, code) => {
    const started = start(
      canaryEnvironment({ LOG_LEVEL: 'trace', DATA_DIR: dataDir, PORT: '0', ...settings }),
    );
    await once(started, 'close');
    expect([started.exitCode, printed.stderr]).toEqual([code, expect.stringContaining('cannot start')]);
    watch.gave('stdout', printed.stdout);
    watch.gave('stderr', printed.stderr);
    expect(watch.found()).toEqual([]);
  });
});
