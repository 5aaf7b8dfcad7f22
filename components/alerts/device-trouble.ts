/** What is wrong with a device, and whether a search finds it. Pure. */
import type { Device } from '../../lib/contracts/alert';

/** Alerts or silence. A clock that is off troubles nobody but its own times. */
export function isTroubled({ critical, warning, info, connection }: Device): boolean {
  return critical + warning + info > 0 || connection === 'offline';
}

/** By device, product, firmware or site, in any case. */
export function deviceFits(device: Device, wanted: string): boolean {
  const text = wanted.trim().toLocaleLowerCase();
  if (text === '') return true;
  const { deviceId, product, firmwareVersion, site } = device;
  return [deviceId, product, firmwareVersion, site].some(
    (part) => part?.toLocaleLowerCase().includes(text) ?? false,
  );
}
