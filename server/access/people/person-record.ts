/**
 * What is kept of a person: who he is at his provider, how he is called, and his roles from both sides. Pure.
 * Issuer and subject name him for ever; name and address are text to show, cleaned and bounded.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type PersonRole, personRoleSchema } from '../../../lib/contracts/access';
import { replaceHarmful } from '../../../lib/plain-name';
import { inOrder } from './role-mapping';

export const personRecordSchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  providerRoles: z.array(personRoleSchema),
  grantedRoles: z.array(personRoleSchema),
  lastSignInAt: z.number(),
});
export type PersonRecord = z.infer<typeof personRecordSchema>;

/** A person and his public id. */
export interface KnownPerson extends PersonRecord {
  readonly id: string;
}

/** Longer ones are no provider's: OpenID Connect Core ends a subject at 255 characters. */
export const MAX_ISSUER = 1_000;
export const MAX_SUBJECT = 255;

/** The administrator who comes by a one-time link. No provider's issuer can be this: theirs are addresses. */
export const LOCAL_ADMIN = { issuer: 'local', subject: 'admin' } as const;

/** Tells nothing of issuer and subject, and is the same at every sign-in. */
export function personIdOf(issuer: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}

/** What he may act as now: what the provider and what an administrator gave. */
export function effectiveRoles(person: PersonRecord): readonly PersonRole[] {
  return inOrder([...person.providerRoles, ...person.grantedRoles]);
}

const MAX_NAME = 60;
const MAX_EMAIL = 254;

/** One line of text, never empty. */
export function cleanName(name: string): string {
  const line = replaceHarmful(name.slice(0, 1_000), () => ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return [...line].slice(0, MAX_NAME).join('').trim() || 'Unnamed';
}

/** `null`: nothing that looks like an address. */
export function cleanEmail(email: string | null): string | null {
  if (email === null || email.length > MAX_EMAIL) return null;
  return /^[^\s\p{Cc}\p{Cf}\p{Cs}@<>"]+@[^\s\p{Cc}\p{Cf}\p{Cs}@<>"]+$/u.test(email) ? email : null;
}
