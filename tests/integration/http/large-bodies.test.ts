import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LARGE_BODY_BYTES } from '../../../server/http/board-desk-routes';
import { MAX_BODY_BYTES } from '../../../server/http/read-body';
import { sendJson, sendProblem } from '../../../server/http/reply';
import type { Route } from '../../../server/http/route';
import { type HttpStand, openShell } from '../../support/http-stand';

let stand: HttpStand;

function lengthRoute(path: string, bodyBytes?: number): Route {
  return {
    ...{ method: 'POST', path, pace: 'free' },
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    async answer({ response, json }) {
      const body = await json();
      if (body.ok) sendJson(response, { length: String(body.value).length });
      else sendProblem(response, body.error);
    },
  };
}

beforeAll(async () => {
  const routes = [lengthRoute('/api/v1/board-desk', LARGE_BODY_BYTES), lengthRoute('/api/v1/device-rules')];
  stand = await openShell({ routes });
});
afterAll(() => stand.stop());

async function post(path: string, length: number): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify('x'.repeat(length));
  const answer = await fetch(`${stand.url}/api/v1/${path}`, { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}

describe('bodies', () => {
  it('API-45 of a board may have 2 MB and no more, all others 64 kB', async () => {
    expect(await post('board-desk', LARGE_BODY_BYTES - 2)).toBe(200);
    expect(await post('board-desk', LARGE_BODY_BYTES)).toBe(413);
    expect(await post('device-rules', MAX_BODY_BYTES - 2)).toBe(200);
    expect(await post('device-rules', MAX_BODY_BYTES)).toBe(413);
  });
});
