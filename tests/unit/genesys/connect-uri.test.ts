import { describe, expect, it } from 'vitest';
import { checkConnectUri } from '../../../server/genesys/connect-uri';
import { endpointsOf, REGIONS } from '../../../server/genesys/regions';

const region = { apiUrl: 'https://api.mypurecloud.ie', allowPlainSocketsTo: [] };
const local = { apiUrl: 'http://127.0.0.1:4000', allowPlainSocketsTo: ['127.0.0.1'] };

describe('connectUri', () => {
  it.each([
    ['wss://streaming.mypurecloud.ie/channels/streaming-2-x', region, true],
    ['wss://mypurecloud.ie/channels/x', region, true],
    ['ws://streaming.mypurecloud.ie/channels/x', region, false],
    ['https://streaming.mypurecloud.ie/channels/x', region, false],
    ['wss://streaming.mypurecloud.ie.evil.example/channels/x', region, false],
    ['wss://evilmypurecloud.ie/channels/x', region, false],
    ['wss://streaming.mypurecloud.de/channels/x', region, false],
    ['wss://user@streaming.mypurecloud.ie/channels/x', region, false],
    ['wss://streaming.mypurecloud.ie@evil.example/x', region, false],
    ['wss://93.184.216.34/channels/x', region, false],
    ['wss://[2001:db8::1]/channels/x', region, false],
    ['ws://127.0.0.1:4000/channels/x', region, false],
    ['not a url', region, false],
    ['ws://127.0.0.1:4000/channels/x', local, true],
    ['ws://localhost:4000/channels/x', local, false],
    ['ws://10.0.0.1:4000/channels/x', { ...local, allowPlainSocketsTo: ['10.0.0.1'] }, false],
    ['wss://127.0.0.1:4000/channels/x', local, false],
    ['ws://localhost:4000/x', { ...local, allowPlainSocketsTo: ['localhost:4000'] }, true],
  ])('GEN-9 %s under %o: %s', (uri, rule, may) => {
    const checked = checkConnectUri(uri, rule);
    expect(checked.ok).toBe(may);
    if (!checked.ok) expect(checked.error).not.toContain('/channels/');
  });

  it('GEN-2 knows the regions and their hosts', () => {
    expect(REGIONS.size).toBe(18);
    expect(endpointsOf('mypurecloud.ie')).toEqual({
      apiUrl: 'https://api.mypurecloud.ie',
      loginUrl: 'https://login.mypurecloud.ie',
    });
    expect(endpointsOf('example.org')).toBeNull();
  });
});
