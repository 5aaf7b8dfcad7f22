import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { chained, readLine } from '../../../server/audit/audit-chain';
import type { AuditHead } from '../../../server/audit/audit-log';
import { chainEnd, chainFrom, follow, verifyChain } from '../../../server/audit/chain-check';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { chainOf, drafts } from '../../support/audit-events';

const { lines, head } = chainOf(6);
const ends = { after: EMPTY_HEAD, head };

/** Entry 3 edited by somebody who makes its own hash anew, but not those after it. */
function rehashed(seq: number): string[] {
  const before = seq === 1 ? EMPTY_HEAD : headAt(seq - 1);
  const edited = { ...must(drafts(6)[seq - 1], 'a draft'), actor: 'person:somebody-else' };
  return lines.map((line, index) =>
    index === seq - 1 ? must(chained([edited], before).lines[0], 'it') : line,
  );
}

function headAt(seq: number): AuditHead {
  const read = readLine(must(lines[seq - 1], 'a line'));
  return { seq, hash: read.ok ? read.value.hash : '' };
}

/** Entry 3 with an earlier link put in and its own hash made anew. */
function relinked(seq: number): string[] {
  const draft = must(drafts(6)[seq - 1], 'a draft');
  const [line] = chained([draft], { seq: seq - 1, hash: 'f'.repeat(64) }).lines;
  return lines.map((whole, index) => (index === seq - 1 ? must(line, 'it') : whole));
}

function without(...seqs: readonly number[]): string[] {
  return lines.filter((_, index) => !seqs.includes(index + 1));
}

function inOrder(...seqs: readonly number[]): string[] {
  return seqs.map((seq) => must(lines[seq - 1], 'a line'));
}

function edited(seq: number, from: string | RegExp, to: string): string[] {
  return lines.map((line, index) => (index === seq - 1 ? line.replace(from, to) : line));
}

describe('the chain', () => {
  it('AUDIT-4 is whole where nothing was touched, an empty one too', () => {
    expect(verifyChain(lines, ends)).toEqual({ ok: true, value: { count: 6, head } });
    expect(verifyChain([], { after: EMPTY_HEAD, head: EMPTY_HEAD })).toEqual({
      ok: true,
      value: { count: 0, head: EMPTY_HEAD },
    });
    expect(verifyChain(lines.slice(3), { after: headAt(3), head })).toEqual({
      ok: true,
      value: { count: 3, head },
    });
  });

  const own = 'was edited: it does not give its own hash';
  it.each<[string, readonly string[], string, number, string]>([
    ['an edited name', edited(3, 'Ada', 'Eve'), 'edited', 3, own],
    ['an edited number', edited(3, '"seq":3', '"seq":30'), 'edited', 3, own],
    ['an edited link', edited(3, /"previousHash":"../, '"previousHash":"00'), 'edited', 3, own],
    ['an unreadable line', edited(3, /^./, ''), 'unreadable', 3, 'cannot be read'],
    [
      'an empty line in between',
      [...lines.slice(0, 2), '', ...lines.slice(2)],
      'unreadable',
      3,
      'cannot be read',
    ],
    ['a line taken out', without(3), 'missing', 3, 'is missing: entry 4 stands in its place'],
    ['several taken out', without(3, 4), 'missing', 3, 'is missing: entry 5 stands in its place'],
    ['the first taken out', without(1), 'missing', 1, 'is missing: entry 2 stands in its place'],
    [
      'two that changed places',
      inOrder(1, 2, 4, 3, 5, 6),
      'out-of-order',
      3,
      'is out of order: entry 4 stands in its place',
    ],
    [
      'one moved far back',
      inOrder(1, 2, 4, 5, 6, 3),
      'out-of-order',
      3,
      'is out of order: entry 4 stands in its place',
    ],
    [
      'one moved to the front',
      inOrder(5, 1, 2, 3, 4, 6),
      'out-of-order',
      1,
      'is out of order: entry 5 stands in its place',
    ],
    [
      'a line repeated',
      inOrder(1, 2, 2, 3, 4, 5, 6),
      'out-of-order',
      3,
      'is out of order: entry 2 stands in its place',
    ],
    [
      'the end cut off',
      lines.slice(0, 4),
      'cut-short',
      5,
      'is missing: the chain was cut short after entry 4, its head is entry 6',
    ],
    [
      'all cut off',
      [],
      'cut-short',
      1,
      'is missing: the chain was cut short after entry 0, its head is entry 6',
    ],
    [
      'an edit with its own hash made anew',
      rehashed(3),
      'edited',
      3,
      'was edited and its hash made anew: entry 4 follows another one',
    ],
    [
      'the same in the first',
      rehashed(1),
      'edited',
      1,
      'was edited and its hash made anew: entry 2 follows another one',
    ],
    [
      'the same in the last but one',
      rehashed(5),
      'edited',
      5,
      'was edited and its hash made anew: entry 6 follows another one',
    ],
    [
      'the same in the last',
      rehashed(6),
      'edited',
      6,
      'was edited, or the head was: the head has another hash',
    ],
    ['a link to nowhere', relinked(3), 'edited', 3, 'was edited: it does not follow entry 2'],
    ['the first with a link to nowhere', relinked(1), 'edited', 1, 'was edited: it does not follow entry 0'],
    [
      'two faults, the first of them',
      edited(5, 'Ada', 'Eve').filter((_, index) => index !== 2),
      'missing',
      3,
      'is missing: entry 4 stands in its place',
    ],
  ])('AUDIT-4 names %s', (_, changed, kind, seq, why) => {
    expect(verifyChain(changed, ends)).toEqual({
      ok: false,
      error: { kind, seq, message: `entry ${seq} ${why}` },
    });
  });

  it('AUDIT-4 names entries that the head does not know', () => {
    expect(verifyChain(lines, { after: EMPTY_HEAD, head: headAt(4) })).toEqual({
      ok: false,
      error: { kind: 'beyond-head', seq: 5, message: 'entry 5 lies beyond the head, which is entry 4' },
    });
  });

  it('AUDIT-4 names the first entry of a part where that does not follow what it is said to follow', () => {
    const after = { seq: 3, hash: 'f'.repeat(64) };
    expect(verifyChain(lines.slice(3), { after, head })).toMatchObject({
      error: { seq: 4, message: 'entry 4 was edited: it does not follow entry 3' },
    });
  });

  it('AUDIT-4 names an entry that is kept under another number', () => {
    const state = lines
      .slice(0, 2)
      .reduce(
        (sofar, line, index) => follow(sofar, line, index + 2),
        chainFrom(EMPTY_HEAD) as ReturnType<typeof follow>,
      );
    expect(chainEnd(state, headAt(2))).toMatchObject({
      error: { seq: 1, message: 'entry 1 is out of order: it is kept as number 2' },
    });
  });
});
