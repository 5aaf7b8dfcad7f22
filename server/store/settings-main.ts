/**
 * The one document of all settings but the boards, and which of its parts that are replaced as a whole was changed when
 * and by whom. Whoever changes something of it makes a write on top of what he has read.
 */
import { z } from 'zod';
import { EMPTY_SETTINGS } from '../../lib/contracts/settings';
import type { DocumentStore, Write } from './ports';

export const SETTINGS_KIND = 'settings';
const SETTINGS_ID = 'main';
const PART_KIND = 'settings-part';

export const PARTS = ['thresholds', 'groups'] as const;
export type Part = (typeof PARTS)[number];
/** `import`: the whole, by a file. */
export type Mark = Part | 'import';

/** As `mainWrite` writes it; what it holds besides is for the schema of the whole to say. */
const mainSchema = z.looseObject({ boardIds: z.array(z.string()).default([]) });
export type MainContent = z.infer<typeof mainSchema>;

export interface HeldMain {
  readonly content: MainContent;
  /** The document's; 0: nobody has set anything. */
  readonly at: number;
}

const { boards: _, ...NO_MAIN } = EMPTY_SETTINGS;

/** Throws a ZodError where it is there and is no settings. */
export async function readMain(store: DocumentStore): Promise<HeldMain> {
  const held = await store.get(SETTINGS_KIND, SETTINGS_ID);
  if (held === null) return { content: { ...NO_MAIN, boardIds: [] }, at: 0 };
  return { content: mainSchema.parse(held.content), at: held.version };
}

/** To be written over whatever is there, readable or not. */
export async function blankMain(store: DocumentStore): Promise<HeldMain> {
  const held = await store.get(SETTINGS_KIND, SETTINGS_ID);
  return { content: { boardIds: [] }, at: held?.version ?? 0 };
}

export function mainWrite({ content, at }: HeldMain, changes: Readonly<Record<string, unknown>>): Write {
  const next = { ...content, ...changes };
  return { write: 'put', kind: SETTINGS_KIND, id: SETTINGS_ID, content: next, expectedVersion: at };
}

const partSchema = z.object({
  revision: z.number().int().nonnegative(),
  saved: z.object({ at: z.number(), by: z.string() }),
});

export interface HeldPart {
  /** 0: nobody has changed it here. */
  readonly revision: number;
  readonly saved: { readonly at: number; readonly by: string } | null;
  readonly at: number;
}

export async function readPart(store: DocumentStore, part: Mark): Promise<HeldPart> {
  const held = await store.get(PART_KIND, part);
  const at = held?.version ?? 0;
  const parsed = partSchema.safeParse(held?.content);
  // Each change is one version: where the rest cannot be read, that number is still one that was never given before.
  return parsed.success ? { ...parsed.data, at } : { revision: at, saved: null, at };
}

/** The note that a part is another one now; in the same batch as the part itself. */
export function partWrite(
  part: Mark,
  held: HeldPart,
  saved: { readonly at: number; readonly by: string },
): Write {
  const content = { revision: held.revision + 1, saved };
  return { write: 'put', kind: PART_KIND, id: part, content, expectedVersion: held.at };
}
