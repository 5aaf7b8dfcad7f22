/** The languages that there are words in. A locale is one of them, with the region whose numbers and dates it writes. */
import { z } from 'zod';

export const LOCALES = ['en', 'en-GB', 'en-US', 'de', 'de-AT', 'de-CH'] as const;
export const localeSchema = z.enum(LOCALES);
export type Locale = z.infer<typeof localeSchema>;
export const DEFAULT_LOCALE: Locale = 'en';

/** Each has a catalogue of words: `messages/<language>.json`. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
