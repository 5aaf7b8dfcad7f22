/**
 * Faults that can be asked of the simulator: the body of `POST /simulator/faults`. A fault either happens once, at once,
 * or lasts until it is cleared, has been used `times`, or `forMs` is over.
 */
import { z } from 'zod';

const channelId = z.string().min(1).max(200).optional();
const lasting = {
  /** Clears itself after this many uses. */
  times: z.number().int().min(1).max(1_000_000).optional(),
  /** Clears itself after this time. */
  forMs: z.number().int().min(1).max(86_400_000).optional(),
};
/** Which requests: the method, and a text that the path must hold. */
const requests = {
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD']).optional(),
  path: z.string().min(1).max(300).optional(),
};

/** Once, at once. Without `channelId` or `clientId`: all of them. */
const instantFaults = [
  z.strictObject({ kind: z.literal('cutSockets'), channelId }),
  z.strictObject({
    kind: z.literal('closeSockets'),
    channelId,
    code: z.number().int().min(1000).max(4999).default(1001),
    reason: z.string().max(100).default('going away'),
  }),
  z.strictObject({
    kind: z.literal('announceClosing'),
    channelId,
    closeAfterMs: z.number().int().min(0).max(3_600_000).default(60_000),
  }),
  z.strictObject({ kind: z.literal('expireChannels'), channelId }),
  z.strictObject({ kind: z.literal('evictChannel'), channelId }),
  z.strictObject({ kind: z.literal('revokeTokens'), clientId: z.string().min(1).max(200).optional() }),
  z.strictObject({ kind: z.literal('loseTopic'), topic: z.string().min(1).max(200) }),
] as const;

/** They last. */
const lastingFaults = [
  z.strictObject({
    kind: z.literal('refuseHandshakes'),
    status: z.number().int().min(400).max(599).default(503),
    ...lasting,
  }),
  /** Sockets stay open and nothing is sent: no event, no heartbeat, no pong. */
  z.strictObject({ kind: z.literal('silence'), channelId, ...lasting }),
  z.strictObject({
    kind: z.literal('restError'),
    status: z.number().int().min(400).max(599),
    /** Absent: no Retry-After header. */
    retryAfterSeconds: z.number().int().min(0).max(3_600).optional(),
    ...requests,
    ...lasting,
  }),
  z.strictObject({
    kind: z.literal('slowBody'),
    delayMs: z.number().int().min(1).max(600_000),
    ...requests,
    ...lasting,
  }),
  z.strictObject({
    kind: z.literal('brokenBody'),
    /** `truncated`: half of the JSON. `html`: a page with status 200. `empty`: nothing with status 200. */
    mode: z.enum(['truncated', 'html', 'empty']),
    ...requests,
    ...lasting,
  }),
  /** That person gets no tokens any more, and the ones that he has are refused. */
  z.strictObject({ kind: z.literal('userDisabled'), userId: z.string().min(1).max(200), ...lasting }),
  z.strictObject({
    kind: z.literal('frames'),
    mode: z.enum(['duplicate', 'delay', 'reorder', 'drop', 'bitFlip', 'wrongTypes', 'truncate', 'binary']),
    /** Of each frame, 0..1. */
    probability: z.number().min(0).max(1).default(1),
    /** How late a delayed or reordered frame may be. */
    delayMs: z.number().int().min(1).max(600_000).default(1_000),
    channelId,
    ...lasting,
  }),
] as const;

export const faultSchema = z.discriminatedUnion('kind', [...instantFaults, ...lastingFaults]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type InstantFault = Extract<Fault, { kind: InstantKind }>;
export type LastingFault = Exclude<Fault, InstantFault>;
export type InstantKind =
  | 'cutSockets'
  | 'closeSockets'
  | 'announceClosing'
  | 'expireChannels'
  | 'evictChannel'
  | 'revokeTokens'
  | 'loseTopic';

const INSTANT: ReadonlySet<string> = new Set<InstantKind>([
  'cutSockets',
  'closeSockets',
  'announceClosing',
  'expireChannels',
  'evictChannel',
  'revokeTokens',
  'loseTopic',
]);

export function isInstant(fault: Fault): fault is InstantFault {
  return INSTANT.has(fault.kind);
}
