import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { type AuditDraft, chained, readLine } from '../../../server/audit/audit-chain';
import { exportLines, linesOf, verifyExport } from '../../../server/audit/audit-export';
import type { AuditHead } from '../../../server/audit/audit-log';
import { verifyStore } from '../../../server/audit/verify-audit';
import { type AuditStore, EMPTY_HEAD } from '../../../server/store/ports';
import { drafts } from '../../support/audit-events';
import { MemoryAuditStore } from '../../support/memory-audit-store';

async function storeOf(count: number): Promise<MemoryAuditStore> {
  const store = new MemoryAuditStore();
  if (count > 0) await filled(store, drafts(count));
  return store;
}

async function filled(store: MemoryAuditStore, some: readonly AuditDraft[]): Promise<MemoryAuditStore> {
  await store.append((after) => chained(some, after));
  return store;
}

async function exported(store: MemoryAuditStore, since: number | null = null, until: number | null = null) {
  const lines: string[] = [];
  for await (const line of exportLines(store, { since, until })) lines.push(line);
  return lines;
}

/** Verified as a file of these bytes would be. */
function verified(bytes: Uint8Array, keptHead: AuditHead | null = null) {
  return verifyExport(() => linesOf(chunksOf(Buffer.from(bytes))), keptHead);
}

/** In pieces that respect neither lines nor characters. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
}

function fileOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\n'), 'utf8');
}

function hashAt(lines: readonly string[], seq: number): string {
  const read = readLine(must(lines[seq - 1], 'a line'));
  return read.ok ? read.value.hash : '';
}

const AT = (seq: number) => 1_000_000 + (seq - 1) * 1_000;

describe('an exported audit log', () => {
  it('AUDIT-9 has every entry as it is stored, and ends with where it begins and its head', async () => {
    const store = await storeOf(1_203);
    const lines = await exported(store);
    const head = await store.head();
    expect(lines.slice(0, -1)).toEqual(store.lines);
    expect(JSON.parse(must(lines.at(-1), 'the last line'))).toEqual({ after: EMPTY_HEAD, head });
    expect(await verified(fileOf(lines))).toEqual({ ok: true, value: { count: 1_203, head } });
    expect(await verified(Buffer.concat([fileOf(lines), Buffer.from('\n')]))).toMatchObject({ ok: true });
  });

  it('AUDIT-9 is whole where nothing was ever recorded', async () => {
    expect(await verified(fileOf(await exported(await storeOf(0))))).toMatchObject({ value: { count: 0 } });
  });

  it.each<[string, number | null, number | null, number, number]>([
    ['from a moment on', AT(4), null, 4, 8],
    ['up to a moment, which is not in it', null, AT(4), 1, 3],
    ['between two', AT(3), AT(6) - 1, 3, 5],
    ['all', AT(1), AT(9), 1, 8],
  ])('AUDIT-9 can be a part, %s, which verifies within itself', async (_, since, until, first, last) => {
    const store = await storeOf(8);
    const lines = await exported(store, since, until);
    expect(lines.slice(0, -1)).toEqual(store.lines.slice(first - 1, last));
    expect(await verified(fileOf(lines))).toMatchObject({
      ok: true,
      value: { count: last - first + 1, head: { seq: last } },
    });
    const withoutFirst = await verified(fileOf(lines.slice(1)));
    expect(withoutFirst).toMatchObject({ ok: false, error: { kind: 'missing', seq: first } });
  });

  it.each<[string, number | null, number | null]>([
    ['before the first', null, AT(1)],
    ['after the last', AT(9), null],
    ['of no time', AT(3), AT(3)],
  ])('AUDIT-9 can be empty: %s', async (_, since, until) => {
    const lines = await exported(await storeOf(8), since, until);
    expect(lines).toHaveLength(1);
    expect(await verified(fileOf(lines))).toMatchObject({ ok: true, value: { count: 0 } });
  });

  it('AUDIT-9 has no hole where the clock was set back', async () => {
    const store = new MemoryAuditStore();
    const jumping = drafts(5).map((draft, index) => ({
      ...draft,
      at: must([50, 60, 10, 70, 80][index], 'a time'),
    }));
    const { lines } = await filled(store, jumping);
    const part = await exported(store, 50, 80);
    expect(part.slice(0, -1)).toEqual(lines.slice(0, 4));
    expect(await verified(fileOf(part))).toMatchObject({ ok: true });
  });

  it('AUDIT-9 leaves what was tampered with as it is, for verify to name', async () => {
    const store = await storeOf(5);
    store.lines[2] = must(store.lines[2], 'a line').replace('Ada', 'Eve');
    const lines = await exported(store);
    expect(lines[2]).toContain('Eve');
    expect(await verified(fileOf(lines))).toMatchObject({ error: { kind: 'edited', seq: 3 } });
    store.lines.splice(3);
    expect(await verified(fileOf(await exported(store, AT(2))))).toMatchObject({ error: { seq: 3 } });
  });

  it('AUDIT-9 that does not end with its head is said to be cut', async () => {
    const lines = await exported(await storeOf(5));
    for (const cut of [lines.slice(0, -1), lines.slice(0, 2), []]) {
      expect(await verified(fileOf(cut))).toMatchObject({
        ok: false,
        error: { kind: 'cut-short', seq: null },
      });
    }
    const shorter = [...lines.slice(0, 3), must(lines.at(-1), 'the last line')];
    expect(await verified(fileOf(shorter))).toMatchObject({ error: { kind: 'cut-short', seq: 4 } });
  });

  it.each([
    ['a blank in it', (last: string) => last.replace(':', ': ')],
    ['a blank after it', (last: string) => `${last} `],
    ['a carriage return after it', (last: string) => `${last}\r`],
    ['a number written otherwise', (last: string) => last.replace('"seq":0', '"seq":0.0')],
    ['a field twice', (last: string) => last.replace('{"after"', '{"after":1,"after"')],
  ])('AUDIT-9 ends with a line exactly as it was written: %s', async (_, change) => {
    const lines = await exported(await storeOf(3));
    const last = change(must(lines.at(-1), 'the last line'));
    expect(await verified(fileOf(lines.with(-1, last)))).toMatchObject({ error: { kind: 'cut-short' } });
  });

  it('AUDIT-9 shows any single change of any of its bytes and lines', async () => {
    const lines = await exported(await storeOf(6));
    const bytes = fileOf(lines);
    const place = fc.nat(bytes.length - 1);
    const byte = fc.integer({ min: 0, max: 255 });
    const line = fc.nat(lines.length - 1);
    const changed = fc.oneof(
      fc.tuple(place, byte).map(([at, to]) => Buffer.from(bytes.with(at, to))),
      fc
        .tuple(place, byte)
        .map(([at, to]) => Buffer.from([...bytes.subarray(0, at), to, ...bytes.subarray(at)])),
      place.map((at) => Buffer.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])),
      place.map((at) => bytes.subarray(0, at)),
      line.map((at) => fileOf(lines.toSpliced(at, 1))),
      fc.tuple(line, line).map(([from, to]) => fileOf(lines.toSpliced(to, 0, must(lines[from], 'a line')))),
      fc
        .tuple(line, line)
        .map(([a, b]) => fileOf(lines.with(a, must(lines[b], 'b')).with(b, must(lines[a], 'a')))),
      fc.tuple(line, line).map(([a, b]) => fileOf(lines.with(a, must(lines[b], 'b')))),
    );
    await fc.assert(
      fc.asyncProperty(changed, async (file) => {
        fc.pre(!file.equals(bytes));
        expect((await verified(file)).ok).toBe(false);
      }),
      { numRuns: 1_500 },
    );
  });

  it('AUDIT-9 shows bytes that are no text, where their replacement character was written', async () => {
    const store = new MemoryAuditStore();
    await filled(store, [{ ...must(drafts(1)[0], 'a draft'), actorName: '\ufffd' }]);
    const bytes = fileOf(await exported(store));
    expect((await verified(bytes)).ok).toBe(true);
    const at = bytes.indexOf(Buffer.from('\ufffd'));
    const invalid = Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]);
    expect((await verified(invalid)).ok).toBe(false);
  });
});

describe('a head that was kept', () => {
  it('AUDIT-10 must be an entry of the log', async () => {
    const store = await storeOf(6);
    const kept = { seq: 4, hash: hashAt(store.lines, 4) };
    for (const good of [kept, await store.head(), EMPTY_HEAD]) {
      expect(await verifyStore(store, good)).toMatchObject({ ok: true, value: { count: 6 } });
    }
    expect(await verifyStore(store, { seq: 4, hash: hashAt(store.lines, 3) })).toEqual({
      ok: false,
      error: {
        kind: 'not-kept',
        seq: 4,
        message: 'entry 4 is not the one whose hash was kept: the chain was made anew',
      },
    });
    expect(await verifyStore(store, { seq: 0, hash: 'a'.repeat(64) })).toMatchObject({ ok: false });
  });

  it('AUDIT-10 shows a log that was cut together with its head', async () => {
    const kept = await (await storeOf(6)).head();
    expect(await verifyStore(await storeOf(5), kept)).toEqual({
      ok: false,
      error: {
        kind: 'not-kept',
        seq: 6,
        message: 'entry 6 is missing, though its hash was kept: here are entries 1 to 5',
      },
    });
  });

  it('AUDIT-10 is looked for in an exported file too', async () => {
    const store = await storeOf(8);
    const part = fileOf(await exported(store, AT(4), AT(7)));
    expect(await verified(part, { seq: 5, hash: hashAt(store.lines, 5) })).toMatchObject({ ok: true });
    expect(await verified(part, { seq: 5, hash: hashAt(store.lines, 6) })).toMatchObject({ ok: false });
    expect(await verified(part, { seq: 2, hash: hashAt(store.lines, 2) })).toMatchObject({
      error: { message: 'entry 2 is missing, though its hash was kept: here are entries 4 to 6' },
    });
  });
});

describe('verifying while others append', () => {
  it('AUDIT-4 takes no entry that comes in between for a fault', async () => {
    const store = await storeOf(3);
    let left = 40;
    const more = async () => {
      left -= 1;
      if (left >= 0) await filled(store, drafts(1));
    };
    // Somebody appends right after every look at the head, and whenever there seems to be nothing more.
    const busy: AuditStore = {
      append: (addition) => store.append(addition),
      readBackward: (before, limit) => store.readBackward(before, limit),
      async head() {
        const head = await store.head();
        if (left > 20) await more();
        return head;
      },
      async readForward(after, limit) {
        const lines = await store.readForward(after, limit);
        if (lines.length === 0) await more();
        return lines;
      },
    };
    expect(await verifyStore(busy, null)).toMatchObject({ ok: true, value: { count: 23 } });
  });
});
