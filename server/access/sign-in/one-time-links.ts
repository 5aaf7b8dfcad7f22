/**
 * Links that let their bearer in once, as the local administrator: who can run a command on the server's machine is
 * trusted with it. 256 bits, good for 15 minutes, five at a time (the oldest goes). Kept as hashes in one document,
 * whose version makes sure that a link is redeemed once, whichever process is asked.
 */
import { z } from 'zod';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { SecretBytes } from '../../runtime/secret-bytes';
import type { DocumentStore } from '../../store/ports';
import { drawSecret, hashOf, isHashOf } from '../secret-hash';
import { recordFirst, SERVER } from '../session-audit';
import { Shelf } from '../shelf';

export const LINK_MS = 15 * 60_000;
const MAX_ALIVE = 5;
const ID = 'main';

const linksSchema = z.object({
  links: z.array(z.object({ hash: z.string(), expiresAt: z.number() })),
});
type Links = z.infer<typeof linksSchema>['links'];

export interface OneTimeLinks {
  /** The token of a new link, which is recorded before. Throws AuditUnavailable. */
  issue(): Promise<string>;
  /** True for a token that was issued, is not too old and was not redeemed before: once. */
  redeem(token: string): Promise<boolean>;
}

export interface OneTimeLinksOptions {
  readonly store: DocumentStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly log: Log;
}

export function createOneTimeLinks(options: OneTimeLinksOptions): OneTimeLinks {
  const { store, audit, clock, secretBytes, log } = options;
  const shelf = new Shelf({ kind: 'one-time-links', schema: linksSchema, store, log });

  async function issue(): Promise<string> {
    await recordFirst(audit, SERVER, { action: 'one-time-link.made', subject: 'server' });
    const token = drawSecret(secretBytes);
    const link = { hash: hashOf(token), expiresAt: clock.now() + LINK_MS };
    await shelf.change(ID, (now) => {
      const alive = aliveOf(now?.links ?? [], clock.now());
      return { links: [...alive, link].slice(-MAX_ALIVE) };
    });
    return token;
  }

  async function redeem(token: string): Promise<boolean> {
    const written = await shelf.change(ID, (now) => {
      const alive = aliveOf(now?.links ?? [], clock.now());
      // All are compared, in constant time each: nothing is learnt from how long it took.
      const others = alive.filter((link) => !isHashOf(token, link.hash));
      return others.length === alive.length ? null : { links: others };
    });
    return written !== null;
  }

  return { issue, redeem };
}

/** Where the bearer goes. The token stands in the fragment, which browsers send to nobody: no log has it. */
export function oneTimeLink(baseUrl: string, token: string): string {
  return new URL(`/sign-in#once=${token}`, baseUrl).href;
}

function aliveOf(links: Links, now: number): Links {
  // One that has longer to live than it was given: the wall clock was set back, nobody can say how old it is.
  return links.filter(({ expiresAt }) => now < expiresAt && expiresAt - now <= LINK_MS);
}
