/**
 * One HTTP exchange out: a deadline, a bound on the body, no redirects, no decoding. Everything that goes wrong
 * comes back as a value.
 */
import { Agent, request } from 'undici';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from './clock';
import { type Failure, failure } from './errors';
import type { Http, HttpAnswer, HttpRequest } from './http';
import { failureOfThrown } from './http-failures';

export interface HttpClient {
  readonly http: Http;
  close(): Promise<void>;
}

class TooLarge extends Error {}

export function createHttpClient(clock: Clock): HttpClient {
  // The deadline of each request comes from the clock; undici's own timers would be a second, hidden one.
  const agent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 });
  return { http: (wanted) => exchange(agent, clock, wanted), close: () => agent.destroy() };
}

async function exchange(
  agent: Agent,
  clock: Clock,
  wanted: HttpRequest,
): Promise<Result<HttpAnswer, Failure>> {
  const { host } = new URL(wanted.url);
  const deadline = new AbortController();
  const cancel = clock.after(wanted.timeoutMs, () => deadline.abort());
  try {
    return ok(await perform(agent, wanted, AbortSignal.any([wanted.signal, deadline.signal])));
  } catch (thrown) {
    if (wanted.signal.aborted) return err(failure('abort', 'aborted', `${wanted.what}: ended`));
    if (deadline.signal.aborted) {
      return err(
        failure('retry', 'timeout', `${wanted.what}: ${host} did not answer in ${wanted.timeoutMs} ms`),
      );
    }
    if (thrown instanceof TooLarge) {
      return err(
        failure('retry', 'too.large', `${wanted.what}: an answer of more than ${wanted.maxBytes} bytes`),
      );
    }
    return err(failureOfThrown(thrown, wanted.what, host));
  } finally {
    cancel();
  }
}

async function perform(agent: Agent, wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, headers, url } = wanted;
  const body = wanted.body ?? null;
  const answer = await request(url, { method, headers, body, signal, dispatcher: agent });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > wanted.maxBytes) {
      answer.body.destroy();
      throw new TooLarge();
    }
    chunks.push(chunk);
  }
  const header = (name: string) => {
    const value = answer.headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  return { status: answer.statusCode, header, text: Buffer.concat(chunks).toString('utf8') };
}
