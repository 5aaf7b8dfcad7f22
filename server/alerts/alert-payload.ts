/**
 * The JSON of an alert, as devices send it: `{"device_id","sensor_type","alert_level","reading_value",
 * "threshold_exceeded","timestamp_ms"}` with optional `alert_id`, `site`, `product`, `firmware_version`; each name may
 * be written in camelCase as well. What an alert cannot be without must be right; what only describes it is cleaned.
 * Fields with other names are kept together as one JSON text. `null` is as good as absent. Of a name that is there
 * twice the last holds, as everywhere in JSON; of one that is there in both ways both must say the same.
 */
import { z } from 'zod';
import { ALERT_LEVELS, deviceIdSchema } from '../../lib/contracts/alert';
import { plainName, replaceHarmful } from '../../lib/plain-name';
import { err, ok, type Result } from '../../lib/result';

/** JSON may grow when it is written anew (`1e20`). */
const MAX_EXTRA_CHARACTERS = 8_192;
const MAX_DEPTH = 32;
const MAX_NAME = 128;
const MAX_READING = 200;
/** The last moment that JavaScript, and so a screen, can tell. */
const LAST_TIME = 8.64e15;

/** Ours, and theirs. */
const FIELDS = {
  deviceId: 'device_id',
  sensorType: 'sensor_type',
  alertLevel: 'alert_level',
  readingValue: 'reading_value',
  thresholdExceeded: 'threshold_exceeded',
  timestampMs: 'timestamp_ms',
  alertId: 'alert_id',
  site: 'site',
  product: 'product',
  firmwareVersion: 'firmware_version',
} as const;
/** A Map: a device may name a field `__proto__`. */
const OWN_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(FIELDS).flatMap(([own, theirs]) => [
    [own, own],
    [theirs, own],
  ]),
);
const THEIR_NAMES: ReadonlyMap<unknown, string> = new Map(Object.entries(FIELDS));

/** What is wrong, as the end of a sentence that begins with the field's name. */
function must(be: string) {
  return {
    error: (issue: { readonly input?: unknown }) =>
      issue.input === undefined ? 'is missing' : `must be ${be}`,
  };
}

/** Compared, and hashed: taken as it is, or not. */
const line = z
  .string(must('text'))
  .refine((text) => deviceIdSchema.safeParse(text).success, {
    error: `must be one line of 1 to ${MAX_NAME} characters`,
  })
  .transform((text) => text.trim());

/** Only describes: cleaned and cut, `null` where nothing is left. */
const description = z
  .string(must('text'))
  .transform((text) => plainName(text, MAX_NAME) || null)
  .optional()
  .transform((text) => text ?? null);

const readingText = z
  .string()
  .max(MAX_READING)
  .transform((text) => plainName(text, MAX_READING));
const reading = z
  .union([z.number(), z.boolean(), readingText], {
    error: `must be a number, true, false or text of at most ${MAX_READING} characters`,
  })
  .optional()
  .transform((value) => value ?? null);

/** Past 2^53 a number would stand for its neighbours too. */
const wholeNumber = z.number().refine(Number.isSafeInteger, { abort: true });

const schema = z.object({
  deviceId: line,
  sensorType: line,
  alertLevel: z.enum([...ALERT_LEVELS, 'normal'], must(`one of ${ALERT_LEVELS.join(', ')}, normal`)),
  readingValue: reading,
  thresholdExceeded: z.boolean(must('true or false')).default(true),
  timestampMs: z.number(must('a number')).min(-LAST_TIME, 'is no time').max(LAST_TIME, 'is no time'),
  alertId: z.union([line, wholeNumber], { error: 'must be one line of text or a whole number' }).optional(),
  site: description,
  product: description,
  firmwareVersion: description,
});

export type AlertPayload = z.infer<typeof schema> & {
  /** Fields that nobody knows, as one JSON text on one line; `null`: none. */
  readonly extra: string | null;
};

/** `json`: what `JSON.parse` gave. The error is one sentence with nothing in it that the device wrote. */
export function parseAlertPayload(json: unknown): Result<AlertPayload, string> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return err('it must be a JSON object');
  const sorted = sortFields(json);
  if (!sorted.ok) return sorted;
  const extra = extraOf(sorted.value.unknown);
  if (!extra.ok) return extra;
  const parsed = schema.safeParse(Object.fromEntries(sorted.value.known));
  return parsed.success ? ok({ ...parsed.data, extra: extra.value }) : err(sentenceOf(parsed.error));
}

interface SortedFields {
  readonly known: ReadonlyMap<string, unknown>;
  readonly unknown: readonly (readonly [string, unknown])[];
}

function sortFields(json: object): Result<SortedFields, string> {
  const known = new Map<string, unknown>();
  const unknown: [string, unknown][] = [];
  for (const [name, value] of Object.entries(json)) {
    const own = OWN_NAMES.get(name);
    if (own === undefined) unknown.push([name, value]);
    else if (value === null) continue;
    else if (known.has(own) && known.get(own) !== value) {
      return err(`${THEIR_NAMES.get(own)} is there twice and differs`);
    } else known.set(own, value);
  }
  return ok({ known, unknown });
}

function extraOf(unknown: SortedFields['unknown']): Result<string | null, string> {
  if (unknown.length === 0) return ok(null);
  if (unknown.some(([, value]) => isDeeper(value, MAX_DEPTH))) {
    return err(`its other fields are nested deeper than ${MAX_DEPTH}`);
  }
  // fromEntries makes `__proto__` a field like others.
  const text = JSON.stringify(Object.fromEntries(unknown));
  // JSON leaves some of them as they are.
  const extra = replaceHarmful(text, escaped);
  return extra.length > MAX_EXTRA_CHARACTERS
    ? err(`its other fields are longer than ${MAX_EXTRA_CHARACTERS} characters`)
    : ok(extra);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function sentenceOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${THEIR_NAMES.get(issue?.path[0]) ?? 'it'} ${issue?.message ?? 'cannot be read'}`;
}
