/** The directory of interactions before a platform in memory: real REST client, pacer and tokens. */
import { createInteractionDirectory } from '../../../server/genesys/interactions';
import { createRatePacer } from '../../../server/genesys/rate-pacer';
import { createRestClient } from '../../../server/genesys/rest-client';
import type { RoleSource } from '../../../server/genesys/user-roles';
import type { HttpRequest } from '../../../server/runtime/http';
import { silentLog } from '../../../server/runtime/log';
import { createTokenSource } from '../../../server/runtime/token-source';
import { FakeClock } from '../../support/fake-clock';
import { memoryHttp, type Reply } from './memory-http';

export function interactionStage(
  reply: (request: HttpRequest, nth: number) => Reply,
  roles: RoleSource = { kind: 'account' },
) {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  let calls = 0;
  const { http, asked } = memoryHttp((request) => {
    if (request.url.endsWith('/oauth/token'))
      return { status: 200, body: { access_token: 't', expires_in: 600 } };
    calls += 1;
    return reply(request, calls);
  });
  const client = { id: 'id', secret: 'secret' };
  const rest = createRestClient({
    ...{ apiUrl: 'https://api.x', pacer: createRatePacer(clock), http, stamp: () => clock.now(), signal },
    tokens: createTokenSource({ loginUrl: 'https://login.x', client, http, clock, signal }),
    onStatusClass: () => {},
  });
  const directory = createInteractionDirectory({ rest, clock, log: silentLog, roles });
  const paths = () =>
    asked.filter(({ url }) => !url.endsWith('/oauth/token')).map(({ url }) => url.slice(13));
  return { clock, directory, asked, paths };
}
