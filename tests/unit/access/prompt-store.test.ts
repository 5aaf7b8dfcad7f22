import { describe, expect, it } from 'vitest';
import { ANSWER_WITHIN_MS, promptPassing, promptStore } from '../../../server/access/prompt-store';
import { Deadlines } from '../../../server/runtime/deadlines';
import type { PassingStore } from '../../../server/store/passing-ports';
import { StoreUnavailable } from '../../../server/store/store-unavailable';
import { FakeClock } from '../../support/fake-clock';
import { MemoryPassing } from '../../support/memory-passing';
import { MemoryStore } from '../../support/memory-store';

const never = () => new Promise<never>(() => {});

describe('a store that does not answer', () => {
  it('ACC-107 is waited for some seconds by who reads, and to the end by who changes a document', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore();
    const write = { write: 'put', kind: 'person', id: 'a', content: 1 } as const;
    const prompt = promptStore(store, new Deadlines(clock));
    await prompt.write([write]);
    expect(await prompt.get('person', 'a')).toMatchObject({ content: 1 });
    expect(await prompt.list('person')).toHaveLength(1);
    let isWritten = (_: Awaited<ReturnType<MemoryStore['write']>>) => {};
    Object.assign(store, {
      get: never,
      list: never,
      write: () =>
        new Promise((resolve) => {
          isWritten = resolve;
        }),
    });
    const asked = [prompt.get('person', 'a'), prompt.list('person')];
    const writing = prompt.write([write]);
    clock.advance(ANSWER_WITHIN_MS);
    for (const one of asked) await expect(one).rejects.toThrow(StoreUnavailable);
    isWritten({ ok: true, value: null });
    expect((await writing).ok).toBe(true);
  });

  it('ACC-107 holds up pairing and a way back from the provider no longer either', async () => {
    const clock = new FakeClock();
    const silent: PassingStore = { cell: () => ({ read: never, change: never }), useOnce: never };
    const prompt = promptPassing(silent, new Deadlines(clock));
    const cell = prompt.cell('pairing', 1);
    const asked = [
      cell.read(),
      cell.change((text) => ({ text, answer: 1 })),
      prompt.useOnce('states', 'a', { lifeMs: 1, most: 1 }),
    ];
    clock.advance(ANSWER_WITHIN_MS);
    for (const one of asked) await expect(one).rejects.toThrow(StoreUnavailable);
    const answering = promptPassing(new MemoryPassing(), new Deadlines(clock)).cell('pairing', 1);
    expect(await answering.change(() => ({ text: 'a', answer: 2 }))).toBe(2);
    expect((await answering.read()).text).toBe('a');
  });
});
