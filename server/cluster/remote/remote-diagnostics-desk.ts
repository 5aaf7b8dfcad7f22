/**
 * The desk of diagnostic sessions at a node that has none: it asks the node that has the duty. What cannot be asked is
 * `unavailable`, with one plain sentence; where the answer was late nobody knows whether it was done, and to ask again
 * with the same request id is safe: the owner answers as the first time and runs nothing twice. What somebody may run is
 * worked out here, by the policy that every node has.
 */
import type { z } from 'zod';
import { err } from '../../../lib/result';
import type { DiagnosticsDesk } from '../../devices/diagnostics-desk';
import type { Log } from '../../runtime/log';
import { type CallProblem, type NodeCalls, problemOf } from '../node-calls';
import {
  LIVE,
  liveEventOfOwnerSchema,
  SESSIONS_DUTY,
  sessionAnswers,
  sessionOutcomes,
} from './session-answers';

export interface RemoteDiagnosticsDeskOptions {
  readonly calls: Pick<NodeCalls, 'call' | 'watch'>;
  /** The policy of this node's own settings. */
  readonly mayRun: DiagnosticsDesk['mayRun'];
  readonly log: Log;
}

/** As long as the desk itself makes anybody wait, and the way there and back. */
const ANSWER_MS = 10_000;
const OTHERWISE = 'The node that has the sessions answered something else.';

export function createRemoteDiagnosticsDesk({
  calls,
  mayRun,
  log,
}: RemoteDiagnosticsDeskOptions): DiagnosticsDesk {
  const ask = (method: string, args: unknown) =>
    calls.call(SESSIONS_DUTY, method, args, { timeoutMs: ANSWER_MS });

  async function outcome<Method extends keyof typeof sessionOutcomes>(
    method: Method,
    args: unknown,
  ): Promise<z.infer<(typeof sessionOutcomes)[Method]>> {
    const answer = await ask(method, args);
    const parsed = answer.ok ? sessionOutcomes[method].safeParse(answer.value).data : undefined;
    const message = answer.ok ? OTHERWISE : sentenceOf(answer.error);
    // By the schema of that very method; a problem is one of each.
    return (parsed ?? err({ kind: 'unavailable', message })) as z.infer<(typeof sessionOutcomes)[Method]>;
  }

  async function read<Method extends keyof typeof sessionAnswers>(
    method: Method,
    args: unknown,
  ): Promise<z.infer<(typeof sessionAnswers)[Method]>> {
    const answer = await ask(method, args);
    if (!answer.ok) throw problemOf(answer.error);
    const parsed = sessionAnswers[method].safeParse(answer.value);
    if (!parsed.success) throw new Error(OTHERWISE);
    // By the schema of that very method.
    return parsed.data as z.infer<(typeof sessionAnswers)[Method]>;
  }

  return {
    initiate: (wish, actor) => outcome('initiate', { wish, actor }),
    execute: (wish, actor) => outcome('execute', { wish, actor }),
    end: (interactionId, wish, actor) => outcome('end', { interactionId, wish, actor }),
    session: (interactionId, viewer) => read('session', { interactionId, viewer }),
    mayRun,
    list: (viewer) => read('list', { viewer }),
    watch: (interactionId, listener) =>
      calls.watch(SESSIONS_DUTY, LIVE, { interactionId }, (value) => {
        const event = liveEventOfOwnerSchema.safeParse(value);
        if (event.success) listener(event.data);
        else log.error('what another node told of a session cannot be read');
      }),
    bundle: (interactionId, viewer) => read('bundle', { interactionId, viewer }),
  };
}

function sentenceOf({ kind, message }: CallProblem): string {
  if (kind !== 'late' && kind !== 'noOwner') return message;
  return `${message} Whether it was done is not known: ask again with the same request id.`;
}
