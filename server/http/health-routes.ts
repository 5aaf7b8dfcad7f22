/**
 * Health and metrics. Ready = pages have started, and a first picture is there. A server that loses Genesys later stays
 * ready: it serves its last good picture, marked stale, and a balancer that took it away would make the walls blank.
 * What is wrong with the sources is for those who look after them: the public learns whether it is ready.
 */
import type { Readyz } from '../../lib/contracts/api';
import type { Sources } from '../../lib/contracts/source';
import { decideFor } from '../access/decide';
import type { Metrics } from '../runtime/metrics';
import { sendJson, sendText } from './reply';
import type { Route } from './route';

export interface HealthRoutesOptions {
  readonly sources: () => Sources;
  readonly metrics: Metrics;
  /** Whether this node of several has a picture of the queues. Absent: alone, where the sources tell. */
  readonly hasPicture?: () => boolean;
  /** Absent: there are none, or they have. */
  readonly pagesStarted?: () => boolean;
  /** Names what runs: pages of another build are to be loaded anew. Absent: not told. */
  readonly build?: string;
}

/** Probes come by address and often; they cost nothing. */
const PROBE = { method: 'GET', pace: 'free', anyName: 'always' } as const;

export function healthRoutes({
  sources,
  metrics,
  hasPicture,
  pagesStarted,
  build,
}: HealthRoutesOptions): readonly Route[] {
  let hadPicture = false;
  return [
    { ...PROBE, path: '/healthz', answer: ({ response }) => sendJson(response, { alive: true, build }) },
    {
      ...PROBE,
      path: '/readyz',
      answer({ response, identity }) {
        const now = sources();
        const isFed = now.genesys.state === 'live' || now.genesys.state === 'degraded';
        hadPicture ||= hasPicture?.() ?? isFed;
        const ready = hadPicture && (pagesStarted?.() ?? true);
        const isTold = decideFor('GET /readyz details', identity).allowed;
        const body: Readyz = { ready, ...(isTold ? { sources: now } : {}) };
        sendJson(response, body, ready ? 200 : 503);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      anyName: 'with-token',
      async answer({ response }) {
        sendText(response, { type: metrics.contentType, body: await metrics.expose() });
      },
    },
  ];
}
