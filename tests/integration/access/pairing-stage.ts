/** Televisions, supervisors and a server with accounts: real HTTP, gate, table, store and audit log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meSchema, type PersonRole, pairingStateSchema, screenSchema } from '../../../lib/contracts/access';
import { type Access, openAccess } from '../../../server/access/access';
import { SESSION_COOKIE } from '../../../server/access/cookies';
import type { AuditLog } from '../../../server/audit/audit-log';
import { createAuditLog, type StoreAuditLog } from '../../../server/audit/store-audit-log';
import { accessRoutes } from '../../../server/http/access-routes';
import { silentLog } from '../../../server/runtime/log';
import { systemSecretBytes } from '../../../server/runtime/secret-bytes';
import type { Store } from '../../../server/store/ports';
import { openSqliteStore } from '../../../server/store/sqlite';
import { FakeClock } from '../../support/fake-clock';
import { type HttpStand, openShell } from '../../support/http-stand';

const SESSION_MS = 12 * 3_600_000;
export const PLACE = {
  ...{ name: 'North wall', boardId: 'main', room: 'Support' },
  ...{ diagonalInches: 55, farthestSeatMetres: 8 },
};
const ROLE_MAPPING: ReadonlyMap<string, readonly PersonRole[]> = new Map([
  ['Agents', ['agent']],
  ['Team Leads', ['supervisor']],
]);

interface Running {
  readonly store: Store;
  readonly audit: StoreAuditLog;
  readonly access: Access;
  readonly stand: HttpStand;
}

export class PairingStage {
  readonly clock = new FakeClock();
  readonly dataDir = mkdtempSync(join(tmpdir(), 'floorcast-pairing-'));
  /** Whoever records something of access waits for this first. */
  hold: Promise<unknown> = Promise.resolve();
  #running: Running | null = null;

  get now(): Running {
    if (this.#running === null) throw new Error('not started');
    return this.#running;
  }

  async start(): Promise<void> {
    const { clock } = this;
    const store = openSqliteStore(this.dataDir);
    const audit = createAuditLog({ store: store.audit, clock, log: silentLog });
    const boardExists = (id: string) => ['main', 'second'].includes(id);
    const parts = { store, audit, clock, log: silentLog, boardExists };
    const secret = 'a secret of the tests, long enough to be one';
    const settings = { signIn: { mode: 'local' }, roleMapping: ROLE_MAPPING, sessionMs: SESSION_MS } as const;
    const access = await openAccess({
      ...{
        ...parts,
        audit: this.#slowed(audit),
        secretBytes: systemSecretBytes,
        baseUrl: () => 'https://wall.test',
      },
      isConnected: () => false,
      config: { kind: 'guarded', secret, ...settings },
    });
    access.start();
    const routes = accessRoutes({ ...parts, access });
    const stand = await openShell({ routes, gate: access.gate, audit, clock });
    this.#running = { store, audit, access, stand };
  }

  #slowed(audit: AuditLog): AuditLog {
    return {
      record: async (event) => {
        await this.hold;
        await audit.record(event);
      },
      refused: (event) => audit.refused(event),
      entries: (range) => audit.entries(range),
      head: () => audit.head(),
    };
  }

  async stop(): Promise<void> {
    const { stand, access, audit, store } = this.now;
    await stand.stop();
    await access.stop();
    await audit.stop();
    await store.close();
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  visitor(): Visitor {
    return new Visitor(this);
  }

  async signedIn(name: string, group = 'Team Leads'): Promise<Visitor> {
    const { people, sessions } = this.now.access;
    const provided = { refreshToken: null, idToken: null, expiresInS: null };
    const said = { issuer: 'https://id.test', subject: name, name, email: null, roleNames: [group] };
    const person = await people.signedIn({ ...said, ...provided }, '192.0.2.7');
    if (!person.ok) throw new Error(person.error);
    const visitor = this.visitor();
    const cookie = await sessions.begin({ person: person.value, provided, address: '192.0.2.7' });
    visitor.cookies.set(SESSION_COOKIE, cookie);
    return visitor;
  }

  /** What the audit log has of screens, oldest first. */
  async recorded(): Promise<readonly string[]> {
    const entries = await this.now.audit.entries({ limit: 100 });
    return entries
      .filter(({ action }) => /^(screen|pairing)\./.test(action))
      .map(({ action, actorName }) => `${actorName}: ${action}`)
      .reverse();
  }
}

/** A browser with its cookies. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #stage: PairingStage;

  constructor(stage: PairingStage) {
    this.#stage = stage;
  }

  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    const { url } = this.#stage.now.stand;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { origin: url, 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) };
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers, ...init });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*);/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  async pairing(method: 'GET' | 'POST') {
    return pairingStateSchema.parse(await (await this.ask(method, '/api/v1/pairing')).json());
  }

  async me() {
    return meSchema.parse(await (await this.ask('GET', '/api/v1/me')).json());
  }

  async statusOf(method: string, path: string, body?: unknown): Promise<number> {
    const response = await this.ask(method, path, body);
    await response.arrayBuffer();
    return response.status;
  }

  /** The same browser as it is now. */
  copy(): Visitor {
    const copy = new Visitor(this.#stage);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }
}

export async function codeOn(television: Visitor): Promise<string> {
  const state = await television.pairing('POST');
  if (state.state !== 'waiting') throw new Error(state.state);
  return state.code;
}

/** A television that has its token; gives its id. */
export async function pair(television: Visitor, supervisor: Visitor): Promise<string> {
  const code = await codeOn(television);
  const paired = await supervisor.ask('POST', '/api/v1/screens', { ...PLACE, code });
  const { id } = screenSchema.parse(await paired.json());
  const { state } = await television.pairing('GET');
  if (state !== 'paired') throw new Error(state);
  return id;
}

export function pathOf(id: string, boardId = 'main'): string {
  return `/screen/${boardId}?screen=${id}&diagonal=55&distance=8`;
}
