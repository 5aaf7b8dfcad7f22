/** What the three processes of a delivery benchmark say to each other. */

/** `ws`: bare `ws.send` in a loop. `emit`: Socket.IO's own room emit. `floorcast`: the push server. */
export type TargetKind = 'ws' | 'emit' | 'floorcast';

export interface MeasureRequest {
  readonly ticks: number;
  readonly intervalMs: number;
  readonly idleMs: number;
}

export interface TargetReport {
  readonly deliveries: number;
  /** CPU of the server, µs, over all ticks, without what it uses when idle (heartbeats). */
  readonly deliveryCpuUs: number;
  /** The same with all that it used. */
  readonly totalCpuUs: number;
  readonly frameBytes: number;
  /** Screens that were passed over because they had not read. */
  readonly passedOver: number;
}

export interface ScreensReport {
  readonly received: number;
  /** Of messages, without heads of frames. */
  readonly bytes: number;
  /** Of one core. */
  readonly busyShare: number;
}
