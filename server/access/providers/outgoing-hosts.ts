/**
 * Which addresses a provider may send us, or a browser, to. Only `https:` on a host that was named, by exactly that
 * name; `http:` to this machine only where the operator allows it. Pure: what the name resolves to is not looked at.
 */
import { isIP } from 'node:net';
import { err, ok, type Result } from '../../../lib/result';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface OutgoingHosts {
  /** As `URL.host` writes them: lower case, with the port where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  /** Plain `http:`, and addresses by number, to this machine. */
  readonly allowLoopback: boolean;
}

/** The hosts of these addresses, and `extraHosts` (`id.example.com`, `id.example.com:8443`). */
export function outgoingHosts(
  addresses: readonly string[],
  extraHosts: readonly string[],
  allowLoopback: boolean,
): OutgoingHosts {
  const all = [...addresses, ...extraHosts.map((host) => `https://${host}`)];
  const hosts = all.filter((address) => URL.canParse(address)).map((address) => new URL(address).host);
  return { hosts: new Set(hosts), allowLoopback };
}

/** The address, parsed, or what is wrong with it: the end of a sentence that begins with what it is the address of. */
export function checkOutgoing(address: string, rule: OutgoingHosts): Result<URL, string> {
  if (!URL.canParse(address)) return err('is no address');
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return err('carries a user name');
  if (!rule.hosts.has(url.host)) return err(`leads to ${url.host}, a host that was not named`);
  const isAllowedHere = LOOPBACK.has(url.hostname) && rule.allowLoopback;
  if (url.protocol === 'http:' && isAllowedHere) return ok(url);
  if (url.protocol !== 'https:') return err('is not encrypted');
  if (isNumber(url.hostname) && !isAllowedHere) return err('names an IP address, not a host');
  return ok(url);
}

function isNumber(hostname: string): boolean {
  return isIP(hostname) !== 0 || hostname.startsWith('[');
}
