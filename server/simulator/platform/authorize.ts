/**
 * What browsers are sent to: `/oauth/authorize`, a page to choose from, and `/logout`. `as=<user id>` chooses at once,
 * for tests and scripts. Browsers are sent on to loopback only. Source of the parameters: the official SDK's ApiClient.
 */
import type { Reply } from './error-body';
import { PEOPLE } from './organisation';
import type { CodeWish, SignInDesk } from './sign-in-desk';
import { signedOutPage, signInPage } from './sign-in-page';

/** `now` is monotonic ms. */
export function authorize(desk: SignInDesk, query: URLSearchParams, now: number): Reply {
  const wish = readWish(desk, query);
  if (typeof wish === 'string') return wrong(wish);
  const back = (answer: Readonly<Record<string, string>>) => sendBack(wish.redirectUri, query, answer);
  if (query.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (query.get('error') === 'access_denied') return back({ error: 'access_denied' });
  const as = query.get('as');
  if (as === null) {
    const choices = PEOPLE.map((person) => ({ person, href: here(query, 'as', person.id) }));
    return signInPage(choices, here(query, 'error', 'access_denied'));
  }
  const person = desk.person(as);
  if (person === undefined) return wrong('there is no such person');
  return back({ code: desk.code(wish, person, now) });
}

export function logout(desk: SignInDesk, query: URLSearchParams): Reply {
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) return signedOutPage();
  if (desk.client(query.get('client_id') ?? '') === undefined) return wrong('unknown client_id');
  return isLoopback(redirectUri) ? redirect(redirectUri) : wrong('redirect_uri is not on this machine');
}

function readWish(desk: SignInDesk, query: URLSearchParams): CodeWish | string {
  const client = desk.client(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  const challenge = query.get('code_challenge');
  if (client === undefined) return 'unknown client_id';
  if (!isLoopback(redirectUri)) return 'redirect_uri is not on this machine';
  if (client.secret === null && challenge === null) return 'code_challenge is missing';
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') return 'only S256 is known';
  return { clientId: client.id, redirectUri, challenge };
}

function sendBack(redirectUri: string, query: URLSearchParams, answer: Readonly<Record<string, string>>) {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) address.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) address.searchParams.set('state', state);
  return redirect(address.href);
}

function here(query: URLSearchParams, name: string, value: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set(name, value);
  return `/oauth/authorize?${parameters}`;
}

function redirect(address: string): Reply {
  return { status: 302, headers: { Location: address, 'Cache-Control': 'no-store' } };
}

function wrong(description: string): Reply {
  return { status: 400, body: { error: 'invalid_request', description, error_description: description } };
}

function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    (protocol === 'http:' || protocol === 'https:') && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  );
}
