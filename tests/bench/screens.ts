/**
 * The load generator, a process of its own: as many screens as it is told, each a bare WebSocket that says the least
 * that its protocol asks for and counts what it gets. Started over IPC with [port, count, protocol, door]; `door`: a
 * whole server, which looks at Origins and at how many come from one address.
 */
import { WebSocket } from 'ws';
import type { ScreensReport, TargetKind } from './delivery-messages';

const [port = '', count = '', kind = '', door = ''] = process.argv.slice(2);
// Given by deliveries.ts, which has no other kinds.
const isSocketIo = (kind as TargetKind) !== 'ws';
const url = isSocketIo
  ? `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`
  : `ws://127.0.0.1:${port}/`;

/** This machine has as many addresses. */
const ADDRESSES = 20;

let received = 0;
let bytes = 0;

function openScreen(_: unknown, index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      ...{ perMessageDeflate: false, skipUTF8Validation: true },
      ...(door === 'door'
        ? { origin: `http://127.0.0.1:${port}`, localAddress: `127.0.0.${2 + (index % ADDRESSES)}` }
        : {}),
    });
    socket.on('error', reject);
    socket.on('close', (_code, reason) => reject(new Error(`a screen was closed: ${reason.toString()}`)));
    if (!isSocketIo) {
      socket.on('open', () => resolve());
      socket.on('message', () => {
        received += 1;
      });
      return;
    }
    socket.on('message', (frame: Buffer) => {
      bytes += frame.length;
      const first = frame[0];
      if (first === 0x30) socket.send('40/board,{"boardId":"bench"}');
      else if (first === 0x32) socket.send('3');
      else if (frame[1] === 0x32) {
        received += 1;
        resolve();
      } else if (kind === 'emit' && frame[1] === 0x30) resolve();
    });
  });
}

const BATCH = 50;
for (let opened = 0; opened < Number(count); opened += BATCH) {
  await Promise.all(Array.from({ length: Math.min(BATCH, Number(count) - opened) }, openScreen));
}
process.send?.('connected');

let since = { received, bytes, cpu: process.cpuUsage(), at: performance.now() };
process.on('message', (message) => {
  if (message === 'begin') since = { received, bytes, cpu: process.cpuUsage(), at: performance.now() };
  if (message !== 'report') return;
  const { user, system } = process.cpuUsage(since.cpu);
  const wallMs = performance.now() - since.at;
  const report: ScreensReport = {
    received: received - since.received,
    bytes: bytes - since.bytes,
    busyShare: (user + system) / 1_000 / wallMs,
  };
  process.send?.(report);
});
process.on('disconnect', () => process.exit(0));
