/**
 * The codes that televisions show now, and what has become of them. Pure: `now` is ms of the monotonic clock.
 *
 *     open ──matched──▶ taken ──paired──▶ paired ──seen, or a minute over──▶ gone
 *      │  ◀──not done──┘
 *      └──two minutes over, or given up──▶ gone
 *
 * A code is good once: from the moment that it was matched nobody matches it again, unless the pairing could not be
 * done. A claim is what the television keeps; only its hash is here.
 */
import { hashOf, isSameHash } from '../secret-hash';

export const CODE_MS = 2 * 60_000;
/** How long the token can be asked for again, should an answer be lost on its way. */
export const HANDOVER_MS = 60_000;

interface Claimed {
  readonly claimHash: string;
  readonly code: string;
  /** Where it was asked for. */
  readonly address: string;
}
export interface OpenOffer extends Claimed {
  readonly kind: 'open';
  readonly codeHash: string;
  readonly expiresAt: number;
}
export interface TakenOffer extends Omit<OpenOffer, 'kind'> {
  readonly kind: 'taken';
}
export interface PairedOffer extends Claimed {
  readonly kind: 'paired';
  readonly screenId: string;
  readonly token: string;
  readonly until: number;
}
export type Offer = OpenOffer | TakenOffer | PairedOffer;
export type Offers = readonly Offer[];

/** Without those whose time is over; a pairing under way is waited for. */
export function aliveOffers(offers: Offers, now: number): Offers {
  return offers.filter((offer) => isAlive(offer, now));
}

function isAlive(offer: Offer, now: number): boolean {
  switch (offer.kind) {
    case 'open':
      return now < offer.expiresAt;
    case 'taken':
      return true;
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

/** `next` in the place of the offer with the same claim, where that is still there. */
export function withOffer(offers: Offers, next: Offer): Offers {
  return offers.map((offer) => (offer.claimHash === next.claimHash ? next : offer));
}

/** Without what was handed over to that screen. */
export function withoutScreen(offers: Offers, screenId: string): Offers {
  const left = offers.filter((offer) => offer.kind !== 'paired' || offer.screenId !== screenId);
  return left.length === offers.length ? offers : left;
}
