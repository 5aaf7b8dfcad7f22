/**
 * The composition root: settings and the world's services in, a running Floorcast out. Only it and its parts (`wire-…`)
 * know every room. What is started here is stopped in reverse order. Tests start it as
 * the process does, at port 0.
 */
import { randomUUID } from 'node:crypto';
import { isDeviceKpi } from '../lib/contracts/kpi';
import type { Sources } from '../lib/contracts/source';
import { openAccess } from './access/access';
import { openAlarms } from './alarms/open-alarms';
import { ANNOUNCEMENT_KIND } from './announcements/announcement-shelf';
import { openAnnouncements } from './announcements/announcements';
import { createAuditLog } from './audit/store-audit-log';
import { paceOf } from './boards/boards';
import { BOARD_DESK_KINDS, openBoardDesk } from './boards/open-board-desk';
import { type ChangeWatch, watchChanges } from './cluster/change-watch';
import { tellWrites } from './cluster/telling-store';
import type { Config } from './config';
import { isLoopback } from './config/fields';
import { createOffDesk } from './devices/off-desk';
import { accessRoutes } from './http/access-routes';
import { alarmRoutes } from './http/alarm-routes';
import { alertRoutes } from './http/alert-routes';
import { announcementRoutes } from './http/announcement-routes';
import { boardDeskRoutes } from './http/board-desk-routes';
import { createClientAddress } from './http/client-address';
import { createDeviceHttp } from './http/device-http';
import { widgetFramers } from './http/framing';
import { createHttpHandler } from './http/http-handler';
import { closeServer, listen } from './http/listening';
import { partsRoute } from './http/parts-route';
import { publicNames, urlHost } from './http/public-names';
import { type RateClass, RateLimits } from './http/rate-limits';
import { replayRoutes } from './http/replay-routes';
import { routingRoutes } from './http/routing-routes';
import { createLimitedServer } from './http/server-limits';
import { stillStarting } from './http/still-starting';
import { guardUpgrades } from './http/upgrade-guard';
import type { KpiReader } from './kpi/reader';
import type { PageHandler, Pages } from './pages';
import type { PushServer } from './push/push-options';
import { createPushServer, PUSH_PATH } from './push/push-server';
import { readKeptPast } from './replay/open-replay';
import { addressForLimits } from './runtime/address-for-limits';
import type { Clock } from './runtime/clock';
import { createLifecycle } from './runtime/lifecycle';
import type { Log } from './runtime/log';
import { createMetrics } from './runtime/metrics';
import type { Random } from './runtime/random';
import { type SecretBytes, systemSecretBytes } from './runtime/secret-bytes';
import { FOLLOWED_ALARM_KINDS } from './store/alarm-documents';
import type { Store } from './store/ports';
import { openReplayStore } from './store/replay-store-sqlite';
import { readSettings } from './store/settings';
import { openSqliteStore } from './store/sqlite';
import { openFigures } from './wiring/figures';
import { openPlace } from './wiring/place';
import { openRoutingSums } from './wiring/routing';
import { openOnRedis } from './wiring/shared';
import { zonesOf } from './zones';

export interface WireOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** For ids, secrets, codes and nonces; absent: the machine's own. */
  readonly secretBytes?: SecretBytes;
  /** Absent: the SQLite file in that folder. */
  readonly openStore?: (dataDir: string) => Store;
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
  /** An address that signs its bearer in as administrator, once. */
  oneTimeLink(): Promise<string>;
  /** Stops all in reverse order; later calls give the same promise. */
  stop(): Promise<void>;
}

const SIGNS_OF_LIFE_MS = 2_500;

/** Starts everything. Rejects, with nothing left running, where the machine refuses (port taken, folder not writable). */
export async function wire(options: WireOptions): Promise<Floorcast> {
  const { config, log, random } = options;
  const lifecycle = createLifecycle(options.clock, log);
  try {
    const metrics = createMetrics({ processMetrics: options.processMetrics ?? false });
    const { redis, shared } = await openOnRedis(options, lifecycle, metrics);
    const clock = shared?.clock ?? options.clock;
    let changes: ChangeWatch | null = null;
    const store =
      shared === null
        ? (options.openStore ?? openSqliteStore)(config.dataDir)
        : tellWrites(shared.store, () => changes?.wrote());
    lifecycle.onStop('store', () => store.close());
    const audit = createAuditLog({ store: store.audit, clock, log });
    lifecycle.onStop('audit log', () => audit.stop());
    const settings = await readSettings(store, (id, problem) => {
      log.error('a stored board cannot be read, and is left out', { kind: 'board', id, problem });
    });
    const leftOut = (table: string, count: number) =>
      log.error('stored rows cannot be read, and are left out', { table, count });
    const past = await readKeptPast({
      ...{ openStore: () => openReplayStore(config.dataDir, { leftOut }), now: clock.now(), log },
    });
    lifecycle.onStop('replay store', async () => past?.close());
    const zones = zonesOf(settings.timeZones, config.timeZone);
    const sourcesHere = {
      ...{ timeZone: config.timeZone, hasDevices: config.alerts !== null },
      hasSessions: (config.devices?.linkUrl ?? null) !== null,
    };
    const ground = { settings, zones, clock, log, metrics };
    const keptPoints = past?.points ?? [];
    const figures = openFigures({ ...ground, sourcesHere, keptPoints });
    const { boards, engine, deviceFigures, reader } = figures;
    const routing =
      redis === null || config.redis === null
        ? null
        : openRoutingSums({ ...ground, config: config.redis, redis, random, lifecycle });
    const ownRouting = routing !== null && config.redis?.routing.gateway === null ? routing : null;
    const sources = () => place.sources();
    const place = openPlace({
      ...{ ...ground, config, shared, random, audit, store, lifecycle, figures, leftOut },
      isShown: (id) => push.shownQueueIds().has(id),
      onRoutingEvent: ownRouting === null ? undefined : (event) => ownRouting.add(event),
      onStatus: () => publish(),
    });
    const { genesys, rooms } = place;
    const httpServer = createLimitedServer({ trustedProxies: config.trustedProxies });
    const addressOf = createClientAddress(config.trustedProxies);
    const rates = new RateLimits();
    const waitMs = (kind: RateClass, address: string) =>
      rates.spend(kind, addressForLimits(address), clock.monotonicNow());
    guardUpgrades(httpServer, {
      ownPath: PUSH_PATH,
      waitMs: (request) => waitMs('arrival', addressOf(request)),
    });
    const names = publicNames({ ...config, isLoopback });
    const { allowedOrigins, allowedHosts } = names;
    const limits = () => engine.limits();
    const boardExists = (id: string) => boards.board(id) !== null;
    const access = await openAccess({
      ...{ config: config.access, store, audit, clock, log, boardExists, passing: shared?.passing ?? null },
      secretBytes: options.secretBytes ?? systemSecretBytes,
      baseUrl: names.baseUrl,
      isConnected: (screenId) => push.screenIsConnected(screenId),
      standingOf: (screenId) => push.screenStanding(screenId),
    });
    const { gate, screens, platformIdentity } = access;
    const boardDesks = await openBoardDesk({
      ...{ store, boards, clock, screens, takers: [engine, deviceFigures], ...sourcesHere },
      queueIdsOf: (subject) => engine.membersOf(subject),
    });
    if (shared === null) lifecycle.onStop('imports', await boardDesks.watchImports(log));
    const setPace = () => engine.setPace(paceOf(boards));
    lifecycle.onStop('pace of boards', boards.subscribe(setPace));
    const announcements = await openAnnouncements({ store, clock, log, newId: randomUUID });
    lifecycle.onStop('announcements', () => announcements.stop());
    const alarms = await openAlarms({
      ...{ reader, boards, alerts: rooms.alertDesk, store, clock, log, metrics, random },
      ...(place.mayCall === null ? {} : { mayCall: place.mayCall }),
    });
    lifecycle.onStop('alarms', () => alarms.stop());
    const desks = {
      telemetry: rooms.devices?.telemetry ?? createOffDesk(clock),
      diagnostics: rooms.diagnostics,
      platformIdentity,
    };
    const publish = () => push.publishSources(sources());
    const push: PushServer = createPushServer({
      ...{ httpServer, reader, boards, sources, limits, clock, log, metrics, allowedOrigins },
      ...{
        alerts: rooms.alertDesk,
        alarms: alarms.desk,
        announcements,
        devices: desks,
        build: options.build,
        gate,
        audit,
        addressOf,
      },
      mayFail: (address) => waitMs('failed', address) === 0,
      screenPath: (screenId) => screens.path(screenId),
      screenSeen: (screenId) => void screens.seen(screenId),
    });
    const replay = past?.open({
      ...{ boards, clock, metrics, takeSeat: (boardId, screen) => push.seat(boardId, screen) },
      isStored: (id) => boards.board(id) !== boards.made(id),
      subscribePoints: (hear) => reader.subscribePoints(hear),
    });
    const signIn = access.mode.mode === 'genesys' ? access.mode : null;
    const apiUrls = [config.genesys, signIn].flatMap((platform) => platform?.apiUrl ?? []);
    const deviceHttp = createDeviceHttp({ ...desks, agentTokens: access.agentTokens, gate, clock, log });
    const starting = stillStarting(config.locale);
    let pages: PageHandler = starting;
    const pagesStarted = () => options.startPages === null || pages !== starting;
    const handle = createHttpHandler({
      ...{ reader, sources, boards, limits, metrics, log, clock, allowedOrigins, allowedHosts, pagesStarted },
      ...{ gate, audit, rates, trustedProxies: config.trustedProxies, build: options.build },
      ...(place.hasPicture && { hasPicture: place.hasPicture }),
      routes: [
        ...accessRoutes({ access, audit, clock, log, boardExists }),
        ...alertRoutes({ desk: rooms.alertDesk, audit, clock }),
        ...boardDeskRoutes({ ...boardDesks, reader, audit, clock }),
        ...alarmRoutes({ desk: alarms.desk, boards, audit, clock }),
        ...announcementRoutes({ desk: announcements, audit, clock, boardExists }),
        ...replayRoutes({ desk: replay?.desk ?? null, clock }),
        ...routingRoutes({
          desk: routing?.desk ?? null,
          queueIds: () => routingQueueIds(config, reader),
          clock,
        }),
        partsRoute({
          clock,
          partsOf: (subject, kpi) =>
            isDeviceKpi(kpi) ? deviceFigures.partsOf(subject, kpi) : engine.partsOf(subject, kpi),
        }),
        ...deviceHttp.routes,
      ],
      locales: { usual: config.locale, ofBoard: (id: string) => boards.board(id)?.locale ?? null },
      widgetFramers: widgetFramers(apiUrls, config.devices?.widgetOrigins ?? []),
      secureOrigin: config.publicUrl?.startsWith('https:') ?? false,
      fallback: (request, response) => pages(request, response),
    });
    httpServer.on('request', handle);

    engine.start();
    lifecycle.onStop('kpi engine', () => engine.stop());
    deviceFigures.start();
    lifecycle.onStop('device figures', () => deviceFigures.stop());
    rooms.devices?.start();
    await rooms.sessions?.start();
    const port = await listen(httpServer, config);
    lifecycle.onStop('http', () => closeServer(httpServer));
    lifecycle.onStop('live views', deviceHttp.close);
    names.listening(port);
    access.start();
    lifecycle.onStop('access', () => access.stop());
    push.start();
    lifecycle.onStop('push', () => push.stop());
    replay?.start();
    lifecycle.onStop('replay', async () => replay?.stop());
    // Signs of life change no state, but they tell a quiet link from a dead one; push sends them in its own time.
    lifecycle.onStop('signs of life', clock.every(SIGNS_OF_LIFE_MS, publish));
    for (const room of [rooms.alerts, rooms.devices, genesys]) {
      if (room !== null) lifecycle.onStop('status of sources', room.subscribe(publish));
    }
    await rooms.alerts?.start();
    alarms.start();
    routing?.start();
    if (genesys !== null) {
      lifecycle.onStop('drift', engine.onReconciled(genesys.noteDrift));
      genesys.start();
      lifecycle.onStop('genesys', () => genesys.stop());
    }
    if (shared !== null) {
      const followers = [
        { kinds: BOARD_DESK_KINDS, reload: () => boardDesks.reload(log) },
        { kinds: [ANNOUNCEMENT_KIND], reload: () => announcements.reload() },
        { kinds: FOLLOWED_ALARM_KINDS, reload: () => alarms.reload() },
      ];
      changes = watchChanges({ store: shared.keeper, bus: shared.bus, followers, clock, log });
      lifecycle.onStop('changes by other nodes', async () => changes?.stop());
    }
    await place.start(() => alarms.callingChanged());
    if (options.startPages !== null) {
      const started = await options.startPages({ hostname: config.host, port });
      lifecycle.onStop('pages', () => started.close());
      pages = started.handle;
    }
    return {
      url: `http://${urlHost(config.host)}:${port}`,
      port,
      reader,
      sources,
      oneTimeLink: access.oneTimeLink,
      stop: lifecycle.stop,
    };
  } catch (thrown) {
    await lifecycle.stop();
    throw thrown;
  }
}

/** Those of the allow-list, else every queue that is known. */
function routingQueueIds({ redis }: Config, reader: KpiReader): readonly string[] {
  const listed = redis?.routing.queueIds ?? [];
  return listed.length > 0 ? listed : [...new Set(reader.rows(null).map(({ queueId }) => queueId))];
}
