/**
 * The list of webhooks while somebody edits it: saved as a whole on top of what was read. A secret is only ever given,
 * never read: an empty field leaves it as it was. Pure.
 */
import {
  type SaveWebhooks,
  saveWebhooksSchema,
  type Webhook,
  type WebhooksResponse,
} from '../../lib/contracts/alarm';

export interface HookText {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly format: Webhook['format'];
  readonly levels: Webhook['levels'];
  readonly boardIds: Webhook['boardIds'];
  /** '': as it was. */
  readonly secret: string;
}

export const FORMATS = ['json', 'teams', 'slack'] as const;
export const LEVELS = ['critical', 'warning'] as const;

/** `id`: one that no other has. */
export function emptyHook(id: string): HookText {
  return { id, name: '', url: '', format: 'json', levels: ['critical'], boardIds: null, secret: '' };
}

/** The first number that no webhook is called by. */
export function freeId(taken: readonly string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`hook-${number}`)) number += 1;
  return `hook-${number}`;
}

type Known = Pick<WebhooksResponse, 'revision' | 'webhooks'>;

/** A change of one webhook, on top of what was there when it began: the list that is heard goes on meanwhile. */
export interface HookEdit {
  readonly known: Known;
  readonly text: HookText;
}

/** `null`, or one that is there no more: a new one. */
export function beginHook(known: Known, id: string | null): HookEdit {
  const hook = known.webhooks.find((one) => one.id === id);
  if (hook !== undefined) return { known, text: { ...bare(hook), secret: '' } };
  return { known, text: emptyHook(freeId(known.webhooks.map((one) => one.id))) };
}

/** `null`: it is not whole yet. Replaces the one of that id, or comes last. */
export function withHook({ revision, webhooks }: Known, text: HookText): SaveWebhooks | null {
  const { secret, ...hook } = text;
  const own = { ...hook, name: hook.name.trim(), url: hook.url.trim(), ...(secret === '' ? {} : { secret }) };
  const kept = webhooks.map(bare);
  const isKnown = kept.some(({ id }) => id === own.id);
  const list = isKnown ? kept.map((one) => (one.id === own.id ? own : one)) : [...kept, own];
  const parsed = saveWebhooksSchema.safeParse({ revision, webhooks: list });
  return parsed.success ? parsed.data : null;
}

export function withoutHook({ revision, webhooks }: Known, gone: string): SaveWebhooks {
  return { revision, webhooks: webhooks.map(bare).filter(({ id }) => id !== gone) };
}

function bare({ id, name, url, format, levels, boardIds }: Webhook): Webhook {
  return { id, name, url, format, levels, boardIds };
}
