/** The port through which channels listen; `ws-socket` is the real one, tests bring their own. */

export interface SocketHandlers {
  opened(): void;
  /** One text frame. */
  frame(text: string): void;
  /** A frame that is no text. */
  binaryFrame(): void;
  /** The handshake got an HTTP status other than 101; nothing follows. */
  refused(status: number): void;
  /** Closed, or never opened; nothing follows. */
  closed(reason: string): void;
}

export interface Socket {
  send(text: string): void;
  /** Ends it at once. No handler is called any more. */
  end(): void;
}

export type OpenSocket = (uri: string, handlers: SocketHandlers) => Socket;
