/**
 * Structured logs for the operator at night: one JSON line each, on stdout. Log once, where a thing is handled;
 * the level grows with how long it has lasted. Everything goes through `scrub` first: secrets reach no line, and
 * nothing from outside forges one.
 */
import pino from 'pino';
import { createScrubber, type Scrubber } from './scrub';

export { scrubText } from './scrub';

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

export interface LogOptions {
  /** Values that must stand in no line, in whatever writing. */
  readonly secrets?: readonly string[];
}

/** A line's own fields: one of that name from elsewhere would be read in their place. */
const OWN_FIELDS = new Set(['level', 'time', 'msg']);

/** A log at a level; `write` takes whole lines (stdout where absent). */
export function createLog(
  level: LogLevel,
  write?: (line: string) => void,
  { secrets = [] }: LogOptions = {},
): Log {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // What gets there is plain already.
    serializers: { err: (fields) => fields },
  };
  return wrap(write === undefined ? pino(options) : pino(options, { write }), createScrubber(secrets), {});
}

export const silentLog: Log = createLog('silent');

/** `common`: fields of every line, scrubbed. */
function wrap(target: pino.Logger, scrubber: Scrubber, common: LogFields): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) => {
    if (!target.isLevelEnabled(level)) return;
    const own = fields === undefined ? {} : safeFields(scrubber, fields);
    target[level]({ ...common, ...own }, scrubber.text(message));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => wrap(target, scrubber, { ...common, ...safeFields(scrubber, fields) }),
  };
}

function safeFields(scrubber: Scrubber, fields: LogFields): LogFields {
  const safe = scrubber.value(fields);
  // Fields that cannot be read, or that are no object, come back as something else.
  if (typeof safe !== 'object' || safe === null || Array.isArray(safe)) return { fields: safe };
  return Object.fromEntries(Object.entries(safe).map(([name, value]) => [ownName(name), value]));
}

function ownName(name: string): string {
  return OWN_FIELDS.has(name) ? `${name}_` : name;
}
