/**
 * What alarms leave behind in the store, as documents: what lasts and what interrupted (one document), shelves, the
 * addresses that are told, and the calls that wait for them. What cannot be read is left out and told of: alarms must
 * come up whatever is stored.
 */
import { z } from 'zod';
import { alarmSchema, type Shelf, shelfSchema, webhookSchema } from '../../lib/contracts/alarm';
import type { DocumentStore, StoredDocument, Write } from './ports';

const STATE = { kind: 'alarm-state', id: 'main' } as const;
const WEBHOOKS = { kind: 'alarm-webhooks', id: 'main' } as const;
const SHELF_KIND = 'alarm-shelf';
const CALL_KIND = 'alarm-call';
const TAKEN_KIND = 'alarm-taken';

/** What people do with alarms: other nodes follow it. */
export const FOLLOWED_ALARM_KINDS: readonly string[] = [SHELF_KIND, WEBHOOKS.kind, TAKEN_KIND];

const levelSchema = z.enum(['critical', 'warning']);
const standingSchema = z.object({
  ...alarmSchema.omit({ unknownSince: true }).shape,
  worst: levelSchema,
  queueId: z.string().nullable(),
  value: z.number().nullable(),
  unknownSince: z.number().nullable(),
  isOver: z.boolean(),
});

const floorSchema = z.object({
  boardId: z.string(),
  interruptions: z.array(z.object({ key: z.string(), at: z.number() })),
  current: z.object({ key: z.string(), at: z.number(), until: z.number() }).nullable(),
  done: z.array(z.tuple([z.string(), levelSchema])),
});

/** What an address was told of one alarm. `alarm` null: nothing, and nothing will be unless it gets worse. */
const toldSchema = z.object({
  key: z.string(),
  level: levelSchema,
  isAcknowledged: z.boolean(),
  alarm: alarmSchema.nullable(),
  boardIds: z.array(z.string()),
});

const stateSchema = z.object({
  standing: z.array(standingSchema),
  floors: z.array(floorSchema),
  told: z.array(z.object({ webhookId: z.string(), alarms: z.array(toldSchema) })),
});
export type AlarmState = z.infer<typeof stateSchema>;

const storedWebhookSchema = webhookSchema.extend({ secret: z.string().nullable() });
export type StoredWebhook = z.infer<typeof storedWebhookSchema>;
const webhooksSchema = z.object({ webhooks: z.array(storedWebhookSchema) });

export const alarmCallSchema = z.object({
  webhookId: z.string(),
  event: z.enum(['raised', 'acknowledged', 'cleared']),
  at: z.number(),
  alarm: alarmSchema.nullable(),
  flood: z.object({ boardId: z.string(), count: z.number(), since: z.number() }).nullable(),
  boardIds: z.array(z.string()),
});
export type AlarmCall = z.infer<typeof alarmCallSchema>;
export interface StoredCall {
  /** In the order in which they came. */
  readonly id: string;
  readonly call: AlarmCall;
}

/**
 * That somebody took an alarm of figures or faults: `worst` is how bad it had been by then. Only where there are several
 * nodes, which tell each other so.
 */
const takenSchema = z.object({ key: z.string(), by: z.string(), at: z.number(), worst: levelSchema });
export type Taken = z.infer<typeof takenSchema>;

export interface StoredAlarms {
  readonly state: AlarmState | null;
  /** 0: there is none. */
  readonly stateVersion: number;
  readonly shelves: readonly Shelf[];
  readonly webhooks: { readonly revision: number; readonly webhooks: readonly StoredWebhook[] };
  readonly calls: readonly StoredCall[];
}

/** `leftOut`: told of each kind of which something cannot be read. */
export async function readAlarms(
  store: DocumentStore,
  leftOut: (kind: string, count: number) => void,
): Promise<StoredAlarms> {
  const [state, webhooks] = await Promise.all([
    store.get(STATE.kind, STATE.id),
    store.get(WEBHOOKS.kind, WEBHOOKS.id),
  ]);
  const read = <T>(document: StoredDocument | null, schema: z.ZodType<T>): T | null => {
    if (document === null) return null;
    const parsed = schema.safeParse(document.content);
    if (!parsed.success) leftOut(document.kind, 1);
    return parsed.success ? parsed.data : null;
  };
  const listed = async <T>(kind: string, schema: z.ZodType<T>) => {
    const documents = await store.list(kind);
    const rows = documents.flatMap(({ id, content }) => {
      const parsed = schema.safeParse(content);
      return parsed.success ? [{ id, content: parsed.data }] : [];
    });
    if (rows.length < documents.length) leftOut(kind, documents.length - rows.length);
    return rows;
  };
  return {
    state: read(state, stateSchema),
    stateVersion: state?.version ?? 0,
    shelves: (await listed(SHELF_KIND, shelfSchema)).map(({ content }) => content),
    webhooks: {
      revision: webhooks?.version ?? 0,
      webhooks: read(webhooks, webhooksSchema)?.webhooks ?? [],
    },
    calls: (await listed(CALL_KIND, alarmCallSchema)).map(({ id, content }) => ({ id, call: content })),
  };
}

export interface FollowedAlarms {
  readonly shelves: readonly { readonly version: number; readonly shelf: Shelf }[];
  /** `null`: what is stored cannot be read. */
  readonly webhooks: StoredAlarms['webhooks'] | null;
  readonly taken: readonly { readonly version: number; readonly taken: Taken }[];
}

/** What cannot be read is left out, as at the start. */
export async function readFollowed(store: DocumentStore): Promise<FollowedAlarms> {
  const [shelves, taken] = await Promise.all([store.list(SHELF_KIND), store.list(TAKEN_KIND)]);
  const webhooks = await store.get(WEBHOOKS.kind, WEBHOOKS.id);
  const hooks = webhooks === null ? { webhooks: [] } : webhooksSchema.safeParse(webhooks.content).data;
  return {
    shelves: shelves.flatMap(({ version, content }) => {
      const shelf = shelfSchema.safeParse(content).data;
      return shelf === undefined ? [] : [{ version, shelf }];
    }),
    webhooks: hooks === undefined ? null : { ...hooks, revision: webhooks?.version ?? 0 },
    taken: taken.flatMap(({ version, content }) => {
      const one = takenSchema.safeParse(content).data;
      return one === undefined ? [] : [{ version, taken: one }];
    }),
  };
}

export function putTaken(taken: Taken): Write {
  return { write: 'put', kind: TAKEN_KIND, id: taken.key, content: taken };
}

/** Only that version: somebody may have taken it anew. */
export function deleteTaken(key: string, expectedVersion: number): Write {
  return { write: 'delete', kind: TAKEN_KIND, id: key, expectedVersion };
}

export const isState = ({ kind }: Write): boolean => kind === STATE.kind;
export const isCall = ({ kind }: Write): boolean => kind === CALL_KIND;

export function putState(content: AlarmState): Write {
  return { write: 'put', ...STATE, content };
}

export function putShelf(shelf: Shelf): Write {
  return { write: 'put', kind: SHELF_KIND, id: shelf.key, content: shelf };
}

/** `expectedVersion`: only that one. */
export function deleteShelf(key: string, expectedVersion?: number): Write {
  const only = expectedVersion === undefined ? {} : { expectedVersion };
  return { write: 'delete', kind: SHELF_KIND, id: key, ...only };
}

/** Only on top of that revision. */
export function putWebhooks(webhooks: readonly StoredWebhook[], revision: number): Write {
  return { write: 'put', ...WEBHOOKS, content: { webhooks }, expectedVersion: revision };
}

export function putCall({ id, call }: StoredCall): Write {
  return { write: 'put', kind: CALL_KIND, id, content: call };
}

export function deleteCall(id: string): Write {
  return { write: 'delete', kind: CALL_KIND, id };
}
