/**
 * A whole Floorcast in which every secret is a canary, at its most talkative, before a provider that repeats them; and
 * people, screens and machines who use it as they should. All that anybody gets is watched.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditResponseSchema } from '../../../lib/contracts/access';
import { exportLines } from '../../../server/audit/audit-export';
import { parseConfig } from '../../../server/config';
import { createLog } from '../../../server/runtime/log';
import { seededRandom } from '../../../server/runtime/random';
import type { Store } from '../../../server/store/ports';
import { openSqliteStore } from '../../../server/store/sqlite';
import { type Floorcast, wire } from '../../../server/wire';
import { canaryEnvironment } from '../../support/canaries';
import { FakeClock } from '../../support/fake-clock';
import { TestScreen } from '../push/push-stand';
import { type EchoingProvider, ORGANIZATION, openEchoingProvider } from './echoing-provider';
import { SecretWatch } from './secret-watch';

export type SignInMode = 'oidc' | 'genesys';

const READ_AT_THE_END = [
  '/api/v1/me',
  '/readyz',
  '/metrics',
  '/api/v1/people',
  '/api/v1/machines',
  '/api/v1/screens',
];
const PLACE = { boardId: 'default', room: 'Support', diagonalInches: 55, farthestSeatMetres: 8 };

/** Sessions that are not used are over after two hours. */
const ADMIN_MS = 60 * 60_000;

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly cookie?: string;
  readonly authorization?: string;
  /** Text as it is, a form, or JSON of anything else. */
  readonly body?: unknown;
  /** Secrets that this answer is there to give. */
  readonly gives?: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly text: string;
  /** As the browser sends them back. */
  readonly cookies: ReadonlyMap<string, string>;
}

export class SecretStand {
  readonly watch = new SecretWatch();
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly provider: EchoingProvider;
  readonly dataDir: string;
  #floorcast: Floorcast | null = null;
  #adminCookie = '';
  #adminUntil = 0;
  #auditRead = 0;
  #auditHead = 0;

  constructor(provider: EchoingProvider) {
    this.provider = provider;
    this.dataDir = mkdtempSync(path.join(tmpdir(), 'floorcast-secrets-'));
  }

  get url(): string {
    return this.#floorcast?.url ?? '';
  }

  async start(mode: SignInMode, openStore?: (dataDir: string) => Store): Promise<void> {
    const config = parseConfig(environmentFor(mode, this.provider.url, this.dataDir), () => '');
    if (!config.ok) throw new Error(config.error.join('\n'));
    const { logLevel, secrets } = config.value;
    this.#floorcast = await wire({
      ...{
        config: config.value,
        clock: this.clock,
        random: seededRandom(4),
        build: 'test',
        startPages: null,
      },
      ...(openStore === undefined ? {} : { openStore }),
      processMetrics: true,
      log: createLog(logLevel, (line) => void this.lines.push(line), { secrets }),
    });
  }

  /** Somebody who may see everything, by a one-time link. */
  async admin(): Promise<string> {
    if (this.clock.now() < this.#adminUntil) return this.#adminCookie;
    this.#adminUntil = this.clock.now() + ADMIN_MS;
    const token = (await this.#floorcast?.oneTimeLink())?.split('#once=')[1];
    this.watch.learn('one-time link', token);
    const gives = ['session cookie'];
    const answer = await this.ask('/auth/once', { method: 'POST', body: { token }, gives });
    this.#adminCookie = this.#sessionIn(answer) ?? '';
    // A second time it is good for nothing, and told to nobody all the same.
    await this.ask('/auth/once', { method: 'POST', body: { token } });
    return this.#adminCookie;
  }

  /** To the provider and back; the session's cookie, or `null` where it let nobody in. */
  async signIn(): Promise<{ cookie: string | null; location: string }> {
    const begun = await this.ask('/auth/sign-in?next=/supervisor/queues', {
      gives: ['flow cookie', 'state', 'nonce'],
    });
    if (begun.location.startsWith('/')) return { cookie: null, location: begun.location };
    const { searchParams } = new URL(begun.location);
    this.watch.learn('state', searchParams.get('state'));
    this.watch.learn('nonce', searchParams.get('nonce'));
    const [flow = ''] = begun.cookies.values();
    this.watch.learn('flow cookie', flow.split('=')[1]);
    const back = `/auth/callback?${this.provider.back(begun.location)}`;
    const finished = await this.ask(back, { cookie: flow, gives: ['session cookie'] });
    // The same once more, as somebody does who presses the button twice.
    await this.ask(back, { cookie: flow });
    for (const form of this.provider.forms) this.watch.learn('code verifier', form.get('code_verifier'));
    return { cookie: this.#sessionIn(finished), location: finished.location };
  }

  /** A television, paired; its cookie. */
  async screen(name: string): Promise<string> {
    const cookie = await this.admin();
    const begun = await this.ask('/api/v1/pairing', { method: 'POST', gives: ['pairing claim'] });
    const [claim = ''] = begun.cookies.values();
    this.watch.learn('pairing claim', claim.split('=')[1]);
    const { code } = JSON.parse(begun.text);
    await this.ask('/api/v1/screens', { method: 'POST', cookie, body: { code, name, ...PLACE } });
    const paired = await this.ask('/api/v1/pairing', { cookie: claim, gives: ['screen token'] });
    return this.#screenIn(paired);
  }

  async rotated(screen: string): Promise<string> {
    const gives = ['screen token'];
    const answer = await this.ask('/api/v1/screen/token', { method: 'POST', cookie: screen, gives });
    return this.#screenIn(answer);
  }

  /** A machine of that name; its id, secret and token. */
  async machine(name: string): Promise<{ clientId: string; secret: string; token: string }> {
    const cookie = await this.admin();
    const body = { name, scopes: ['kpis:read', 'metrics:read'] };
    const made = await this.ask('/api/v1/machines', {
      method: 'POST',
      cookie,
      body,
      gives: ['machine secret'],
    });
    const { clientId, secret } = JSON.parse(made.text);
    this.watch.learn('machine secret', secret);
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const authorization = basic(clientId, secret);
    const gives = ['machine token'];
    const given = await this.ask('/oauth/token', { method: 'POST', authorization, body: form, gives });
    const token: string = JSON.parse(given.text).access_token;
    this.watch.learn('machine token', token, token.split('.')[2]);
    return { clientId, secret, token };
  }

  /** The first frame that a socket gets. */
  async picture(auth: object, cookie = ''): Promise<void> {
    const screen = new TestScreen(this.url, { boardId: 'default', ...auth }, { cookie, origin: this.url });
    this.watch.gave('socket', JSON.stringify(await screen.next()));
    screen.close();
  }

  async ask(address: string, asked: Asked = {}): Promise<Answer> {
    const { method = 'GET', cookie, authorization, body, gives = [] } = asked;
    const isText = body === undefined || typeof body === 'string' || body instanceof URLSearchParams;
    const response = await fetch(this.url + address, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie === undefined ? {} : { cookie }),
        ...(authorization === undefined ? {} : { authorization }),
        ...(method === 'GET' || authorization !== undefined ? {} : { origin: this.url }),
        ...(body instanceof URLSearchParams ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }), // Text, by the line above.
    });
    const text = await response.text();
    const whole = [response.status, response.statusText, JSON.stringify([...response.headers]), text].join(
      ' ',
    );
    this.watch.gave(`${method} ${address.slice(0, 60)}`, whole, gives);
    // Time for the limits of requests.
    this.clock.advance(4_000);
    const pairs = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    const kept = pairs.filter((pair) => !pair.endsWith('='));
    const cookies = new Map(kept.map((pair) => [pair.split('=')[0] ?? '', pair]));
    return { status: response.status, location: response.headers.get('location') ?? '', text, cookies };
  }

  /** Looks at all there is to be read, by whoever may see most. */
  async readAll(): Promise<void> {
    const cookie = await this.admin();
    for (const address of READ_AT_THE_END) await this.ask(address, { cookie });
    await this.#readAudit(cookie);
    for (const line of this.lines.splice(0)) this.watch.gave('log', line);
  }

  /** What whoever takes the disk away has, and the export of the audit log. */
  async readDisk(): Promise<void> {
    const store = openSqliteStore(this.dataDir);
    for await (const line of exportLines(store.audit, { since: null, until: null }))
      this.watch.gave('export', line);
    await store.close();
    for (const file of readdirSync(this.dataDir)) {
      this.watch.gave(file, readFileSync(path.join(this.dataDir, file), 'latin1'));
    }
  }

  /** Until the provider has failed more often than that. */
  async failedAgain(before: number): Promise<void> {
    while (this.provider.failures() <= before) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    await this.#floorcast?.stop();
    await this.provider.stop();
    for (const line of this.lines.splice(0)) this.watch.gave('log', line);
  }

  cleanUp(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** The entries that are new. */
  async #readAudit(cookie: string): Promise<void> {
    let oldest = Number.POSITIVE_INFINITY;
    for (let before = ''; oldest > this.#auditRead + 1; before = `&before=${oldest}`) {
      const { text } = await this.ask(`/api/v1/audit?limit=20${before}`, { cookie });
      const { entries, head } = auditResponseSchema.parse(JSON.parse(text));
      if (before === '') this.#auditHead = head.seq;
      oldest = entries.at(-1)?.seq ?? 0;
    }
    this.#auditRead = this.#auditHead;
  }

  #sessionIn({ cookies }: Answer): string | null {
    const cookie = cookies.get('__Host-floorcast-session') ?? null;
    this.watch.learn('session cookie', ...(cookie?.split('=')[1]?.split('.') ?? []));
    return cookie;
  }

  #screenIn({ cookies }: Answer): string {
    const cookie = cookies.get('__Host-floorcast-screen') ?? '';
    this.watch.learn('screen token', cookie.split('=')[1]?.split('.')[1]);
    return cookie;
  }
}

export async function openSecretStand(): Promise<SecretStand> {
  return new SecretStand(await openEchoingProvider());
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export function environmentFor(mode: SignInMode, host: string, dataDir: string): Record<string, string> {
  return canaryEnvironment({
    ...{ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'trace', TIME_ZONE: 'UTC', SIGN_IN: mode },
    ...{ GENESYS_API_URL: host, GENESYS_LOGIN_URL: host, GENESYS_ALLOW_LOOPBACK: 'true' },
    ...{ OIDC_ISSUER: host, OIDC_CLIENT_ID: 'floorcast', OIDC_ALLOW_LOOPBACK: 'true' },
    ...{ GENESYS_SIGN_IN_CLIENT_ID: 'floorcast', GENESYS_SIGN_IN_ORGANIZATION_ID: ORGANIZATION },
    ROLE_MAPPING: 'supervisor=Leads',
  });
}
