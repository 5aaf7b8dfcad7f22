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

const name = z.string().min(1).max(128).optional();
const minutes = (usual: number) => z.number().min(0).max(1_440).default(usual);
const times = (usual: number) => z.number().min(1).max(100).default(usual);

/** Of the made-up devices; without any (`--mqtt-port` is not given) they hit nothing. */
const deviceFaults = [
  /**
   * A firmware loses its heartbeat: a share of its devices raises so many times its usual alerts, and after a lag the
   * queue of the product is called so many times as usual, at its peak. What is not said is drawn.
   */
  z.strictObject({
    kind: z.literal('deviceFault'),
    product: name,
    firmwareVersion: name,
    site: name,
    share: z.number().min(0).max(1).default(0.75),
    alertsTimes: times(12),
    callsTimes: times(3),
    riseMinutes: minutes(0.5),
    plateauMinutes: minutes(12),
    lagMinutes: minutes(1.5),
    callsRiseMinutes: minutes(4),
    halfLifeMinutes: minutes(4),
  }),
  /** So many alerts at once, over all devices. */
  z.strictObject({
    kind: z.literal('alertBurst'),
    count: z.number().int().min(1).max(20_000).default(1_000),
    level: z.enum(['critical', 'warning', 'info']).default('warning'),
  }),
  /** Every connection to the broker ends. */
  z.strictObject({ kind: z.literal('cutBroker') }),
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
    /**
     * `truncated`: half of the JSON. `html`: a page with status 200. `empty`: nothing, with the status. `cut`: what was
     * asked is done, and the connection ends without an answer.
     */
    mode: z.enum(['truncated', 'html', 'empty', 'cut']),
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

export const faultSchema = z.discriminatedUnion('kind', [
  ...instantFaults,
  ...deviceFaults,
  ...lastingFaults,
]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type InstantFault = Extract<Fault, { kind: InstantKind }>;
export type LastingFault = Exclude<Fault, InstantFault>;
export type DeviceFault = Extract<Fault, { kind: DeviceFaultKind }>;
/** Of sockets, channels, tokens and topics. */
export type ChannelFault = Exclude<InstantFault, DeviceFault>;
type DeviceFaultKind = 'deviceFault' | 'alertBurst' | 'cutBroker';
export type InstantKind =
  | DeviceFaultKind
  | 'cutSockets'
  | 'closeSockets'
  | 'announceClosing'
  | 'expireChannels'
  | 'evictChannel'
  | 'revokeTokens'
  | 'loseTopic';

const DEVICE_KINDS: ReadonlySet<string> = new Set<DeviceFaultKind>([
  'deviceFault',
  'alertBurst',
  'cutBroker',
]);
const INSTANT: ReadonlySet<string> = new Set([
  'cutSockets',
  'closeSockets',
  'announceClosing',
  'expireChannels',
  'evictChannel',
  'revokeTokens',
  'loseTopic',
  ...DEVICE_KINDS,
]);

export function isInstant(fault: Fault): fault is InstantFault {
  return INSTANT.has(fault.kind);
}

export function isDeviceFault(fault: InstantFault): fault is DeviceFault {
  return DEVICE_KINDS.has(fault.kind);
}
