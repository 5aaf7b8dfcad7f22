/** Answers of the API: JSON, never cached, never sniffed; errors say what the caller can act on and nothing else. */
import type { ServerResponse } from 'node:http';
import type { ApiError } from '../../lib/contracts/api';

export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

export interface HttpProblem extends ApiError {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendText(
  response: ServerResponse,
  { status = 200, type, body, headers = {} }: TextReply,
): void {
  response.writeHead(status, {
    ...SAFE_HEADERS,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  // Node leaves the body of an answer to HEAD away by itself.
  response.end(body);
}

export interface TextReply {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendJson(response: ServerResponse, content: unknown, status = 200): void {
  sendText(response, { status, type: 'application/json; charset=utf-8', body: JSON.stringify(content) });
}

export function sendProblem(response: ServerResponse, { status, code, message, headers }: HttpProblem): void {
  const body = JSON.stringify({ code, message } satisfies ApiError);
  sendText(response, { status, type: 'application/json; charset=utf-8', body, headers: headers ?? {} });
}
