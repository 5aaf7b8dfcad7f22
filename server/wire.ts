/**
 * The composition root: settings and the world's services in, a running Floorcast out. The only module that knows
 * every room. What is started here is stopped in reverse order. Tests start it as the process does, at port 0.
 */
import { createServer, type Server } from 'node:http';
import type { GenesysStatus, SourceStatus, Sources } from '../lib/contracts/source';
import type { QueueId } from '../lib/ids';
import type { Gate } from './access/gate';
import { createGatekeeper } from './access/gatekeeper';
import type { AuditLog } from './audit/audit-log';
import { createBoards } from './boards/boards';
import { DEFAULT_CADENCE_MS } from './boards/default-board';
import type { Config } from './config';
import type { GenesysConfig } from './config/genesys-settings';
import { createGenesysSource, type GenesysSource } from './genesys/source';
import { createHttpHandler } from './http/http-handler';
import { limitServer } from './http/server-limits';
import { guardUpgrades } from './http/upgrade-guard';
import { KpiEngine } from './kpi/engine';
import type { KpiEvent } from './kpi/events';
import type { KpiReader } from './kpi/reader';
import type { PageHandler, Pages } from './pages';
import { createPushServer, type PushServer } from './push/push-server';
import type { Clock } from './runtime/clock';
import { createLifecycle } from './runtime/lifecycle';
import type { Log } from './runtime/log';
import { createMetrics } from './runtime/metrics';
import type { Random } from './runtime/random';
import { readSettings } from './store/settings';
import { openSqliteStore } from './store/sqlite';
import { zonesOf } from './zones';

export interface WireOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Names the running build: open screens reload when it changes. */
  readonly build: string;
  /** `null`: no pages, only the API and the sockets. */
  readonly startPages: ((address: { hostname: string; port: number }) => Promise<Pages>) | null;
  /** Also expose what Node knows of its own process. */
  readonly processMetrics?: boolean;
}

export interface Floorcast {
  readonly url: string;
  readonly port: number;
  readonly reader: KpiReader;
  sources(): Sources;
  /** Stops all in reverse order; later calls give the same promise. */
  stop(): Promise<void>;
}

const SIGNS_OF_LIFE_MS = 2_500;

/** Starts everything. Rejects, with nothing left running, where the machine refuses (port taken, folder not writable). */
export async function wire(options: WireOptions): Promise<Floorcast> {
  const { config, clock, log } = options;
  const lifecycle = createLifecycle(clock, log);
  try {
    const store = openSqliteStore(config.dataDir);
    lifecycle.onStop('store', () => store.close());
    const settings = await readSettings(store);
    const metrics = createMetrics({ processMetrics: options.processMetrics ?? false });
    const zones = zonesOf(settings.timeZones, config.timeZone);
    const boards = createBoards({ stored: settings.boards, timeZone: config.timeZone });
    const engine = new KpiEngine({
      ...{ clock, log, metrics, settings: { ...settings, ...zones } },
      // No board sends sooner: what the engine announces at this pace goes straight on to the screens.
      flushIntervalMs: Math.min(DEFAULT_CADENCE_MS, ...settings.boards.map((board) => board.cadenceMs)),
    });
    const sink = (event: KpiEvent) => {
      if (event.kind === 'queuesListed') {
        zones.queuesListed(event.queues);
        boards.queuesListed(event.queues);
      }
      engine.sink(event);
    };
    const collect = (genesys: GenesysConfig) =>
      createGenesysSource({
        ...{ endpoints: genesys, ...genesys, clock, random: options.random, log, metrics, sink },
        timeZoneOf: (id: QueueId) => zones.timeZoneOf(id),
        isShown: (id: QueueId) => push.shownQueueIds().has(id),
      });
    const genesys = config.genesys === null ? null : collect(config.genesys);
    const sources = describeSources(genesys, clock.now());
    const httpServer = createServer();
    limitServer(httpServer, { trustedProxies: config.trustedProxies });
    guardUpgrades(httpServer, '/socket.io/');
    const gate = openGate(config);
    const allowedOrigins = [...config.allowedOrigins];
    const allowedHosts = config.allowedOrigins.map((origin) => new URL(origin).host);
    const limits = () => engine.limits();
    const push: PushServer = createPushServer({
      ...{ httpServer, reader: engine, boards, sources, limits, clock, log, metrics, allowedOrigins },
      ...{ build: options.build, gate, screenPath: async () => null },
    });
    let pages: PageHandler = stillStarting;
    const handle = createHttpHandler({
      ...{ reader: engine, sources, boards, limits, metrics, log, clock, allowedOrigins },
      ...{ allowedHosts, gate, audit: NO_AUDIT, routes: [], trustedProxies: config.trustedProxies },
      secureOrigin: config.publicUrl?.startsWith('https:') ?? false,
      fallback: (request, response) => pages(request, response),
    });
    httpServer.on('request', handle);

    engine.start();
    lifecycle.onStop('kpi engine', () => engine.stop());
    const port = await listen(httpServer, config);
    lifecycle.onStop('http', () => closeServer(httpServer));
    allowedOrigins.push(...loopbackOrigins(port));
    // The API answers under our own names only: a name elsewhere that was turned to this machine is none (DNS rebinding).
    allowedHosts.push(...loopbackOrigins(port).map((origin) => new URL(origin).host));
    push.start();
    lifecycle.onStop('push', () => push.stop());
    if (genesys !== null) {
      const publish = () => push.publishSources(sources());
      lifecycle.onStop('drift', engine.onReconciled(genesys.noteDrift));
      lifecycle.onStop('genesys status', genesys.subscribe(publish));
      // Signs of life change no state, but they tell a quiet link from a dead one; push sends them in its own time.
      lifecycle.onStop('signs of life', clock.every(SIGNS_OF_LIFE_MS, publish));
      genesys.start();
      lifecycle.onStop('genesys', () => genesys.stop());
    }
    if (options.startPages !== null) {
      const started = await options.startPages({ hostname: config.host, port });
      lifecycle.onStop('pages', () => started.close());
      pages = started.handle;
    }
    return {
      url: `http://${urlHost(config.host)}:${port}`,
      port,
      reader: engine,
      sources,
      stop: lifecycle.stop,
    };
  } catch (thrown) {
    await lifecycle.stop();
    throw thrown;
  }
}

/** Without accounts nobody is known by a cookie or a token. Throws where there should be accounts. */
function openGate(config: Config): Gate {
  if (config.access.kind !== 'open') throw new Error('sign-in is not there yet: unset SIGN_IN');
  const nobody = { find: async () => null, standing: async () => null, onChanged: () => () => {} };
  return createGatekeeper({ open: true, people: nobody, screens: nobody, machines: nobody });
}

const NO_AUDIT: AuditLog = {
  record: async () => {},
  refused: () => {},
  entries: async () => [],
  head: async () => ({ seq: 0, hash: '' }),
};

/** What all sources say of themselves now. The sources of devices have no settings yet: off, and said so. */
function describeSources(genesys: GenesysSource | null, startedAt: number): () => Sources {
  const off: SourceStatus = { state: 'off', since: startedAt, message: 'not configured', lastHeardAt: null };
  const genesysOff: GenesysStatus = {
    ...off,
    channels: { live: 0, total: 0 },
    topics: { subscribed: 0, rejected: 0 },
    reconciliation: null,
  };
  return () => ({ genesys: genesys?.status() ?? genesysOff, mqtt: off, devices: off });
}

const stillStarting: PageHandler = (_, response) => {
  response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2' });
  response.end('Floorcast is starting; its pages are there in a moment.\n');
};

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      reject(thrown.code === 'EADDRINUSE' ? new Error(`port ${port} on ${host} is taken: set PORT`) : thrown);
    });
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The names under which a browser on this machine reaches us. */
function loopbackOrigins(port: number): string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `http://${name}:${port}`);
}

function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
