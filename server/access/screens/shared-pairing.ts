/** Codes and tries of pairing as several nodes share them: one sealed cell, which ends by itself. */
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { PassingStore } from '../../store/passing-ports';
import { type PassingState, sealedState } from '../passing-state';
import { NO_PAIRING, type PairingMoment, pairingMomentSchema } from './pairing';

/** Longer than anything in it lives. */
const LIFE_MS = 10 * 60_000;
const NAME = 'pairing';

export function sharedPairing(
  passing: PassingStore,
  { key, secretBytes }: { readonly key: Buffer; readonly secretBytes: SecretBytes },
): PassingState<PairingMoment> {
  const cell = passing.cell(NAME, LIFE_MS);
  return sealedState({
    cell,
    key,
    purpose: NAME,
    schema: pairingMomentSchema,
    initial: NO_PAIRING,
    secretBytes,
  });
}
