import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, LOG_LEVELS, type Log } from '../../../server/runtime/log';
import { createScrubber, scrubText } from '../../../server/runtime/scrub';

const CANARY = 'c4naryS3cret';
const scrub = createScrubber().value;

function linesOf(write: (log: Log) => void): string[] {
  const lines: string[] = [];
  write(createLog('trace', (line) => lines.push(line)));
  return lines;
}

describe('log', () => {
  const shapes: readonly (readonly [string, string])[] = [
    ['a bearer header', `authorization: Bearer ${CANARY}`],
    ['a basic header', `Basic ${CANARY}==`],
    ['a token in a query', `GET /socket?access_token=${CANARY}&x=1`],
    ['a second parameter', `https://host/a?b=1&token=${CANARY}`],
    ['a client secret in a form', `grant_type=client_credentials&client_secret=${CANARY}`],
    ['a password in a URL', `mqtt://user:${CANARY}@broker:1883`],
    ['a channel, whose id is its secret', `wss://streaming.mypurecloud.ie/channels/streaming-2-${CANARY}`],
  ];
  it.each(shapes)('RUN-4 scrubs %s from messages, fields, errors and children', (_, text) => {
    const error = new Error(text, { cause: new Error(text) });
    const lines = linesOf((log) => {
      log.info(text);
      log.warn('field', { text, nested: { list: [text] } });
      log.error('thrown', { error });
      log.child({ text }).debug('child');
    });
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).not.toContain(CANARY);
  });

  const names = [
    'clientSecret',
    'client_secret',
    'password',
    'accessToken',
    'token',
    'Authorization',
    'cookie',
    'set-cookie',
    'apiKey',
    'x-api-key',
    'connectUri',
  ];
  it.each(names)('RUN-4 scrubs whatever stands in a field named %s', (name) => {
    const lines = linesOf((log) => {
      log.info('flat', { [name]: CANARY });
      log.info('nested', { a: { b: [{ [name]: { value: CANARY } }] } });
      log.child({ [name]: CANARY }).info('child');
    });
    expect(lines.join('')).not.toContain(CANARY);
    expect(lines.join('')).toContain('[scrubbed]');
  });

  const forging = ['\r', '\n', '\u001b', '\u2028', '\u2029', '\u0000', '\u0085', '\u009b'];
  it.each(forging)('RUN-5 keeps the control character %j from forging a line', (character) => {
    const name = `Sales${character}{"level":"error","msg":"forged"}`;
    const lines = linesOf((log) => {
      log.info(name, { queue: name, nested: { [name]: name } });
      log.child({ name }).info('child');
    });
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(JSON.parse(line)).toMatchObject({ level: 'info' });
      expect(JSON.stringify(JSON.parse(line))).not.toContain(character);
    }
  });

  it('RUN-5 writes one parseable line for any message and field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.anything(), (message, value) => {
        const lines = linesOf((log) => log.info(message, { value }));
        expect(lines).toHaveLength(1);
        expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
        expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info' });
      }),
    );
  });

  it('RUN-5 ends in a mark at a cycle, and bounds text and lists', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(JSON.stringify(scrub(cycle))).toContain('[deep]');
    expect(scrubText('x'.repeat(10_000))).toHaveLength(4_001);
    expect(scrub(Array.from({ length: 500 }, () => 1))).toHaveLength(100);
  });

  it('RUN-4 leaves what is no secret as it is', () => {
    const fields = { queueId: 'q-1', waiting: 3, ratio: 0.5, none: null, yes: true, list: [1, 'two'] };
    expect(scrub(fields)).toEqual(fields);
    expect(scrubText('basically a token of thanks')).toBe('basically a token of thanks');
  });

  it('RUN-5 says nothing under its level', () => {
    const lines: string[] = [];
    for (const level of LOG_LEVELS) createLog(level, (line) => lines.push(line)).debug(level);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['trace', 'debug']);
  });
});
