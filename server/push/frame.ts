/**
 * A message made once and handed to any number of sockets: the Socket.IO packet (protocol 5, an EVENT in the
 * namespace) inside an Engine.IO message (protocol 4), and the WebSocket frame around both (RFC 6455 section 5.2:
 * one final, unmasked text frame), as bytes that are the same for every screen.
 */
import type { ALARMS_EVENT } from '../../lib/contracts/alarm';
import type { ANNOUNCEMENTS_EVENT } from '../../lib/contracts/announcement';
import { type ALERTS_EVENT, PUSH_NAMESPACE } from '../../lib/contracts/push';
import type { SITES_EVENT } from '../../lib/contracts/site-counts';

export interface PreparedFrame {
  readonly event:
    | 'snapshot'
    | 'delta'
    | typeof ALERTS_EVENT
    | typeof ALARMS_EVENT
    | typeof ANNOUNCEMENTS_EVENT
    | typeof SITES_EVENT;
  /** The event's argument as JSON. */
  readonly json: string;
  /** What Engine.IO takes as a message. */
  readonly packet: string;
  /** What a WebSocket writes; a list because that is what `ws` and Engine.IO take. */
  readonly wire: readonly [Buffer];
}

const ENGINE_MESSAGE = '4';
const SOCKET_EVENT = '2';
const FINAL_TEXT_FRAME = 0x81;

export function prepareFrame(event: PreparedFrame['event'], json: string): PreparedFrame {
  const packet = `${SOCKET_EVENT}${PUSH_NAMESPACE},["${event}",${json}]`;
  return { event, json, packet, wire: [wireFrame(ENGINE_MESSAGE + packet)] };
}

/** One text frame as a server sends it. */
export function wireFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT_FRAME;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header);
  return frame;
}
