/**
 * The one desk of diagnostic sessions that a node's rooms know for ever: its own while this node has the duty, else the
 * owner's. Whoever watches a session goes on watching it when the duty moves; the session comes first again then.
 */
import type { DeskEvent, DiagnosticsDesk } from '../../devices/diagnostics-desk';

export interface DutyDiagnosticsDeskOptions {
  /** `null`: another node has the duty, or none. */
  readonly own: () => DiagnosticsDesk | null;
  readonly remote: DiagnosticsDesk;
}

export interface DutyDiagnosticsDesk extends DiagnosticsDesk {
  /** `own` is another now, and has started. */
  dutyChanged(): void;
}

interface Watch {
  readonly interactionId: string;
  readonly listener: (event: DeskEvent) => void;
  desk: DiagnosticsDesk;
  stop: () => void;
}

export function createDutyDiagnosticsDesk({ own, remote }: DutyDiagnosticsDeskOptions): DutyDiagnosticsDesk {
  const watches = new Set<Watch>();
  const asked = () => own() ?? remote;
  return {
    initiate: (wish, actor) => asked().initiate(wish, actor),
    execute: (wish, actor) => asked().execute(wish, actor),
    end: (interactionId, wish, actor) => asked().end(interactionId, wish, actor),
    session: (interactionId, viewer) => asked().session(interactionId, viewer),
    mayRun: (session, roles, userId) => asked().mayRun(session, roles, userId),
    list: (viewer) => asked().list(viewer),
    bundle: (interactionId, viewer) => asked().bundle(interactionId, viewer),
    watch(interactionId, listener) {
      const desk = asked();
      const watch: Watch = { interactionId, listener, desk, stop: desk.watch(interactionId, listener) };
      watches.add(watch);
      return () => {
        if (watches.delete(watch)) watch.stop();
      };
    },
    dutyChanged() {
      const desk = asked();
      for (const watch of watches) {
        if (watch.desk === desk) continue;
        watch.stop();
        watch.desk = desk;
        watch.stop = desk.watch(watch.interactionId, watch.listener);
      }
    },
  };
}
