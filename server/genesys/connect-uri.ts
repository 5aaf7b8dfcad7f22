/**
 * May we connect where the platform says? The address of a channel comes from outside and leads anywhere: only
 * `wss:` on the region's own host suffix and its own port is followed, and `ws:` to a loopback host that the operator
 * has named, where the platform itself is on this machine. It must be written plainly: what two readers of an address
 * could take for two different hosts is refused, and what is connected to is what was checked.
 */
import { isIP } from 'node:net';
import { err, ok, type Result } from '../../lib/result';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const MAX_LENGTH = 2_000;
/** Printable ASCII, a plain host, perhaps a port, then a path or a query: no user, escapes, backslashes, fragment. */
const PLAINLY_WRITTEN =
  /^[a-z]{1,10}:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:[/?][!"$-[\]-~]*)?$/i;

export interface ConnectUriRule {
  /** `https://api.{region}`. */
  readonly apiUrl: string;
  /** Loopback hosts (with or without port) to which plain `ws:` is allowed. */
  readonly allowPlainSocketsTo: readonly string[];
}

/** The address to connect to, or a sentence that says why it is refused (without the address: it is the secret). */
export function checkConnectUri(uri: string, rule: ConnectUriRule): Result<string, string> {
  if (uri.length > MAX_LENGTH) return err('the channel address is too long');
  if (!PLAINLY_WRITTEN.test(uri) || !URL.canParse(uri))
    return err('the channel address is not plainly written');
  const url = new URL(uri);
  if (url.protocol === 'ws:') return checkPlain(url, rule);
  if (url.protocol !== 'wss:') return err(`the channel address has the scheme ${url.protocol}`);
  if (isAddress(url.hostname)) return err('the channel address is an IP address');
  const region = new URL(rule.apiUrl);
  const suffix = regionSuffix(region);
  if (suffix === null || !(url.hostname === suffix || url.hostname.endsWith(`.${suffix}`))) {
    return err(`the channel address leads out of the region, to ${url.hostname.slice(0, 100)}`);
  }
  // An empty port is the scheme's own, 443 for both.
  if (url.port !== '' && url.port !== region.port) return err(`the channel address has the port ${url.port}`);
  return ok(url.href);
}

function checkPlain(url: URL, rule: ConnectUriRule): Result<string, string> {
  if (!LOOPBACK.has(url.hostname)) return err('the channel address is not encrypted');
  // A platform elsewhere has no business on this machine, whatever else is allowed here.
  const isHere = LOOPBACK.has(new URL(rule.apiUrl).hostname);
  const named = rule.allowPlainSocketsTo.some((host) => host === url.host || host === url.hostname);
  return isHere && named ? ok(url.href) : err(`plain sockets to ${url.hostname} are not allowed`);
}

function isAddress(hostname: string): boolean {
  return isIP(hostname) !== 0 || hostname.startsWith('[');
}

/** `api.mypurecloud.ie` → `mypurecloud.ie`; `null` for a host that is no region's. */
function regionSuffix({ hostname }: URL): string | null {
  if (isAddress(hostname) || !hostname.startsWith('api.')) return null;
  const suffix = hostname.slice('api.'.length);
  // `api.com` would make everybody's hosts ours.
  return suffix.includes('.') ? suffix : null;
}
