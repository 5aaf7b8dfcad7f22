import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricWindow } from '../../../../lib/contracts/diagnostics';
import { MessageQueue } from '../../../../server/devices/transcript/message-queue';
import {
  datedText,
  joinedNotices,
  mergedMessages,
  type NoticeMessage,
  type TranscriptMessage,
  textOf,
  windowMessage,
} from '../../../../server/devices/transcript/transcript-message';

const AT = Date.UTC(2026, 10, 20, 14, 2, 5);

function signal(from: number, value = -71, count = 50): MetricWindow {
  const values = { min: value - 3, max: value + 2, avg: value, count };
  return { metric: 'signal_dbm', from: AT + from, to: AT + from + 5_000, ...values };
}
function notice(text: string, at = AT): NoticeMessage {
  return { kind: 'notice', at, text };
}
function drained(queue: MessageQueue): TranscriptMessage[] {
  const all = [...queue.begin(queue.size)];
  queue.done();
  return all;
}

describe('messages of a transcript', () => {
  it('DEV-93 say from when to when, and of all that was measured the least, the most and the mean', () => {
    const latency = {
      metric: 'latency_ms',
      from: AT,
      to: AT + 2_000,
      min: 20,
      max: 40,
      avg: 30,
      count: 20,
    } as const;
    const later = { ...latency, from: AT + 2_000, to: AT + 4_000, min: 28, max: 90, avg: 60, count: 10 };
    const message = [signal(0), latency, later]
      .map(windowMessage)
      .reduce((one, other) => mergedMessages(one, other));
    const text = '14:02:05–14:02:10 UTC: Signal −71 dBm (−74…−69), latency 40 ms (20…90)';
    expect([textOf(message), datedText(message)]).toEqual([text, text]);
    expect(textOf(notice('Ping: 31 ms'))).toBe('Ping: 31 ms');
    expect(datedText(notice('Ping: 31 ms'))).toBe('14:02:05 UTC: Ping: 31 ms');
  });

  it('DEV-93 joined notices are bounded, keep the beginning and the newest, and say that there was more', () => {
    let joined = notice('the first of them');
    for (let i = 0; i < 2_000; i++) joined = joinedNotices(joined, notice(`number ${i}`, AT + i));
    expect(joined.text.length).toBeLessThanOrEqual(2_000);
    expect(joined.text.startsWith('the first of them · number 0 · ')).toBe(true);
    expect(joined.text).toContain('more in the record of the session');
    expect(joined.text.endsWith('number 1999')).toBe(true);
    expect(joined.at).toBe(AT + 1_999);
    const long = joinedNotices(notice('a'.repeat(2_000)), notice('b'.repeat(2_000)));
    expect(long.text.length).toBeLessThanOrEqual(2_000);
  });
});

describe('what waits for one interaction', () => {
  it('DEV-94 goes out in the order in which it was said, and waits again where it did not arrive', () => {
    const queue = new MessageQueue(20);
    for (const text of ['a', 'b', 'c']) queue.add(notice(text), 0);
    expect(queue.begin(2).map(textOf)).toEqual(['a', 'b']);
    queue.back();
    queue.add(notice('d'), 1);
    expect(queue.begin(2).map(textOf)).toEqual(['a', 'b']);
    queue.done();
    expect(drained(queue).map(textOf)).toEqual(['c', 'd']);
    expect(queue.oldestSince()).toBeNull();
  });

  it('DEV-94 where it is full the two oldest windows become one; notices stay, and so does what is under way', () => {
    const queue = new MessageQueue(20);
    queue.add(windowMessage(signal(0)), 0);
    queue.add(windowMessage(signal(5_000)), 1);
    expect(queue.begin(1)).toHaveLength(1);
    queue.add(notice('rebooted'), 2);
    queue.add(windowMessage(signal(10_000)), 3);
    for (let i = 0; i < 16; i++) expect(queue.add(notice(`n${i}`), 4)).toBe(0);
    expect(queue.add(notice('one more'), 5)).toBe(1);
    expect(queue.size).toBe(20);
    queue.done();
    const texts = drained(queue).map(textOf);
    expect(texts.slice(0, 2)).toEqual(['rebooted', '14:02:10–14:02:20 UTC: Signal −71 dBm (−74…−69)']);
    expect(texts.slice(2)).toEqual([...Array.from({ length: 16 }, (_, i) => `n${i}`), 'one more']);
  });

  it('DEV-94 whatever is said: never more than its bound, no sample and no notice is lost, order is kept', () => {
    const said = fc.oneof(
      fc.record({ kind: fc.constant('window'), count: fc.integer({ min: 1, max: 99 }) }),
      fc.record({ kind: fc.constant('notice'), count: fc.constant(0) }),
      fc.record({ kind: fc.constantFrom('done', 'back'), count: fc.integer({ min: 1, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(said, { maxLength: 120 }), (steps) => {
        const queue = new MessageQueue(20);
        const out: TranscriptMessage[] = [];
        let [samples, notices] = [0, 0];
        for (const [index, { kind, count }] of steps.entries()) {
          if (kind === 'window') {
            samples += count;
            queue.add(windowMessage(signal(index * 5_000, -71, count)), index);
          } else if (kind === 'notice') {
            queue.add(notice(`<${notices++}>`, AT + index), index);
          } else {
            const begun = queue.begin(count);
            if (kind === 'done') out.push(...begun);
            if (kind === 'done') queue.done();
            else queue.back();
          }
          expect(queue.size).toBeLessThanOrEqual(20);
        }
        out.push(...drained(queue));
        const counted = out.flatMap((one) => (one.kind === 'window' ? one.windows : []));
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(samples);
        const texts = out.map((one) => (one.kind === 'notice' ? one.text : '')).join('');
        const ids = [...texts.matchAll(/<([0-9]+)>/g)].map(([, id]) => Number(id));
        expect(ids).toEqual(Array.from({ length: notices }, (_, i) => i));
      }),
    );
  });
});
