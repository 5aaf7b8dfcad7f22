/**
 * The codes that televisions show now, and what has become of them. Pure: `now` is ms of the clock of all who share them.
 *
 *     open ──matched──▶ taken ──paired──▶ paired ──seen, or a minute over──▶ gone
 *      │  ◀──not done──┘
 *      └──two minutes over──▶ gone
 *
 * A code is good once: from the moment that it was matched nobody matches it again, unless the pairing could not be
 * done. A claim is what the television keeps; only its hash is here.
 */
import { z } from 'zod';
import { hashOf, isSameHash } from '../secret-hash';

export const CODE_MS = 2 * 60_000;
/** How long the token can be asked for again, should an answer be lost on its way. */
export const HANDOVER_MS = 60_000;

/** A pairing under way is waited for, though not for ever: a node may have died over it. */
const TAKEN_MS = 3 * 60_000;

const claimed = {
  claimHash: z.string(),
  code: z.string(),
  /** Where it was asked for. */ address: z.string(),
};
const opened = { ...claimed, codeHash: z.string(), expiresAt: z.number() };
const openSchema = z.object({ kind: z.literal('open'), ...opened });
const takenSchema = z.object({ kind: z.literal('taken'), ...opened, until: z.number() });
const pairedSchema = z.object({
  ...{ kind: z.literal('paired'), ...claimed },
  ...{ screenId: z.string(), token: z.string(), until: z.number() },
});
export const offersSchema = z.array(z.discriminatedUnion('kind', [openSchema, takenSchema, pairedSchema]));

export type OpenOffer = Readonly<z.infer<typeof openSchema>>;
export type TakenOffer = Readonly<z.infer<typeof takenSchema>>;
export type PairedOffer = Readonly<z.infer<typeof pairedSchema>>;
export type Offer = OpenOffer | TakenOffer | PairedOffer;
export type Offers = readonly Offer[];

/** Without those whose time is over; the same where there are none. */
export function aliveOffers(offers: Offers, now: number): Offers {
  const alive = offers.filter((offer) => isAlive(offer, now));
  return alive.length === offers.length ? offers : alive;
}

function isAlive(offer: Offer, now: number): boolean {
  switch (offer.kind) {
    case 'open':
      return now < offer.expiresAt;
    case 'taken':
    case 'paired':
      return now < offer.until;
  }
}

/** The offer of a claim. All are compared, each in constant time: how long it takes tells nothing. */
export function offerOf(offers: Offers, claim: string): Offer | null {
  const claimHash = hashOf(claim);
  // No `find`: it would stop at the one that is sought.
  return offers.filter((offer) => isSameHash(claimHash, offer.claimHash))[0] ?? null;
}

/** The open offer of a code, found in the same way. */
export function matchedOffer(offers: Offers, code: string): OpenOffer | null {
  const codeHash = hashOf(code);
  const open = offers.filter((offer) => offer.kind === 'open');
  return open.filter((offer) => isSameHash(codeHash, offer.codeHash))[0] ?? null;
}

export function takenOffer({ kind: _, ...offer }: OpenOffer, now: number): TakenOffer {
  return { kind: 'taken', ...offer, until: now + TAKEN_MS };
}

/** `next` in the place of the offer with the same claim, where that is still there. */
export function withOffer(offers: Offers, next: Offer): Offers {
  return offers.map((offer) => (offer.claimHash === next.claimHash ? next : offer));
}

/** Without what was handed over to that screen. */
export function withoutScreen(offers: Offers, screenId: string): Offers {
  const left = offers.filter((offer) => offer.kind !== 'paired' || offer.screenId !== screenId);
  return left.length === offers.length ? offers : left;
}
