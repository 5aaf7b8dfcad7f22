/**
 * Keeping the draft on the server, as a pure machine: a while after the last change it is saved, once at a time; what
 * fails is tried again, ever more seldom; where somebody was faster nothing is sent until the person has chosen.
 *
 *   saved ──changed──► waiting ──due──► saving ──ok──► saved, or waiting where it was changed meanwhile
 *                        ▲                ├──failed──► failed ──due──► saving
 *                        └────resolved────┴──overtaken──► overtaken
 *   flaw: the board is not as the contract wants it; nothing is sent until it is.
 */
import type { Problem } from '../ui/fetch-json';

export interface Overtaking {
  readonly by: string;
  /** Epoch ms by the server's clock. */
  readonly at: number;
}

export type Saving =
  | { readonly state: 'saved' }
  | { readonly state: 'waiting' }
  /** `attempt` names the request; `isChanged`: the board was changed since it went out. */
  | { readonly state: 'saving'; readonly attempt: number; readonly isChanged: boolean }
  | { readonly state: 'failed'; readonly problem: Problem }
  | { readonly state: 'flawed' }
  | { readonly state: 'overtaken'; readonly overtaking: Overtaking };

export interface SaveState {
  readonly saving: Saving;
  /** Of the draft that the next save changes; 0: there is none. */
  readonly revision: number;
  /** Who saved it last, and when; `null`: there is no draft. */
  readonly last: Overtaking | null;
  readonly attempts: number;
  /** Failures in a row. */
  readonly failures: number;
}

export type SaveEvent =
  /** `isSound`: it satisfies the contract. */
  | { readonly kind: 'changed'; readonly isSound: boolean }
  | { readonly kind: 'due' }
  | {
      readonly kind: 'stored';
      readonly attempt: number;
      readonly revision: number;
      readonly last: Overtaking;
    }
  | { readonly kind: 'notStored'; readonly attempt: number; readonly problem: Problem }
  /** `attempt`, here and below: the request that it is the answer to; absent: to none. */
  | { readonly kind: 'overtaken'; readonly attempt?: number; readonly overtaking: Overtaking }
  /** The server's draft is known anew: `isMine`, what is here goes on top of it; else it is what is here. */
  | {
      readonly kind: 'rebased';
      readonly attempt?: number;
      readonly revision: number;
      readonly last: Overtaking | null;
      readonly isMine: boolean;
    };

export type SaveEffect =
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'save'; readonly attempt: number; readonly revision: number };

export interface SaveStep {
  readonly state: SaveState;
  readonly effects: readonly SaveEffect[];
}

export const SETTLE_MS = 900;
/** After one failure, two, and so on; the last one repeats. */
export const RETRY_DELAYS_MS: readonly number[] = [2_000, 5_000, 10_000, 30_000];

export function beginSaving(revision: number, last: Overtaking | null): SaveState {
  return { saving: { state: 'saved' }, revision, last, attempts: 0, failures: 0 };
}

/** Whether something of the person's work is on this page only. */
export function isUnsaved({ saving }: SaveState): boolean {
  return saving.state !== 'saved';
}

export function stepSave(state: SaveState, event: SaveEvent): SaveStep {
  if ('attempt' in event && !isAwaited(state, event.attempt)) return still(state);
  switch (event.kind) {
    case 'changed':
      return changed(state, event.isSound);
    case 'due':
      return due(state);
    case 'stored':
      return stored(state, event);
    case 'notStored':
      return notStored(state, event);
    case 'overtaken':
      return still({ ...state, saving: { state: 'overtaken', overtaking: event.overtaking } });
    case 'rebased':
      return rebased(state, event);
  }
}

/** What is the answer to no request never comes too late. */
function isAwaited({ saving }: SaveState, attempt: number | undefined): boolean {
  return attempt === undefined || (saving.state === 'saving' && saving.attempt === attempt);
}

function still(state: SaveState): SaveStep {
  return { state, effects: [] };
}

function waiting(state: SaveState): SaveStep {
  return {
    state: { ...state, saving: { state: 'waiting' } },
    effects: [{ kind: 'wait', delayMs: SETTLE_MS }],
  };
}

function changed(state: SaveState, isSound: boolean): SaveStep {
  const { saving } = state;
  if (saving.state === 'overtaken') return still(state);
  if (saving.state === 'saving') return still({ ...state, saving: { ...saving, isChanged: true } });
  return isSound ? waiting(state) : still({ ...state, saving: { state: 'flawed' } });
}

function due(state: SaveState): SaveStep {
  if (state.saving.state !== 'waiting' && state.saving.state !== 'failed') return still(state);
  const attempt = state.attempts + 1;
  return {
    state: { ...state, attempts: attempt, saving: { state: 'saving', attempt, isChanged: false } },
    effects: [{ kind: 'save', attempt, revision: state.revision }],
  };
}

function stored(state: SaveState, event: Extract<SaveEvent, { kind: 'stored' }>): SaveStep {
  const { saving } = state;
  const next = { ...state, revision: event.revision, last: event.last, failures: 0 };
  return saving.state === 'saving' && saving.isChanged
    ? waiting(next)
    : still({ ...next, saving: { state: 'saved' } });
}

function notStored(state: SaveState, event: Extract<SaveEvent, { kind: 'notStored' }>): SaveStep {
  const delayMs = RETRY_DELAYS_MS[Math.min(state.failures, RETRY_DELAYS_MS.length - 1)] ?? SETTLE_MS;
  return {
    state: { ...state, failures: state.failures + 1, saving: { state: 'failed', problem: event.problem } },
    effects: [{ kind: 'wait', delayMs }],
  };
}

function rebased(state: SaveState, event: Extract<SaveEvent, { kind: 'rebased' }>): SaveStep {
  const next = { ...state, revision: event.revision, last: event.last, failures: 0 };
  if (!event.isMine) return still({ ...next, saving: { state: 'saved' } });
  return { state: { ...next, saving: { state: 'waiting' } }, effects: [{ kind: 'wait', delayMs: 0 }] };
}
