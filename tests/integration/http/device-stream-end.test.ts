/** How a live view ends for a reader that has stopped reading, and for one whose standing changed while it opened. */
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createDeviceHttp } from '../../../server/http/device-http';
import { silentLog } from '../../../server/runtime/log';
import { FakeClock } from '../../support/fake-clock';
import { FakeDiagnosticsDesk, FakeTelemetryDesk, sessionOf } from '../../support/fake-device-desks';
import { FakeGate, PERSON } from '../../support/fake-gate';
import { openShell } from '../../support/http-stand';

const AGENT = PERSON(['agent'], 'p2');

const closings: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

async function open() {
  const clock = new FakeClock();
  const desk = new FakeDiagnosticsDesk();
  const gate = new FakeGate();
  const http = createDeviceHttp({
    ...{ gate, clock, log: silentLog, telemetry: new FakeTelemetryDesk(), diagnostics: desk },
    platformIdentity: async () => ({ genesysUserId: 'user-1', email: null }),
    agentTokens: { issue: async () => ({ token: 'a.b.c', expiresAt: 1 }) },
  });
  const stand = await openShell({ gate, clock, routes: http.routes });
  closings.push(stand.stop, http.close);
  const view = (cookie: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(`${stand.url}/v1/diagnostics/i-1/stream`, { headers: { cookie }, agent: false });
      asked.once('response', (response) => {
        response.on('error', () => {});
        resolve(response);
      });
      asked.on('error', reject);
      asked.end();
      closings.push(() => void asked.destroy());
    });
  return { clock, desk, gate, view };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the end of a live view', () => {
  it('DEV-110 of one who is signed out and does not read harms nobody, and is cut after half a minute', async () => {
    const { clock, desk, gate, view } = await open();
    gate.know('who=agent', AGENT);
    const response = await view('who=agent');
    response.pause();
    const notice = 'x'.repeat(1_000_000);
    // Beyond what the kernel holds for it.
    for (let round = 0; round < 40; round += 1) {
      desk.tell('i-1', { kind: 'session', session: sessionOf('i-1', { notice, since: round }) });
      await new Promise((resolve) => setImmediate(resolve));
    }
    let isClosed = false;
    gate.change(AGENT, null);
    await until(() => desk.watchers === 0);
    // Writing after the end would be a fault that ends the process: vitest fails a run that has one.
    clock.advance(15_000);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(15_000);
    response.once('close', () => {
      isClosed = true;
    });
    response.resume();
    await until(() => isClosed);
    expect(response.complete).toBe(false);
    expect(clock.pendingCount).toBe(0);
  });

  it('DEV-111 one whose reach became less while it opened is asked about anew', async () => {
    const { desk, gate, view } = await open();
    desk.ownerOf.set('i-1', 'user-9');
    const supervisor = PERSON(['supervisor'], 'p2');
    gate.know('who=supervisor', supervisor);
    let release = () => {};
    desk.hold = new Promise((resolve) => {
      release = resolve;
    });
    const opening = view('who=supervisor');
    await until(() => desk.reads === 1);
    gate.change(supervisor, AGENT);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    release();
    let text = '';
    const response = await opening;
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await until(() => text.includes('"kind":"end"'));
    expect(text).toContain('"code":"gone"');
  });
});
