/**
 * A simulated Genesys Cloud on one loopback port: login, REST, notification sockets, and a control API, over a world of
 * its own; on a second port the broker of its devices, where they are asked for. The composition root of the simulator: it wires the parts, moves the world on, and stops all it started.
 * It knows nothing of the code that it is there to test.
 */
import type { Server } from 'node:http';
import { createLifecycle } from '../runtime/lifecycle';
import { seededRandom } from '../runtime/random';
import { answerControl } from './control-api';
import { createCallers } from './conversations/callers';
import { createConversationBook } from './conversations/conversation-book';
import { type CustomerSide, createCustomerSide } from './customer-side';
import { earlySurges, startDevices } from './devices/device-desk';
import type { FaultBoard } from './faults/fault-board';
import {
  DEMO_CLIENT,
  DEVICE_TOKEN_LIFETIME_SECONDS,
  SIGN_IN_CLIENTS,
  type SimulatorOptions,
  WORLD_TICK_MS,
} from './options';
import { answerApi } from './platform/api';
import { authorize, logout } from './platform/authorize';
import type { RoutingSum } from './platform/conversation-emitter';
import { errorReply, genericProblem, type Reply } from './platform/error-body';
import { createEventDesk } from './platform/event-desk';
import { createHttpServer, type HttpCall } from './platform/http-server';
import { login } from './platform/oauth';
import { randomUuid } from './platform/tokens';
import { type Platform, wirePlatform } from './platform/wire-platform';
import { type Truth, type TruthQuestion, tellTruth } from './truth';
import { createWorld } from './world/create-world';
import { planCustomers } from './world/customers';
import { planFleet } from './world/device-fleet';

export interface RunningSimulator {
  readonly port: number;
  /** `http://127.0.0.1:PORT`: login, API and control alike. */
  readonly url: string;
  /** `mqtt://127.0.0.1:PORT`, of the devices' broker; `null`: there is none. */
  readonly mqttUrl: string | null;
  /** The same faults that `/simulator/faults` drives. */
  readonly faults: FaultBoard;
  /** Device cloud, appliances, live conversations, transcripts, with their books. */
  readonly side: CustomerSide;
  /** The books, written up to now. */
  truth(question?: TruthQuestion): Truth;
  /** Waits that ended since then (epoch ms) and of which a listener to conversations was told, by queue. */
  routing(since?: number): readonly RoutingSum[];
  /** Starts a held replay; `false` where there is none. */
  startReplay(): boolean;
  stop(): Promise<void>;
}

const SWEEP_MS = 1_000;
const FORGET_MS = 3_600_000;
const KEEP_MS = 3 * 86_400_000;

/** What it serves, anyone may ask, without a token: it is for this machine only. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** Starts and listens. Rejects where the port is taken or the host is not loopback. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { clock, log } = options;
  const timeZone = options.timeZone ?? 'UTC';
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK.has(host)) throw new Error(`the simulator listens on loopback only, not on ${host}`);
  const lifecycle = createLifecycle(clock, log);
  const now = clock.now();
  const fleet = fleetOf(options);
  const hasEarlyFault = fleet?.hasEarlyFault ?? false;
  const seed = fleet?.seed ?? 1;
  const customers = fleet === null ? [] : planCustomers(planFleet(fleet), seed);
  const conversations = createConversationBook({
    run: now.toString(36),
    drawCaller: createCallers(customers, seed),
    queueName: (index) => world.queues[index]?.name ?? null,
    changed: (conversation) => live?.conversations.changed(conversation),
  });
  /** Once there is somebody to tell. */
  let live: Platform | null = null;
  const { world, books } = createWorld(options.world, {
    ...{ now, timeZone, watch: conversations.watch, moved: (move) => live?.agents.moved(move) },
    surges: (queues) => (fleet === null || !hasEarlyFault ? [] : earlySurges({ ...fleet, now }, queues)),
  });
  let port = options.port;
  let worldTime = now;
  const devices = fleet === null ? null : await startDevices({ ...fleet, world, host, timeZone, now });
  if (devices !== null) lifecycle.onStop('devices', () => devices.stop());
  const contextId = () => randomUuid(options.random);
  const platform = wirePlatform({
    ...options,
    clients: options.clients ?? [DEMO_CLIENT],
    signInClients: options.signInClients ?? SIGN_IN_CLIENTS,
    queues: world.queues,
    books,
    contextId,
    conversations,
    performOnDevices: (fault) => side.perform(fault),
    socketBase: () => `ws://${host}:${port}`,
  });
  live = platform;
  const side = createCustomerSide({
    ...{ devices, customers, conversations, queues: world.queues, seed, clock, log, faults: platform.faults },
    random: seededRandom(seed ^ (now & 0x7fff_ffff)),
    times: options.devices?.applianceTimes,
    tokenLifetimeSeconds: options.devices?.tokenLifetimeSeconds ?? DEVICE_TOKEN_LIFETIME_SECONDS,
  });

  /** Where the world stands still; `null`: it goes on. */
  let heldAt: number | null = null;

  function step(): void {
    worldTime = heldAt ?? clock.now();
    devices?.step(worldTime);
    world.advanceTo(worldTime);
    platform.flush();
  }
  function truth(question: TruthQuestion = {}): Truth {
    step();
    const replay = world.replay(worldTime);
    return tellTruth(
      {
        ...{ queues: world.queues, books, timeZone, now: worldTime, worldTime, replay },
        devices: devices?.truth() ?? null,
      },
      question,
    );
  }
  const events = createEventDesk({
    now: () => clock.now(),
    check: (authorization) => platform.tokens.check(authorization, clock.monotonicNow()),
    uuid: contextId,
  });
  function routing(since = 0): readonly RoutingSum[] {
    step();
    return platform.conversations.told(since);
  }
  const startReplay = () => world.start(clock.now());
  function hold(isHeld: boolean): void {
    step();
    heldAt = isHeld ? worldTime : null;
  }
  function handle(call: HttpCall): Reply {
    const taken = events.answer(call) ?? side.messages.answer(call);
    if (taken !== null) return taken;
    if (call.path === '/simulator' || call.path.startsWith('/simulator/')) {
      return answerControl(
        { faults: platform.faults, truth, devices, events, side, startReplay, step, routing, hold },
        call,
      );
    }
    if (call.path.startsWith('/cloud/')) step();
    const cloud = side.cloud?.answer(call) ?? null;
    if (cloud !== null) return cloud;
    const signIn = answerSignIn(call);
    if (signIn !== null) return signIn;
    if (!call.path.startsWith('/api/v2/')) return errorReply(genericProblem(404), contextId());
    // A question is answered from the present, not from the last step.
    step();
    return answerApi(platform.api, call);
  }

  function answerSignIn(call: HttpCall): Reply | null {
    const now = clock.monotonicNow();
    const asked = `${call.method} ${call.path}`;
    if (asked === 'POST /oauth/token') return login(platform, { ...call, now, contextId: contextId() });
    if (asked === 'GET /oauth/authorize') return authorize(platform.desk, call.query, now);
    if (asked === 'GET /logout') return logout(platform.desk, call.query);
    const isKnown = ['/oauth/token', '/oauth/authorize', '/logout'].includes(call.path);
    return isKnown ? errorReply(genericProblem(405), contextId()) : null;
  }

  const arrived = (call: HttpCall) => side.cloud?.arrived(call);
  const server = createHttpServer({ clock, log, contextId, arrived, handle, faults: platform.faults });
  server.on('upgrade', (request, socket, head) => {
    const isTaken = side.appliances?.handleUpgrade(request, socket, head) ?? false;
    if (!isTaken) platform.sockets.handleUpgrade(request, socket, head);
  });
  port = await listen(server, port, host).catch(async (thrown: unknown) => {
    await lifecycle.stop();
    throw thrown;
  });
  lifecycle.onStop('http', () => closeServer(server));
  lifecycle.onStop('sockets', () => platform.stop());
  lifecycle.onStop('appliances', () => side.appliances?.stop());
  lifecycle.onStop('world', clock.every(WORLD_TICK_MS, step));
  lifecycle.onStop(
    'sweep',
    clock.every(SWEEP_MS, () => {
      platform.sweep();
      side.cloud?.sweep();
    }),
  );
  lifecycle.onStop(
    'forget',
    clock.every(FORGET_MS, () => books.forgetBefore(clock.now() - KEEP_MS)),
  );
  return {
    port,
    url: `http://${host}:${port}`,
    mqttUrl: devices?.url ?? null,
    faults: platform.faults,
    side,
    truth,
    routing,
    startReplay,
    stop: () => lifecycle.stop(),
  };
}

/** Only a day that has happened can have a fault in it. */
function fleetOf({ devices, world }: SimulatorOptions) {
  if (devices === undefined) return null;
  const { ownFaults = true } = devices;
  const hasEarlyFault = ownFaults && world.kind === 'made-up' && world.warmUp;
  const seed = world.kind === 'made-up' ? world.seed : 1;
  return { seed, hasEarlyFault, pastMinutes: hasEarlyFault ? 150 : 15, ...devices, ownFaults };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
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
