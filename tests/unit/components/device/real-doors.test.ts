/** The widget's own link before the server's real doors: let in, told, turned away. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openDeviceLink, type TextSocket } from '../../../../components/device/widget/device-socket';
import { createBoards } from '../../../../server/boards/boards';
import { createPushServer } from '../../../../server/push/push-server';
import { systemClock } from '../../../../server/runtime/clock';
import { silentLog } from '../../../../server/runtime/log';
import { createMetrics } from '../../../../server/runtime/metrics';
import { FakeTelemetryDesk } from '../../../support/fake-device-desks';
import { FakeGate, PERSON } from '../../../support/fake-gate';
import { FakeKpiReader } from '../../../support/fake-kpi-reader';
import { SOURCES } from '../../../support/push-boards';

const SOON = { timeout: 10_000, interval: 20 };

describe('the widget before the real server', () => {
  it('UI-94 is let in with its token, told of the device, and hears that it is nobody or has no such conversation', async () => {
    const httpServer = createServer();
    httpServer.listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    const { port } = httpServer.address() as AddressInfo; // A TCP server that listens has one.
    const origin = `http://127.0.0.1:${port}`;
    const gate = new FakeGate();
    gate.know('Bearer tok', PERSON(['supervisor']));
    const push = createPushServer({
      ...{
        httpServer,
        gate,
        reader: new FakeKpiReader(['all']),
        clock: systemClock,
        log: silentLog,
        build: 'x',
      },
      boards: createBoards({ stored: [], timeZone: 'UTC' }),
      ...{
        allowedOrigins: [origin],
        metrics: createMetrics(),
        sources: () => SOURCES,
        screenPath: async () => null,
      },
      devices: {
        ...{ telemetry: new FakeTelemetryDesk(), diagnostics: null },
        platformIdentity: async () => ({ genesysUserId: null, email: null }),
      },
    });
    push.start();
    const heardBy = (auth: { token?: string; conversationId: string }) => {
      const heard: string[] = [];
      const open = () =>
        // The same methods as a browser's.
        new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
          origin,
        }) as unknown as TextSocket;
      const leave = openDeviceLink({
        ...{ open, auth, clock: systemClock },
        listener: {
          onJoined: () => {},
          onHeard: () => {},
          onDevice: ({ telemetry }) => heard.push(telemetry.deviceStatus),
          onLost: (failure) => heard.push(JSON.stringify(failure)),
        },
      });
      return { heard, leave };
    };
    const widget = heardBy({ token: 'tok', conversationId: 'i-1' });
    const nobody = heardBy({ conversationId: 'i-1' });
    const nothing = heardBy({ token: 'tok', conversationId: 'i-2' });
    const all = () => [widget, nobody, nothing].map(({ heard }) => heard.join());
    const expected = ['online', '{"kind":"signedOut"}', '{"kind":"refused","why":"unknown"}'];
    await vi.waitUntil(() => JSON.stringify(all()) === JSON.stringify(expected), SOON).catch(() => undefined);
    expect(all()).toEqual(expected);
    widget.leave();
    await push.stop();
    httpServer.closeAllConnections();
    await new Promise((resolve) => httpServer.close(resolve));
  });
});
