/** Links to appliances that fall silent, flood, break the protocol or go away, on real sockets. */
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { rawFrame, Stage } from './stage';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

const HEARTBEAT = '{"type":"heartbeat"}';
const METRICS = '{"type":"metrics","values":{"latency_ms":31}}';
const up = { kind: 'up' };
const BREACH = 'the device speaks something else, or breaks the protocol';

/** A link that is up, and the device at its other end. */
async function linked() {
  let device: WebSocket | null = null;
  let socket: Socket | null = null;
  stage.onAsked = async (asked) => {
    socket = asked.socket;
    device = await asked.accept();
  };
  const link = stage.link(await stage.serve());
  await stage.until(() => stage.states.length === 1 && device !== null);
  if (device === null || socket === null) throw new Error('no device came up');
  return { link, device: device as WebSocket, socket: socket as Socket };
}

describe('a link that was up', () => {
  it.each<[string, (device: WebSocket, socket: Socket) => void, string, string]>([
    ['goes away', (device) => device.close(1001), 'lost', 'the device closed the connection (1001)'],
    ['is cut', (_, socket) => socket.destroy(), 'lost', 'the connection to the device was cut'],
    ['is reset', (_, socket) => socket.resetAndDestroy(), 'lost', 'the connection to the device was cut'],
    ['will not go on', (device) => device.close(1008), 'failed', 'the device will not go on with us (1008)'],
    [
      'says too much at once',
      (device) => device.send('x'.repeat(65_537)),
      'failed',
      'the device sent a message of more than 64 kB',
    ],
    [
      'says too much in pieces',
      (device) => {
        for (let n = 0; n < 3; n += 1) device.send('x'.repeat(30_000), { fin: false });
      },
      'failed',
      'the device sent a message of more than 64 kB',
    ],
  ])('DEV-70 whose device %s', async (_, act, kind, reason) => {
    const { device, socket } = await linked();
    act(device, socket);
    expect(await stage.state(2)).toEqual({ kind, reason });
  });

  it.each<[string, Buffer]>([
    ['text that is no UTF-8', rawFrame(0x81, Buffer.from([0xc3, 0x28]))],
    ['a frame that says it is compressed', rawFrame(0xc1, Buffer.from('{}'))],
    ['a frame of no known kind', rawFrame(0x83, Buffer.from('{}'))],
    ['a masked frame', Buffer.concat([Buffer.from([0x81, 0x82, 1, 2, 3, 4]), Buffer.from('{}')])],
    ['a close of no known code', rawFrame(0x88, Buffer.from([0x03, 0xee]))],
  ])('DEV-70 has failed after %s', async (_, bytes) => {
    stage.link(
      await stage.serveRaw(
        (socket, acceptance) => void socket.write(acceptance + bytes.toString('latin1'), 'latin1'),
      ),
    );
    expect(await stage.state(2)).toEqual({ kind: 'failed', reason: BREACH });
  });

  it.each([
    ['another protocol', () => 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a wrong key', (acceptance: string) => acceptance.replace(/Accept: \S+/, 'Accept: AAAA')],
    [
      'an extension nobody asked for',
      (acceptance: string) =>
        acceptance.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'),
    ],
  ])('DEV-70 has failed where a handshake is answered with %s', async (_, words) => {
    stage.link(await stage.serveRaw((socket, acceptance) => void socket.write(words(acceptance))));
    expect(await stage.state(1)).toEqual({ kind: 'failed', reason: BREACH });
  });

  it('DEV-68 goes on after frames that are none of the protocol', async () => {
    const { device } = await linked();
    for (const frame of ['', 'hello', '[]', '{"type":"metrics"}', Buffer.from([1, 2, 3])]) device.send(frame);
    device.send(METRICS);
    await stage.until(() => stage.messages.length > 0);
    expect(stage.messages).toHaveLength(1);
    expect(stage.states).toEqual([up]);
  });

  it('DEV-65 is lost where the device falls silent and the path still stands, and comes back', async () => {
    const { device } = await linked();
    device.send(HEARTBEAT);
    await stage.until(() => stage.messages.length === 1);
    await stage.clock.advanceAsync(14_500, 500);
    expect(stage.states).toEqual([up]);
    stage.clock.advance(500);
    expect(stage.states.at(-1)).toMatchObject({ kind: 'lost' });
    stage.clock.advance(1_000);
    expect(await stage.state(3)).toEqual(up);
    expect(stage.asked).toHaveLength(2);
  });

  it('DEV-71 cuts off a device that floods, by frames or by pings', async () => {
    const { device } = await linked();
    for (let n = 0; n < 3_000; n += 1) device.send(METRICS);
    const reason = 'the device sends far more than it should';
    expect(await stage.state(2)).toEqual({ kind: 'lost', reason });
    expect(stage.messages).toHaveLength(1_000);
    stage.onAsked = async (asked) => {
      const again = await asked.accept();
      for (let n = 0; n < 3_000; n += 1) again.ping('x');
    };
    await stage.clock.advanceAsync(10_000);
    expect(await stage.state(4)).toEqual({ kind: 'lost', reason });
  });

  it('DEV-72 says no where the device does not read, and is lost', async () => {
    const { link, socket } = await linked();
    socket.pause();
    const params = { filler: 'x'.repeat(32_768) };
    let count = 0;
    while (link.send({ id: `c${count}`, command: 'ping_latency', params })) count += 1;
    // The buffers of two kernels, and no more.
    expect(count).toBeLessThan(1_000);
    expect(stage.states).toEqual([up]);
    stage.clock.advance(500);
    expect(await stage.state(2)).toMatchObject({
      kind: 'lost',
      reason: expect.stringContaining('does not read'),
    });
  });

  it('DEV-73 takes leave in words, also of a device that does not answer', async () => {
    const { link, device, socket } = await linked();
    const said = new Promise<number>((resolve) => void device.once('close', resolve));
    link.close();
    expect(await said).toBe(1000);
    const silent = new Stage();
    let ended: Promise<unknown> = Promise.resolve();
    const quiet = silent.link(
      await silent.serveRaw((own, acceptance) => {
        ended = new Promise((resolve) => void own.once('close', resolve));
        own.write(acceptance);
      }),
    );
    await silent.state(1);
    quiet.close();
    await ended;
    expect(socket.destroyed).toBe(true);
    await silent.close();
    expect(stage.states).toEqual([up]);
  });
});
