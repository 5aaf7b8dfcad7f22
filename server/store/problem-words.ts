/** What a schema found wrong, in words: every line begins with the path of what it is about. */
import type { z } from 'zod';

/** `whole`: what is said where the path is empty. */
export function problemsOf(error: z.ZodError, whole = 'the file'): string[] {
  return error.issues.map((issue) => `${pathText(issue.path, whole)}: ${issue.message}`);
}

function pathText(path: readonly PropertyKey[], whole: string): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? whole : text.replace(/^\./, '');
}
