/**
 * A sign-in under way, kept by the browser in a sealed cookie: only the browser that began can come back with it, and
 * for ten minutes. Nothing of it is kept here.
 */
import { z } from 'zod';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { SignInFlow } from '../providers/identity-provider';
import { type Seal, seal, unseal } from '../sealed-text';

export const FLOW_MS = 10 * 60_000;
const PURPOSE = 'sign-in flow';

const sealedSchema = z.object({
  flow: z.object({ state: z.string().min(1), nonce: z.string(), codeVerifier: z.string(), next: z.string() }),
  expiresAt: z.number(),
});

export interface FlowSealing {
  readonly key: Buffer;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
}

/** The cookie's value. */
export function sealFlow(flow: SignInFlow, { key, clock, secretBytes }: FlowSealing): string {
  return seal(JSON.stringify({ flow, expiresAt: clock.now() + FLOW_MS }), sealOf(key), secretBytes);
}

/** `null`: none, too old, or not of our making. */
export function openFlow(value: string | null, { key, clock }: FlowSealing): SignInFlow | null {
  const text = value === null ? null : unseal(value, sealOf(key));
  if (text === null) return null;
  // What opens was written by sealFlow, perhaps of another version.
  const parsed = sealedSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return null;
  const leftMs = parsed.data.expiresAt - clock.now();
  // More than it was given: the wall clock was set back, nobody can say how old it is.
  return leftMs > 0 && leftMs <= FLOW_MS ? parsed.data.flow : null;
}

function sealOf(key: Buffer): Seal {
  return { key, purpose: PURPOSE };
}
