/** The body of a request as text: bounded in size and in time, of the type that is asked for and not compressed. */
import type { IncomingMessage } from 'node:http';
import { err, ok, type Result } from '../../lib/result';
import type { Clock } from '../runtime/clock';
import type { HttpProblem } from './reply';

export const MAX_BODY_BYTES = 64 * 1024;
const BODY_TIMEOUT_MS = 10_000;

/** After a body that was not read to its end the connection is of no more use. */
const CLOSE = { connection: 'close' };

export async function readBody(
  request: IncomingMessage,
  type: string,
  clock: Clock,
  maxBytes = MAX_BODY_BYTES,
): Promise<Result<string, HttpProblem>> {
  const sent = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (sent !== type) return refuse(415, 'body.type', `the body must be ${type}`);
  if (request.headers['content-encoding'] !== undefined) {
    return refuse(415, 'body.encoding', 'the body must not be compressed');
  }
  return collect(request, clock, maxBytes);
}

function collect(
  request: IncomingMessage,
  clock: Clock,
  maxBytes: number,
): Promise<Result<string, HttpProblem>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (result: Result<string, HttpProblem>) => {
      cancel();
      request.removeAllListeners('data');
      resolve(result);
    };
    const cancel = clock.after(BODY_TIMEOUT_MS, () => {
      settle(refuse(408, 'body.slow', 'the body did not arrive in time'));
    });
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) settle(refuse(413, 'body.large', `the body is over ${maxBytes} bytes`));
    });
    request.once('end', () => settle(ok(Buffer.concat(chunks).toString('utf8'))));
    request.once('error', () => settle(refuse(400, 'body.broken', 'the body broke off')));
  });
}

function refuse(status: number, code: string, message: string) {
  return err({ status, code, message, headers: CLOSE });
}
