import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { must } from '../../../lib/assert';
import { auditEntrySchema } from '../../../lib/contracts/access';
import { chained, readLine } from '../../../server/audit/audit-chain';
import { EMPTY_HEAD } from '../../../server/store/ports';
import { auditEvent, chainOf } from '../../support/audit-events';

const ZEROS = '0'.repeat(64);

describe('the text of an audit entry', () => {
  it('AUDIT-3 is one JSON text with the fields in order and the details sorted, hashed after the previous hash', () => {
    const details = new Map<string, string | number | boolean | null>([
      ['role', 'admin'],
      ['Zone', null],
      ['again', true],
      ['10', -0],
      ['9', 1.5],
    ]);
    const draft = { ...auditEvent({ subject: 'person:p2', actorName: 'Zoë "Z"', details }), at: 1_700 };
    const { lines, hash: head } = chained([draft], EMPTY_HEAD);
    const text =
      '{"seq":1,"at":1700,"actor":"person:p1","actorName":"Zoë \\"Z\\"","action":"session.started",' +
      '"subject":"person:p2","outcome":"done","address":"192.0.2.7",' +
      '"details":[["10",0],["9",1.5],["Zone",null],["again",true],["role","admin"]]}';
    const hash = createHash('sha256').update(`${ZEROS}${text}`, 'utf8').digest('hex');
    expect(lines).toEqual([`${text.slice(0, -1)},"previousHash":"${ZEROS}","hash":"${hash}"}`]);
    expect(head).toBe(hash);
  });

  it('AUDIT-3 does not depend on the order in which the details were given', () => {
    const one = auditEvent({
      details: new Map([
        ['a', 1],
        ['b', 2],
      ]),
    });
    const other = auditEvent({
      details: new Map([
        ['b', 2],
        ['a', 1],
      ]),
    });
    expect(chained([{ ...one, at: 1 }], EMPTY_HEAD)).toEqual(chained([{ ...other, at: 1 }], EMPTY_HEAD));
  });

  it("AUDIT-3 is read back as the entry that the contract describes, each with its forerunner's hash", () => {
    const { lines, head } = chainOf(3);
    const entries = lines.map((line) => {
      const read = readLine(line);
      return auditEntrySchema.parse(read.ok ? read.value : null);
    });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(entries.map(({ previousHash }) => previousHash)).toEqual([
      ZEROS,
      entries[0]?.hash,
      entries[1]?.hash,
    ]);
    expect(must(entries[2], 'the last')).toMatchObject({ hash: head.hash, details: { n: 2 } });
  });

  it('AUDIT-3 goes on from any entry', () => {
    const whole = chainOf(2);
    const [, second] = whole.lines;
    const first = readLine(must(whole.lines[0], 'the first'));
    const after = first.ok ? { seq: 1, hash: first.value.hash } : EMPTY_HEAD;
    const at = 1_001_000;
    const draft = { ...auditEvent({ subject: 'screen:s2', details: new Map([['n', 1]]) }), at };
    expect(chained([draft], after).lines).toEqual([second]);
  });

  const line = must(chainOf(1).lines[0], 'a line');
  it.each<[string, string, 'unreadable' | 'edited']>([
    ['empty', '', 'unreadable'],
    ['no JSON', line.slice(0, -1), 'unreadable'],
    ['other JSON', '{"seq":1}', 'unreadable'],
    ['null', 'null', 'unreadable'],
    ['a field more', line.replace('{"seq"', '{"x":1,"seq"'), 'unreadable'],
    ['a number too large', line.replace('"at":1000000', '"at":1e999'), 'unreadable'],
    [
      'a hash of capitals',
      line.replace(/"hash":"\w+"/, (text) => text.toUpperCase().replace('HASH', 'hash')),
      'unreadable',
    ],
    ['a blank more', line.replace('"seq":1', '"seq": 1'), 'edited'],
    ['a blank at the end', `${line} `, 'edited'],
    ['a number written otherwise', line.replace('"at":1000000', '"at":1e6'), 'edited'],
    ['a letter written otherwise', line.replace('Ada', '\\u0041da'), 'edited'],
    ['a field twice', line.replace('"seq":1', '"seq":9,"seq":1'), 'edited'],
    ['a detail twice', line.replace('[["n",0]]', '[["n",0],["n",0]]'), 'edited'],
    ['another value', line.replace('"done"', '"refused"'), 'edited'],
    ['another number', line.replace('"seq":1', '"seq":2'), 'edited'],
  ])('AUDIT-3 is refused when it is %s', (_, changed, fault) => {
    expect(changed).not.toBe(line);
    expect(readLine(changed)).toEqual({ ok: false, error: fault });
  });
});
