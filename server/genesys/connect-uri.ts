/**
 * May we connect where the platform says? The address of a channel comes from outside and leads anywhere: only
 * `wss:` on the region's own host suffix is followed, and `ws:` to a loopback host that the operator has named.
 */
import { isIP } from 'node:net';
import { err, ok, type Result } from '../../lib/result';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface ConnectUriRule {
  /** `https://api.{region}`. */
  readonly apiUrl: string;
  /** Loopback hosts (with or without port) to which plain `ws:` is allowed. */
  readonly allowPlainSocketsTo: readonly string[];
}

/** The address itself, or a sentence that says why it is refused (without the address: it is the secret). */
export function checkConnectUri(uri: string, rule: ConnectUriRule): Result<string, string> {
  if (!URL.canParse(uri)) return err('the channel address is no URL');
  const url = new URL(uri);
  if (url.username !== '' || url.password !== '') return err('the channel address carries a user name');
  if (url.protocol === 'ws:') return checkPlain(uri, url, rule);
  if (url.protocol !== 'wss:') return err(`the channel address has the scheme ${url.protocol}`);
  if (isAddress(url.hostname)) return err('the channel address is an IP address');
  const suffix = regionSuffix(rule.apiUrl);
  if (suffix !== null && (url.hostname === suffix || url.hostname.endsWith(`.${suffix}`))) return ok(uri);
  return err(`the channel address leads out of the region, to ${url.hostname}`);
}

function checkPlain(uri: string, url: URL, rule: ConnectUriRule): Result<string, string> {
  if (!LOOPBACK.has(url.hostname)) return err('the channel address is not encrypted');
  const named = rule.allowPlainSocketsTo.some((host) => host === url.host || host === url.hostname);
  return named ? ok(uri) : err(`plain sockets to ${url.hostname} are not allowed`);
}

function isAddress(hostname: string): boolean {
  return isIP(hostname) !== 0 || hostname.startsWith('[');
}

/** `api.mypurecloud.ie` → `mypurecloud.ie`; `null` for a host that is no region's. */
function regionSuffix(apiUrl: string): string | null {
  const { hostname } = new URL(apiUrl);
  if (isAddress(hostname) || !hostname.startsWith('api.')) return null;
  return hostname.slice('api.'.length);
}
