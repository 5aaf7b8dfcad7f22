/**
 * The few words of Socket.IO (Engine.IO 4, Socket.IO 5) that the widget needs, as text frames of one WebSocket: its own
 * client would be a third of all that the widget may load. Pure; what cannot be read is `other`, and harms nothing.
 */
export type Packet =
  /** The connection is open; silence for longer than this is none any more. */
  | { readonly kind: 'open'; readonly silenceMs: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'joined' }
  /** Turned away from the namespace, or put out of it. `code` is the server's; '' where it named none. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'left' }
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown }
  | { readonly kind: 'other' };

export const PONG = '3';
/** Where the server names none, or one that is none. */
const DEFAULT_SILENCE_MS = 4_500;
const LONGEST_SILENCE_MS = 60_000;

/** `namespace`: with its slash. */
export function joinFrame(namespace: string, auth: object): string {
  return `40${namespace},${JSON.stringify(auth)}`;
}

export function readPacket(frame: string, namespace: string): Packet {
  if (frame === '2') return { kind: 'ping' };
  if (frame === '1') return { kind: 'left' };
  if (frame.startsWith('0')) return { kind: 'open', silenceMs: silenceOf(jsonOf(frame.slice(1))) };
  const rest = frame.slice(2);
  if (!frame.startsWith('4') || !(rest === namespace || rest.startsWith(`${namespace},`))) return OTHER;
  const content = jsonOf(rest.slice(namespace.length + 1));
  switch (frame[1]) {
    case '0':
      return { kind: 'joined' };
    case '1':
      return { kind: 'left' };
    case '2':
      return eventOf(content);
    case '4':
      return { kind: 'refused', code: refusalCode(content) };
    default:
      return OTHER;
  }
}

const OTHER = { kind: 'other' } as const;

function eventOf(content: unknown): Packet {
  if (!Array.isArray(content) || typeof content[0] !== 'string') return OTHER;
  return { kind: 'event', name: content[0], payload: content[1] };
}

/** `{message, data: {code}}`; some middlewares put the code in the message. */
function refusalCode(content: unknown): string {
  const data = fieldOf(content, 'data');
  const code = fieldOf(data, 'code') ?? fieldOf(content, 'message');
  return typeof code === 'string' ? code : '';
}

function silenceOf(content: unknown): number {
  const [interval, timeout] = [fieldOf(content, 'pingInterval'), fieldOf(content, 'pingTimeout')];
  if (typeof interval !== 'number' || typeof timeout !== 'number') return DEFAULT_SILENCE_MS;
  const sum = interval + timeout;
  return sum > 0 && sum <= LONGEST_SILENCE_MS ? sum : DEFAULT_SILENCE_MS;
}

/** An own field of something that may be no object; `undefined`: there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  // It is an object, and the field is its own.
  return (value as Record<string, unknown>)[name];
}

/** `undefined`: nothing, or no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
