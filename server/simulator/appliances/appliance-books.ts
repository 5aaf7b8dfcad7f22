/**
 * The appliances' own books, for tests to compare: each command that one took, when, how often it ran and how often it
 * came again; and how many frames went out. The last 20,000 commands.
 */
import type { CommandOutcome } from './command-script';

/** A command as the appliance knows it. Epoch ms. */
export interface CommandRun {
  readonly deviceId: string;
  readonly id: string;
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly heardAt: number;
  state: 'received' | 'running' | 'done' | 'failed';
  startedAt: number | null;
  endedAt: number | null;
  outcome: CommandOutcome | null;
  /** The same id came again, and was not run again. */
  repeats: number;
  /** It was asked after. */
  asks: number;
}

export interface AppliancesTruth {
  /** Links that are open. */
  readonly open: number;
  readonly handshakes: {
    readonly accepted: number;
    /** By their token. */
    readonly unauthorised: number;
    /** For another reason: no such device, offline, away, or a fault. */
    readonly refused: number;
    readonly unanswered: number;
  };
  readonly heartbeats: number;
  readonly metrics: number;
  /** Metrics that a slow reader has missed. */
  readonly skipped: number;
  readonly commands: {
    /** Each id once. */
    readonly taken: number;
    readonly repeats: number;
    /** Came while another had not ended. */
    readonly overlapping: number;
    readonly asks: number;
    /** Asked after, and never heard of. */
    readonly unknown: number;
    readonly unreadable: number;
  };
}

export interface ApplianceBooks {
  readonly count: {
    open: number;
    accepted: number;
    unauthorised: number;
    refused: number;
    unanswered: number;
    heartbeats: number;
    metrics: number;
    skipped: number;
    repeats: number;
    overlapping: number;
    asks: number;
    unknown: number;
    unreadable: number;
  };
  taken(run: CommandRun): void;
  truth(): AppliancesTruth;
  /** In the order they were taken; of one device, or of all. */
  commands(deviceId?: string): readonly Readonly<CommandRun>[];
}

const LISTED = 20_000;

export function createApplianceBooks(): ApplianceBooks {
  const runs: CommandRun[] = [];
  let taken = 0;
  const count = {
    ...{ open: 0, accepted: 0, unauthorised: 0, refused: 0, unanswered: 0, heartbeats: 0, metrics: 0 },
    ...{ skipped: 0, repeats: 0, overlapping: 0, asks: 0, unknown: 0, unreadable: 0 },
  };
  return {
    count,
    taken(run) {
      taken += 1;
      runs.push(run);
      if (runs.length > 2 * LISTED) runs.splice(0, runs.length - LISTED);
    },
    truth() {
      const { open, accepted, unauthorised, refused, unanswered, heartbeats, metrics, skipped } = count;
      const { repeats, overlapping, asks, unknown, unreadable } = count;
      return {
        ...{ open, heartbeats, metrics, skipped },
        handshakes: { accepted, unauthorised, refused, unanswered },
        commands: { taken, repeats, overlapping, asks, unknown, unreadable },
      };
    },
    commands: (deviceId) =>
      runs.slice(-LISTED).filter((run) => deviceId === undefined || run.deviceId === deviceId),
  };
}
