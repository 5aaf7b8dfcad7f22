/** What the widget asks of the server by HTTP: the device of the conversation, and a new token for the old one. */
import type { AgentDevice } from '../../../lib/contracts/device';
import { fieldOf, jsonOf } from './packets';
import { type AgentToken, readAgentDevice, readAgentToken } from './reading';
import type { Failure } from './widget-state';

const TIMEOUT_MS = 8_000;

export type Fetch = (path: string, init: RequestInit) => Promise<Response>;
export type Asked = { readonly device: AgentDevice } | { readonly failure: Failure };

/** Rejects never; an abort reads as `away`. */
export async function askDevice(
  fetch: Fetch,
  { conversationId, token, signal }: { conversationId: string; token: string | null; signal: AbortSignal },
): Promise<Asked> {
  const path = `/api/v1/agent/device?conversationId=${encodeURIComponent(conversationId)}`;
  try {
    const response = await fetch(path, { ...plain(token), signal: within(signal) });
    const json = jsonOf(await response.text());
    if (!response.ok) return { failure: failureOf(response.status, fieldOf(json, 'code')) };
    const device = readAgentDevice(json);
    return device === null ? { failure: { kind: 'away' } } : { device };
  } catch {
    // A network error, a time-out or an abort.
    return { failure: { kind: 'away' } };
  }
}

/** `null`: there is none now. `signedOut`: there will be none. */
export async function askToken(
  fetch: Fetch,
  { token, signal, now }: { token: string | null; signal: AbortSignal; now: () => number },
): Promise<AgentToken | 'signedOut' | 'needless' | null> {
  try {
    const response = await fetch('/api/v1/agent/token', {
      ...plain(token),
      method: 'POST',
      signal: within(signal),
    });
    const json = jsonOf(await response.text());
    if (response.status === 401 || response.status === 403) return 'signedOut';
    if (response.status === 409) return 'needless';
    if (!response.ok) return null;
    const said = Date.parse(response.headers.get('date') ?? '');
    return readAgentToken(json, Number.isNaN(said) ? now() : said);
  } catch {
    return null;
  }
}

function plain(token: string | null): RequestInit {
  return {
    headers: {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    cache: 'no-store',
    redirect: 'error',
  };
}

function within(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
}

function failureOf(status: number, code: unknown): Failure {
  if (status === 401) return { kind: 'signedOut' };
  if (status === 403) return { kind: 'refused', why: 'forbidden' };
  if (code === 'source.off') return { kind: 'refused', why: 'off' };
  if (status === 404 || status === 400) return { kind: 'refused', why: 'unknown' };
  return { kind: 'away' };
}
