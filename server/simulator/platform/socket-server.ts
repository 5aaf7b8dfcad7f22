/**
 * The channels' sockets: `/channels/{id}` on the same port. One socket a channel (a second closes the first),
 * heartbeats, ping and pong, the notice before a channel ends, and the faults on the way out.
 * A reader that does not read is cut off once 16 MB wait for it. Source: platform facts, section 3.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { Random } from '../../runtime/random';
import type { FaultSource } from '../faults/fault-board';
import { disturb } from '../faults/frame-faults';
import type { Channel, ChannelRegistry } from './channel-registry';

export interface SocketServerOptions {
  readonly registry: ChannelRegistry;
  readonly faults: FaultSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly heartbeatMs: number;
}

export interface SocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends one frame to one channel, through the frame faults; false where no socket is open, or it does not go whole. */
  deliver(channel: Channel, text: string): boolean;
  close(): void;
}

const MAX_INCOMING_BYTES = 64 * 1024;
const MAX_BACKLOG_BYTES = 16 * 1024 * 1024;
/** A delayed frame holds memory until it goes out. */
const MAX_DELAYED_FRAMES = 100_000;
const HEARTBEAT = metadataFrame('WebSocket Heartbeat');
const PONG = metadataFrame('pong');

export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { registry, faults, clock, log } = options;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_INCOMING_BYTES,
    // A silenced channel answers no protocol ping either.
    autoPong: false,
  });
  const sockets = new Set<WebSocket>();
  const delayed = new Set<() => void>();

  function write(channel: Channel, socket: WebSocket, payload: string | Buffer): boolean {
    if (channel.socket === null || socket.readyState !== WebSocket.OPEN) return false;
    if (socket.bufferedAmount > MAX_BACKLOG_BYTES) {
      log.warn('a reader does not read; its socket is cut', { backlogBytes: socket.bufferedAmount });
      socket.terminate();
      return false;
    }
    socket.send(payload);
    return true;
  }
  function later(afterMs: number, act: () => void): void {
    if (delayed.size >= MAX_DELAYED_FRAMES) {
      act();
      return;
    }
    const cancel = clock.after(afterMs, () => {
      delayed.delete(cancel);
      act();
    });
    delayed.add(cancel);
  }
  function isSilenced(channel: Channel): boolean {
    return (
      faults.strike('silence', (fault) => fault.channelId === undefined || fault.channelId === channel.id) !==
      null
    );
  }
  function send(channel: Channel, socket: WebSocket, text: string): boolean {
    if (!faults.any) return write(channel, socket, text);
    if (isSilenced(channel)) return false;
    const fault = faults.strike(
      'frames',
      (one) =>
        (one.channelId === undefined || one.channelId === channel.id) && options.random() < one.probability,
    );
    const deliveries =
      fault === null ? [{ payload: text, afterMs: 0 }] : disturb(fault, text, options.random);
    let isOpen = true;
    for (const { payload, afterMs } of deliveries) {
      if (afterMs === 0) isOpen = write(channel, socket, payload);
      else later(afterMs, () => write(channel, socket, payload));
    }
    return isOpen && deliveries.some(({ payload }) => payload === text);
  }
  function open(channel: Channel, socket: WebSocket): void {
    channel.socket?.close(1000, 'another connection took the channel');
    const own = {
      send: (text: string) => send(channel, socket, text),
      close: (code: number, reason: string) => socket.close(code, reason),
      terminate: () => socket.terminate(),
    };
    channel.socket = own;
    channel.lastUsedAt = clock.monotonicNow();
    sockets.add(socket);
    const stopHeartbeat = clock.every(options.heartbeatMs, () => own.send(HEARTBEAT));
    socket.on('message', (data, isBinary) => {
      channel.lastUsedAt = clock.monotonicNow();
      if (!isBinary && isPing(data)) own.send(PONG);
    });
    socket.on('ping', (data) => {
      if (!isSilenced(channel)) socket.pong(data);
    });
    socket.on('error', (error) => log.debug('socket error', { reason: error.message }));
    socket.on('close', () => {
      stopHeartbeat();
      sockets.delete(socket);
      if (channel.socket === own) channel.socket = null;
    });
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const refusal = faults.strike('refuseHandshakes', () => true);
      if (refusal !== null) return refuse(socket, refusal.status);
      const match = /^\/channels\/([\w-]+)\/?$/.exec(pathOf(request));
      const channel = match === null ? undefined : registry.get(match[1] ?? '');
      if (channel === undefined) return refuse(socket, 404);
      server.handleUpgrade(request, socket, head, (webSocket) => open(channel, webSocket));
    },
    deliver(channel, text) {
      return channel.socket?.send(text) ?? false;
    },
    close() {
      for (const cancel of delayed) cancel();
      for (const socket of sockets) socket.terminate();
      server.close();
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

function refuse(socket: Duplex, status: number): void {
  const text = status === 404 ? 'Not Found' : 'Refused';
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function isPing(data: RawData): boolean {
  try {
    const message: unknown = JSON.parse(data.toString());
    return (
      typeof message === 'object' && message !== null && 'message' in message && message.message === 'ping'
    );
  } catch {
    return false; // not JSON: the platform takes no other commands
  }
}

function metadataFrame(message: string): string {
  return JSON.stringify({ topicName: 'channel.metadata', eventBody: { message } });
}
