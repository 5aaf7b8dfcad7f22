/**
 * The owner's side of diagnostic sessions: what other nodes ask is asked of the desk here, and what happens in a session
 * is told to those who watch. Whoever asks was let in at his node; what he may run is decided here, at each command.
 */
import type { DiagnosticsDesk } from '../../devices/diagnostics-desk';
import type { NodeCalls } from '../node-calls';
import { sessionQuestions as asked, LIVE, SESSIONS_DUTY } from './session-answers';

export interface ServeDiagnosticsDeskOptions {
  readonly calls: Pick<NodeCalls, 'serve'>;
  readonly desk: DiagnosticsDesk;
  readonly isOwner: () => boolean;
}

/** To be called once the desk has started; gives the way to end it. */
export function serveDiagnosticsDesk({ calls, desk, isOwner }: ServeDiagnosticsDeskOptions): () => void {
  const methods = {
    async initiate(args: unknown) {
      const { wish, actor } = asked.initiate.parse(args);
      return desk.initiate(wish, actor);
    },
    async execute(args: unknown) {
      const { wish, actor } = asked.execute.parse(args);
      return desk.execute(wish, actor);
    },
    async end(args: unknown) {
      const { interactionId, wish, actor } = asked.end.parse(args);
      return desk.end(interactionId, wish, actor);
    },
    async session(args: unknown) {
      const { interactionId, viewer } = asked.session.parse(args);
      return desk.session(interactionId, viewer);
    },
    list: async (args: unknown) => desk.list(asked.list.parse(args).viewer),
    async bundle(args: unknown) {
      const { interactionId, viewer } = asked.bundle.parse(args);
      return desk.bundle(interactionId, viewer);
    },
  };
  const live = (args: unknown, tell: (value: unknown) => void) =>
    desk.watch(asked.live.parse(args).interactionId, tell);
  return calls.serve(SESSIONS_DUTY, methods, { streams: { [LIVE]: live }, isOwner });
}
