/**
 * Why nothing is known of a device, in words for the agent. Pure. None of them repeats what an answer said, or names a
 * customer.
 */
import type { Telemetry, TelemetryReason } from '../../../lib/contracts/device';
import type { Failure } from '../../runtime/errors';
import { outcomeOf } from './cloud-outcome';

type Code = TelemetryReason['code'];
const because = (code: Code, message: string): TelemetryReason => ({ code, message });

export const notTold = because('not-told', 'The device cloud does not know whether the device is online.');
export const statusNotKnown = because('not-told', 'The device cloud gives a status that is not known here.');
export const cloudOff = because('off', 'No device cloud is configured: the state of devices is not known.');
export const customersOff = because(
  'off',
  'Customers cannot be looked up here: ask for the serial number of the device.',
);
export const interactionsOff = because('off', 'Conversations cannot be looked up: no Genesys is configured.');
export const noMatch = because(
  'no-match',
  'No device is known for this caller: ask for the serial number of the device.',
);
export const noDevices = because(
  'no-match',
  'This customer has no device on record: ask for the serial number of the device.',
);
export const interactionGone = because('no-match', 'This conversation is not known any more.');
export const tooLate = because(
  'timeout',
  'It took too long to find out: the state of the device is not known now.',
);
export const tooManyWatched = because(
  'unavailable',
  'Too many devices are watched at once: open this page again for their state.',
);

export function severalCustomers(count: number): TelemetryReason {
  return because(
    'ambiguous',
    `${count} customers have this number or account: ask for the serial number of the device.`,
  );
}

export function severalDevices(count: number): TelemetryReason {
  return because(
    'ambiguous',
    `This customer has ${count} devices: ask for the serial number of the one it is about.`,
  );
}

/** Who was asked in vain. */
export type Asked = 'cloud' | 'customers' | 'conversations';

const WHO: Readonly<Record<Asked, string>> = {
  cloud: 'The device cloud',
  customers: 'The list of customers',
  conversations: 'Genesys',
};
const THEN: Readonly<Record<Asked, string>> = {
  cloud: 'the state of the device is not known now.',
  customers: 'ask for the serial number of the device.',
  conversations: 'whose device it is is not known now.',
};

export function reasonOf(failure: Failure, asked: Asked): TelemetryReason {
  const { code, saying } = wordsOf(failure, asked);
  return because(code, `${WHO[asked]} ${saying}: ${THEN[asked]}`);
}

function wordsOf(failure: Failure, asked: Asked): { readonly code: Code; readonly saying: string } {
  switch (outcomeOf(failure)) {
    case 'not-found':
      if (asked === 'cloud') return { code: 'not-found', saying: 'does not know this device' };
      return { code: 'bad-answer', saying: 'is not where this server looks for it' };
    case 'timeout':
      return { code: 'timeout', saying: 'did not answer in time' };
    case 'refused':
      return { code: 'unauthorised', saying: 'does not let this server in' };
    case 'bad-answer':
      return { code: 'bad-answer', saying: 'gave an answer that cannot be used' };
    case 'busy':
      return { code: 'unavailable', saying: 'is asked too much at once' };
    case 'ok':
    case 'ended':
    case 'unavailable':
      return { code: 'unavailable', saying: 'is not available' };
  }
}

/** Nothing is known; not offline. */
export function unknownTelemetry(reason: TelemetryReason, deviceId: string | null, asOf: number): Telemetry {
  const nothing = { battery: null, firmwareVersion: null, lastSeen: null };
  return { deviceId, deviceStatus: 'unknown', ...nothing, reason, asOf };
}
