/**
 * The address of a client. A reverse proxy that is trusted by name says for whom it asks (`X-Forwarded-For`); of that
 * list only the right-most address that is not a trusted proxy counts: what stands left of it was written by the client.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** More hops than any path through proxies has. */
const MAX_HOPS = 16;
const MAX_HEADER = 2_048;
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

export type ClientAddress = (request: IncomingMessage) => string;

/** `trustedProxies`: addresses and networks (`10.0.0.0/8`). Throws for what is neither. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = addressList(trustedProxies);
  return (request) => {
    const direct = directAddress(request.socket);
    const header = request.headers['x-forwarded-for'];
    if (!isTrusted(direct) || typeof header !== 'string') return direct;
    return beforeProxies(header, direct, isTrusted);
  };
}

/** Who is at the other end of a socket; `unknown` once it is gone. */
export function directAddress({ remoteAddress }: { readonly remoteAddress?: string | undefined }): string {
  return plainAddress(remoteAddress ?? '') ?? 'unknown';
}

/** Whether an address is one of these or in one of these networks. */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) addTo(list, entry);
  return (address) => {
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };
}

function addTo(list: BlockList, entry: string): void {
  const [text = '', bits, ...rest] = entry.split('/');
  const address = plainAddress(text);
  if (address === null || rest.length > 0) throw new Error(`not an address or a network: ${entry}`);
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

/** Walks from us outwards for as long as each hop is one that we trust. */
function beforeProxies(header: string, direct: string, isTrusted: (address: string) => boolean): string {
  const hops = header.slice(-MAX_HEADER).split(',').slice(-MAX_HOPS).reverse();
  let nearest = direct;
  for (const hop of hops) {
    const address = plainAddress(withoutPort(hop.trim()));
    // Not an address: the last proxy that we know is all that is known.
    if (address === null) return nearest;
    nearest = address;
    if (!isTrusted(address)) return address;
  }
  return nearest;
}

/** Some proxies write `203.0.113.7:51234` or `[2001:db8::7]:51234`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
}

/** One way of writing an address: IPv4 where it is mapped into IPv6, no zone, small letters. */
function plainAddress(text: string): string | null {
  const address = text.split('%', 1)[0] ?? '';
  const plain = MAPPED.exec(address)?.[1] ?? address.toLowerCase();
  return isIP(plain) === 0 ? null : plain;
}
