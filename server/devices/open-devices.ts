/**
 * The room of the customer's device put together: from settings and a store to the device cloud, the customers, the
 * links to appliances, their sessions, and the desks that readers see. Telemetry and sessions begin and end apart, for of
 * several nodes one has all sessions. Begun, they go on with what an earlier run left; ended, nothing is sent that is not
 * recorded.
 */
import type { SourceStatus } from '../../lib/contracts/source';
import type { AuditLog } from '../audit/audit-log';
import type { SessionSink } from '../kpi/events';
import type { Clock } from '../runtime/clock';
import type { Http } from '../runtime/http';
import { createHttpClient } from '../runtime/http-client';
import type { Log } from '../runtime/log';
import type { Metrics } from '../runtime/metrics';
import type { Random } from '../runtime/random';
import type { TokenSource } from '../runtime/token-source';
import type { SessionStore } from '../store/session-ports';
import { countedStore } from './counted-store';
import { createCustomerDirectory } from './customers';
import type { DiagnosticsDesk } from './diagnostics-desk';
import { createApplianceLinks } from './link/appliance-links';
import { createMetricWatch } from './metrics/metric-watch';
import type { CustomerDirectory, InteractionDirectory } from './ports';
import { createDiagnosticsDesk } from './sessions/create-diagnostics-desk';
import { SessionAccess } from './sessions/session-access';
import { runnableIn } from './sessions/session-reader';
import { createSessionCounts, SESSIONS_COUNT_MS, type SessionZones } from './sessions-health';
import { type CloudTokensOptions, createCloudTokens } from './telemetry/cloud-tokens';
import { createTelemetryDesk, type TelemetryRoom } from './telemetry/telemetry-desk';
import type { TelemetryDesk } from './telemetry-desk';
import { createTranscript, type TranscriptTarget } from './transcript/transcript';

export interface DeviceRoomConfig {
  /** `null`: telemetry is off. */
  readonly apiUrl: string | null;
  readonly customerUrl: string | null;
  /** `null`: no diagnostic sessions. */
  readonly linkUrl: string | null;
  /** PEM of the authority that vouches for the link; `null`: those of the system. */
  readonly linkCa: string | null;
  readonly client: CloudTokensOptions['client'];
  readonly transcript:
    | { readonly kind: 'off' | 'attributes' }
    | { readonly kind: 'gateway'; readonly url: string };
  /** Whether the platform's roles count beside those of the account here. */
  readonly roles: { readonly kind: 'account' | 'genesys-role' | 'genesys-attribute' };
}

export interface OpenDevicesOptions {
  readonly config: DeviceRoomConfig;
  /** Called where there are diagnostic sessions; `stop` closes it. */
  readonly openStore: () => SessionStore;
  readonly audit: AuditLog;
  /** `null`: no platform is configured. */
  readonly interactions: InteractionDirectory | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly zones: SessionZones;
  /** Of several nodes: whether the duty of sessions is this node's, for sure. Absent: it is. */
  readonly mayAct?: () => boolean;
  /** Hears how sessions are, by queue. */
  readonly sink: SessionSink;
}

export interface DeviceRoom {
  readonly telemetry: TelemetryDesk;
  /** What somebody may press, where the session is open on another node. */
  readonly mayRun: DiagnosticsDesk['mayRun'];
  /** Diagnostic sessions; each call opens them anew. `null`: there is no link to appliances. */
  readonly openSessions: (() => SessionRoom) | null;
  status(): SourceStatus;
  /** Told when `status` changes. */
  subscribe(listener: () => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

export interface SessionRoom {
  readonly desk: DiagnosticsDesk;
  /** Before anybody is let in. Rejects where the store or the audit log cannot be read. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Sessions that are counted for today's figures when the server starts. */
const MAX_COUNTED = 20_000;

export function openDevices(options: OpenDevicesOptions): DeviceRoom {
  const { config, clock, interactions, metrics } = options;
  const log = options.log.child({ room: 'devices' });
  const ending = new AbortController();
  const client = createHttpClient(clock);
  const { signal } = ending;
  const tokens = createCloudTokens({ client: config.client, http: client.http, clock, signal });
  const ground = { tokens, http: client.http, clock, log, signal, metrics };
  const customers =
    config.customerUrl === null ? null : createCustomerDirectory({ ...ground, url: config.customerUrl });
  const telemetry = createTelemetryDesk({
    ...ground,
    ...{ apiUrl: config.apiUrl, customers, interactions, random: options.random },
  });
  const { linkUrl } = config;
  const openSessions =
    linkUrl === null
      ? null
      : () => sessionsOf(options, linkUrl, { ...ground, customers: customers ?? NO_CUSTOMERS });
  const startedAt = clock.now();
  const access = new SessionAccess({ clock, interactions, platformRoles: platformRolesOf(options) });
  return {
    telemetry,
    mayRun: (session, roles, userId = null) => runnableIn(session, access.rolesShown(roles, userId)),
    openSessions,
    status: () => statusOf(telemetry, openSessions !== null, startedAt),
    subscribe: (listener) => telemetry.subscribe(listener),
    start: () => telemetry.start(),
    async stop() {
      telemetry.stop();
      ending.abort();
      await client.close();
    },
  };
}

/** Where nobody can be asked who has which device, nobody has one. */
const NO_CUSTOMERS: CustomerDirectory = { find: async () => ({ ok: true, value: [] }) };

interface SessionParts {
  readonly customers: CustomerDirectory;
  readonly tokens: TokenSource;
  readonly http: Http;
  readonly signal: AbortSignal;
}

function sessionsOf(options: OpenDevicesOptions, linkUrl: string, parts: SessionParts): SessionRoom {
  const { config, clock, zones } = options;
  const { customers, tokens } = parts;
  const transcript = createTranscript({ ...options, target: targetOf(options, parts) });
  const counts = createSessionCounts({ clock, zones, sink: options.sink });
  const stored = options.openStore();
  const platformRoles = platformRolesOf(options);
  const room = createDiagnosticsDesk({
    ...options,
    ...{
      store: countedStore(stored, counts),
      transcript,
      customers,
      platformRoles,
      openMetricWatch: createMetricWatch,
    },
    openLink: createApplianceLinks({ ...options, url: linkUrl, ca: config.linkCa, tokens }),
  });
  let stopCounting = () => {};
  return {
    desk: room.desk,
    async start() {
      const earlier = await stored.since(clock.now() - SESSIONS_COUNT_MS, MAX_COUNTED);
      // The newest are remembered longest.
      for (const { session } of earlier.toReversed()) counts.apply(session);
      await room.start();
      stopCounting = counts.start();
    },
    async stop() {
      await room.stop();
      stopCounting();
      await transcript.stop();
      await stored.close();
    },
  };
}

/** `null`: the roles of the account here are all. */
function platformRolesOf({ config, interactions }: OpenDevicesOptions) {
  return config.roles.kind === 'account' || interactions === null
    ? null
    : (userId: string) => interactions.rolesOf(userId);
}

/** Where sessions are written down beside the interaction. Without a platform there are no attributes to write. */
function targetOf({ config, interactions }: OpenDevicesOptions, parts: SessionParts): TranscriptTarget {
  const { transcript } = config;
  if (transcript.kind === 'gateway') return { ...parts, ...transcript };
  if (transcript.kind === 'off' || interactions === null) return { kind: 'off' };
  return { kind: 'attributes', directory: interactions };
}

/** Of the device cloud; where there are sessions and no device cloud, that is as it is meant to be. */
function statusOf(
  telemetry: Pick<TelemetryRoom, 'sourceStatus'>,
  hasSessions: boolean,
  startedAt: number,
): SourceStatus {
  const status = telemetry.sourceStatus();
  if (status.state !== 'off' || !hasSessions) return status;
  return { state: 'live', since: startedAt, message: null, lastHeardAt: null };
}
