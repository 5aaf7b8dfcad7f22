/** A platform in memory: answers by a function, keeps what was asked. */
import { ok, type Result } from '../../../lib/result';
import type { Failure } from '../../../server/runtime/errors';
import type { Http, HttpAnswer, HttpRequest } from '../../../server/runtime/http';

export type Reply = {
  status: number;
  body?: unknown;
  text?: string;
  headers?: Readonly<Record<string, string>>;
};

export function answerOf({ status, body, text, headers = {} }: Reply): HttpAnswer {
  const values = new Map(Object.entries(headers));
  return { status, text: text ?? JSON.stringify(body ?? {}), header: (name) => values.get(name) ?? null };
}

export function memoryHttp(reply: (request: HttpRequest, nth: number) => Reply | Result<never, Failure>) {
  const asked: HttpRequest[] = [];
  const http: Http = async (request) => {
    asked.push(request);
    const given = reply(request, asked.length);
    return 'ok' in given ? given : ok(answerOf(given));
  };
  return { http, asked };
}
