import { describe, expect, it } from 'vitest';
import { CloudHealth, type Part } from '../../../../server/devices/telemetry/cloud-health';
import { type Failure, failure } from '../../../../server/runtime/errors';
import { createLog } from '../../../../server/runtime/log';
import { FakeClock } from '../../../support/fake-clock';

const LATE = failure('retry', 'timeout', 'asking the device cloud: no answer in 2000 ms');
const REFUSED = failure('fatal', 'invalid_client', 'the client id or secret is refused');

function stage(isOff = false) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const health = new CloudHealth(
    isOff,
    clock,
    createLog('info', (line) => lines.push(line)),
  );
  const told: string[] = [];
  health.subscribe(() => told.push(health.status.state));
  const note = (...notes: readonly (readonly [Part, Failure | null])[]) => {
    for (const [part, failed] of notes) {
      clock.advance(1_000);
      health.note(part, failed);
    }
  };
  return { clock, lines, health, told, note };
}
const well = ['cloud', null] as const;
const late = ['cloud', LATE] as const;
const refused = ['cloud', REFUSED] as const;
const found = ['customers', null] as const;
const unfound = ['customers', failure('retry', 'http.503', 'asking who the customer is: 503')] as const;

describe('what the source says of itself', () => {
  it.each<[string, (readonly [Part, Failure | null])[], string, string | null]>([
    ['nothing happened', [], 'connecting', null],
    ['one call went well', [well], 'live', null],
    ['one failed after it', [well, late], 'live', null],
    ['two failed in a row', [well, late, late], 'degraded', LATE.message],
    ['four failed in a row', [well, late, late, late, late], 'down', LATE.message],
    ['every second one failed', [late, well, late, well, late], 'live', null],
    ['one went well after an outage', [late, late, late, late, well], 'live', null],
    ['the first ones failed', [late, late], 'degraded', LATE.message],
    ['our identity is refused', [well, refused], 'down', REFUSED.message],
    ['it is taken again', [refused, well], 'live', null],
    [
      'customers cannot be looked up',
      [well, unfound, unfound, unfound, unfound],
      'degraded',
      unfound[1].message,
    ],
    ['customers can be, and nobody asked for a state', [found], 'live', null],
    ['both fail', [late, late, late, late, unfound, unfound], 'down', LATE.message],
    ['we ended it', [well, ...Array(9).fill(['cloud', failure('abort', 'aborted', 'x')])], 'live', null],
    ['too many wanted it', [well, ...Array(9).fill(['cloud', failure('retry', 'busy', 'x')])], 'live', null],
    [
      'it is left alone',
      [well, ...Array(9).fill(['cloud', failure('retry', 'left.alone', 'x')])],
      'live',
      null,
    ],
  ])('DEV-18 where %s', (_, notes, state, message) => {
    const { health, note } = stage();
    note(...notes);
    expect(health.status).toMatchObject({ state, message });
  });

  it('DEV-18 is told of changes, with since when and when it was heard last', () => {
    const { health, told, note, clock } = stage();
    const start = clock.now();
    note(well, well, late, late, late, late, late, well, well);
    expect(told).toEqual(['live', 'degraded', 'down', 'live']);
    expect(health.status).toEqual({
      state: 'live',
      since: start + 8_000,
      message: null,
      lastHeardAt: start + 9_000,
    });
  });

  it('DEV-18 is logged: a blip not, an outage loud, and its end', () => {
    const { lines, note } = stage();
    note(well, late, well);
    expect(lines).toEqual([]);
    note(late, late, late, late, late, well);
    expect(lines.map((line) => /"level":"(\w+)".*"msg":"([^"]+)"/.exec(line)?.slice(1))).toEqual([
      ['info', 'telemetry of devices: degraded'],
      ['warn', 'telemetry of devices: down'],
      ['info', 'telemetry of devices: live'],
    ]);
  });

  it('DEV-18 is off where nothing is configured, whatever customers say', () => {
    const { health, told, note } = stage(true);
    note(found, unfound, unfound);
    expect([health.status.state, told.length]).toEqual(['off', 0]);
  });
});
