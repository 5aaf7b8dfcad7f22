/**
 * The access room put together: from settings and a store to the gate and all that stands behind it. Knows no HTTP and
 * no sockets. Nothing is asked of an identity provider before somebody signs in: one that is away keeps nobody from
 * the figures.
 */

import type { ScreenStanding } from '../../lib/contracts/screen-report';
import type { AuditLog } from '../audit/audit-log';
import type { Clock } from '../runtime/clock';
import { Deadlines } from '../runtime/deadlines';
import type { Log } from '../runtime/log';
import type { SecretBytes } from '../runtime/secret-bytes';
import type { PassingStore } from '../store/passing-ports';
import type { DocumentStore } from '../store/ports';
import type { AccessConfig, SignInConfig } from './access-config';
import { type AgentTokens, createAgentTokens } from './agents/agent-tokens';
import type { Gate } from './gate';
import { createGatekeeper } from './gatekeeper';
import { deriveKeys, readOrMakeSecret } from './keys';
import { createMachineTokens, type MachineTokens } from './machines/machine-tokens';
import { createMachines, type Machines } from './machines/machines';
import { createPeople, type People } from './people/people';
import { createPlatformIdentities, type PlatformIdentities } from './people/platform-identity';
import { promptPassing, promptStore } from './prompt-store';
import { createGenesysSignIn } from './providers/genesys-sign-in';
import type { IdentityProvider } from './providers/identity-provider';
import { createOidcProvider } from './providers/oidc-provider';
import { createPairing, type Pairing } from './screens/pairing';
import { createScreens, type Screens } from './screens/screens';
import { sharedPairing } from './screens/shared-pairing';
import { createSessions, type Sessions } from './sessions/sessions';
import { createOneTimeLinks, oneTimeLink } from './sign-in/one-time-links';
import { CALLBACK_PATH, createSignIn, type SignIn } from './sign-in/sign-in';

export interface AccessOptions {
  readonly config: AccessConfig;
  readonly store: DocumentStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly log: Log;
  /** The origin that browsers use. */
  readonly baseUrl: () => string;
  readonly boardExists: (boardId: string) => boolean;
  /** Whether a socket of that paired screen is open now. */
  readonly isConnected: (screenId: string) => boolean;
  /** What that screen says of itself; absent: nothing is known. */
  readonly standingOf?: (screenId: string) => ScreenStanding | null;
  /** What several nodes share for a moment; `null` or absent: this process is alone. */
  readonly passing?: PassingStore | null;
}

export interface Access {
  readonly mode: SignInConfig | { readonly mode: 'none' };
  readonly sessionMs: number;
  readonly gate: Gate;
  readonly signIn: SignIn;
  readonly people: People;
  readonly sessions: Sessions;
  readonly machines: Machines;
  readonly tokens: MachineTokens;
  readonly agentTokens: AgentTokens;
  /** What is known of somebody at the platform. */
  readonly platformIdentity: PlatformIdentities;
  readonly screens: Screens;
  readonly pairing: Pairing;
  /** An address that signs its bearer in as administrator, once. */
  oneTimeLink(): Promise<string>;
  start(): void;
  stop(): Promise<void>;
}

/** Without accounts nobody has a session; the cookie's life is then of no interest. */
const NO_SESSION_MS = 3_600_000;

export async function openAccess(options: AccessOptions): Promise<Access> {
  const { config, audit, clock, secretBytes, log, baseUrl } = options;
  const deadlines = new Deadlines(clock);
  const passing = options.passing ? promptPassing(options.passing, deadlines) : null;
  // A store of this process answers at once.
  const store = passing === null ? options.store : promptStore(options.store, deadlines);
  const guarded = config.kind === 'guarded' ? config : null;
  const base = { store, audit, clock, secretBytes, log };
  const keys = deriveKeys(guarded?.secret ?? (await readOrMakeSecret(store, secretBytes)));
  const mode = guarded?.signIn ?? { mode: 'none' as const };
  const sessionMs = guarded?.sessionMs ?? NO_SESSION_MS;
  const provider = providerOf(mode, options);

  const people = createPeople({ ...base, roleMapping: guarded?.roleMapping ?? new Map() });
  const sessions = createSessions({ ...base, people, keys, sessionMs, provider });
  const links = createOneTimeLinks(base);
  const signIn = createSignIn({
    ...{ ...base, provider, people, sessions, links, keys, baseUrl },
    ...(passing && { passing }),
  });
  const machines = createMachines(base);
  const tokens = createMachineTokens({ machines, key: keys.machineToken, clock, secretBytes });
  const agentTokens = createAgentTokens({ sessions, key: keys.agentToken, clock, secretBytes });
  const platformIdentity = createPlatformIdentities({ people, signIn: mode });
  const { isConnected, standingOf } = options;
  const screens = createScreens({ ...base, isConnected, ...(standingOf && { standingOf }) });
  const pairing = createPairing({
    ...{ ...base, screens, boardExists: options.boardExists },
    ...(passing && { state: sharedPairing(passing, { key: keys.pairing, secretBytes }) }),
  });
  const gate = createGatekeeper({
    ...{ open: guarded === null, people: sessions, screens, machines: tokens, agents: agentTokens },
  });

  return {
    ...{ mode, sessionMs, gate, signIn, people, sessions, machines, tokens, screens, pairing },
    ...{ agentTokens, platformIdentity },
    oneTimeLink: async () => oneTimeLink(baseUrl(), await links.issue()),
    start: () => sessions.start(),
    stop: async () => {
      await sessions.stop();
      pairing.close();
      deadlines.close();
    },
  };
}

function providerOf(mode: Access['mode'], { baseUrl, clock, log }: AccessOptions): IdentityProvider | null {
  const callbackUrl = () => baseUrl() + CALLBACK_PATH;
  switch (mode.mode) {
    case 'oidc':
      return createOidcProvider({ config: mode, callbackUrl, clock, log });
    case 'genesys':
      return createGenesysSignIn({ config: mode, callbackUrl, clock, log });
    default:
      return null;
  }
}
