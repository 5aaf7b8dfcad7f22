/** The built pages behind the real door, with real sockets and made-up figures: what a browser meets, without a source. */
import { createBoards } from '../../server/boards/boards';
import type { HttpHandlerOptions } from '../../server/http/http-handler';
import { meRoutes } from '../../server/http/me-route';
import { createPushServer } from '../../server/push/push-server';
import { systemClock } from '../../server/runtime/clock';
import { silentLog } from '../../server/runtime/log';
import { createMetrics } from '../../server/runtime/metrics';
import { builtPages } from './browser';
import { FakeGate } from './fake-gate';
import { FakeKpiReader } from './fake-kpi-reader';
import { type HttpStand, openHttp } from './http-stand';
import { SOURCES } from './push-boards';

export interface PageStand extends HttpStand {
  readonly reader: FakeKpiReader;
  readonly gate: FakeGate;
}

/** Needs `npm run build`. `closePages` of browser.ts at the end of the file. */
export async function openPages({
  ...more
}: Partial<HttpHandlerOptions> & { subjects?: readonly string[] } = {}): Promise<PageStand> {
  const reader = new FakeKpiReader(more.subjects ?? ['all', 'queue:a', 'queue:b']);
  const boards = more.boards ?? createBoards({ stored: [], timeZone: 'UTC' });
  const gate = new FakeGate(true);
  const { handle } = await builtPages({ hostname: '127.0.0.1', port: 0 });
  const allowedOrigins: string[] = [];
  const figures = { reader, boards, gate, allowedOrigins, clock: systemClock };
  // The links of a page follow from who its reader is.
  const routes = meRoutes({ signIn: { mode: 'none' }, screenPath: () => '/pair' });
  const stand = await openHttp({ ...figures, routes, fallback: handle, ...more });
  allowedOrigins.push(stand.url);
  const push = createPushServer({
    ...{ httpServer: stand.server, ...figures, sources: () => SOURCES, log: silentLog, build: 'test' },
    ...{ metrics: createMetrics(), screenPath: async () => null },
  });
  push.start();
  const stop = async () => {
    await push.stop();
    await stand.stop();
  };
  return { ...stand, stop, reader, gate };
}
