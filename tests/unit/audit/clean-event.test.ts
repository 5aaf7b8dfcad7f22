import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chained, readLine } from '../../../server/audit/audit-chain';
import type { AuditEvent } from '../../../server/audit/audit-log';
import { cleanEvent, cleanText, MAX_DETAILS, MAX_TEXT } from '../../../server/audit/clean-event';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { auditEvent } from '../../support/audit-events';

const LINE_BREAKS_AND_CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe('what goes into the audit log', () => {
  it.each([
    ['a line feed', 'Ada\n{"seq":9}', 'Ada\\u000a{"seq":9}'],
    ['a carriage return', 'Ada\rEve', 'Ada\\u000dEve'],
    ['an escape sequence', '\u001b[2JAda', '\\u001b[2JAda'],
    ['a nul', 'a\u0000b', 'a\\u0000b'],
    ['a C1 control', 'a\u0085b', 'a\\u0085b'],
    ['line separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['writing from the right', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
    ['a bearer token', 'Bearer abc.def', 'Bearer [scrubbed]'],
    ['harmless text', 'Zoë 😀 "x" <b>', 'Zoë 😀 "x" <b>'],
  ])('AUDIT-5 is one line without controls: %s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it('AUDIT-5 is bounded: texts, keys and the number of details', () => {
    expect(cleanText('x'.repeat(MAX_TEXT))).toBe('x'.repeat(MAX_TEXT));
    expect(cleanText('x'.repeat(100_000))).toBe(`${'x'.repeat(MAX_TEXT - 1)}…`);
    expect(cleanText(`${'x'.repeat(MAX_TEXT - 2)}😀😀`)).toBe(`${'x'.repeat(MAX_TEXT - 2)}…`);
    const many = new Map(
      Array.from({ length: 50 }, (_, index) => [`${'k'.repeat(30)}${index}${'y'.repeat(99)}`, index]),
    );
    const { details } = cleanEvent(auditEvent({ details: many }));
    expect(details.size).toBe(MAX_DETAILS);
    expect([...details.keys()].every((key) => key.length <= 40)).toBe(true);
  });

  it('AUDIT-5 has no key that means something to an object, and no number that JSON does not know', () => {
    const details = new Map<string, number>([
      ['__proto__', Number.NaN],
      ['a b"c', Number.POSITIVE_INFINITY],
      ['fine.key-1', 1],
    ]);
    expect([...cleanEvent(auditEvent({ details })).details]).toEqual([
      ['--proto--', null],
      ['a-b-c', null],
      ['fine.key-1', 1],
    ]);
  });

  it('AUDIT-5 keeps the chain whole whatever is in it: one line, read back as it was written', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      fc.constantFrom('__proto__', 'constructor', '"}', '\\', '\ud800', '\n{"seq":1}'),
    );
    const value = fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
    const event: fc.Arbitrary<AuditEvent> = fc.record({
      actor: text,
      actorName: text,
      action: text,
      subject: fc.option(text),
      outcome: fc.constantFrom('done', 'refused', 'failed'),
      address: fc.option(text),
      details: fc.array(fc.tuple(text, value), { maxLength: 30 }).map((pairs) => new Map(pairs)),
    });
    fc.assert(
      fc.property(event, fc.integer({ min: 0 }), (any, at) => {
        const clean = cleanEvent(any);
        const [line = ''] = chained([{ ...clean, at }], EMPTY_HEAD).lines;
        expect(line).not.toMatch(LINE_BREAKS_AND_CONTROLS);
        expect(line.length).toBeLessThan(20_000);
        const read = readLine(line);
        expect(read).toMatchObject({ ok: true, value: { actorName: clean.actorName, at } });
        if (read.ok) expect(new Map(Object.entries(read.value.details))).toEqual(normal(clean.details));
      }),
      { numRuns: 400 },
    );
  });
});

/** Minus zero is zero to JSON. */
function normal(details: AuditEvent['details']): AuditEvent['details'] {
  return new Map([...details].map(([key, value]) => [key, Object.is(value, -0) ? 0 : value]));
}
