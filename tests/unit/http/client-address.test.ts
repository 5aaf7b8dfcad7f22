import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createClientAddress } from '../../../server/http/client-address';
import { addressForLimits } from '../../../server/runtime/address-for-limits';

const PROXIES = ['10.0.0.5', '10.1.0.0/16', 'fd00::/8'];

function addressOf(direct: string | undefined, forwarded?: string, proxies = PROXIES): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  // Of a request only these two are read.
  const request = { socket: { remoteAddress: direct }, headers } as unknown as IncomingMessage;
  return createClientAddress(proxies)(request);
}

describe('createClientAddress', () => {
  it.each([
    ['nobody is forwarded for', '203.0.113.7', undefined, '203.0.113.7'],
    ['a stranger says so himself', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a proxy says so', '10.0.0.5', '198.51.100.1', '198.51.100.1'],
    ['a proxy of a trusted network', '10.1.77.3', '198.51.100.1', '198.51.100.1'],
    ['a neighbour of a proxy', '10.0.0.6', '198.51.100.1', '10.0.0.6'],
    ['the client wrote more to the left', '10.0.0.5', '127.0.0.1, 10.0.0.5, 198.51.100.1', '198.51.100.1'],
    ['two proxies', '10.0.0.5', '1.2.3.4, 198.51.100.1, 10.1.0.9', '198.51.100.1'],
    ['only proxies', '10.0.0.5', '10.1.0.1, 10.1.0.2', '10.1.0.1'],
    ['an empty list', '10.0.0.5', '', '10.0.0.5'],
    ['no address', '10.0.0.5', 'unknown', '10.0.0.5'],
    ['no address behind a proxy', '10.0.0.5', '<script>, 10.1.0.2', '10.1.0.2'],
    ['a port', '10.0.0.5', '198.51.100.1:51234', '198.51.100.1'],
    ['an address in brackets', '10.0.0.5', '[2001:DB8::7]:443', '2001:db8::7'],
    ['IPv4 inside IPv6', '::ffff:10.0.0.5', '::ffff:198.51.100.1', '198.51.100.1'],
    ['a proxy by IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['a zone', 'fe80::1%eth0', undefined, 'fe80::1'],
    ['many hops', '10.0.0.5', `6.6.6.6${', 10.1.0.2'.repeat(40)}`, '10.1.0.2'],
    ['a huge header', '10.0.0.5', `${'9,'.repeat(50_000)}198.51.100.1`, '198.51.100.1'],
    ['a socket that is gone', undefined, undefined, 'unknown'],
  ])('SEC-9 %s', (_, direct, forwarded, expected) => {
    expect(addressOf(direct, forwarded)).toBe(expected);
  });

  it('SEC-9 believes nobody where no proxy is named, and does not start with one that is none', () => {
    expect(addressOf('127.0.0.1', '198.51.100.1', [])).toBe('127.0.0.1');
    for (const wrong of ['proxy.test', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/x', '']) {
      expect(() => createClientAddress([wrong]), wrong).toThrow();
    }
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['unknown', 'unknown'],
  ])('SEC-9 %s counts as %s for limits', (address, expected) => {
    expect(addressForLimits(address)).toBe(expected);
  });
});
