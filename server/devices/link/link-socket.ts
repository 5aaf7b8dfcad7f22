/** The port through which links talk; `ws-link-socket` is the real one, tests bring their own. */
import type { Ending } from './link-ending';

export interface LinkSocketHandlers {
  opened(): void;
  /** One text frame. */
  frame(text: string, bytes: number): void;
  /** A frame that is no text: binary, ping or pong. */
  otherFrame(kind: 'binary' | 'control', bytes: number): void;
  /** The handshake got an HTTP status other than 101; nothing follows. */
  refused(status: number, retryAfterMs: number): void;
  /** Closed, or never opened; nothing follows. */
  ended(ending: Ending): void;
}

export interface LinkSocket {
  /** False: it is not open, or what was sent before has not left yet. */
  send(text: string): boolean;
  /** Ends it at once. No handler is called any more. */
  drop(): void;
  /** Takes leave, and waits a second for the other side. No handler is called any more. */
  leave(): void;
}

export type OpenLinkSocket = (address: string, token: string, handlers: LinkSocketHandlers) => LinkSocket;
