/**
 * Structured logs for the operator at night: one JSON line each, on stdout. Log once, where a thing is handled;
 * the level grows with how long it has lasted. Secrets are scrubbed by field name and by shape, in messages and in
 * nested fields, and control characters from outside cannot forge a line.
 */
import pino from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELD = /secret|password|passwd|token|authorization|cookie|api[-_]?key|connecturi/i;
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w+/=.~-]+/gi, '$1 [scrubbed]'],
  [/([?&](?:access_token|token|client_secret|code)=)[^&\s"]+/gi, '$1[scrubbed]'],
  [/(\/\/[^/\s:@]+:)[^/\s@]+@/g, '$1[scrubbed]@'],
  [/(\/channels\/)[\w.-]+/gi, '$1[scrubbed]'],
  [/(client_secret=)[^&\s"]+/gi, '$1[scrubbed]'],
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are what must not reach a log
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const MAX_DEPTH = 6;
const MAX_TEXT = 4_000;

/** Text that is safe in a log: no secrets of known shapes, no control characters, bounded. */
export function scrubText(text: string): string {
  let clean = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  for (const [pattern, replacement] of SECRET_TEXT) clean = clean.replace(pattern, replacement);
  return clean.replace(CONTROL, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy of any value that is safe in a log. Cycles and depths past six end in a mark. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) {
    const cause = value.cause === undefined ? {} : { cause: scrub(value.cause, depth + 1) };
    return {
      name: scrubText(value.name),
      message: scrubText(value.message),
      stack: scrubText(value.stack ?? ''),
      ...cause,
    };
  }
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => scrub(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => {
    const isSecret = SECRET_FIELD.test(key) && item !== null;
    return [scrubText(key), isSecret ? '[scrubbed]' : scrub(item, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** A log at a level; `write` takes whole lines (stdout where absent). */
export function createLog(level: LogLevel, write?: (line: string) => void): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return wrap(write === undefined ? pino(options) : pino(options, { write }));
}

export const silentLog: Log = createLog('silent');

function wrap(target: pino.Logger): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) => {
    if (!target.isLevelEnabled(level)) return;
    // scrub() of an object gives an object.
    target[level]((fields === undefined ? {} : scrub(fields)) as object, scrubText(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(target.child(scrub(fields) as pino.Bindings)),
  };
}
