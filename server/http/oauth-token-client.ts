/** Who a client says it is when it asks for a token, and what is wrong with that. Pure; RFC 6749, 2.3.1 and 5.2. */
import { err, ok, type Result } from '../../lib/result';

export interface OauthProblem {
  readonly status: number;
  readonly error: 'invalid_request' | 'invalid_client' | 'invalid_scope' | 'unsupported_grant_type';
  /** ASCII without quotes: it may hold no other characters. */
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ClientSecret {
  readonly clientId: string;
  readonly secret: string;
  readonly way: 'basic' | 'body';
}

type Fields = ReadonlyMap<string, string>;

const CHALLENGE = { 'www-authenticate': 'Basic realm="floorcast"' };
const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/** RFC 6749, 3.2: a parameter without a value is as if it were not there. */
export function filled(form: Fields): Fields {
  return new Map([...form].filter(([, value]) => value !== ''));
}

/** By exactly one of the two ways (RFC 6749, 2.3). */
export function clientIn(
  authorization: string | undefined,
  fields: Fields,
): Result<ClientSecret, OauthProblem> {
  const [clientId, secret] = [fields.get('client_id'), fields.get('client_secret')];
  if (authorization !== undefined) {
    if (clientId !== undefined || secret !== undefined) {
      return err(badRequest('the client says who it is in the header or in the body, not in both'));
    }
    const basic = basicClient(authorization);
    return basic === null ? err(badClient('basic')) : ok(basic);
  }
  if (clientId === undefined && secret === undefined) return err(badClient('basic'));
  if (clientId === undefined || secret === undefined) return err(badClient('body'));
  return ok({ clientId, secret, way: 'body' });
}

/** RFC 6749, 2.3.1: both parts are encoded as in a form before they are joined. */
function basicClient(authorization: string): ClientSecret | null {
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const clientId = formDecoded(text.slice(0, Math.max(colon, 0)));
  const secret = formDecoded(text.slice(colon + 1));
  return clientId === null || clientId === '' || secret === null ? null : { clientId, secret, way: 'basic' };
}

function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A URIError: a percent sign with nothing behind it.
    return null;
  }
}

export function badRequest(description: string): OauthProblem {
  return { status: 400, error: 'invalid_request', description };
}

/** RFC 6749, 5.2: who came with the header, or with nothing, is told how to come. */
export function badClient(way: ClientSecret['way']): OauthProblem {
  const problem = { error: 'invalid_client', description: 'client id or secret is wrong' } as const;
  return way === 'basic' ? { ...problem, status: 401, headers: CHALLENGE } : { ...problem, status: 400 };
}
