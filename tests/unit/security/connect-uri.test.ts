import { describe, expect, it } from 'vitest';
import { type ConnectUriRule, checkConnectUri } from '../../../server/genesys/connect-uri';

const IE: ConnectUriRule = { apiUrl: 'https://api.mypurecloud.ie', allowPlainSocketsTo: [] };
/** As the setting GENESYS_ALLOW_LOOPBACK makes it. */
const LOOSE = { ...IE, allowPlainSocketsTo: ['127.0.0.1', '::1', '[::1]', 'localhost'] };
const LOCAL = { ...LOOSE, apiUrl: 'http://127.0.0.1:9100' };
const US = { ...IE, apiUrl: 'https://api.mypurecloud.com' };
const PATH = '/channels/streaming-2-secret';

/** What leads elsewhere, and how it was meant to get by. */
const REFUSED: readonly (readonly [string, string, ConnectUriRule])[] = [
  ['another host', `wss://evil.example${PATH}`, IE],
  ['the region as a prefix', `wss://api.mypurecloud.ie.evil.example${PATH}`, IE],
  ['the region as the end of a word', `wss://evilmypurecloud.ie${PATH}`, IE],
  ['the region with a dash before it', `wss://streaming-mypurecloud.ie${PATH}`, IE],
  ['another region', `wss://streaming.mypurecloud.de${PATH}`, IE],
  ['a region that begins like ours', `wss://streaming.mypurecloud.com.au${PATH}`, US],
  ['a top-level domain alone', `wss://ie${PATH}`, IE],
  ['the region in the fragment', `wss://evil.example#.mypurecloud.ie${PATH}`, IE],
  ['the region in the path', `wss://evil.example/.mypurecloud.ie${PATH}`, IE],
  ['the region in the query', `wss://evil.example?.mypurecloud.ie${PATH}`, IE],
  ['the region as user', `wss://streaming.mypurecloud.ie@evil.example${PATH}`, IE],
  ['the region as user and password', `wss://streaming.mypurecloud.ie:443@evil.example${PATH}`, IE],
  ['a user in front of the region', `wss://user@streaming.mypurecloud.ie${PATH}`, IE],
  ['an empty user', `wss://@streaming.mypurecloud.ie${PATH}`, IE],
  ['a backslash for a slash', `wss://evil.example\\.mypurecloud.ie${PATH}`, IE],
  ['a backslash before a user', `wss://evil.example\\@streaming.mypurecloud.ie${PATH}`, IE],
  ['backslashes for the slashes', `wss:\\\\streaming.mypurecloud.ie${PATH}`, IE],
  ['no slashes', `wss:streaming.mypurecloud.ie${PATH}`, IE],
  ['one slash', `wss:/streaming.mypurecloud.ie${PATH}`, IE],
  ['three slashes', `wss:///streaming.mypurecloud.ie${PATH}`, IE],
  ['a dot at the end', `wss://streaming.mypurecloud.ie.${PATH}`, IE],
  ['another port', `wss://streaming.mypurecloud.ie:8443${PATH}`, IE],
  ['the port of plain HTTP', `wss://streaming.mypurecloud.ie:80${PATH}`, IE],
  ['a port that is none', `wss://streaming.mypurecloud.ie:99999${PATH}`, IE],
  ['plain ws', `ws://streaming.mypurecloud.ie${PATH}`, IE],
  ['plain ws, loopback allowed', `ws://streaming.mypurecloud.ie${PATH}`, LOOSE],
  ['https', `https://streaming.mypurecloud.ie${PATH}`, IE],
  ['http', `http://streaming.mypurecloud.ie${PATH}`, IE],
  ['a script', 'javascript://streaming.mypurecloud.ie/%0aalert(1)', IE],
  ['a file', 'file://streaming.mypurecloud.ie/etc/passwd', IE],
  ['a local socket', 'ws+unix:///run/docker.sock', LOOSE],
  ['no scheme', `//streaming.mypurecloud.ie${PATH}`, IE],
  ['an IPv4 address', `wss://93.184.216.34${PATH}`, IE],
  ['an IPv4 address as one number', `wss://2130706433${PATH}`, IE],
  ['an IPv4 address in hexadecimal', `wss://0x7f.1${PATH}`, IE],
  ['an IPv6 address', `wss://[2001:db8::1]${PATH}`, IE],
  ['an IPv4 address in IPv6', `wss://[::ffff:127.0.0.1]${PATH}`, IE],
  ['the address of cloud metadata', `ws://169.254.169.254${PATH}`, LOCAL],
  ['loopback without its setting', `ws://127.0.0.1:6379${PATH}`, IE],
  ['loopback for a platform elsewhere', `ws://127.0.0.1:6379${PATH}`, LOOSE],
  ['encrypted loopback', `wss://localhost${PATH}`, LOOSE],
  ['loopback by another name', `ws://localhost.evil.example${PATH}`, LOCAL],
  ['loopback by another number', `ws://127.1${PATH}x`, { ...LOCAL, allowPlainSocketsTo: ['localhost'] }],
  ['a Cyrillic letter', `wss://streaming.mypurecl\u043eud.ie${PATH}`, IE],
  ['its punycode', `wss://streaming.xn--mypureclud-9jg.ie${PATH}`, IE],
  ['full-width letters', `wss://streaming.\uff4dypurecloud.ie${PATH}`, IE],
  ['an ideographic full stop', `wss://evil.example\u3002mypurecloud.ie${PATH}`, IE],
  ['a fraction slash', `wss://evil.example\u2044.mypurecloud.ie${PATH}`, IE],
  ['a soft hyphen', `wss://streaming.my\u00adpurecloud.ie${PATH}`, IE],
  ['an escaped dot', `wss://streaming%2emypurecloud.ie${PATH}`, IE],
  ['an escaped slash', `wss://evil.example%2f.mypurecloud.ie${PATH}`, IE],
  ['an escaped NUL', `wss://evil.example%00.mypurecloud.ie${PATH}`, IE],
  ['a line break in the host', `wss://streaming.my\npurecloud.ie${PATH}`, IE],
  ['a tab in the host', `wss://streaming.my\tpurecloud.ie${PATH}`, IE],
  ['a line break behind the path', `wss://streaming.mypurecloud.ie${PATH}\r\nHost: evil.example`, IE],
  ['a blank before it', ` wss://streaming.mypurecloud.ie${PATH}`, IE],
  ['a blank in it', `wss://streaming.mypurecloud.ie /x`, IE],
  ['a fragment', `wss://streaming.mypurecloud.ie${PATH}#x`, IE],
  ['an underscore', `wss://streaming_.mypurecloud.ie${PATH}`, IE],
  ['no host', `wss://${PATH}`, IE],
  ['a label that is empty', `wss://.mypurecloud.ie${PATH}`, IE],
  ['nothing', '', IE],
  ['no end', `wss://streaming.mypurecloud.ie/${'x'.repeat(3_000)}`, IE],
  [
    'a platform whose suffix is a top-level domain',
    `wss://evil.com${PATH}`,
    { ...IE, apiUrl: 'https://api.com' },
  ],
  [
    'a platform that is no region',
    `wss://streaming.example.org${PATH}`,
    { ...IE, apiUrl: 'https://example.org' },
  ],
];

/** What leads where it should, and where it leads. */
const FOLLOWED: readonly (readonly [string, ConnectUriRule, string])[] = [
  [`wss://streaming.mypurecloud.ie${PATH}`, IE, `wss://streaming.mypurecloud.ie${PATH}`],
  [`wss://mypurecloud.ie${PATH}`, IE, `wss://mypurecloud.ie${PATH}`],
  [
    `wss://streaming.mypurecloud.ie:443${PATH}?a=b&c=%20`,
    IE,
    `wss://streaming.mypurecloud.ie${PATH}?a=b&c=%20`,
  ],
  [`WSS://STREAMING.MyPureCloud.ie${PATH}`, IE, `wss://streaming.mypurecloud.ie${PATH}`],
  [`wss://a.b.mypurecloud.ie/x/../y`, IE, 'wss://a.b.mypurecloud.ie/y'],
  [
    `wss://ws.gate.example:8443${PATH}`,
    { ...IE, apiUrl: 'https://api.gate.example:8443' },
    `wss://ws.gate.example:8443${PATH}`,
  ],
  [`ws://127.0.0.1:9100${PATH}`, LOCAL, `ws://127.0.0.1:9100${PATH}`],
  [`ws://[::1]:9100${PATH}`, LOCAL, `ws://[::1]:9100${PATH}`],
];

describe('the address of a channel', () => {
  it.each(REFUSED)('SEC-55 is refused, and not repeated: %s', (_, uri, rule) => {
    const checked = checkConnectUri(uri, rule);
    expect(checked.ok).toBe(false);
    if (!checked.ok) expect(checked.error).not.toMatch(/secret|channels|[^ -~]/);
  });

  it.each(FOLLOWED)('SEC-55 is followed as it was checked: %s', (uri, rule, to) => {
    expect(checkConnectUri(uri, rule)).toEqual({ ok: true, value: to });
  });
});
