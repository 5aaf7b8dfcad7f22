import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, type LogFields } from '../../../server/runtime/log';
import { WRITINGS } from '../../support/writings';

const SECRETS = [
  's3cr3t-of-the-client',
  'abcdef',
  'with/slash+plus=and&amp?%',
  'with "quotes", \\backslash\\ and \'more\'',
  'mit Umlauten äöü und 漢字 🔑',
  'two\nlines\tand a tab',
  '1234567890123',
  'abcdefghijkl',
  '\\\\\\\\\\\\',
];

function linesOf(secrets: readonly string[], write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  write(createLog('trace', (line) => lines.push(line), { secrets }));
  return lines;
}

/** The texts of a line: every key and every value in it. */
function textsOf(line: string): string[] {
  const texts: string[] = [];
  JSON.parse(line, (key, value) => {
    texts.push(key);
    if (typeof value !== 'object') texts.push(String(value));
    return value;
  });
  return texts;
}

describe('a secret that the log was told', () => {
  it.each(WRITINGS)('SEC-50 stands in no line, written $how', ({ write }) => {
    for (const written of SECRETS.map(write)) {
      const lines = linesOf(SECRETS, (log) => {
        log.info(`before ${written} behind`);
        log.info('field', { text: `x${written}y`, nested: { list: [[written]], [written]: 1 } });
        const cause = new AggregateError([new Error(written)]);
        log.error('thrown', { thrown: new Error(written, { cause }) });
        log.child({ [written]: written }).debug('child');
        log.info('others', { url: `https://host/${encodeURIComponent(written)}`, set: new Set([written]) });
        log.info('map', {
          map: new Map([[written, written]]),
          symbol: Symbol(written),
          boxed: Object(written),
        });
      });
      expect(lines).toHaveLength(6);
      for (const text of lines.flatMap(textsOf)) expect(text).not.toContain(written);
      expect(JSON.parse(lines[0] ?? '').msg).toMatch(/^before .* behind$/);
    }
  });

  it('SEC-50 is scrubbed where it is a number, and numbers that are none stay', () => {
    const [line = ''] = linesOf(SECRETS, (log) => log.info('x', { pin: 1234567890123, count: 12 }));
    expect(JSON.parse(line)).toMatchObject({ pin: '[scrubbed]', count: 12 });
  });

  it.each([5, 30])(
    'SEC-50 is not left in part where a long text is cut: %i of it across the cut',
    (times) => {
      const secret = 'abcdefghijklmnopqrstuvwxyz0123456789';
      for (let before = 3_900; before < 4_010; before += 3) {
        for (const filling of ['.', `${secret} `]) {
          const whole = filling.repeat(Math.floor(before / filling.length));
          const text = whole.padEnd(before, '.') + secret.repeat(times);
          const [line] = linesOf([secret], (log) => log.info(text, { text }));
          expect(line).not.toMatch(/abcd|efgh|ijkl|mnop|qrst|uvwx|yz01|2345/);
        }
      }
    },
  );

  it('SEC-50 of fewer than six characters is not looked for: words would be lost', () => {
    const [line = ''] = linesOf(['', 'queue'], (log) => log.info('the queue Sales'));
    expect(line).toContain('the queue Sales');
  });

  const printable = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 40 });
  const written = fc.tuple(printable, fc.constantFrom(...WRITINGS), fc.string(), fc.string());
  it('SEC-51 survives in no structure', () => {
    fc.assert(
      fc.property(
        written,
        fc.anything({ withMap: true, withSet: true, withBigInt: true, withDate: true, withTypedArray: true }),
        fc.array(fc.constantFrom('list', 'object', 'key', 'map', 'error', 'cause', 'text'), { maxLength: 5 }),
        ([secret, { write }, before, behind], beside, path) => {
          const text = `${before}\0${write(secret)}\0${behind}`;
          const value = path.reduce(wrapIn, text as unknown);
          const lines = linesOf([secret], (log) =>
            log.child({ value }).info(text, { beside, value, [text]: 1 }),
          );
          expect(lines).toHaveLength(1);
          for (const found of lines.flatMap(textsOf)) {
            // What the mark or our own names spell is no secret.
            if (!'[scrubbed]'.includes(secret)) expect(found).not.toContain(write(secret));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function wrapIn(value: unknown, how: string): unknown {
  switch (how) {
    case 'list':
      return [1, value];
    case 'object':
      return { a: value, b: 2 };
    case 'key':
      return { [String(value)]: value };
    case 'map':
      return new Map([[value, new Set([value])]]);
    case 'error':
      return new Error(String(value));
    case 'cause':
      return new Error('outer', { cause: value });
    default:
      return `${String(value)}, and so on`;
  }
}

const CANARY = 'c4naryS3cret';
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${CANARY}`;

describe('a secret that the log was not told', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['a JWT', `the token ${JWT} was refused`],
    ['an encrypted JWT', `eyJhbGciOiJSU0EtT0FFUCJ9.a.b.${CANARY}.d`],
    ['our session cookie', `__Host-floorcast-session=${CANARY}; Path=/`],
    ['a cookie header', `cookie: theme=dark; sid=${CANARY}`],
    ['a set-cookie header', `Set-Cookie: sid=${CANARY}; Secure`],
    ['the code of a callback', `GET /auth/callback?code=${CANARY}&iss=x`],
    ['the state of a callback', `GET /auth/callback?iss=x&state=${CANARY}`],
    ['an encoded address in an address', `/sign-in?next=%2Fauth%2Fcallback%3Fa%3Db%26code%3D${CANARY}%26x`],
    ['a refresh token in a form', `grant_type=refresh_token&refresh_token=${CANARY}`],
    ['an ID token in a form', `id_token=${CANARY}`],
    ['an ID token to sign out', `/end?id_token_hint=${CANARY}`],
    ['a verifier in a form', `code_verifier=${CANARY}&a=b`],
    ['an assertion in a form', `client_assertion=${CANARY}`],
    ['a one-time link', `https://wall.example/sign-in#once=${CANARY}`],
    ['a password in words', `password: ${CANARY}`],
    ['a password in a form', `user=a&password=${CANARY}`],
    ['a token in JSON in text', `{"access_token":"${CANARY}","a":1}`],
    ['a token in JSON in JSON', JSON.stringify(JSON.stringify({ id_token: CANARY }))],
    ['a secret as Node prints it', `{ clientSecret: '${CANARY}' }`],
    ['a key', `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----`],
    ['a key that is cut off', `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}`],
    ['a password in an address', `redis://:${CANARY}@cache:6379`],
  ];
  it.each(shapes)('SEC-52 is known by its shape: %s', (_, text) => {
    const lines = linesOf([], (log) => log.info(text, { text, list: [text], thrown: new Error(text) }));
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('[scrubbed]');
  });

  it.each([
    'id_token',
    'refreshToken',
    'codeVerifier',
    'clientAssertion',
    'privateKey',
    'jwt',
    'Set-Cookie',
    'credentials',
  ])('SEC-52 is known by the name of its field, also a nested one or a key of a Map: %s', (name) => {
    const lines = linesOf([], (log) => {
      log.info('list', { [name]: [[CANARY], { a: CANARY }] });
      log.info('map', { map: new Map([[name, { a: CANARY }]]), number: { [name]: 42_424_242 } });
    });
    expect(lines.join('')).not.toMatch(/c4nary|42424242/);
    expect(lines.join('').match(/\[scrubbed\]/g)).toHaveLength(3);
  });

  it('SEC-52 leaves ordinary words alone', () => {
    const texts = [
      'the queue is not on the list: waiting',
      'http://127.0.0.1:3000 answers; see https://wall.example/supervisor/queues?page=2',
      'Floorcast is up',
      'the token of thanks, the code of conduct and the state of the union',
      'tokenExpired: true',
    ];
    for (const text of texts) {
      const [line = ''] = linesOf(SECRETS, (log) => log.info(text));
      expect(JSON.parse(line).msg).toBe(text);
    }
  });
});

function thrower(): never {
  throw new Error('from a getter');
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Whatever can be handed to a log. */
const STRANGE: readonly (readonly [string, () => unknown])[] = [
  [
    'a getter that throws',
    () => Object.defineProperty({ good: 1 }, 'bad', { get: thrower, enumerable: true }),
  ],
  ['a Proxy that throws', () => new Proxy({}, { ownKeys: thrower, get: thrower, getPrototypeOf: thrower })],
  ['a revoked Proxy', () => revokedProxy()],
  ['a Proxy of a list', () => new Proxy([1], { get: thrower })],
  [
    'names that every object has',
    () => JSON.parse('{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}'),
  ],
  ['a toJSON that throws', () => ({ toJSON: thrower })],
  ['a toJSON that is text', () => ({ toJSON: 'text' })],
  ['a circle', () => Object.assign([], { 0: {} }).map((own, _, list) => Object.assign(own, { list }))],
  ['a circle of causes', () => ((error) => Object.assign(error, { cause: error }))(new Error('circle'))],
  [
    'an error with a message that throws',
    () => Object.defineProperty(new Error('x'), 'message', { get: thrower }),
  ],
  ['an error without text', () => Object.assign(new Error(), { message: { a: 1 }, name: 7, stack: null })],
  [
    'a Map and a Set',
    () =>
      new Map<unknown, unknown>([
        [{}, new Set([1])],
        ['__proto__', 1],
        [Symbol('s'), 2],
      ]),
  ],
  ['an iterator that throws', () => Object.assign(new Set([1]), { [Symbol.iterator]: thrower })],
  [
    'bytes',
    () => [
      Buffer.from('s3cr3t-bytes'),
      new Uint8Array(3),
      new ArrayBuffer(2),
      new DataView(new ArrayBuffer(2)),
    ],
  ],
  ['no object at all', () => Object.create(null)],
  ['a function and a symbol', () => [thrower, Symbol('s'), class A {}]],
  ['no date', () => new Date(Number.NaN)],
  ['no number', () => [Number.NaN, Number.POSITIVE_INFINITY, -0, 10n ** 40n]],
  ['half a pair', () => ({ '\ud800': '\udfff and \ud83d' })],
  ['text that turns round', () => ({ name: 'Sales \u202egnigrof\u2066', '\u200f\u061c': '\ufeff' })],
  ['much', () => Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, [i]]))],
  ['long texts', () => Array(100).fill(Array(100).fill('x'.repeat(5_000)))],
  ['much of much', () => Array(100).fill(Array(100).fill(Array(100).fill(Array(100).fill('x'))))],
];

describe('whatever is logged', () => {
  it.each(STRANGE)('SEC-53 %s does not throw and makes one line of JSON', (_, make) => {
    const value = make();
    const lines = linesOf(SECRETS, (log) => {
      log.info('nested', { first: 'still here', value });
      log.info('itself', value as LogFields);
      log.child(value as LogFields).warn('child', { after: 'still here' });
      log.error('thrown', { thrown: value });
    });
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u);
      expect(line.length).toBeLessThan(250_000);
      expect(JSON.parse(line).level).toMatch(/^(info|warn|error)$/);
    }
    expect(JSON.parse(lines[0] ?? '').first).toBe('still here');
    expect(lines.join('')).not.toContain('s3cr3t-bytes');
  });

  it('SEC-53 says its own level, time and message, whatever its fields are called', () => {
    const forged = { level: 'fatal', time: 'never', msg: 'forged', err: { message: 'm', stack: 's' } };
    for (const log of [
      (l: ReturnType<typeof createLog>) => l.info('true', forged),
      (l: ReturnType<typeof createLog>) => l.child(forged).info('true'),
    ]) {
      const [line = ''] = linesOf([], log);
      expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: 'true', level_: 'fatal', msg_: 'forged' });
      expect(line.match(/"(level|time|msg)":/g)).toHaveLength(3);
    }
  });

  it('SEC-53 gives a name of a child once, the newest', () => {
    const [line = ''] = linesOf([], (log) =>
      log.child({ room: 'a' }).child({ room: 'b' }).info('x', { room: 'c' }),
    );
    expect(line.match(/"room"/g)).toHaveLength(1);
    expect(JSON.parse(line).room).toBe('c');
  });
});
