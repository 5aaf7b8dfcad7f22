/** The ways in which a secret can stand in a text, for tests that must find none of them. */
export interface Writing {
  readonly how: string;
  write(secret: string): string;
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const base64url = (text: string) => Buffer.from(text, 'utf8').toString('base64url');
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const bytesOf = (text: string) => [...Buffer.from(text, 'utf8')];
const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const units = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

export const WRITINGS: readonly Writing[] = [
  { how: 'as it is', write: (secret) => secret },
  { how: 'in capitals', write: (secret) => secret.toUpperCase() },
  { how: 'in base64', write: base64 },
  { how: 'in base64url', write: base64url },
  { how: 'in base64, percent-encoded', write: (secret) => encodeURIComponent(base64(secret)) },
  { how: 'as Basic of a short id', write: (secret) => base64(`a:${secret}`) },
  { how: 'as Basic of a longer id', write: (secret) => base64(`ab:${secret}`) },
  { how: 'as Basic of a long id', write: (secret) => base64url(`some-client:${secret}`) },
  { how: 'inside something in base64', write: (secret) => base64(`{"a":"${secret}","b":1}`) },
  { how: 'percent-encoded', write: (secret) => encodeURIComponent(secret) },
  { how: 'in a form', write: (secret) => new URLSearchParams({ a: secret }).toString().slice(2) },
  {
    how: 'percent-encoded throughout',
    write: (secret) =>
      bytesOf(secret)
        .map((byte) => `%${hex(byte, 2)}`)
        .join(''),
  },
  { how: 'in JSON', write: inJson },
  { how: 'in JSON in JSON', write: (secret) => inJson(inJson(secret)) },
  {
    how: 'in JSON, each character escaped',
    write: (secret) =>
      units(secret)
        .map((unit) => `\\u${hex(unit, 4)}`)
        .join(''),
  },
  {
    how: 'in HTML',
    write: (secret) =>
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#x27;'),
  },
];
