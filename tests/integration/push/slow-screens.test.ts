import { once } from 'node:events';
import type { Socket as NetSocket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { applyDelta, fromSnapshot, type LiveState } from '../../../lib/apply-delta';
import { deltaSchema, snapshotSchema } from '../../../lib/contracts/push';
import { FakeClock } from '../../support/fake-clock';
import { change } from '../../support/fake-kpi-reader';
import { ORIGIN, openStand, type Stand } from './push-stand';

let stand: Stand | null = null;
afterEach(async () => {
  await stand?.close();
  stand = null;
});

/** A screen that a test can make stop reading: its TCP socket is paused, so that the pipe fills up to the server. */
class PausableScreen {
  readonly ws: WebSocket;
  state: LiveState | null = null;
  frames = 0;
  gaps = 0;

  constructor(s: Stand) {
    const url = `${s.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    this.ws = new WebSocket(url, { headers: { origin: ORIGIN } });
    this.ws.on('error', () => {});
    this.ws.on('message', (data) => this.#take(String(data)));
  }

  get paused(): boolean {
    return this.ws.isPaused;
  }

  #take(text: string): void {
    if (text.startsWith('0')) this.ws.send('40/board,{"boardId":"main"}');
    if (text.startsWith('2')) this.ws.send('3');
    if (!text.startsWith('42/board,')) return;
    const [event, content] = JSON.parse(text.slice('42/board,'.length)) as [string, unknown];
    this.frames += 1;
    if (event === 'snapshot') this.state = fromSnapshot(snapshotSchema.parse(content));
    if (event !== 'delta' || this.state === null) return;
    const result = applyDelta(this.state, deltaSchema.parse(content));
    if (result.kind === 'applied') this.state = result.state;
    else this.gaps += 1;
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function bufferedBytes(connections: ReadonlySet<NetSocket>): number {
  return [...connections].reduce((sum, socket) => sum + socket.writableLength, 0);
}

/** A value whose frame is some 60 kB: a pipe is full after a few dozen. */
function large(n: number) {
  const detail = Array.from({ length: 600 }, (_, i) => ({ label: `${'x'.repeat(80)}${i}`, count: n }));
  return change('all', 'waiting', n, { detail });
}

describe('a screen that stops reading', () => {
  it('PUSH-20 costs one frame, harms nobody, and gets the latest state when it reads again', async () => {
    const clock = new FakeClock();
    const s = await openStand({ clock });
    stand = s;
    const others = [s.screen(), s.screen()];
    await Promise.all(others.map((screen) => screen.nextSnapshot()));
    const slow = new PausableScreen(s);
    await until(() => slow.state !== null);
    slow.ws.pause();

    // More than any pipe holds; the frame on its way is the only one that waits in this process.
    let n = 0;
    let largest = 0;
    while (s.push.counters.passedOver < 20) {
      n += 1;
      s.reader.announce([large(n), change('queue:a', 'waiting', n)]);
      await Promise.all(others.map((screen) => screen.until('all#waiting', n)));
      largest = Math.max(largest, bufferedBytes(s.connections));
      clock.advance(250);
    }
    expect(largest).toBeLessThan(2 * 70_000);
    expect(others.map((screen) => [screen.gaps, screen.state?.values.get('queue:a#waiting')?.value])).toEqual(
      [
        [0, n],
        [0, n],
      ],
    );

    const before = s.push.counters.catchUps;
    slow.ws.resume();
    while (slow.state?.values.get('all#waiting')?.value !== n) {
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(slow.state?.values.get('queue:a#waiting')?.value).toBe(n);
    expect(slow.gaps).toBe(0);
    expect(slow.frames).toBeLessThan(n);
    expect(s.push.counters.catchUps - before).toBeGreaterThanOrEqual(1);
    slow.ws.terminate();
    await once(slow.ws, 'close');
  });

  it('PUSH-20 gets the snapshot it asked for as soon as it reads', async () => {
    const clock = new FakeClock();
    const s = await openStand({ clock });
    stand = s;
    const slow = new PausableScreen(s);
    await until(() => slow.state !== null);
    slow.ws.pause();
    let n = 0;
    while (s.push.counters.passedOver === 0) {
      n += 1;
      s.reader.announce([large(n)]);
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
    slow.ws.send('42/board,["resync"]');
    const snapshots = s.push.counters.snapshots;
    const epoch = slow.state?.epoch;
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(s.push.counters.snapshots).toBe(snapshots);
    slow.ws.resume();
    while (s.push.counters.snapshots === snapshots || slow.state?.values.get('all#waiting')?.value !== n) {
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(slow.state?.epoch).toBe(epoch);
    slow.ws.terminate();
    await once(slow.ws, 'close');
  });
});
