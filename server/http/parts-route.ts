/** What a figure is made of now, for whoever asks what it means: numerator and denominator of shares and averages. */
import { z } from 'zod';
import type { PartsResponse } from '../../lib/contracts/api';
import { type KpiKey, kpiKeySchema } from '../../lib/contracts/kpi';
import { parseSubject, type SubjectKey } from '../../lib/ids';
import type { Clock } from '../runtime/clock';
import { queryIn } from './read-query';
import { sendJson, sendProblem } from './reply';
import type { Route } from './route';

export interface PartsRouteOptions {
  /** `null`: the figure is neither a share nor an average, or nobody knows the subject. */
  readonly partsOf: (
    subject: SubjectKey,
    kpi: KpiKey,
  ) => { readonly numerator: number | null; readonly denominator: number | null } | null;
  readonly clock: Pick<Clock, 'now'>;
}

const querySchema = z.strictObject({ subject: z.string().min(1).max(300), kpi: kpiKeySchema });

export function partsRoute({ partsOf, clock }: PartsRouteOptions): Route {
  return {
    method: 'GET',
    path: '/api/v1/kpi-parts',
    answer({ parameters, response }) {
      const query = queryIn(parameters, querySchema);
      if (!query.ok) {
        sendProblem(response, query.error);
        return;
      }
      const { subject, kpi } = query.value;
      // Just parsed: an address of ours.
      const parts = parseSubject(subject) === null ? null : partsOf(subject as SubjectKey, kpi);
      sendJson(response, { serverTime: clock.now(), parts } satisfies PartsResponse);
    },
  };
}
