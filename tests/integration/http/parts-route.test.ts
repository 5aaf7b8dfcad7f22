import { afterEach, describe, expect, it } from 'vitest';
import { partsResponseSchema } from '../../../lib/contracts/api';
import { partsRoute } from '../../../server/http/parts-route';
import { FakeClock } from '../../support/fake-clock';
import { type HttpStand, openShell } from '../../support/http-stand';

let stand: HttpStand | null = null;
afterEach(async () => {
  await stand?.stop();
  stand = null;
});

async function ask(query: string): Promise<Response> {
  const clock = new FakeClock();
  const partsOf = (subject: string, kpi: string) =>
    subject === 'queue:a' && kpi === 'serviceLevel' ? { numerator: 8, denominator: 10 } : null;
  stand ??= await openShell({ routes: [partsRoute({ partsOf, clock })] });
  return fetch(`${stand.url}/api/v1/kpi-parts${query}`);
}

describe('what a figure is made of, over REST', () => {
  it('UI-220 is told for shares and averages', async () => {
    const told = partsResponseSchema.parse(await (await ask('?subject=queue:a&kpi=serviceLevel')).json());
    expect(told.parts).toEqual({ numerator: 8, denominator: 10 });
    for (const query of ['?subject=queue:a&kpi=waiting', '?subject=__proto__&kpi=serviceLevel']) {
      expect(partsResponseSchema.parse(await (await ask(query)).json()).parts).toBeNull();
    }
  });

  it.each(['', '?subject=queue:a', '?subject=queue:a&kpi=constructor', '?subject=&kpi=waiting'])(
    'UI-220 refuses %j',
    async (query) => {
      expect((await ask(query)).status).toBe(400);
    },
  );
});
