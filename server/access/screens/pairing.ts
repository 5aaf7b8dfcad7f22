/**
 * Pairs televisions: one shows a code, a supervisor enters it, the television gets its token. Codes are in memory
 * only: after a restart the television asks for another one. Full, newcomers are told to come later; one place can
 * ask for a part of the codes only. Who guesses is stopped at five tries a minute, sixty of all supervisors together:
 * against 31^6 codes that is nothing.
 */
import { assert } from '../../../lib/assert';
import type { ScreenRecord } from '../../../lib/contracts/access';
import { err, ok, type Result } from '../../../lib/result';
import type { AuditLog } from '../../audit/audit-log';
import type { Clock } from '../../runtime/clock';
import type { SecretBytes } from '../../runtime/secret-bytes';
import { drawSecret, hashOf } from '../secret-hash';
import type { Doer } from '../session-audit';
import { drawPairingCode } from './pairing-code';
import {
  aliveOffers,
  CODE_MS,
  HANDOVER_MS,
  matchedOffer,
  type Offers,
  type OpenOffer,
  offerOf,
  withOffer,
  withoutScreen,
} from './pairing-offers';
import { countTry, type Tries } from './pairing-tries';
import type { ScreenPlace } from './screen-record';
import type { NewScreen, Screens } from './screens';

export interface PairingOptions {
  readonly screens: Screens;
  readonly boardExists: (boardId: string) => boolean;
  readonly clock: Clock;
  readonly secretBytes: SecretBytes;
  readonly audit: AuditLog;
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
  readonly #maxOffers: number;
  readonly #unsubscribe: () => void;
  #offers: Offers = [];
  #tries: Tries = [];

  constructor(options: PairingOptions) {
    this.#options = options;
    this.#maxOffers = options.maxOffers ?? MAX_OFFERS;
    this.#unsubscribe = options.screens.onShown((screenId) => {
      this.#offers = withoutScreen(this.#offers, screenId);
    });
  }

  /** A new code; `null`: there are as many as there may be, now. `address` stands for the place it is asked from. */
  begin(address: string): NewOffer | null {
    const { clock, secretBytes } = this.#options;
    const offers = this.#alive();
    const ofAddress = offers.filter((offer) => offer.address === address).length;
    if (offers.length >= this.#maxOffers || ofAddress >= this.#maxOffers * ADDRESS_SHARE) return null;
    const claim = drawSecret(secretBytes);
    const code = this.#drawCode(offers);
    const offer: OpenOffer = {
      kind: 'open',
      ...{ claimHash: hashOf(claim), code, codeHash: hashOf(code), address },
      expiresAt: clock.monotonicNow() + CODE_MS,
    };
    this.#offers = [...offers, offer];
    return { code, claim, expiresAt: this.#wallTime(offer.expiresAt) };
  }

  /** What has become of a television's code. `null`: it has no claim. */
  async ask(claim: string | null): Promise<PairingAnswer> {
    const offer = claim === null ? null : offerOf(this.#alive(), claim);
    if (offer === null) return { state: 'expired' };
    if (offer.kind !== 'paired') {
      return { state: 'waiting', code: offer.code, expiresAt: this.#wallTime(offer.expiresAt) };
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
    const { tries, waitMs } = countTry(this.#tries, by.actor, this.#options.clock.monotonicNow());
    this.#tries = tries;
    if (waitMs > 0) {
      this.#refused(by, 'tries');
      return err({ kind: 'tries', waitMs });
    }
    const offer = matchedOffer(this.#alive(), code);
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

  /** Nobody else can match the code meanwhile. `null`: no more screens can be kept. */
  async #pair(offer: OpenOffer, place: ScreenPlace, by: Doer): Promise<NewScreen | null> {
    this.#offers = withOffer(this.#offers, { ...offer, kind: 'taken' });
    let made: NewScreen | null = null;
    try {
      const paired = await this.#options.screens.pair(place, by);
      made = paired.ok ? paired.value : null;
    } finally {
      this.#offers = withOffer(this.#offers, made === null ? offer : this.#handover(offer, made));
    }
    return made;
  }

  #handover({ claimHash, code, address }: OpenOffer, { screen, token }: NewScreen) {
    const until = this.#options.clock.monotonicNow() + HANDOVER_MS;
    return { kind: 'paired', claimHash, code, address, screenId: screen.id, token, until } as const;
  }

  #alive(): Offers {
    this.#offers = aliveOffers(this.#offers, this.#options.clock.monotonicNow());
    return this.#offers;
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

  #wallTime(monotonic: number): number {
    const { clock } = this.#options;
    return Math.round(clock.now() + monotonic - clock.monotonicNow());
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

export function createPairing(options: PairingOptions): Pairing {
  return new Pairing(options);
}
