/**
 * What a television without keyboard asks: for a code, and whether somebody has entered it. Its claim on the code and
 * then its token are in cookies that no script reads. One that is paired already is sent to its board, so that a
 * power cut brings it back there.
 */
import type { PairingState } from '../../lib/contracts/access';
import { PAIRING_COOKIE, readCookie, SCREEN_COOKIE, setCookie } from '../access/cookies';
import type { Pairing, PairingAnswer } from '../access/screens/pairing';
import { CODE_MS, HANDOVER_MS } from '../access/screens/pairing-offers';
import type { Screens } from '../access/screens/screens';
import { addressForLimits } from '../runtime/address-for-limits';
import type { Clock } from '../runtime/clock';
import { type HttpProblem, sendJson, sendProblem } from './reply';
import type { Exchange, Route } from './route';

export interface PairingRoutesOptions {
  readonly pairing: Pairing;
  readonly screens: Screens;
  readonly clock: Clock;
}

/** 400 days: browsers keep no cookie longer. Each change of the token begins them anew. */
export const SCREEN_COOKIE_S = 400 * 24 * 60 * 60;
/** The code's life, and what may come after it. */
const CLAIM_COOKIE_S = (CODE_MS + 2 * HANDOVER_MS) / 1_000;
const FULL: HttpProblem = {
  status: 503,
  code: 'pairing.full',
  message: 'too many screens are being paired: try again later',
  headers: { 'retry-after': '30' },
};

export function pairingRoutes(options: PairingRoutesOptions): readonly Route[] {
  const path = '/api/v1/pairing';
  return [
    { method: 'POST', path, pace: 'heavy', answer: (exchange) => begin(options, exchange) },
    {
      method: 'GET',
      path,
      answer: async (exchange) => send(options, exchange, await stateOf(options, exchange)),
    },
  ];
}

/** A television that asks twice, because it was loaded anew, keeps the code that it has. */
async function begin(options: PairingRoutesOptions, exchange: Exchange): Promise<void> {
  const { response, address } = exchange;
  const known = await stateOf(options, exchange);
  if (known.state !== 'expired') return send(options, exchange, known);
  const begun = await options.pairing.begin(addressForLimits(address));
  if (begun === null) return sendProblem(response, FULL);
  const { code, expiresAt, claim } = begun;
  response.appendHeader('set-cookie', setCookie(PAIRING_COOKIE, claim, CLAIM_COOKIE_S));
  send(options, exchange, { state: 'waiting', code, expiresAt }, 201);
}

/** A screen that has its token is paired, also where the answer that brought it was lost half-way. */
async function stateOf({ pairing, screens }: PairingRoutesOptions, exchange: Exchange): Promise<Known> {
  const { screen } = exchange.identity;
  const path = screen === null ? null : await screens.path(screen.screenId);
  if (path !== null) return { state: 'paired', path };
  return pairing.ask(readCookie(exchange.request.headers.cookie, PAIRING_COOKIE));
}

type Known = PairingAnswer | { readonly state: 'paired'; readonly path: string };

function send({ clock }: PairingRoutesOptions, { response }: Exchange, known: Known, status = 200): void {
  if ('token' in known) {
    response.appendHeader('set-cookie', setCookie(SCREEN_COOKIE, known.token, SCREEN_COOKIE_S));
  }
  sendJson(response, shown(known, clock.now()), status);
}

function shown(known: Known, serverTime: number): PairingState {
  switch (known.state) {
    case 'waiting':
      return { state: 'waiting', code: known.code, expiresAt: known.expiresAt, serverTime };
    case 'expired':
      return { state: 'expired' };
    case 'paired':
      return { state: 'paired', path: known.path };
  }
}
