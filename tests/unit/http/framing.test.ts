import { describe, expect, it } from 'vitest';
import { ACCESS_TABLE } from '../../../server/access/access-table';
import { REGIONS } from '../../../server/genesys/regions';
import { framersOf, keepsOpener, widgetFramers } from '../../../server/http/framing';
import { parseTarget } from '../../../server/http/target';

describe('who may hold the widget in a frame', () => {
  it.each([...REGIONS])(
    'API-34 in %s its desktop and what else of the platform is below it',
    (region, { apiUrl }) => {
      expect(widgetFramers([apiUrl], [])).toEqual([`https://apps.${region}`, `https://*.${region}`]);
    },
  );

  it('API-34 the customer’s own pages as they are configured, each once', () => {
    const origins = ['https://desk.example.com', 'http://127.0.0.1:4000'];
    const api = 'https://api.mypurecloud.ie';
    expect(widgetFramers([api, api], [...origins, ...origins])).toEqual([
      'https://apps.mypurecloud.ie',
      'https://*.mypurecloud.ie',
      ...origins,
    ]);
  });

  it.each([
    'http://127.0.0.1:4010',
    'http://api.mypurecloud.ie',
    'https://api.localhost',
    'https://api.example.com:8443',
    'https://platform.example.com',
    "https://api.evil.test; script-src 'unsafe-inline'",
  ])('API-34 nobody because of the platform at %s', (apiUrl) => {
    expect(widgetFramers([apiUrl], [])).toEqual([]);
  });

  it('API-34 no page but the widget stands in a frame', () => {
    const framed = ACCESS_TABLE.filter(({ target }) => framersOf(target, ['https://a.test']).length > 0);
    expect(framed.map(({ target }) => target)).toEqual(['page /agent/device']);
  });
});

describe('the window in which somebody signs in for the widget', () => {
  const kept = (address: string) => {
    const target = parseTarget(address);
    return target.ok && keepsOpener(target.value);
  };

  it.each([
    '/agent/signed-in',
    '/agent/signed-in?x=1',
    '/sign-in?next=%2Fagent%2Fsigned-in',
    '/auth/sign-in?next=%2Fagent%2Fsigned-in',
    '/auth/callback?code=c&state=s',
    '/agent/diagnostics?conversationId=c-1',
    '/sign-in?next=%2Fagent%2Fdiagnostics%3FconversationId%3Dc-1',
  ])('API-35 is left to its opener at %s', (address) => {
    expect(kept(address)).toBe(true);
  });

  it.each([
    '/',
    '/sign-in',
    '/sign-in?next=%2F',
    '/sign-in?next=%2Fagent%2Fsigned-in-not',
    '/sign-in?next=https%3A%2F%2Fevil.test%2Fagent%2Fsigned-in',
    '/sign-in?next=%2Fagent%2Fsigned-in&next=%2Fadmin%2Fpeople',
    '/supervisor/diagnostics',
    '/agent/diagnostics/more',
    '/supervisor/queues?next=%2Fagent%2Fsigned-in',
    '/agent/device',
    '/agent/signed-in/more',
    '/admin/people',
    '/api/v1/me',
  ])('API-35 and no other: not at %s', (address) => {
    expect(kept(address)).toBe(false);
  });
});
