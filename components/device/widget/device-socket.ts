/**
 * One link to the namespace of the widget: joins once, tells what comes, and is over when it is closed, refused or
 * silent for longer than the server's pings allow. It does not come back by itself: the machine says when.
 */
import type { AgentDevice } from '../../../lib/contracts/device';
import type { Cancel, Clock } from '../../live/clock';
import { fieldOf, joinFrame, PONG, readPacket } from './packets';
import { readAgentDevice } from './reading';
import type { Failure } from './widget-state';

/** As `DEVICE_NAMESPACE` and `TELEMETRY_EVENT` of the contract; written here so that no schema comes along. */
export const NAMESPACE = '/device';
export const TELEMETRY = 'telemetry';
const REFUSAL = 'refusal';
/** From the first step to being in the namespace. */
const OPEN_TIMEOUT_MS = 5_000;

/** What a `WebSocket` of the browser is here. */
export interface TextSocket {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LinkListener {
  onJoined(): void;
  onDevice(device: AgentDevice): void;
  /** Any sign of life. */
  onHeard(): void;
  /** Once, and last. */
  onLost(failure: Failure): void;
}

export interface DeviceLinkOptions {
  readonly open: () => TextSocket;
  readonly auth: { readonly token?: string; readonly conversationId: string };
  readonly clock: Pick<Clock, 'after'>;
  readonly listener: LinkListener;
}

/** Gives the way to leave; the listener hears nothing after it. */
export function openDeviceLink({ open, auth, clock, listener }: DeviceLinkOptions): () => void {
  const socket = open();
  let silenceMs = OPEN_TIMEOUT_MS;
  let isOver = false;
  let cancel: Cancel = clock.after(OPEN_TIMEOUT_MS, () => end({ kind: 'away' }));

  function leave(): void {
    isOver = true;
    cancel();
    [socket.onmessage, socket.onclose, socket.onerror] = [null, null, null];
    socket.close();
  }
  function end(failure: Failure): void {
    if (isOver) return;
    leave();
    listener.onLost(failure);
  }
  function heard(): void {
    cancel();
    cancel = clock.after(silenceMs, () => end({ kind: 'away' }));
    listener.onHeard();
  }
  function take(frame: string): void {
    const packet = readPacket(frame, NAMESPACE);
    heard();
    switch (packet.kind) {
      case 'open':
        silenceMs = packet.silenceMs;
        socket.send(joinFrame(NAMESPACE, auth));
        break;
      case 'ping':
        socket.send(PONG);
        break;
      case 'joined':
        listener.onJoined();
        break;
      case 'event':
        if (packet.name === REFUSAL) end(failureOf(fieldOf(packet.payload, 'code')));
        else if (packet.name === TELEMETRY) tell(packet.payload);
        break;
      case 'refused':
        end(failureOf(packet.code));
        break;
      case 'left':
        end({ kind: 'away' });
        break;
      case 'other':
        break;
    }
  }
  function tell(payload: unknown): void {
    const device = readAgentDevice(payload);
    if (device !== null && device.interactionId === auth.conversationId) listener.onDevice(device);
  }

  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') take(data);
  };
  socket.onclose = () => end({ kind: 'away' });
  socket.onerror = () => end({ kind: 'away' });
  return () => {
    if (!isOver) leave();
  };
}

/** By the codes of `refusalSchema`. */
export function failureOf(code: unknown): Failure {
  switch (code) {
    case 'unauthenticated':
    case 'revoked':
      return { kind: 'signedOut' };
    case 'forbidden':
      return { kind: 'refused', why: 'forbidden' };
    case 'interaction.unknown':
      return { kind: 'refused', why: 'unknown' };
    case 'source.off':
      return { kind: 'refused', why: 'off' };
    default:
      return { kind: 'away' };
  }
}
