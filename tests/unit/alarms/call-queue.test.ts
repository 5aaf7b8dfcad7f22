import { afterEach, describe, expect, it } from 'vitest';
import { CallQueue } from '../../../server/alarms/call-queue';
import type { Sent } from '../../../server/alarms/call-sender';
import type { AlarmCall, StoredCall } from '../../../server/store/alarm-documents';
import type { Write } from '../../../server/store/ports';
import { FakeClock } from '../../support/fake-clock';

const HOUR = 3_600_000;

const callAt = (at: number): AlarmCall => ({
  ...{ webhookId: 'h', event: 'raised', at, alarm: null, flood: null, boardIds: [] },
});
const deleted = (writes: readonly Write[]) => writes.map(({ write, id }) => `${write} ${Number(id)}`);

let ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends) end();
  ends = [];
});

function queued(answer: (stored: StoredCall) => Sent = () => ({ kind: 'sent' })) {
  const clock = new FakeClock();
  const sent: number[] = [];
  const writes: Write[] = [];
  const queue = new CallQueue({
    ...{ clock, random: () => 0.5, onFailed: () => {}, write: (some) => void writes.push(...some) },
    async send(stored) {
      sent.push(Number(stored.id));
      return answer(stored);
    },
  });
  ends.push(() => queue.close());
  return { clock, queue, sent, writes };
}

describe('calls that are a day old', () => {
  it('ALARM-35 give way at the start, and what is stored of them goes', async () => {
    const { clock, queue, sent, writes } = queued();
    const now = clock.now();
    const at = [now - 60 * HOUR, now - 25 * HOUR, now - HOUR];
    queue.restore(at.map((then, i) => ({ id: String(i + 1).padStart(15, '0'), call: callAt(then) })));
    queue.open();
    await clock.advanceAsync(1_000);
    expect([sent, deleted(writes), queue.counts.dropped]).toEqual([
      [3],
      ['delete 1', 'delete 2', 'delete 3'],
      2,
    ]);
  });

  it('ALARM-35 are not sent by a target that comes back', async () => {
    const { clock, queue, sent, writes } = queued(() => ({ kind: 'later', reason: 'away', floorMs: 0 }));
    queue.open();
    queue.add([callAt(clock.now())]);
    queue.pump();
    await clock.advanceAsync(25 * HOUR, 60_000);
    const tries = sent.length;
    expect([queue.size, deleted(writes), queue.counts.dropped]).toEqual([0, ['delete 1'], 1]);
    await clock.advanceAsync(HOUR, 60_000);
    expect([sent.length, clock.pendingCount]).toEqual([tries, 0]);
  });
});
