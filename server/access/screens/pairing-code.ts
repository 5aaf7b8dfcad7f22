/** The code that a television shows: six characters, each as likely as the others. */
import { assert } from '../../../lib/assert';
import { PAIRING_ALPHABET, PAIRING_CODE_LENGTH } from '../../../lib/contracts/access';
import type { SecretBytes } from '../../runtime/secret-bytes';

/** Bytes from here on are thrown away: the rest of 256 by 31 would favour the first letters. */
const LIMIT = 256 - (256 % PAIRING_ALPHABET.length);
/** By chance one byte in 32 is thrown away: a source that needs more draws than this is no source. */
const MAX_DRAWS = 100;

export function drawPairingCode(secretBytes: SecretBytes): string {
  let code = '';
  for (let draws = 0; code.length < PAIRING_CODE_LENGTH; draws += 1) {
    assert(draws < MAX_DRAWS, 'secret bytes are random');
    for (const byte of secretBytes(PAIRING_CODE_LENGTH - code.length)) {
      if (byte < LIMIT) code += PAIRING_ALPHABET.charAt(byte % PAIRING_ALPHABET.length);
    }
  }
  return code;
}
