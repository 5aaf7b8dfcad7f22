/** A device cloud in memory: tokens t1, t2, …, and answers by a function. */
import { z } from 'zod';
import { err, type Result } from '../../../../lib/result';
import { createCloudClient } from '../../../../server/devices/telemetry/cloud-client';
import { createCloudTokens } from '../../../../server/devices/telemetry/cloud-tokens';
import { type Failure, failure } from '../../../../server/runtime/errors';
import type { HttpRequest } from '../../../../server/runtime/http';
import { createLog } from '../../../../server/runtime/log';
import { FakeClock } from '../../../support/fake-clock';
import { memoryHttp, type Reply } from '../../genesys/memory-http';

export type CloudReply = Reply | Result<never, Failure>;
export const TOKEN_URL = 'https://login.example.com/oauth/token';
export const CLIENT = { tokenUrl: TOKEN_URL, clientId: 'the-client-id', clientSecret: 'the-client-s3cret' };
export const ONLINE: Reply = { status: 200, body: { status: 'online', battery_level: 80 } };
export const TIMEOUT = err(failure('retry', 'timeout', 'x did not answer in time'));
export const NETWORK = err(failure('retry', 'network', 'x: no answer'));

export interface CloudStageOptions {
  /** Of the `nth` call that is no login, from 1. */
  readonly answer: (request: HttpRequest, nth: number) => CloudReply;
  readonly login?: (nth: number) => CloudReply;
}

/** Tokens live for ten minutes. */
export function cloudGround({ answer, login }: CloudStageOptions) {
  const clock = new FakeClock();
  const ending = new AbortController();
  const lines: string[] = [];
  const logins: HttpRequest[] = [];
  const calls: HttpRequest[] = [];
  const { http } = memoryHttp((request) => {
    if (request.url === TOKEN_URL) {
      logins.push(request);
      const token = { access_token: `t${logins.length}`, expires_in: 600 };
      return login?.(logins.length) ?? { status: 200, body: token };
    }
    calls.push(request);
    return answer(request, calls.length);
  });
  const { signal } = ending;
  const tokens = createCloudTokens({ client: CLIENT, http, clock, signal });
  const log = createLog('debug', (line) => lines.push(line));
  return { clock, ending, lines, logins, calls, http, tokens, log, signal };
}

const schema = z.object({ status: z.string() });
export const CALL = { path: ['devices', 'SN-1', 'status'], schema } as const;

export function cloudStage(options: CloudStageOptions) {
  const ground = cloudGround(options);
  const client = createCloudClient({
    ...ground,
    ...{ baseUrl: 'https://cloud.example.com/v1/', what: 'asking the device cloud', maxBytes: 65_536 },
  });
  return { ...ground, client };
}

/** Answers in turn, the last for ever. */
export function inTurn(...replies: readonly CloudReply[]): CloudStageOptions['answer'] {
  return (_, nth) => replies[Math.min(nth, replies.length) - 1] ?? { status: 500 };
}

/** What came of a promise, while the clock runs. */
export async function settled<T>(clock: FakeClock, promise: Promise<T>, ms = 20_000): Promise<T> {
  let isSettled = false;
  const done = promise.finally(() => {
    isSettled = true;
  });
  for (let left = ms; left > 0; left -= 100) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (isSettled) return done;
    clock.advance(100);
  }
  throw new Error(`not settled in ${ms} ms`);
}

/** Lets promises settle. */
export async function calm(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise<void>((resolve) => setImmediate(resolve));
}
