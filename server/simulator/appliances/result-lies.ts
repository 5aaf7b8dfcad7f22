/** The frames that tell a command's end, truly or as a lie on command has them. Pure. */
import type { LastingFault } from '../faults/fault';
import { resultFrame } from './appliance-frames';
import type { CommandOutcome } from './command-script';

export type Lie = Extract<LastingFault, { kind: 'applianceLie' }>['mode'];

/** More than the 64 kB that a frame may have. */
const HUGE = 'x'.repeat(70_000);

/** `null`: the truth. */
export function resultFrames(id: string, outcome: CommandOutcome, lie: Lie | null): readonly string[] {
  const truth = resultFrame(id, outcome);
  switch (lie) {
    case null:
      return [truth];
    case 'unknownId':
      return [resultFrame(`not-${id}`.slice(0, 128), outcome), truth];
    case 'twice':
      return [truth, truth];
    case 'contradiction':
      return [
        truth,
        resultFrame(id, outcome.ok ? { ok: false, error: 'it failed' } : { ok: true, result: {} }),
      ];
    case 'wrongTypes':
      return [JSON.stringify({ type: 'result', id, ok: 'yes', result: [7] })];
    case 'notJson':
      return ['{"type":"result","id":'];
    case 'huge':
      return [JSON.stringify({ type: 'result', id, ok: true, result: { padding: HUGE } })];
    case 'empty':
      return [JSON.stringify({ type: 'result', id, ok: true })];
    case 'never':
      return [];
    // These are of other moments.
    case 'early':
    case 'fails':
    case 'forgets':
      return [truth];
  }
}
