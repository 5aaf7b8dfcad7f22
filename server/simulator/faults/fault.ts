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
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).optional(),
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

const deviceId = z.string().min(1).max(128).optional();
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
  /** That device is lost for so long: for the broker, the device cloud and its own link. */
  z.strictObject({
    kind: z.literal('loseDevice'),
    deviceId: z.string().min(1).max(128),
    forMs: z.number().int().min(1).max(86_400_000).default(60_000),
  }),
  /** The links of appliances break; without `deviceId`: all of them. */
  z.strictObject({ kind: z.literal('cutAppliances'), deviceId }),
  /** Tokens of the device cloud are good no more. */
  z.strictObject({ kind: z.literal('revokeDeviceTokens') }),
] as const;

const FRAME_MODES = [
  ...(['duplicate', 'delay', 'reorder', 'drop'] as const),
  ...(['bitFlip', 'wrongTypes', 'truncate', 'binary'] as const),
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
     * asked is done, and the connection ends without an answer. `hang`: it stays open, and no answer comes. `huge`: the
     * JSON with 16 MB more in it. `wrongTypes`: each value has another type.
     */
    mode: z.enum(['truncated', 'html', 'empty', 'cut', 'hang', 'huge', 'wrongTypes']),
    ...requests,
    ...lasting,
  }),
  /** That person gets no tokens any more, and the ones that he has are refused. */
  z.strictObject({ kind: z.literal('userDisabled'), userId: z.string().min(1).max(200), ...lasting }),
  z.strictObject({
    kind: z.literal('frames'),
    mode: z.enum(FRAME_MODES),
    /** Of each frame, 0..1. */
    probability: z.number().min(0).max(1).default(1),
    /** How late a delayed or reordered frame may be. */
    delayMs: z.number().int().min(1).max(600_000).default(1_000),
    channelId,
    ...lasting,
  }),
] as const;

const LIES = [
  ...(['unknownId', 'twice', 'contradiction', 'early', 'wrongTypes', 'notJson', 'huge'] as const),
  ...(['empty', 'fails', 'never', 'forgets'] as const),
] as const;
const command = z.string().min(1).max(64).optional();

/** Of appliances' links; without `deviceId`: of all. They last. */
const applianceFaults = [
  /** Whoever opens a link is refused, or gets no answer at all. */
  z.strictObject({
    kind: z.literal('applianceHandshake'),
    mode: z.enum(['refuse', 'hang']).default('refuse'),
    status: z.number().int().min(400).max(599).default(503),
    deviceId,
    ...lasting,
  }),
  /**
   * `silent`: the link is open and the appliance says nothing, though it hears. `halfOpen`: it does not hear either.
   * `noHeartbeat`, `noMetrics`: it says everything else.
   */
  z.strictObject({
    kind: z.literal('applianceSilence'),
    mode: z.enum(['silent', 'halfOpen', 'noHeartbeat', 'noMetrics']).default('silent'),
    deviceId,
    ...lasting,
  }),
  /**
   * The link breaks at that moment of a command. `command`: before the appliance has it. `received`, `running`: it has
   * it, and runs it, and could not say so. `result`: it is through, and could not say so.
   */
  z.strictObject({
    kind: z.literal('applianceCut'),
    when: z.enum(['command', 'received', 'running', 'result']).default('running'),
    command,
    deviceId,
    ...lasting,
  }),
  /**
   * What it says of a command's end is wrong. `unknownId`: a result for another id as well. `twice`: the result twice.
   * `contradiction`: done, then failed. `early`: the result before it has said that it received the command.
   * `wrongTypes`, `notJson`, `huge` (over 64 kB) instead of the result; `empty`: done, with nothing; `fails`: the command
   * fails; `never`: nothing is said; `forgets`: asked after a command, it has never heard of it.
   */
  z.strictObject({
    kind: z.literal('applianceLie'),
    mode: z.enum(LIES),
    command,
    deviceId,
    ...lasting,
  }),
  /** Any frame of an appliance: as `frames` does it to channels. */
  z.strictObject({
    kind: z.literal('applianceFrames'),
    mode: z.enum(FRAME_MODES),
    probability: z.number().min(0).max(1).default(1),
    delayMs: z.number().int().min(1).max(600_000).default(1_000),
    deviceId,
    ...lasting,
  }),
  /** It measures this, instead of what it would. */
  z.strictObject({
    kind: z.literal('applianceMetrics'),
    signal_dbm: z.number().min(-150).max(0).optional(),
    packet_loss_pct: z.number().min(0).max(100).optional(),
    latency_ms: z.number().min(0).max(100_000).optional(),
    errors: z.number().int().min(0).max(1_000_000).optional(),
    deviceId,
    ...lasting,
  }),
] as const;

export const faultSchema = z.discriminatedUnion('kind', [
  ...instantFaults,
  ...deviceFaults,
  ...lastingFaults,
  ...applianceFaults,
]);
export type Fault = z.infer<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type InstantFault = Extract<Fault, { kind: InstantKind }>;
export type LastingFault = Exclude<Fault, InstantFault>;
export type DeviceFault = Extract<Fault, { kind: DeviceFaultKind }>;
/** Of sockets, channels, tokens and topics. */
export type ChannelFault = Exclude<InstantFault, DeviceFault>;
type FleetFaultKind = 'deviceFault' | 'alertBurst' | 'cutBroker' | 'loseDevice';
type DeviceFaultKind = FleetFaultKind | 'cutAppliances' | 'revokeDeviceTokens';
/** Of the fleet and its broker. */
export type FleetFault = Extract<Fault, { kind: FleetFaultKind }>;
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
  'loseDevice',
  'cutAppliances',
  'revokeDeviceTokens',
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
