import { describe, expect, it } from 'vitest';
import {
  type LeaveEffect,
  type LeaveEvent,
  type LeaveState,
  STAYING,
  standingOf,
  stepLeave,
  type Way,
} from '../../../../components/editor/leave-state';
import { beginSaving, type Saving, SETTLE_MS } from '../../../../components/editor/save-state';
import { err } from '../../../../lib/result';
import { ADA, AWAY, settle, stand, stored } from './saver-stand';

const BACK: Way = { kind: 'back' };
const LIST: Way = { kind: 'path', path: '/supervisor/boards' };

const STATES: Record<LeaveState['state'], LeaveState> = {
  staying: STAYING,
  saving: { state: 'saving', way: LIST },
  asking: { state: 'asking', way: LIST },
  leaving: { state: 'leaving' },
};
const EVENTS = {
  wishedSaved: { kind: 'wished', way: BACK, standing: 'saved' },
  wishedUnderway: { kind: 'wished', way: BACK, standing: 'underway' },
  wishedStuck: { kind: 'wished', way: BACK, standing: 'stuck' },
  saved: { kind: 'stood', standing: 'saved' },
  underway: { kind: 'stood', standing: 'underway' },
  stuck: { kind: 'stood', standing: 'stuck' },
  confirmed: { kind: 'confirmed' },
  cancelled: { kind: 'cancelled' },
} as const satisfies Record<string, LeaveEvent>;

const wished = {
  wishedSaved: 'staying go back',
  wishedUnderway: 'saving saveNow',
  wishedStuck: 'asking',
};
/** The state after each event, and what is done. */
const TABLE: Record<LeaveState['state'], Record<keyof typeof EVENTS, string>> = {
  staying: {
    ...wished,
    ...{
      saved: 'staying',
      underway: 'staying',
      stuck: 'staying',
      confirmed: 'staying',
      cancelled: 'staying',
    },
  },
  saving: {
    ...wished,
    ...{ saved: 'staying go path', underway: 'saving saveNow', stuck: 'asking' },
    ...{ confirmed: 'saving', cancelled: 'saving' },
  },
  asking: {
    ...wished,
    ...{ saved: 'staying go path', underway: 'asking', stuck: 'asking' },
    ...{ confirmed: 'leaving go path', cancelled: 'staying' },
  },
  leaving: {
    ...{ wishedSaved: 'staying go back', wishedUnderway: 'leaving go back', wishedStuck: 'leaving go back' },
    ...{ saved: 'staying', underway: 'leaving', stuck: 'leaving' },
    ...{ confirmed: 'leaving', cancelled: 'leaving' },
  },
};

function written(effect: LeaveEffect): string {
  return effect.kind === 'go' ? `go ${effect.way.kind}` : effect.kind;
}

describe('leaving the editor', () => {
  const cells = Object.entries(TABLE).flatMap(([state, row]) =>
    Object.entries(row).map(([event, next]) => [state, event, next] as const),
  );

  it.each(cells)('UI-128 UI-145 in %s, %s leads to %s', (state, event, expected) => {
    const step = stepLeave(STATES[state as LeaveState['state']], EVENTS[event as keyof typeof EVENTS]);
    expect([step.state.state, ...step.effects.map(written)].join(' ')).toBe(expected);
  });

  it('UI-145 keeps where somebody wanted to go while that is saved, fails, and is saved after all', () => {
    const events = [
      { kind: 'wished', way: LIST, standing: 'underway' },
      EVENTS.stuck,
      EVENTS.underway,
    ] as const;
    let state: LeaveState = STAYING;
    for (const event of events) ({ state } = stepLeave(state, event));
    expect(stepLeave(state, EVENTS.saved)).toEqual({ state: STAYING, effects: [{ kind: 'go', way: LIST }] });
  });

  it.each<[Saving, string]>([
    [{ state: 'saved' }, 'saved'],
    [{ state: 'waiting' }, 'underway'],
    [{ state: 'saving', attempt: 1, isChanged: true }, 'underway'],
    [{ state: 'failed', problem: AWAY }, 'stuck'],
    [{ state: 'flawed' }, 'stuck'],
    [{ state: 'overtaken', overtaking: ADA }, 'stuck'],
  ])('UI-145 asks of what is not on its way: %j is %s', (saving, expected) => {
    expect(standingOf({ ...beginSaving(1, null), saving })).toBe(expected);
  });
});

describe('the saver that is left', () => {
  it('UI-145 sends once what waits', () => {
    const { clock, sent, saver, name } = stand();
    saver.change(name('A'));
    saver.stop();
    saver.stop();
    expect([sent.map((one) => one.name), clock.pendingCount]).toEqual([['A'], 0]);
  });

  it('UI-145 sends once what failed, and not again', async () => {
    const { clock, sent, saver, name } = stand();
    saver.change(name('A'));
    clock.advance(SETTLE_MS);
    sent[0]?.answer(err(AWAY));
    await settle();
    saver.stop();
    sent[1]?.answer(err(AWAY));
    await settle();
    expect([sent.map((one) => one.name), clock.pendingCount]).toEqual([['A', 'A'], 0]);
  });

  it('UI-145 sends what was changed since the last one went out, on top of that', async () => {
    const { sent, saver, name } = stand();
    saver.change(name('A'));
    saver.hurry();
    saver.change(name('AB'));
    saver.stop();
    sent[0]?.answer(stored(1));
    await settle();
    sent[1]?.answer(stored(2));
    await settle();
    expect(sent.map((one) => [one.name, one.revision])).toEqual([
      ['A', 0],
      ['AB', 1],
    ]);
  });

  it('UI-126 UI-145 sends nothing that is flawed, saved, or was overtaken', async () => {
    const flawed = stand();
    flawed.saver.change(flawed.name(''));
    const saved = stand();
    const late = stand();
    late.saver.change(late.name('A'));
    late.saver.overtake(ADA);
    for (const { saver, sent } of [flawed, saved, late]) {
      saver.stop();
      expect(sent).toEqual([]);
    }
  });
});
