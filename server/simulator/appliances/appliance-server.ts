/**
 * The appliances' WebSocket: `/appliances/{deviceId}` with a bearer token of the device cloud, one link an appliance.
 * An appliance that is offline refuses, or never answers, each in its own way; on its open link it falls silent, or the
 * link breaks. All links hang on one timer.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import { seededRandom } from '../../runtime/random';
import type { FaultSource } from '../faults/fault-board';
import type { FleetDevice } from '../world/device-fleet';
import type { Reach } from '../world/device-life';
import { type Appliance, type ApplianceEnd, createAppliance } from './appliance';
import { type AppliancesTruth, type CommandRun, createApplianceBooks } from './appliance-books';
import { createTimerWheel } from './timer-wheel';

export interface ApplianceTimes {
  /** Between two samples of metrics; 100: 10 Hz. */
  readonly metricsMs: number;
  readonly heartbeatMs: number;
}

export interface ApplianceServerOptions extends ApplianceTimes {
  readonly fleet: readonly FleetDevice[];
  readonly seed: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly faults: FaultSource;
  reach(index: number): Reach;
  isGood(authorization: string | undefined): boolean;
}

export interface ApplianceServer {
  /** Whether the request is for an appliance; if so it is dealt with. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Breaks links; how many. */
  cut(deviceId: string | undefined): number;
  truth(): AppliancesTruth;
  commands(deviceId?: string): readonly Readonly<CommandRun>[];
  stop(): void;
}

export const USUAL_TIMES: ApplianceTimes = { metricsMs: 100, heartbeatMs: 5_000 };
const MAX_INCOMING_BYTES = 64 * 1024;
/** A reader this far behind misses metrics, and this far is cut off. */
const SLOW_BYTES = 256 * 1024;
const CUT_BYTES = 8 * 1024 * 1024;
const MAX_UNANSWERED = 2_000;
const PATH = /^\/appliances\/([^/?]+)\/?(?:\?|$)/;

export function createApplianceServer(options: ApplianceServerOptions): ApplianceServer {
  const { clock, faults, fleet } = options;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_INCOMING_BYTES,
    autoPong: false,
  });
  const wheel = createTimerWheel(clock);
  const books = createApplianceBooks();
  const deviceById = new Map(fleet.map((device) => [device.deviceId, device]));
  const appliances = new Map<number, Appliance>();
  const links = new Map<WebSocket, FleetDevice>();
  const unanswered = new Set<Duplex>();

  function applianceOf(device: FleetDevice): Appliance {
    const there = appliances.get(device.index);
    if (there !== undefined) return there;
    const made = createAppliance({
      ...{ device, wheel, faults, books },
      random: seededRandom(options.seed ^ Math.imul(device.index + 1, 0x9e3779b1)),
      isOnline: () => options.reach(device.index).online,
      now: () => clock.now(),
    });
    appliances.set(device.index, made);
    return made;
  }
  function leave(socket: Duplex): void {
    books.count.unanswered += 1;
    if (unanswered.size >= MAX_UNANSWERED) socket.destroy();
    else {
      unanswered.add(socket);
      socket.once('close', () => unanswered.delete(socket));
      // Who has asked may go; without a reader that would not be noticed.
      socket.once('end', () => socket.destroy());
      socket.resume();
    }
  }
  /** Why nobody gets through to it; `null`: one does. */
  function obstacle(device: FleetDevice): number | 'hang' | null {
    const { deviceId, index } = device;
    const fault = faults.strike('applianceHandshake', (one) => (one.deviceId ?? deviceId) === deviceId);
    if (fault !== null) return fault.mode === 'hang' ? 'hang' : fault.status;
    if (!options.reach(index).online) return refusesOffline(device) ? 503 : 'hang';
    return applianceOf(device).isAway ? 503 : null;
  }
  function open(device: FleetDevice, socket: WebSocket): void {
    const appliance = applianceOf(device);
    const end = endOf(socket);
    books.count.accepted += 1;
    links.set(socket, device);
    appliance.attach(end);
    const stops = [
      wheel.every(options.heartbeatMs, appliance.heartbeat, 0),
      // Each at its own moment: the work of a tick is spread.
      wheel.every(
        options.metricsMs,
        () => measure(device, appliance, end),
        (device.index * 37) % options.metricsMs,
      ),
    ];
    socket.on('message', (data, isBinary) => {
      if (isBinary) books.count.unreadable += 1;
      else appliance.hear(textOf(data));
    });
    socket.on('ping', (data) => {
      if (!appliance.isSilent()) socket.pong(data);
    });
    socket.on('error', (error) => options.log.debug('an appliance’s link failed', { reason: error.message }));
    socket.on('close', () => {
      for (const stop of stops) stop();
      links.delete(socket);
      appliance.detach(end);
    });
  }
  function measure(device: FleetDevice, appliance: Appliance, end: ApplianceEnd): void {
    if (!options.reach(device.index).online && refusesOffline(device)) end.cut();
    else appliance.measure();
  }

  return {
    handleUpgrade(request, socket, head) {
      const match = PATH.exec(request.url ?? '');
      if (match === null) return false;
      socket.on('error', () => socket.destroy());
      const device = deviceById.get(decoded(match[1]) ?? '');
      const isGood = options.isGood(request.headers.authorization);
      const found = !isGood ? 401 : device === undefined ? 404 : obstacle(device);
      if (found === 'hang') leave(socket);
      else if (found !== null) {
        books.count[isGood ? 'refused' : 'unauthorised'] += 1;
        refuse(socket, found);
      } else if (device !== undefined) {
        server.handleUpgrade(request, socket, head, (webSocket) => open(device, webSocket));
      }
      return true;
    },
    cut(deviceId) {
      const hit = [...links].filter(([, device]) => deviceId === undefined || device.deviceId === deviceId);
      for (const [socket] of hit) socket.terminate();
      return hit.length;
    },
    truth() {
      books.count.open = links.size;
      return books.truth();
    },
    commands: books.commands,
    stop() {
      wheel.stop();
      for (const socket of unanswered) socket.destroy();
      for (const socket of links.keys()) socket.terminate();
      server.close();
    },
  };
}

function endOf(socket: WebSocket): ApplianceEnd {
  return {
    send(payload) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > CUT_BYTES) socket.terminate();
      else socket.send(payload);
    },
    cut: () => socket.terminate(),
    get isSlow() {
      return socket.bufferedAmount > SLOW_BYTES;
    },
  };
}

/** Every other one; those beside it never answer. */
function refusesOffline({ index }: FleetDevice): boolean {
  return index % 2 === 1;
}

const REASONS = new Map([
  [401, 'Unauthorized'],
  [404, 'Not Found'],
  [503, 'Service Unavailable'],
]);

function refuse(socket: Duplex, status: number): void {
  const reason = REASONS.get(status) ?? 'Refused';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function textOf(data: RawData): string {
  return data.toString();
}

function decoded(segment: string | undefined): string | null {
  try {
    return decodeURIComponent(segment ?? '');
  } catch {
    return null; // decodeURIComponent throws nothing but URIError
  }
}
