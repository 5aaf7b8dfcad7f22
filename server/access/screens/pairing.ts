/**
 * Pairs televisions: one shows a code, a supervisor enters it, the television gets its token. Codes are kept for their
 * moment only: after a restart of a server that is alone the television asks for another one. Several nodes share codes
 * and tries: each may be asked at any of them. Full, newcomers are told to come later; one place can ask for a part of
 * the codes only. Who guesses is stopped at five tries a minute, sixty of all supervisors together: against 31^6 codes
 * that is nothing.
 */
import { z } from 'zod';
import { assert } from '../../../lib/assert';
import type { ScreenRecord } from '../../../lib/contracts/access';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import { memoryState, type PassingState } from '../passing-state';
import { drawSecret, hashOf } from '../secret-hash';
import type { Doer } from '../session-audit';
import { drawPairingCode } from './pairing-code';
import {
  aliveOffers,
  CODE_MS,
  HANDOVER_MS,
  matchedOffer,
  type Offer,
  type Offers,
  type OpenOffer,
  offerOf,
  offersSchema,
  takenOffer,
  withOffer,
  withoutScreen,
} from './pairing-offers';
import { countTry, type Tries, triesSchema } from './pairing-tries';
import type { ScreenPlace } from './screen-record';
import type { NewScreen, Screens } from './screens';

export interface PairingMoment {
  readonly offers: Offers;
  readonly tries: Tries;
}
export const NO_PAIRING: PairingMoment = { offers: [], tries: [] };
export const pairingMomentSchema = z.object({ offers: offersSchema, tries: triesSchema });

export interface PairingOptions {
  readonly screens: Screens;
  readonly boardExists: (boardId: string) => boolean;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
  /** Where codes and tries are; absent: here. */
  readonly state?: PassingState<PairingMoment>;
  /** Codes at a time; absent: 500. */
  readonly maxOffers?: number;
}

/** Epoch ms. */
export interface NewOffer {
  readonly code: string;
  readonly expiresAt: number;
  /** For the television's cookie; told once. */
  readonly claim: string;
}

export type PairingAnswer =
  | { readonly state: 'waiting'; readonly code: string; readonly expiresAt: number }
  | { readonly state: 'expired' }
  | { readonly state: 'paired'; readonly screenId: string; readonly token: string; readonly path: string };

/** `code-unknown`: never given, too old or used, which is not told. `full`: no more screens can be kept. */
export type EnterProblem =
  | { readonly kind: 'board-unknown' | 'code-unknown' | 'full' }
  | { readonly kind: 'tries'; readonly waitMs: number };

const MAX_OFFERS = 500;
/** The part of them that one address can have: a house of televisions behind one router has power again. */
const ADDRESS_SHARE = 0.2;
const MAX_DRAWS = 100;

export class Pairing {
  readonly #options: PairingOptions;
  readonly #state: PassingState<PairingMoment>;
  readonly #maxOffers: number;
  readonly #unsubscribe: () => void;

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#state = options.state ?? memoryState(options.clock, NO_PAIRING);
    this.#maxOffers = options.maxOffers ?? MAX_OFFERS;
    this.#unsubscribe = options.screens.onShown((screenId, pairedAt) => {
      if (this.#isJustPaired(pairedAt)) void this.#shown(screenId);
    });
  }

  /** A new code; `null`: there are as many as there may be, now. `address` stands for the place it is asked from. */
  begin(address: string): Promise<NewOffer | null> {
    const { clock, secretBytes } = this.#options;
    const claim = drawSecret(secretBytes);
    return this.#change<NewOffer | null>((moment, now) => {
      const { offers } = moment;
      const ofAddress = offers.filter((offer) => offer.address === address).length;
      const isFull = offers.length >= this.#maxOffers || ofAddress >= this.#maxOffers * ADDRESS_SHARE;
      if (isFull) return { next: moment, answer: null };
      const code = this.#drawCode(offers);
      const named = { claimHash: hashOf(claim), code, codeHash: hashOf(code), address };
      const offer: OpenOffer = { kind: 'open', ...named, expiresAt: now + CODE_MS };
      const answer = { code, claim, expiresAt: Math.round(clock.now() + CODE_MS) };
      return { next: { ...moment, offers: [...offers, offer] }, answer };
    });
  }

  /** What has become of a television's code. `null`: it has no claim. */
  async ask(claim: string | null): Promise<PairingAnswer> {
    if (claim === null) return { state: 'expired' };
    const { value, now } = await this.#state.read();
    const offer = offerOf(aliveOffers(value.offers, now), claim);
    if (offer === null) return { state: 'expired' };
    if (offer.kind !== 'paired') {
      const expiresAt = Math.round(this.#options.clock.now() + offer.expiresAt - now);
      return { state: 'waiting', code: offer.code, expiresAt };
    }
    // As it stands now: it may have been given another board since, or be revoked.
    const path = await this.#options.screens.path(offer.screenId);
    if (path === null) return { state: 'expired' };
    return { state: 'paired', screenId: offer.screenId, token: offer.token, path };
  }

  /** A supervisor enters a code. Throws AuditUnavailable; then, as after `full`, the code is still good. */
  async enter(code: string, place: ScreenPlace, by: Doer): Promise<Result<ScreenRecord, EnterProblem>> {
    // First, so that a slip here neither costs a try nor tells whether the code is good.
    if (!this.#options.boardExists(place.boardId)) return err({ kind: 'board-unknown' });
    const { waitMs, offer } = await this.#take(code, by);
    if (waitMs > 0) {
      this.#refused(by, 'tries');
      return err({ kind: 'tries', waitMs });
    }
    if (offer === null) {
      this.#refused(by, 'code');
      return err({ kind: 'code-unknown' });
    }
    const paired = await this.#pair(offer, place, by);
    return paired === null ? err({ kind: 'full' }) : ok(paired.screen);
  }

  close(): void {
    this.#unsubscribe();
  }

  /** Counts the try, and takes the offer of that code: nobody else can match it meanwhile. */
  #take(code: string, by: Doer): Promise<{ readonly waitMs: number; readonly offer: OpenOffer | null }> {
    return this.#change((moment, now) => {
      const { tries, waitMs } = countTry(moment.tries, by.actor, now);
      const offer = waitMs > 0 ? null : matchedOffer(moment.offers, code);
      const offers = offer === null ? moment.offers : withOffer(moment.offers, takenOffer(offer, now));
      return { next: { offers, tries }, answer: { waitMs, offer } };
    });
  }

  /** `null`: no more screens can be kept. */
  async #pair(offer: OpenOffer, place: ScreenPlace, by: Doer): Promise<NewScreen | null> {
    let made: NewScreen | null = null;
    try {
      const paired = await this.#options.screens.pair(place, by);
      made = paired.ok ? paired.value : null;
    } finally {
      await this.#put((now) => (made === null ? offer : handover(offer, made, now)));
    }
    return made;
  }

  #put(next: (now: number) => Offer): Promise<null> {
    // What is over meanwhile was waited for.
    return this.#state.change(({ offers, tries }, now) => ({
      next: { offers: withOffer(offers, next(now)), tries },
      answer: null,
    }));
  }

  /** Never rejects: what is not taken away is over within a minute. */
  async #shown(screenId: string): Promise<void> {
    try {
      await this.#state.change((moment) => {
        const offers = withoutScreen(moment.offers, screenId);
        return { next: offers === moment.offers ? moment : { ...moment, offers }, answer: null };
      });
    } catch {
      // A store that is away: see above.
    }
  }

  /** Spares a question each time that a screen is asked after. A clock that was set back is no obstacle. */
  #isJustPaired(pairedAt: number): boolean {
    const agoMs = this.#options.clock.now() - pairedAt;
    return agoMs < 2 * HANDOVER_MS;
  }

  #change<A>(
    step: (moment: PairingMoment, now: number) => { readonly next: PairingMoment; readonly answer: A },
  ): Promise<A> {
    return this.#state.change((moment, now) => {
      const offers = aliveOffers(moment.offers, now);
      return step(offers === moment.offers ? moment : { ...moment, offers }, now);
    });
  }

  /** One that nobody has now. */
  #drawCode(offers: Offers): string {
    const used = new Set(offers.map(({ code }) => code));
    for (let draws = 0; draws < MAX_DRAWS; draws += 1) {
      const code = drawPairingCode(this.#options.secretBytes);
      if (!used.has(code)) return code;
    }
    assert(false, 'secret bytes are random');
  }

  #refused(by: Doer, reason: 'code' | 'tries'): void {
    const details = new Map([['reason', reason]]);
    this.#options.audit.refused({
      ...by,
      action: 'pairing.refused',
      subject: null,
      outcome: 'refused',
      details,
    });
  }
}

function handover({ claimHash, code, address }: OpenOffer, { screen, token }: NewScreen, now: number): Offer {
  const until = now + HANDOVER_MS;
  return { kind: 'paired', claimHash, code, address, screenId: screen.id, token, until };
}

export function createPairing(options: PairingOptions): Pairing {
  return new Pairing(options);
}
