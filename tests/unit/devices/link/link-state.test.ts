import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ending } from '../../../../server/devices/link/link-ending';
import {
  type LinkEvent,
  type LinkMachine,
  STEADY_MS,
  startLink,
  stepLink,
} from '../../../../server/devices/link/link-state';

type StateName = LinkMachine['state'];
const NOW = 1_000_000;
const cut: Ending = { isFinal: false, reason: 'cut', floorMs: 700 };
const refused: Ending = { isFinal: true, reason: 'refused', floorMs: 0 };
const lost = { kind: 'lost', reason: 'away' } as const;
const common = { attempt: 7, failures: 2, shown: lost };

const machines = {
  opening: { ...common, state: 'opening', isRenewed: false },
  up: { ...common, state: 'up', upAt: NOW - 1_000, shown: { kind: 'up' } },
  waiting: { ...common, state: 'waiting' },
  failed: { ...common, state: 'failed', shown: { kind: 'failed', reason: 'no' } },
  closed: { ...common, state: 'closed' },
} as const satisfies { [S in StateName]: Extract<LinkMachine, { state: S }> };

const ended = { kind: 'ended', attempt: 7, at: NOW, ending: cut, isToken: false } as const;
const events = {
  opened: { kind: 'opened', attempt: 7, at: NOW },
  cut: ended,
  refused: { ...ended, ending: refused },
  tokenRefused: { ...ended, ending: refused, isToken: true },
  waitOver: { kind: 'waitOver', attempt: 7 },
  retry: { kind: 'retry' },
  close: { kind: 'close' },
} as const satisfies Record<string, LinkEvent>;
type EventName = keyof typeof events;

/** The next state and what is done; `-`: nothing at all. */
const TABLE: Record<StateName, Record<EventName, string>> = {
  opening: {
    opened: 'up: tell up',
    cut: 'waiting: drop, wait 2, tell lost',
    refused: 'failed: drop, tell failed',
    tokenRefused: 'opening: drop, open 8',
    waitOver: '-',
    retry: '-',
    close: 'closed: leave',
  },
  up: {
    opened: '-',
    cut: 'waiting: drop, wait 2, tell lost',
    refused: 'failed: drop, tell failed',
    tokenRefused: 'failed: drop, tell failed',
    waitOver: '-',
    retry: '-',
    close: 'closed: leave',
  },
  waiting: {
    opened: '-',
    cut: '-',
    refused: '-',
    tokenRefused: '-',
    waitOver: 'opening: open 8',
    retry: 'opening: open 8',
    close: 'closed: leave',
  },
  failed: {
    opened: '-',
    cut: '-',
    refused: '-',
    tokenRefused: '-',
    waitOver: '-',
    retry: 'opening: open 8, tell connecting',
    close: 'closed: leave',
  },
  closed: {
    opened: '-',
    cut: '-',
    refused: '-',
    tokenRefused: '-',
    waitOver: '-',
    retry: '-',
    close: '-',
  },
};

function said(machine: LinkMachine, event: LinkEvent): string {
  const step = stepLink(machine, event);
  if (step.machine === machine && step.effects.length === 0) return '-';
  const effects = step.effects.map((effect) => {
    if (effect.kind === 'tell') return `tell ${effect.shown.kind}`;
    if (effect.kind === 'open') return `open ${effect.attempt}`;
    return effect.kind === 'wait' ? `wait ${effect.failures}` : effect.kind;
  });
  return `${step.machine.state}: ${effects.join(', ')}`;
}

describe('the link as a machine', () => {
  // Object.keys of these very objects.
  const names = Object.keys(machines) as StateName[];
  const cells = names.flatMap((state) =>
    (Object.keys(events) as EventName[]).map((event) => [state, event] as const),
  );

  it.each(cells)('DEV-64 %s, %s: as the table says', (state, event) => {
    expect(said(machines[state], events[event])).toBe(TABLE[state][event]);
  });

  it.each(names)('DEV-64 %s: what comes of an earlier try changes nothing', (state) => {
    const late = [events.opened, events.cut, events.refused, events.tokenRefused, events.waitOver];
    for (const event of late) expect(said(machines[state], { ...event, attempt: 6 })).toBe('-');
  });

  it('DEV-61 a token is renewed once, not twice in one try', () => {
    const renewed = stepLink(machines.opening, events.tokenRefused).machine;
    expect(said(renewed, { ...events.tokenRefused, attempt: 8 })).toBe('failed: drop, tell failed');
    const waited = stepLink(machines.waiting, events.waitOver).machine;
    expect(said(waited, { ...events.tokenRefused, attempt: 8 })).toBe('opening: drop, open 9');
  });

  it('DEV-67 a link that held for 10 s begins its waits anew, with the floor that is asked for', () => {
    const up = { ...machines.up, upAt: NOW - STEADY_MS };
    const { machine, effects } = stepLink(up, events.cut);
    expect(machine).toMatchObject({ failures: 1 });
    expect(effects).toContainEqual({ kind: 'wait', attempt: 7, failures: 0, floorMs: 700 });
    expect(stepLink(machines.up, events.cut).machine).toMatchObject({ failures: 3 });
  });

  it('DEV-64 tells the same but once', () => {
    const shown = { kind: 'lost', reason: 'cut' } as const;
    expect(said({ ...machines.opening, shown }, events.cut)).toBe('waiting: drop, wait 2');
  });

  it('DEV-64 whatever comes, there is one try at most, and nothing after the end', () => {
    const event = fc.record({
      name: fc.constantFrom(...(Object.keys(events) as EventName[])),
      lag: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 100 }), (list) => {
        let { machine } = startLink();
        let open: 'none' | 'trying' | 'over' = 'trying';
        for (const { name, lag } of list) {
          const given: LinkEvent = { ...events[name] };
          const step = stepLink(
            machine,
            'attempt' in given ? { ...given, attempt: machine.attempt - lag } : given,
          );
          for (const { kind } of step.effects) {
            expect(open).not.toBe('over');
            if (kind === 'open') {
              expect(open).toBe('none');
              open = 'trying';
            } else if (kind === 'drop') open = 'none';
            else if (kind === 'leave') open = 'over';
          }
          machine = step.machine;
          if (machine.state === 'waiting' || machine.state === 'failed') expect(open).toBe('none');
        }
      }),
    );
  });
});
