import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { prepareFrame, wireFrame } from '../../../server/push/frame';
import { wireOf } from '../../../server/push/screen';

interface FrameReader {
  on(event: 'message', listener: (data: Buffer) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  write(bytes: Buffer): void;
}
// ws exports the reader of its own client; its typings leave it out.
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean }) => FrameReader;
};

/** What a WebSocket client reads out of the bytes. */
function read(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer) => resolve(data.toString('utf8')));
    receiver.on('error', reject);
    receiver.write(bytes);
  });
}

describe('wireFrame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('PUSH-21 frames %i characters', async (length) => {
    const text = 'x'.repeat(length);
    expect(await read(wireFrame(text))).toBe(text);
  });

  it('PUSH-21 counts bytes, not characters', async () => {
    const text = 'ü€😀'.repeat(20);
    expect(await read(wireFrame(text))).toBe(text);
  });

  it('PUSH-21 holds one Socket.IO event of the namespace', async () => {
    const frame = prepareFrame('delta', '{"a":1}');
    expect(await read(frame.wire[0])).toBe('42/board,["delta",{"a":1}]');
    expect(`4${frame.packet}`).toBe('42/board,["delta",{"a":1}]');
  });
});

describe('wireOf', () => {
  const tcp = { writableLength: 0 };
  const webSocket = { readyState: 1, extensions: '', _sender: { sendFrame() {} }, _socket: tcp };
  const transport = { name: 'websocket', writable: true, perMessageDeflate: false, socket: webSocket };
  const conn = { readyState: 'open', writeBuffer: [], transport };

  it('PUSH-21 finds the short way where everything is as expected', () => {
    expect(wireOf({ conn })).toEqual({ engine: conn, transport, webSocket, sender: webSocket._sender, tcp });
  });

  it.each([
    ['nothing', undefined],
    ['a state that is no text', { ...conn, readyState: 1 }],
    ['no buffer', { ...conn, writeBuffer: undefined }],
    ['another transport', { ...conn, transport: { ...transport, name: 'polling' } }],
    ['no writable flag', { ...conn, transport: { ...transport, writable: undefined } }],
    ['deflate', { ...conn, transport: { ...transport, perMessageDeflate: {} } }],
    ['an extension', { ...conn, transport: { ...transport, socket: { ...webSocket, extensions: 'x' } } }],
    ['no sender', { ...conn, transport: { ...transport, socket: { ...webSocket, _sender: {} } } }],
    ['no socket', { ...conn, transport: { ...transport, socket: { ...webSocket, _socket: null } } }],
  ])('PUSH-21 goes the public way with %s', (_, other) => {
    expect(wireOf({ conn: other })).toBeNull();
  });
});
