/** What a socket of ours offers, and how long it waits for somebody who says nothing. */
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ORIGIN, openStand, type Stand } from './push-stand';

let stand: Stand;
afterEach(() => stand.close());

function upgrade(options: WebSocket.ClientOptions = {}): WebSocket {
  const url = `${stand.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  return new WebSocket(url, { ...options, headers: { origin: ORIGIN } });
}

describe('a socket', () => {
  it('SEC-74 is not compressed, whatever the client would like', async () => {
    stand = await openStand();
    const ws = upgrade({ perMessageDeflate: true });
    const [[response]] = await Promise.all([once(ws, 'upgrade'), once(ws, 'open')]);
    expect(response.headers['sec-websocket-extensions']).toBeUndefined();
    expect(ws.extensions).toBe('');
    ws.terminate();
    await once(ws, 'close');
  });

  it('SEC-74 whose client goes nowhere is closed, though it answers every ping', async () => {
    stand = await openStand();
    const ws = upgrade();
    ws.on('message', (data) => {
      if (String(data) === '2') ws.send('3');
    });
    await once(ws, 'open');
    // The timer is Socket.IO's own, of 5 s.
    await once(ws, 'close');
    while (stand.connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
