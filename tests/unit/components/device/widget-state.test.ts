/** The widget's machine, cell by cell. */
import { describe, expect, it } from 'vitest';
import {
  beginWidget,
  nowAsking,
  stepWidget,
  type WidgetEffect,
  type WidgetEvent,
  type WidgetState,
} from '../../../../components/device/widget/widget-state';
import { AT, agentDevice, telemetry } from './made-up-sessions';

const SHOWN = { telemetry: telemetry(), source: 'server' } as const;
const base = { turn: 4, failures: 0, token: 'old', shown: SHOWN };
const STATES: Readonly<Record<WidgetState['state'], WidgetState>> = {
  asking: { ...base, state: 'asking' },
  joining: { ...base, state: 'joining' },
  live: { ...base, state: 'live' },
  away: { ...base, state: 'away', failures: 2 },
  signedOut: { ...base, state: 'signedOut', token: null, shown: null },
  refused: { ...base, state: 'refused', shown: null, why: 'unknown' },
};
const away = { kind: 'away' } as const;
const signedOut = { kind: 'signedOut' } as const;
const forbidden = { kind: 'refused', why: 'forbidden' } as const;
const EVENTS = {
  answered: { kind: 'answered', turn: 4, device: agentDevice() },
  failedAway: { kind: 'failed', turn: 4, failure: away },
  failedSignedOut: { kind: 'failed', turn: 4, failure: signedOut },
  failedForbidden: { kind: 'failed', turn: 4, failure: forbidden },
  joined: { kind: 'joined', turn: 4 },
  told: { kind: 'told', turn: 4, device: agentDevice({ battery: 12 }) },
  lostAway: { kind: 'lost', turn: 4, failure: away },
  lostSignedOut: { kind: 'lost', turn: 4, failure: signedOut },
  tokenGiven: { kind: 'tokenGiven', token: { token: 'new', lifeMs: 1_000 } },
  renewed: { kind: 'renewed', token: { token: 'new', lifeMs: 1_000 } },
  notRenewed: { kind: 'renewed', token: null },
  posted: {
    kind: 'posted',
    update: { type: 'TELEMETRY_UPDATE', deviceId: 'SN-1', deviceStatus: 'offline' },
    at: AT,
  },
} as const satisfies Record<string, WidgetEvent>;
type EventName = keyof typeof EVENTS;

/** `state token|- shown|none: effects`; `same`: the very same object. */
const TABLE: Readonly<Record<WidgetState['state'], Readonly<Record<EventName, string>>>> = {
  asking: {
    answered: 'joining old shown: join',
    failedAway: 'away old shown: leave ask+500',
    failedSignedOut: 'signedOut - none: leave forgetRenewal',
    failedForbidden: 'refused old none: leave ask+5000',
    joined: 'same',
    told: 'same',
    lostAway: 'same',
    lostSignedOut: 'same',
    tokenGiven: 'same',
    renewed: 'asking new shown: renew+750',
    notRenewed: 'asking old shown: renew+5000',
    posted: 'asking old shown: ',
  },
  joining: {
    answered: 'same',
    failedAway: 'same',
    failedSignedOut: 'same',
    failedForbidden: 'same',
    joined: 'live old shown: ',
    told: 'joining old shown: ',
    lostAway: 'away old shown: leave ask+500',
    lostSignedOut: 'signedOut - none: leave forgetRenewal',
    tokenGiven: 'same',
    renewed: 'joining new shown: leave join renew+750',
    notRenewed: 'joining old shown: renew+5000',
    posted: 'joining old shown: ',
  },
  live: {
    answered: 'same',
    failedAway: 'same',
    failedSignedOut: 'same',
    failedForbidden: 'same',
    joined: 'same',
    told: 'live old shown: ',
    lostAway: 'away old shown: leave ask+500',
    lostSignedOut: 'signedOut - none: leave forgetRenewal',
    tokenGiven: 'same',
    renewed: 'joining new shown: leave join renew+750',
    notRenewed: 'live old shown: renew+5000',
    posted: 'live old shown: ',
  },
  away: {
    answered: 'same',
    failedAway: 'same',
    failedSignedOut: 'same',
    failedForbidden: 'same',
    joined: 'same',
    told: 'same',
    lostAway: 'same',
    lostSignedOut: 'same',
    tokenGiven: 'same',
    renewed: 'away new shown: renew+750',
    notRenewed: 'away old shown: renew+5000',
    posted: 'away old shown: ',
  },
  signedOut: {
    answered: 'same',
    failedAway: 'same',
    failedSignedOut: 'same',
    failedForbidden: 'same',
    joined: 'same',
    told: 'same',
    lostAway: 'same',
    lostSignedOut: 'same',
    tokenGiven: 'asking new none: ask+0 renew+750',
    renewed: 'same',
    notRenewed: 'same',
    posted: 'same',
  },
  refused: {
    answered: 'same',
    failedAway: 'same',
    failedSignedOut: 'same',
    failedForbidden: 'same',
    joined: 'same',
    told: 'same',
    lostAway: 'same',
    lostSignedOut: 'same',
    tokenGiven: 'asking new none: ask+0 renew+750',
    renewed: 'refused new none: renew+750',
    notRenewed: 'refused old none: renew+5000',
    posted: 'same',
  },
};

function written(effect: WidgetEffect): string {
  return 'delayMs' in effect ? `${effect.kind}+${effect.delayMs}` : effect.kind;
}

function outcome(state: WidgetState, event: WidgetEvent): string {
  const step = stepWidget(state, event);
  if (step.state === state && step.effects.length === 0) return 'same';
  const { state: name, token, shown } = step.state;
  return `${name} ${token ?? '-'} ${shown === null ? 'none' : 'shown'}: ${step.effects.map(written).join(' ')}`;
}

// The keys are those of the tables.
const cells = (Object.keys(TABLE) as WidgetState['state'][]).flatMap((state) =>
  (Object.keys(EVENTS) as EventName[]).map((event) => [state, event, TABLE[state][event]] as const),
);

describe('the machine of the widget', () => {
  it.each(cells)('UI-92 %s, %s: %s', (state, event, expected) => {
    expect(outcome(STATES[state], EVENTS[event])).toBe(expected);
  });

  it('UI-92 takes nothing that belongs to another turn', () => {
    for (const state of Object.values(STATES)) {
      for (const event of Object.values(EVENTS)) {
        if ('turn' in event) expect(outcome(state, { ...event, turn: 3 })).toBe('same');
      }
    }
  });

  it('UI-92 tries for ever, at last every 8 s, and asks again whom it refused', () => {
    let state = beginWidget().state;
    const delays: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const step = stepWidget(state, { kind: 'failed', turn: state.turn, failure: away });
      const ask = step.effects.find(({ kind }) => kind === 'ask');
      if (ask?.kind === 'ask') delays.push(ask.delayMs);
      state = nowAsking(step.state, step.state.turn);
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  });

  it('UI-92 counts from the first again when it is served, not when it is only let in', () => {
    const joined = stepWidget({ ...STATES.joining, failures: 5 }, EVENTS.joined).state;
    expect([joined.failures, stepWidget(joined, EVENTS.told).state.failures]).toEqual([5, 0]);
  });

  it('UI-99 takes a posted state of the device that is shown, or where none is known, and of no other', () => {
    const other = { ...EVENTS.posted, update: { ...EVENTS.posted.update, deviceId: 'SN-2' } };
    expect(outcome(STATES.live, other)).toBe('same');
    const unknown = { ...STATES.live, shown: { ...SHOWN, telemetry: telemetry({ deviceId: null }) } };
    expect(stepWidget(unknown, other).state.shown).toEqual({
      source: 'page',
      telemetry: {
        ...{ deviceId: 'SN-2', deviceStatus: 'offline', battery: null, firmwareVersion: null },
        ...{ lastSeen: null, reason: null, asOf: AT },
      },
    });
  });
});
