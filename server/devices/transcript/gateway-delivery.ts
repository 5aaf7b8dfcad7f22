/**
 * The transcript for a gateway: one POST a message, with a token of the device cloud's client. `{interactionId}` in the
 * address names the conversation; without it the body does, beside the agreed fields. A message has an
 * `idempotency-key` that is the same when it is sent again: between an answer and our note of it nobody can tell.
 */
import { err, ok, type Result } from '../../../lib/result';
import type { Failure } from '../../runtime/errors';
import type { Http } from '../../runtime/http';
import { failureOfAnswer } from '../../runtime/http-failures';
import type { TokenSource } from '../../runtime/token-source';
import { type Delivered, type Delivery, undelivered } from './delivery';
import { type TranscriptMessage, textOf, timeOf } from './transcript-message';

export interface GatewayTarget {
  /** `https://gateway.example.com/conversations/{interactionId}/messages`, or without a place for the conversation. */
  readonly url: string;
  readonly tokens: TokenSource;
  readonly http: Http;
  readonly signal: AbortSignal;
}

const WHAT = 'handing on the transcript of a session';
const FROM = 'Floorcast diagnostics';
const PLACE = '{interactionId}';
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const PER_MINUTE = 1_200;

export function createGatewayDelivery({ url, tokens, http, signal }: GatewayTarget): Delivery {
  /** Given when a message is first sent. */
  const keys = new WeakMap<TranscriptMessage, string>();
  let count = 0;

  function keyOf(interactionId: string, message: TranscriptMessage): string {
    const key = keys.get(message) ?? `${interactionId}-${timeOf(message)}-${++count}`;
    keys.set(message, key);
    return key;
  }

  function post(interactionId: string, message: TranscriptMessage, token: string) {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': keyOf(interactionId, message),
    };
    const hasPlace = url.includes(PLACE);
    return http({
      ...{ method: 'POST', headers, what: WHAT, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, signal },
      url: url.replaceAll(PLACE, encodeURIComponent(interactionId)),
      body: JSON.stringify({ ...bodyOf(message), ...(hasPlace ? {} : { conversationId: interactionId }) }),
    });
  }

  async function attempt(
    interactionId: string,
    message: TranscriptMessage,
    isSecond: boolean,
  ): Promise<Result<void, Failure>> {
    const token = await tokens.token();
    if (!token.ok) return token;
    const answer = await post(interactionId, message, token.value);
    if (!answer.ok) return answer;
    const { status } = answer.value;
    if (status >= 200 && status < 300) return ok(undefined);
    if (status === 401 && !isSecond) {
      tokens.invalidate(token.value);
      return attempt(interactionId, message, true);
    }
    // What was sent may be repeated by the answer, and belongs in no log.
    return err(failureOfAnswer(answer.value, WHAT, [token.value, textOf(message)]));
  }

  return {
    ...{ batch: 1, perMinute: PER_MINUTE },
    async send(interactionId, messages): Promise<Delivered> {
      for (const message of messages) {
        const sent = await attempt(interactionId, message, false);
        if (!sent.ok) return undelivered(sent.error);
      }
      return { kind: 'sent' };
    },
    forget: () => {},
  };
}

/** The agreed shape. */
function bodyOf(message: TranscriptMessage) {
  return {
    type: 'message',
    content: { type: 'text', text: textOf(message) },
    from: FROM,
    timestamp: new Date(timeOf(message)).toISOString(),
  };
}
