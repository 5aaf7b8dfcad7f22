/**
 * Which addresses a webhook may have. An administrator sets them, and each change is in the audit log: so addresses in
 * private networks are allowed, as that is where chat servers and gateways stand. Never: names and passwords in the
 * address; addresses of the link itself, where clouds keep the machine's own keys; and in the clear only what stays on
 * this machine or in a private network, by number.
 */
import { BlockList, isIP } from 'node:net';

const NEVER = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  // The same service of two large clouds, over IPv6.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
]);
const NEAR = blockList([
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
]);

/** What is wrong with it, in words; `null`: nothing. `url` is one. */
export function targetProblem(url: string): string | null {
  const { protocol, hostname, username, password, hash } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (username !== '' || password !== '') return 'the address must not have a name or a password in it';
  if (hash !== '') return 'the address must not have a part after #';
  if (isIn(NEVER, host)) return 'an address of the link itself cannot be called';
  const isNear = host === 'localhost' || isIn(NEAR, host);
  if (protocol === 'http:' && !isNear)
    return 'https: is needed, but for this machine and numbers of a private network';
  return null;
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}

function isIn(list: BlockList, host: string): boolean {
  const version = isIP(host);
  return version !== 0 && list.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
