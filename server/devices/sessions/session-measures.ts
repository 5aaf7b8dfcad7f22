/** What one session does with measurements: windows for the record, the transcript and readers, limits at once. */
import type { MetricKey, MetricWindow, ThresholdBreach } from '../../../lib/contracts/diagnostics';
import { breachText } from '../metrics/wording';
import type { MetricChanges, MetricWatch, SessionDeps } from './session-deps';

export interface SessionMeasuresOptions {
  readonly deps: SessionDeps;
  readonly sessionId: string;
  readonly interactionId: string;
  /** Told of changed limits, and of windows by which the advice may be another; `isSure`: it is. */
  readonly onChanged: (isSure: boolean) => void;
}

export class SessionMeasures {
  readonly #options: SessionMeasuresOptions;
  readonly #watch: MetricWatch;

  constructor(options: SessionMeasuresOptions) {
    this.#options = options;
    const { clock, openMetricWatch } = options.deps;
    this.#watch = openMetricWatch(clock.now());
  }

  get windows(): readonly MetricWindow[] {
    return this.#watch.windows();
  }
  /** Those that last. */
  get breaches(): readonly ThresholdBreach[] {
    return this.#watch.breaches();
  }

  take(values: ReadonlyMap<MetricKey, number>, at: number): void {
    const changes = this.#watch.take(values, at);
    this.#options.deps.live.sample(this.#options.interactionId, values, at);
    this.#tell(changes);
  }

  tick(now: number): void {
    this.#tell(this.#watch.tick(now));
  }

  end(now: number): void {
    this.#tell(this.#watch.end(now));
  }

  #tell({ closed, breaches }: MetricChanges): void {
    if (closed.length === 0 && breaches.length === 0) return;
    const { deps, sessionId, interactionId, onChanged } = this.#options;
    const { live, transcript, writer, clock } = deps;
    for (const window of closed) {
      writer.addWindow({ ...window, sessionId });
      transcript.measured(interactionId, window);
      live.tell(interactionId, { kind: 'window', window });
    }
    for (const breach of breaches) {
      transcript.say(interactionId, breachText(breach), clock.now());
      live.tell(interactionId, { kind: 'breach', breach });
    }
    onChanged(breaches.length > 0);
  }
}
