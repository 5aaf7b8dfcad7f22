import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkAddress } from '../../../../server/devices/link/link-address';

const addressOf = (template: string, deviceId: string) => {
  const address = linkAddress(template, deviceId);
  return address.ok ? address.value : null;
};

describe('the address of a link', () => {
  it.each([
    ['wss://h.example/devices', 'SN 1/2', 'wss://h.example/devices/SN%201%2F2'],
    ['wss://h.example/devices/', 'd1', 'wss://h.example/devices/d1'],
    ['wss://h.example', 'd1', 'wss://h.example/d1'],
    ['wss://h.example/devices?v=2', 'd1', 'wss://h.example/devices/d1?v=2'],
    ['wss://h.example/d/{deviceId}/link', 'd1', 'wss://h.example/d/d1/link'],
    ['wss://h.example/{deviceId}?device={deviceId}', 'd1', 'wss://h.example/d1?device=d1'],
    ['wss://h.example/d/{deviceId}/link', '$&', 'wss://h.example/d/%24%26/link'],
    [
      'ws://127.0.0.1:8080/link?device={deviceId}',
      'a&b=c#d',
      'ws://127.0.0.1:8080/link?device=a%26b%3Dc%23d',
    ],
  ])('DEV-60 %s for %s is %s', (template, deviceId, address) => {
    expect(addressOf(template, deviceId)).toBe(address);
  });

  it.each(['', '.', '..', 'a\ud800'])('DEV-60 “%s” cannot be addressed', (deviceId) => {
    expect(addressOf('wss://h.example/devices', deviceId)).toBeNull();
    expect(addressOf('wss://h.example/devices/{deviceId}', deviceId)).toBeNull();
  });

  it('DEV-60 a device never chooses the host', () => {
    for (const deviceId of ['evil.example', 'evil.example/', 'a@evil.example', 'h.example:1']) {
      expect(addressOf('wss://{deviceId}/', deviceId)).toBeNull();
      expect(addressOf('wss://{deviceId}.h.example/', deviceId)).toBeNull();
    }
  });

  it('DEV-60 whatever it is called, all but its own part stays, and it can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (deviceId) => {
        const address = addressOf('wss://h.example/a/{deviceId}/b?c=d', deviceId);
        if (address === null) return;
        const url = new URL(address);
        const [, a, own, b, ...more] = url.pathname.split('/');
        expect([url.host, url.search, url.hash, a, b, more]).toEqual(['h.example', '?c=d', '', 'a', 'b', []]);
        expect(decodeURIComponent(own ?? '')).toBe(deviceId);
      }),
    );
  });
});
