import { afterEach, describe, expect, it } from 'vitest';
import type { Delivered } from '../../../../server/devices/transcript/delivery';
import { busy, FAILED, SENT, type StageOptions, signal, transcriptStage } from './transcript-stage';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
function stage(options: StageOptions = {}) {
  const made = transcriptStage(options);
  stops.push(async () => {
    await made.writer.stop();
    expect(made.clock.pendingCount).toBe(0);
  });
  return made;
}

describe('the transcript of sessions', () => {
  it('DEV-96 says at once what is said, in order, one request under way for each interaction', async () => {
    const open: ((delivered: Delivered) => void)[] = [];
    const s = stage({ answer: () => new Promise((resolve) => open.push(resolve)) });
    for (const text of ['one', 'two', 'three']) s.writer.say('a', text, s.clock.now());
    s.writer.say('b', 'other', s.clock.now());
    await s.turn();
    expect(s.asked.map(({ id, texts }) => [id, texts])).toEqual([
      ['a', ['one']],
      ['b', ['other']],
    ]);
    expect(s.writer.status('a')).toEqual({ state: 'live', backlog: 3, lastSentAt: null });
    open[0]?.(SENT);
    await s.turn();
    expect(s.asked[2]).toMatchObject({ id: 'a', texts: ['two', 'three'] });
    expect(s.writer.status('a')).toMatchObject({ backlog: 2, lastSentAt: expect.any(Number) });
    for (const resolve of open) resolve(SENT);
    await s.turn();
    expect(s.isOverlapping()).toBe(false);
  });

  it('DEV-96 keeps to eight requests at once, and to its budget in any minute, all interactions in turn', async () => {
    const s = stage({ perMinute: 60, batch: 1 });
    for (let i = 0; i < 30; i++) for (let n = 0; n < 10; n++) s.writer.say(`i${i}`, `n${n}`, s.clock.now());
    await s.clock.advanceAsync(400_000, 250);
    expect(s.texts()).toHaveLength(300);
    for (const { at } of s.asked) {
      expect(s.asked.filter((one) => one.at >= at && one.at < at + 60_000).length).toBeLessThanOrEqual(60);
    }
    expect(s.mostAtOnce()).toBeLessThanOrEqual(8);
    // Nobody gets a third turn before all had a first.
    expect(new Set(s.asked.slice(0, 60).map(({ id }) => id)).size).toBe(30);
    expect(s.texts('i7')).toEqual(Array.from({ length: 10 }, (_, n) => `n${n}`));
  });

  it('DEV-97 makes one message a window of all that was measured, every 5 s, each window in one of them', async () => {
    const s = stage();
    for (let second = 1; second <= 20; second++) {
      await s.clock.advanceAsync(1_000);
      const now = second * 1_000;
      if (second % 2 === 0) {
        const latency = { metric: 'latency_ms', min: 20, max: 40, avg: 30, count: 20 } as const;
        s.writer.measured('a', { ...signal(now - 2_000, 20, 2_000), ...latency });
      }
      if (second % 5 === 0) s.writer.measured('a', signal(now - 5_000));
    }
    await s.clock.advanceAsync(6_000, 250);
    const texts = s.texts('a');
    expect(texts.map((text) => text.slice(0, 22))).toEqual([
      '09:00:00–09:00:05 UTC:',
      '09:00:04–09:00:10 UTC:',
      '09:00:10–09:00:15 UTC:',
      '09:00:14–09:00:20 UTC:',
    ]);
    expect(s.asked.map(({ at }) => Math.round(at))).toEqual([5_250, 10_250, 15_250, 20_250]);
    expect(texts.every((text) => text.includes('Signal') && text.includes('latency'))).toBe(true);
  });

  it('DEV-97 a busy target: everybody waits as long as it wants, windows double, and go back when it is calm', async () => {
    const s = stage();
    const told: string[] = [];
    s.writer.subscribe((id) => told.push(`${id} ${s.writer.status(id).state}`));
    s.answer(() => busy(7_000));
    s.writer.say('a', 'first', s.clock.now());
    await s.turn();
    s.answer(() => SENT);
    s.writer.say('b', 'second', s.clock.now());
    await s.clock.advanceAsync(6_900, 100);
    expect(s.asked).toHaveLength(1);
    expect([s.writer.windowMs('a'), s.writer.status('b').state]).toEqual([10_000, 'slow']);
    await s.clock.advanceAsync(200, 100);
    expect(s.texts()).toEqual(['first', 'first', 'second']);
    await s.clock.advanceAsync(5_000, 1_000);
    for (const expected of [20_000, 40_000, 40_000]) {
      s.answer(() => busy(40_000));
      s.writer.say('a', 'more', s.clock.now());
      await s.turn();
      expect(s.writer.windowMs('b')).toBe(expected);
      s.answer(() => SENT);
      await s.clock.advanceAsync(41_000, 1_000);
    }
    await s.clock.advanceAsync(3 * 60_000, 1_000);
    expect(s.writer.windowMs('a')).toBe(5_000);
    expect(s.writer.status('a').state).toBe('live');
    expect(told).toEqual(expect.arrayContaining(['a slow', 'a live']));
    expect(s.writer.status('a').backlog).toBe(0);
  });

  it('DEV-97 more than the budget lets out makes windows longer too, and nothing is left out', async () => {
    const s = stage({ perMinute: 12 });
    for (let tick = 1; tick <= 24; tick++) {
      await s.clock.advanceAsync(5_000, 250);
      for (let i = 0; i < 20; i++) s.writer.measured(`i${i}`, signal((tick - 1) * 5_000));
    }
    expect(s.writer.windowMs('i0')).toBeGreaterThanOrEqual(20_000);
    for (let i = 0; i < 20; i++) s.writer.end(`i${i}`);
    await s.clock.advanceAsync(400_000, 500);
    for (let i = 0; i < 20; i++) {
      const spans = s.texts(`i${i}`).map((text) => text.slice(0, 17).split('–'));
      expect(spans[0]?.[0]).toBe('09:00:00');
      expect(spans.at(-1)?.[1]).toBe('09:02:00');
      for (const [n, [from]] of spans.entries()) if (n > 0) expect(from).toBe(spans[n - 1]?.[1]);
    }
  });

  it('DEV-98 what fails is tried again with back-off, alone, and loses nothing; the others do not wait for it', async () => {
    const s = stage();
    const told: string[] = [];
    s.writer.subscribe((id) => told.push(`${id} ${s.writer.status(id).state}`));
    s.answer(({ id }) => (id === 'a' ? FAILED : SENT));
    s.writer.say('a', 'one', s.clock.now());
    for (let i = 0; i < 60; i++) {
      s.writer.say('b', `b${i}`, s.clock.now());
      await s.clock.advanceAsync(5_000, 500);
    }
    expect(s.texts('b')).toHaveLength(60);
    expect(s.writer.windowMs('b')).toBe(5_000);
    expect(s.writer.status('b').state).toBe('live');
    expect(s.writer.status('a')).toMatchObject({ state: 'failing', backlog: 1 });
    // 2, 4, 8 … 60 s at most between two tries.
    const tries = s.asked.filter(({ id }) => id === 'a').length;
    expect(tries).toBeGreaterThan(6);
    expect(tries).toBeLessThan(25);
    s.answer(() => SENT);
    s.writer.say('a', 'two', s.clock.now());
    await s.clock.advanceAsync(60_000, 500);
    expect(s.asked.filter(({ id }) => id === 'a').at(-1)?.texts).toEqual(['one', 'two']);
    expect(told).toEqual(['a failing', 'a live']);
    expect(s.logged.filter((line) => line === 'transcripts are not taken').length).toBeLessThan(30);
  });

  it('DEV-98 what the target never takes is found one by one and left out; the rest arrives', async () => {
    const s = stage();
    s.answer(({ texts }) => (texts.includes('bad') ? { kind: 'refused', reason: '400' } : SENT));
    s.writer.say('a', 'zero', s.clock.now());
    for (const text of ['good', 'bad', 'better']) s.writer.say('a', text, s.clock.now());
    await s.clock.advanceAsync(1_000, 100);
    const taken = s.asked.filter(({ texts }) => !texts.includes('bad')).flatMap(({ texts }) => texts);
    expect(taken).toEqual(['zero', 'good', 'better']);
    expect(s.counts).toMatchObject({ sent: 3, dropped: 1 });
    expect(s.writer.status('a')).toMatchObject({ state: 'live', backlog: 0 });
  });

  it('DEV-98 an interaction that is gone is not tried again, and takes no memory', async () => {
    const s = stage({ answer: () => ({ kind: 'gone', reason: 'none' }) });
    s.writer.say('a', 'one', s.clock.now());
    await s.turn();
    for (let i = 0; i < 50; i++) {
      s.writer.say('a', `more ${i}`, s.clock.now());
      s.writer.measured('a', signal(i * 5_000));
      await s.clock.advanceAsync(5_000);
    }
    expect(s.asked).toHaveLength(1);
    expect(s.writer.status('a')).toEqual({ state: 'failing', backlog: 0, lastSentAt: null });
  });

  it('DEV-99 a line is bounded while the target is away for hours: windows are merged, notices all arrive', async () => {
    const s = stage({ answer: () => FAILED, bound: 50 });
    for (let i = 0; i < 600; i++) {
      s.writer.measured('a', signal(i * 5_000));
      if (i % 20 === 0) s.writer.say('a', `notice ${i}`, s.clock.now());
      await s.clock.advanceAsync(5_000);
    }
    expect(s.writer.status('a').backlog).toBeLessThanOrEqual(50);
    s.answer(() => SENT);
    const before = s.asked.length;
    await s.clock.advanceAsync(300_000, 1_000);
    const texts = s.asked.slice(before).flatMap((one) => one.texts);
    for (let i = 0; i < 600; i += 20) expect(texts.some((text) => text === `notice ${i}`)).toBe(true);
    expect(texts.some((text) => text.startsWith('09:00:00–09:'))).toBe(true);
    expect(s.counts.merged).toBeGreaterThan(400);
  });

  it('DEV-99 when a session is over what waits is still sent, for ten minutes; then it is forgotten', async () => {
    const s = stage({ answer: () => FAILED });
    s.writer.measured('a', signal(0));
    s.writer.say('a', 'last words', s.clock.now());
    s.writer.end('a');
    await s.clock.advanceAsync(30_000, 500);
    s.answer(() => SENT);
    await s.clock.advanceAsync(60_000, 500);
    expect(s.asked.at(-1)?.texts).toEqual(['last words', '09:00:00–09:00:05 UTC: Signal −71 dBm (−74…−69)']);
    expect(s.writer.status('a').lastSentAt).not.toBeNull();
    await s.clock.advanceAsync(10 * 60_000, 60_000);
    expect(s.forgotten).toEqual(['a']);
    expect(s.writer.status('a').lastSentAt).toBeNull();
    // Another session of the same interaction goes on.
    s.writer.say('b', 'one', s.clock.now());
    s.writer.end('b');
    await s.clock.advanceAsync(9 * 60_000, 60_000);
    s.writer.say('b', 'two', s.clock.now());
    await s.clock.advanceAsync(9 * 60_000, 60_000);
    expect(s.forgotten).toEqual(['a']);
    expect(s.texts('b')).toEqual(['one', 'two']);
  });

  it('DEV-99 so many interactions at most: one that is over makes room, else the new one is not taken', async () => {
    const s = stage({ maxLines: 2 });
    for (const id of ['a', 'b', 'c']) s.writer.say(id, 'x', s.clock.now());
    await s.turn();
    expect(s.asked.map(({ id }) => id)).toEqual(['a', 'b']);
    s.writer.end('a');
    s.writer.say('c', 'x', s.clock.now());
    await s.turn();
    expect(s.asked.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(s.forgotten).toEqual(['a']);
    expect(s.counts.dropped).toBe(1);
  });

  it('DEV-99 stopped it begins nothing, waits 3 s for what is under way, and leaves no timer', async () => {
    const s = transcriptStage({ answer: () => new Promise(() => {}) });
    s.writer.say('a', 'one', s.clock.now());
    s.writer.measured('a', signal(0));
    s.writer.measured('b', signal(0));
    await s.turn();
    let isStopped = false;
    const stopping = s.writer.stop().then(() => {
      isStopped = true;
    });
    await s.clock.advanceAsync(2_900);
    expect(isStopped).toBe(false);
    await s.clock.advanceAsync(200);
    await stopping;
    s.writer.say('a', 'two', s.clock.now());
    s.writer.end('a');
    await s.turn();
    expect(s.asked).toHaveLength(1);
    expect(s.clock.pendingCount).toBe(0);
  });

  it('DEV-96 a listener, or a target, that throws harms no other; texts become one line of text', async () => {
    const s = stage();
    s.writer.subscribe(() => {
      throw new Error('a bug');
    });
    s.answer(() => Promise.reject(new Error('a bug')));
    s.writer.say('a', 'one\u0000\n\u202etwo', s.clock.now());
    s.writer.say('a', ' \n ', s.clock.now());
    await s.turn();
    expect(s.writer.status('a')).toMatchObject({ state: 'failing', backlog: 1 });
    s.answer(() => SENT);
    await s.clock.advanceAsync(3_000, 500);
    expect(s.texts().at(-1)).toBe('one two');
    expect(await s.metrics.expose()).toContain('floorcast_transcript_messages_total 1');
  });
});
