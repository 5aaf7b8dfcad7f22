import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiErrorSchema, kpisResponseSchema } from '../../../lib/contracts/api';
import { boardSchema } from '../../../lib/contracts/board';
import { change } from '../../support/fake-kpi-reader';
import { openHttp } from '../../support/http-stand';
import { HOSTILE_IDS, inheritedByAll, OBJECT_KEYS } from '../../support/object-keys';
import { boardOf, FakeBoards } from '../../support/push-boards';

const before = inheritedByAll();
let stand: Awaited<ReturnType<typeof openHttp>>;
beforeAll(async () => {
  const boards = new FakeBoards(['main', '__proto__', 'constructor'].map((id) => boardOf(id)));
  stand = await openHttp({ boards });
  stand.reader.list(['all', 'queue:a', 'queue:__proto__']);
  stand.reader.announce([
    change('queue:a', 'waiting', 1),
    change('queue:a|voice', 'waiting', 1),
    change('queue:__proto__', 'waiting', 7),
    change('queue:__proto__|constructor', 'waiting', 7),
  ]);
});
afterAll(async () => {
  await stand.stop();
  expect(inheritedByAll()).toBe(before);
});

async function figures(query: string) {
  const response = await fetch(`${stand.url}/api/v1/kpis?${query}`);
  expect(response.status).toBe(200);
  const { queues } = kpisResponseSchema.parse(await response.json());
  return queues.map(({ queueId, mediaType, values }) => [queueId, mediaType, values.waiting?.value]);
}

async function refusal(response: Response, status: number): Promise<string> {
  expect(response.status).toBe(status);
  const text = await response.text();
  expect(text.length).toBeLessThan(1_000);
  return apiErrorSchema.parse(JSON.parse(text)).code;
}

describe('REST', () => {
  it('SEC-60 finds a queue and a media type by whatever id they have', async () => {
    expect(await figures('queueId=__proto__')).toEqual([
      ['__proto__', null, 7],
      ['__proto__', 'constructor', 7],
    ]);
    expect(await figures('queueId=__proto__&mediaType=constructor')).toEqual([
      ['__proto__', 'constructor', 7],
    ]);
    for (const id of OBJECT_KEYS.filter((key) => key !== '__proto__')) {
      expect(await figures(`queueId=${id}`)).toEqual([]);
      expect(await figures(`queueId=a&mediaType=${id}`)).toEqual([]);
    }
  });

  it('SEC-60 finds nothing, or refuses, for ids that are none', async () => {
    for (const id of HOSTILE_IDS) {
      const query = new URLSearchParams({ queueId: id });
      const response = await fetch(`${stand.url}/api/v1/kpis?${query}`.slice(0, 15_000));
      if (id.length > 64) expect(await refusal(response, id.length > 8_000 ? 414 : 400)).toBeTruthy();
      else
        expect(
          kpisResponseSchema.parse(await response.json()).queues.every((row) => row.queueId === id),
        ).toBe(true);
    }
  });

  it.each(OBJECT_KEYS)('SEC-60 takes no parameter and no field for another: %s', async (name) => {
    expect(await refusal(await fetch(`${stand.url}/api/v1/kpis?${name}=a`), 400)).toBe('query.invalid');
    const bodies = [
      `{"${name}":{"queueId":"a"}}`,
      `{"queueId":{"${name}":"a"}}`,
      `{"queueId":"a","${name}":1}`,
      `["${name}"]`,
      `"${name}"`,
    ];
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${stand.url}/api/v1/kpis`, { method: 'POST', headers, body });
      expect(await refusal(response, 400)).toBe('query.invalid');
    }
  });

  it('SEC-60 gives the board of that id, and of no other', async () => {
    for (const id of HOSTILE_IDS.filter((key) => key.length < 100 && key !== ' ')) {
      const response = await fetch(
        `${stand.url}/api/v1/boards/${encodeURIComponent(id.replace(/\p{Cs}/gu, ''))}`,
      );
      if (id === '__proto__' || id === 'constructor') {
        expect(boardSchema.parse(await response.json()).id).toBe(id);
      } else {
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
        expect(apiErrorSchema.parse(await response.json()).message).not.toContain(id);
      }
    }
  });
});
