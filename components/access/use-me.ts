'use client';
/** Who is signed in here, as the server sees it; asked for again now and then, as roles are given and taken. */
import { type Me, meSchema } from '../../lib/contracts/access';
import { useRemembered } from '../ui/use-remembered';

const ASK_MS = 30_000;

/** `null`: not known yet. */
export function useMe(): Me | null {
  return useRemembered('/api/v1/me', meSchema, ASK_MS);
}
