/**
 * The signature of a call: HMAC-SHA256 over the moment and the body, so that neither can be changed, and an old call
 * cannot be sent again later. Pure.
 */
import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-floorcast-signature';

/** `at`: epoch ms; seconds are signed. */
export function signatureOf(secret: string, body: string, at: number): string {
  const seconds = Math.floor(at / 1_000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
