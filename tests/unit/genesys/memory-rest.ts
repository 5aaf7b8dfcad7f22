/** A REST client in memory: answers observations and aggregates queries by hand, keeps what was asked. */
import { err, ok, type Result } from '../../../lib/result';
import type { Lane } from '../../../server/genesys/rate-pacer';
import type { RestAnswer, RestClient } from '../../../server/genesys/rest-client';
import type { Failure } from '../../../server/runtime/errors';

export interface AskedQuery {
  readonly kind: 'gauges' | 'intervals' | 'other';
  readonly lane: Lane;
  readonly queueIds: readonly string[];
  readonly interval: string | null;
  readonly metrics: readonly string[];
  /** Ends the call: with results, or with a failure. */
  answer(results: unknown[]): Promise<void>;
  fail(failure: Failure): Promise<void>;
}

export function memoryRest(now: () => number): { rest: RestClient; asked: AskedQuery[] } {
  const asked: AskedQuery[] = [];
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const rest: RestClient = {
    dropToken: () => {},
    call(call) {
      const sentAt = now();
      // The bodies are made by platform-calls, whose shapes the integration tests hold.
      const body = (call.body ?? {}) as {
        filter?: { predicates: { value: string }[] };
        interval?: string;
        metrics?: string[];
      };
      type Value = ReturnType<typeof call.schema.parse>;
      return new Promise<Result<RestAnswer<Value>, Failure>>((resolve) => {
        asked.push({
          kind: call.path.includes('observations')
            ? 'gauges'
            : call.path.includes('aggregates')
              ? 'intervals'
              : 'other',
          lane: call.lane,
          queueIds: body.filter?.predicates.map(({ value }) => value) ?? [],
          interval: body.interval ?? null,
          metrics: body.metrics ?? [],
          answer: (results) => {
            resolve(ok({ value: call.schema.parse({ results }), sentAt }));
            return settled();
          },
          fail: (failure) => {
            resolve(err(failure));
            return settled();
          },
        });
      });
    },
  };
  return { rest, asked };
}
