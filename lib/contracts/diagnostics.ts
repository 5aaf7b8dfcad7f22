/**
 * Diagnostic sessions on a customer's device: REST, SSE and Socket.IO speak these shapes. One session an interaction
 * and device; its commands run one after the other. Times are epoch ms; texts of devices are text only.
 */
import { z } from 'zod';
import { deviceKeySchema, interactionIdSchema } from './device';

export const SESSION_STATES = ['INITIATED', 'RUNNING', 'COMPLETED', 'ERROR', 'DISCONNECTED'] as const;
export const sessionStateSchema = z.enum(SESSION_STATES);
export type SessionState = z.infer<typeof sessionStateSchema>;

/** `refused` never goes out; `expired` was not sent in its time; `done` where the device's answer was read back. */
export const COMMAND_STATES = [
  'queued',
  'sent',
  'received',
  'running',
  'done',
  'failed',
  'expired',
  'refused',
] as const;
export const commandStateSchema = z.enum(COMMAND_STATES);
export type CommandState = z.infer<typeof commandStateSchema>;
export const FINAL_COMMAND_STATES: readonly CommandState[] = ['done', 'failed', 'expired', 'refused'];

function isFields(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** What may be asked of a device; who may, and with what parameters, decides the server at each command. */
export const COMMANDS = [
  'ping_latency',
  'firmware_version',
  'signal_strength',
  'channel_scan',
  'reboot_module',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/**
 * Any text: what is not on the list is refused with 403 and audited, not turned away as a malformed body; so are
 * parameters. A command's name is cut where no name of the list is as long, so that nothing becomes one by it.
 */
const MAX_COMMAND_TEXT = 64;
const commandTextSchema = z.string().transform((text) => text.slice(0, MAX_COMMAND_TEXT));
/** Parameters that are no object are wrong ones, too: no command has one of that name. */
const paramsSchema = z
  .unknown()
  .transform((given) => (isFields(given) ? given : { 'no-object': given }))
  .pipe(z.record(z.string(), z.unknown()));
/** A client's own id of a request: the same again is answered as the first time, and nothing is run twice. */
const requestIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, - and _')
  .optional();

export const requestedCommandSchema = z.union([
  commandTextSchema.transform((command) => ({ command, params: {} as Record<string, unknown> })),
  z.strictObject({ command: commandTextSchema, params: paramsSchema.default({}) }),
]);

/** `POST /v1/diagnostics/initiate` → 201 `sessionResponseSchema`; 200 where it is open already. */
export const initiateSchema = z.strictObject({
  interactionId: interactionIdSchema,
  customerId: z.string().trim().min(1).max(64),
  deviceId: deviceKeySchema,
  requestedCommands: z.array(requestedCommandSchema).max(10).default([]),
  requestId: requestIdSchema,
});
export type InitiateWish = z.infer<typeof initiateSchema>;

/** `POST /v1/diagnostics/execute` → 202 `commandResponseSchema`. */
export const executeSchema = z.strictObject({
  interactionId: interactionIdSchema,
  command: commandTextSchema,
  params: paramsSchema.default({}),
  requestId: requestIdSchema,
});
export type ExecuteWish = z.infer<typeof executeSchema>;

export const commandRecordSchema = z.object({
  id: z.string(),
  command: z.string(),
  params: z.record(z.string(), z.unknown()),
  state: commandStateSchema,
  /** Who asked, as people read it. */
  by: z.string(),
  queuedAt: z.number(),
  sentAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** What the device answered, by the command's own schema; `null` before and without. */
  result: z.record(z.string(), z.unknown()).nullable(),
  /** One plain sentence where it failed, expired or was refused. */
  reason: z.string().nullable(),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

/** What devices measure; `critical` ones have windows of 2 s, the others of 5 s. */
export const METRICS = [
  { key: 'signal_dbm', unit: 'dBm', critical: false },
  { key: 'packet_loss_pct', unit: '%', critical: false },
  { key: 'latency_ms', unit: 'ms', critical: true },
  { key: 'errors', unit: '', critical: true },
] as const;
export const metricKeySchema = z.enum(['signal_dbm', 'packet_loss_pct', 'latency_ms', 'errors']);
export type MetricKey = z.infer<typeof metricKeySchema>;

export const metricWindowSchema = z.object({
  metric: metricKeySchema,
  from: z.number(),
  to: z.number(),
  min: z.number(),
  max: z.number(),
  avg: z.number(),
  count: z.number().int().positive(),
});
export type MetricWindow = z.infer<typeof metricWindowSchema>;

/** Beyond its limit since; `endedAt` null: it lasts. */
export const thresholdBreachSchema = z.object({
  metric: metricKeySchema,
  value: z.number(),
  limit: z.number(),
  since: z.number(),
  endedAt: z.number().nullable(),
});
export type ThresholdBreach = z.infer<typeof thresholdBreachSchema>;

/** “signal −89 dBm: run a channel scan”: `command` is one that may be asked now, or `null`. */
export const suggestionSchema = z.object({
  key: z.string(),
  metric: metricKeySchema.nullable(),
  value: z.number().nullable(),
  command: z.enum(COMMANDS).nullable(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;

export const transcriptStatusSchema = z.object({
  /** `off`: not configured. `slow`: the platform asked for less; windows are longer. `failing`: it is tried again. */
  state: z.enum(['off', 'live', 'slow', 'failing']),
  windowMs: z.number(),
  /** Messages that wait. */
  backlog: z.number().int(),
  lastSentAt: z.number().nullable(),
});
export type TranscriptStatus = z.infer<typeof transcriptStatusSchema>;

export const diagnosticSessionSchema = z.object({
  interactionId: z.string(),
  customerId: z.string(),
  deviceId: z.string(),
  queueId: z.string().nullable(),
  state: sessionStateSchema,
  /** Since when it is in that state. */
  since: z.number(),
  startedAt: z.number(),
  /** `null`: it is open. */
  endedAt: z.number().nullable(),
  startedBy: z.string(),
  /** In words for the agent where something is wrong: what it is, and what to ask the customer. */
  notice: z.string().nullable(),
  /** When the device was heard last. */
  heardAt: z.number().nullable(),
  /** Its customer's problem was solved without a technician, as the agent said at the end; `null`: not said. */
  solvedRemotely: z.boolean().nullable(),
  commands: z.array(commandRecordSchema).max(200),
  /** The newest of each metric; the live view of the session has those before. */
  windows: z.array(metricWindowSchema),
  breaches: z.array(thresholdBreachSchema),
  suggestions: z.array(suggestionSchema),
  transcript: transcriptStatusSchema,
});
export type DiagnosticSession = z.infer<typeof diagnosticSessionSchema>;

/** `GET /v1/diagnostics/{interactionId}`. `commands`: what the caller may run on it now. */
export const sessionResponseSchema = z.object({
  serverTime: z.number(),
  session: diagnosticSessionSchema,
  mayRun: z.array(z.enum(COMMANDS)),
});
export type SessionResponse = z.infer<typeof sessionResponseSchema>;

export const commandResponseSchema = z.object({ serverTime: z.number(), command: commandRecordSchema });
export type CommandResponse = z.infer<typeof commandResponseSchema>;

/** `POST /v1/diagnostics/{interactionId}/end`: the agent is through with it. */
export const endSessionSchema = z.strictObject({ solvedRemotely: z.boolean().nullable().default(null) });
export type EndWish = z.infer<typeof endSessionSchema>;

/** `GET /api/v1/diagnostics`: open ones first, then those of today, the newest first. */
export const sessionSummarySchema = diagnosticSessionSchema
  .pick({
    interactionId: true,
    deviceId: true,
    queueId: true,
    state: true,
    since: true,
    startedAt: true,
    endedAt: true,
    startedBy: true,
    notice: true,
  })
  .extend({ commandsWaiting: z.number().int(), commandsEnded: z.number().int() });
export const sessionsResponseSchema = z.object({
  serverTime: z.number(),
  sessions: z.array(sessionSummarySchema).max(500),
  more: z.number().int(),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;
export type SessionsResponse = z.infer<typeof sessionsResponseSchema>;

/**
 * The live view of one session, by SSE (`GET /v1/diagnostics/{interactionId}/stream`, `data:` is one of these) and by
 * Socket.IO (namespace `/diagnostics`, event `live`). `session` first and whenever something but the metrics changed;
 * `samples` at most ten times a second, whatever the device sends. A reader that is slow misses samples, never a
 * session.
 */
export const liveEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), seq: z.number().int(), ...sessionResponseSchema.shape }),
  z.object({ kind: z.literal('window'), seq: z.number().int(), window: metricWindowSchema }),
  z.object({ kind: z.literal('breach'), seq: z.number().int(), breach: thresholdBreachSchema }),
  z.object({
    kind: z.literal('samples'),
    seq: z.number().int(),
    at: z.number(),
    values: z.partialRecord(metricKeySchema, z.number()),
  }),
  /** It is over for this reader: signed out, or the session is gone. */
  z.object({ kind: z.literal('end'), seq: z.number().int(), code: z.enum(['forbidden', 'gone']) }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;

/** `auth` of a socket in the namespace `/diagnostics`. */
export const diagnosticsHandshakeSchema = z.object({
  token: z.string().max(4096).optional(),
  interactionId: interactionIdSchema,
});
export type DiagnosticsHandshake = z.infer<typeof diagnosticsHandshakeSchema>;

export const DIAGNOSTICS_NAMESPACE = '/diagnostics';
export const LIVE_EVENT = 'live';
/** Namespace of the widget: joined with `{token?, conversationId}`, sends `telemetry` (`agentDeviceSchema`). */
export const DEVICE_NAMESPACE = '/device';
export const TELEMETRY_EVENT = 'telemetry';
