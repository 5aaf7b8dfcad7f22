/**
 * Secrets that can be found again. A canary says whose it is, and is found in a text however it was written there: as
 * it is, or percent-encoded, escaped for JSON or HTML, in base64 at any place within something else, or these one in
 * another. It shares nothing with the code that keeps secrets out of logs, and its beginning is enough.
 */
import { SETTINGS } from '../../server/config/settings-list';

const MARK = 'kan4ry';
/** Whatever an encoding changes; lawful in headers, forms, JSON and addresses all the same. */
const REST = '.+/="~&%41Zq7';
const FOUND = new RegExp(`${MARK}([a-z0-9]{0,40})`, 'gi');
/** Encodings within encodings; in what is long (a bundle), one. */
const DEPTH = 3;
const LONG = 200_000;
const MAX_VARIANTS = 60;

/** Secrets that are addresses must be some: nobody listens there. */
const BEFORE = new Map([
  ['ALERT_EVENTS_URL', 'https://127.0.0.1:1/'],
  ['REDIS_URL', 'rediss://floorcast:'],
]);
const BEHIND = new Map([['REDIS_URL', '@127.0.0.1:1/0']]);

/** Without a broker and a device cloud their secrets would be settings too many. */
const USES = {
  ...{ MQTT_URL: 'mqtt://127.0.0.1:1', DEVICE_API_URL: 'http://127.0.0.1:1/' },
  DEVICE_LINK_URL: 'ws://127.0.0.1:1/link',
  ...{ DEVICE_TOKEN_URL: 'http://127.0.0.1:1/token', DEVICE_CLIENT_ID: 'floorcast' },
};

/** The canary of that name. */
export function canary(name: string): string {
  // A password in an address is percent-encoded.
  const rest = BEHIND.has(name) ? encodeURIComponent(REST) : REST;
  return `${BEFORE.get(name) ?? ''}${MARK}${slug(name)}${rest}${BEHIND.get(name) ?? ''}`;
}

/** Settings in which every secret is a canary, beside those that are given. */
export function canaryEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const secrets = SETTINGS.filter(({ secret }) => secret).map(({ name }) => [name, canary(name)]);
  return { ...Object.fromEntries(secrets), ...USES, ...given };
}

/** The names of the canaries in a text, each once, without what is no letter or digit; `known`: texts sought as well. */
export function findCanaries(text: string, known: readonly string[] = []): string[] {
  const found = new Set<string>();
  for (const variant of variantsOf(text)) {
    for (const [, name = ''] of variant.matchAll(FOUND)) found.add(name.toLowerCase());
    for (const secret of known) if (variant.includes(secret)) found.add(secret);
  }
  return [...found];
}

/** What findCanaries calls the canary of a name. */
export function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const DECODERS: readonly ((text: string) => string)[] = [
  (text) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString()),
  (text) =>
    text
      .replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/\\+(["'/\\])/g, '$1'),
  (text) =>
    text
      .replace(/&#(x?)([0-9a-f]+);/gi, (_, x: string, code: string) => characterOf(code, x === '' ? 10 : 16))
      .replace(/&(amp|quot|apos|lt|gt);/g, (_, name: string) => ENTITIES.get(name) ?? ''),
  bytesInBase64,
];
const ENTITIES = new Map([
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
  ['lt', '<'],
  ['gt', '>'],
]);

/** The text, and all that it may stand for. */
function variantsOf(text: string): Set<string> {
  const all = new Set([text]);
  let last = [text];
  const deepest = text.length > LONG ? 1 : DEPTH;
  for (let depth = 0; depth < deepest; depth += 1) {
    last = last
      .flatMap((one) => DECODERS.map((decode) => decode(one)))
      .filter((one) => one !== '' && !all.has(one));
    for (const one of last) if (all.size < MAX_VARIANTS) all.add(one);
  }
  return all;
}

/** What every run of base64 holds, begun at each of four places; one after the other. */
function bytesInBase64(text: string): string {
  const runs = text.match(/[\w+/-]{8,}/g) ?? [];
  return runs
    .flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')))
    .join(' ');
}

function characterOf(code: string, radix: number): string {
  const point = Number.parseInt(code, radix);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}
