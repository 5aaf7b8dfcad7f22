/**
 * Leaving the editor, as a pure machine. What is on its way to the server is awaited, what is stuck is asked about, and
 * where somebody wanted to go is kept until then.
 *
 *   staying ──wished──► saving ──saved──► staying, gone
 *      ▲                  └──stuck──► asking ──confirmed──► leaving, gone
 *      └──────────cancelled─────────────┘ └──saved──► staying, gone
 */
import type { SaveState } from './save-state';

export type Way =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'reload' };

/** `underway`: it will be saved without anybody's doing; `stuck`: perhaps never. */
export type Standing = 'saved' | 'underway' | 'stuck';

export type LeaveState =
  | { readonly state: 'staying' }
  | { readonly state: 'saving'; readonly way: Way }
  | { readonly state: 'asking'; readonly way: Way }
  /** With what is not saved: it was asked about. */
  | { readonly state: 'leaving' };

export type LeaveEvent =
  | { readonly kind: 'wished'; readonly way: Way; readonly standing: Standing }
  | { readonly kind: 'stood'; readonly standing: Standing }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'cancelled' };

export type LeaveEffect = { readonly kind: 'saveNow' } | { readonly kind: 'go'; readonly way: Way };

export interface LeaveStep {
  readonly state: LeaveState;
  readonly effects: readonly LeaveEffect[];
}

export const STAYING: LeaveState = { state: 'staying' };

export function standingOf({ saving }: SaveState): Standing {
  switch (saving.state) {
    case 'saved':
      return 'saved';
    case 'waiting':
    case 'saving':
      return 'underway';
    case 'failed':
    case 'flawed':
    case 'overtaken':
      return 'stuck';
  }
}

export function stepLeave(state: LeaveState, event: LeaveEvent): LeaveStep {
  switch (event.kind) {
    case 'wished':
      return wished(state, event.way, event.standing);
    case 'stood':
      return stood(state, event.standing);
    case 'confirmed':
      return state.state === 'asking' ? gone({ state: 'leaving' }, state.way) : still(state);
    case 'cancelled':
      return still(state.state === 'asking' ? STAYING : state);
  }
}

function wished(state: LeaveState, way: Way, standing: Standing): LeaveStep {
  if (standing === 'saved') return gone(STAYING, way);
  if (state.state === 'leaving') return gone(state, way);
  return standing === 'underway' ? awaited(way) : still({ state: 'asking', way });
}

function stood(state: LeaveState, standing: Standing): LeaveStep {
  if (state.state === 'staying') return still(state);
  if (state.state === 'leaving') return still(standing === 'saved' ? STAYING : state);
  if (standing === 'saved') return gone(STAYING, state.way);
  if (state.state === 'asking') return still(state);
  return standing === 'underway' ? awaited(state.way) : still({ state: 'asking', way: state.way });
}

function awaited(way: Way): LeaveStep {
  return { state: { state: 'saving', way }, effects: [{ kind: 'saveNow' }] };
}

function gone(state: LeaveState, way: Way): LeaveStep {
  return { state, effects: [{ kind: 'go', way }] };
}

function still(state: LeaveState): LeaveStep {
  return { state, effects: [] };
}
