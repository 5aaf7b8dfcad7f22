/** What a session needs of its surroundings. Types only; nothing in it rejects, but for the writer. */
import type { MetricKey, MetricWindow, ThresholdBreach } from '../../../lib/contracts/diagnostics';
import type { Clock } from '../../runtime/clock';
import type { Log } from '../../runtime/log';
import type { DeskEvent } from '../diagnostics-desk';
import type { OpenApplianceLink, Transcript } from '../ports';
import type { EndRecorder } from './end-recorder';
import type { SessionWriter } from './session-writer';

/** What is made of one device's measurements. It is told the time four times a second. */
export interface MetricWatch {
  take(values: ReadonlyMap<MetricKey, number>, at: number): MetricChanges;
  tick(now: number): MetricChanges;
  /** The session is over: what is open closes as it is. */
  end(now: number): MetricChanges;
  /** The newest closed window of each metric. */
  windows(): readonly MetricWindow[];
  /** Those that last. */
  breaches(): readonly ThresholdBreach[];
}

export interface MetricChanges {
  readonly closed: readonly MetricWindow[];
  /** Begun or ended. */
  readonly breaches: readonly ThresholdBreach[];
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly openLink: OpenApplianceLink;
  readonly transcript: Transcript;
  /** `startedAt`: epoch ms. */
  readonly openMetricWatch: (startedAt: number) => MetricWatch;
  readonly writer: SessionWriter;
  readonly ends: EndRecorder;
  readonly live: LiveAudience;
}

/** Those who look at sessions live, by interaction. */
export interface LiveAudience {
  isWatched(interactionId: string): boolean;
  tell(interactionId: string, event: DeskEvent): void;
  /** Merged, at most ten times a second. */
  sample(interactionId: string, values: ReadonlyMap<MetricKey, number>, at: number): void;
}
