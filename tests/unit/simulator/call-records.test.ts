import { describe, expect, it } from 'vitest';
import { parseCallRecords, parseTimeOfDay } from '../../../server/simulator/world/call-records';
import { parseCsv } from '../../../server/simulator/world/csv';

const HEAD = 'call,queue,offered,left_queue,outcome,answered_start,answered_end,agent';
const at = (text: string) => parseTimeOfDay(text) ?? Number.NaN;
const DAY = 86_400_000;

function only(line: string, head = HEAD) {
  const result = parseCallRecords(`${head}\n${line}\n`);
  if (!result.ok) throw new Error(result.error.join('; '));
  return result.value[0];
}

describe('parseCallRecords', () => {
  it('SIM-18 reads a plain record', () => {
    expect(only('7,PS,09:30:00,09:30:20,answered,09:30:19,09:33:00,agent-02')).toEqual({
      call: '7',
      queue: 'PS',
      mediaType: 'voice',
      offeredMs: at('09:30:00'),
      leftQueueMs: at('09:30:20'),
      agent: 'agent-02',
      talk: { startMs: at('09:30:19'), endMs: at('09:33:00') },
    });
    expect(only('8,PS,09:30:00,09:30:20,abandoned,,,')).toMatchObject({ talk: null, agent: null });
  });

  it('SIM-18 takes columns by name, in any order and case, and ignores others', () => {
    const head = 'Outcome,left_queue,note,OFFERED, queue ,answered_end,answered_start,media_type';
    const record = only('answered,9:00:05,hello,9:00:00,Chats,9:02:00,9:00:05,Chat', head);
    expect(record).toMatchObject({ call: '2', queue: 'Chats', mediaType: 'chat', offeredMs: at('09:00:00') });
  });

  it.each([
    ['CRLF', `${HEAD}\r\n1,A,09:00:00,09:00:01,abandoned,,,\r\n`],
    ['no last line break', `${HEAD}\n1,A,09:00:00,09:00:01,abandoned,,,`],
    ['a byte order mark', `\uFEFF${HEAD}\n1,A,09:00:00,09:00:01,abandoned,,,\n`],
    ['empty lines', `\n${HEAD}\n\n1,A,09:00:00,09:00:01,abandoned,,,\n\n`],
    [
      'quotes',
      `"call","queue",offered,left_queue,outcome,answered_start,answered_end,agent\n"1","A","09:00:00",09:00:01,"abandoned",,"",""\n`,
    ],
  ])('SIM-18 reads a file with %s', (_what, text) => {
    expect(parseCallRecords(text)).toMatchObject({ ok: true, value: [{ queue: 'A' }] });
  });

  it('SIM-18 keeps commas, quotes and line breaks inside quotes', () => {
    expect(only('1,"A, ""B""\nC",09:00:00,09:00:01,abandoned,,,')?.queue).toBe('A, "B"\nC');
  });

  it.each([
    [
      'a wait over midnight',
      '1,A,23:59:50,00:00:10,abandoned,,,',
      { leftQueueMs: DAY + at('00:00:10'), talk: null },
    ],
    [
      'a talk over midnight',
      '1,A,23:59:00,23:59:10,answered,23:59:10,00:05:00,',
      { talk: { startMs: at('23:59:10'), endMs: DAY + at('00:05:00') } },
    ],
    [
      'a talk that begins a second before midnight',
      '1,A,23:59:50,00:00:00,answered,23:59:59,00:04:00,',
      { leftQueueMs: DAY, talk: { startMs: DAY - 1_000, endMs: DAY + at('00:04:00') } },
    ],
    [
      '24:05',
      '1,A,24:05:00,24:06:00,answered,00:06:00,24:08:00,',
      {
        offeredMs: DAY + at('00:05:00'),
        talk: { startMs: DAY + at('00:06:00'), endMs: DAY + at('00:08:00') },
      },
    ],
    [
      'milliseconds',
      '1,A,09:00:00.5,09:00:01.250,abandoned,,,',
      { offeredMs: at('09:00:00') + 500, leftQueueMs: at('09:00:01') + 250 },
    ],
  ])('SIM-18 reads %s', (_what, line, expected) => {
    expect(only(line)).toMatchObject(expected);
  });

  it('SIM-18 sorts by the moment of joining, and keeps the order of equals', () => {
    const lines = [
      '1,A,10:00:00,10:00:01,abandoned,,,',
      '2,A,09:00:00,09:00:01,abandoned,,,',
      '3,B,10:00:00,10:00:01,abandoned,,,',
    ];
    const result = parseCallRecords([HEAD, ...lines].join('\n'));
    expect(result.ok && result.value.map((record) => record.call)).toEqual(['2', '1', '3']);
  });

  it.each([
    ['an empty file', '', ['line 1: the file is empty; it needs a line that names the columns']],
    ['no calls', HEAD, ['line 1: the file has no calls']],
    [
      'missing columns',
      'queue,offered\nA,09:00:00',
      ['line 1: missing columns left_queue, outcome, answered_start, answered_end'],
    ],
    ['a column twice', `${HEAD},queue\n`, ['line 1: column queue appears twice']],
    ['an open quote', `${HEAD}\n1,"A,09:00:00`, ['line 2: a quoted field is not closed properly']],
    ['too few fields', `${HEAD}\n1,A`, ['line 2: 2 fields, but the first line names 8 columns']],
    [
      'a bad time',
      `${HEAD}\n1,A,9.30,09:60:00,abandoned,,,`,
      [
        'line 2: offered is "9.30", not a time like 09:30:00',
        'line 2: left_queue is "09:60:00", not a time like 09:30:00',
      ],
    ],
    [
      'an unknown outcome',
      `${HEAD}\n1,A,09:00:00,09:00:01,lost,,,`,
      ['line 2: outcome is "lost", not answered or abandoned'],
    ],
    [
      'an answer without a talk',
      `${HEAD}\n1,A,09:00:00,09:00:01,answered,,,`,
      ['line 2: the call was answered, but answered_start and answered_end are empty'],
    ],
    [
      'an answer without an end',
      `${HEAD}\n1,A,09:00:00,09:00:01,answered,09:00:01,,`,
      ['line 2: the call was answered, but answered_end is empty'],
    ],
    [
      'a talk without an answer',
      `${HEAD}\n1,A,09:00:00,09:00:01,abandoned,09:00:01,,`,
      ['line 2: the call was abandoned, but it has a talk'],
    ],
    ['no queue', `${HEAD}\n1, ,09:00:00,09:00:01,abandoned,,,`, ['line 2: queue is empty']],
    [
      'an unknown media type',
      'queue,offered,left_queue,outcome,answered_start,answered_end,media_type\nA,09:00:00,09:00:01,abandoned,,,fax',
      ['line 2: media_type is "fax", not one of voice, chat, email, message, callback'],
    ],
  ])('SIM-18 refuses %s, with its line', (_what, text, error) => {
    expect(parseCallRecords(text)).toEqual({ ok: false, error });
  });

  it('SIM-18 tells the first 20 problems and how many more there are', () => {
    const lines = Array.from({ length: 30 }, () => '1,A,x,09:00:01,abandoned,,,');
    const result = parseCallRecords([HEAD, ...lines].join('\n'));
    expect(result.ok ? [] : [result.error.length, result.error[0], result.error.at(-1)]).toEqual([
      21,
      'line 2: offered is "x", not a time like 09:30:00',
      'and 10 more',
    ]);
  });
});

describe('parseCsv', () => {
  it('SIM-18 counts lines through quoted line breaks', () => {
    const outcome = parseCsv('a,b\n"1\n2",3\n4,5');
    expect(outcome).toEqual({
      ok: true,
      records: [
        { line: 1, fields: ['a', 'b'] },
        { line: 2, fields: ['1\n2', '3'] },
        { line: 4, fields: ['4', '5'] },
      ],
    });
  });
  it('SIM-18 keeps an empty last field', () => {
    expect(parseCsv('a,b,')).toMatchObject({ records: [{ fields: ['a', 'b', ''] }] });
    expect(parseCsv('a,\nb,c')).toMatchObject({ records: [{ fields: ['a', ''] }, { fields: ['b', 'c'] }] });
  });
});
