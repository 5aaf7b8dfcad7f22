/**
 * Figures for the operator's Prometheus. Hot paths count in plain numbers; the registry reads them when it is
 * asked, so that counting costs nothing. Label values come from closed sets; should one ever come from outside, it
 * forges no line, and a hundred of them is all that a figure has. A room that is opened again takes its figures' names over.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { scrubText } from './scrub';

export interface Metrics {
  /** Reads a running total when asked. Name ends in `_total`. */
  counterFrom(name: string, help: string, read: () => number): void;
  /** The same with one label; `read` gives [label value, total]. Values past the hundredth count as `other`. */
  countersFrom(
    name: string,
    help: string,
    label: string,
    read: () => Iterable<readonly [string, number]>,
  ): void;
  gaugeFrom(name: string, help: string, read: () => number): void;
  /** Prometheus text exposition. */
  expose(): Promise<string>;
  readonly contentType: string;
}

const MAX_LABEL_VALUES = 100;
const MAX_LABEL_LENGTH = 100;
const OTHER = 'other';

export function createMetrics(options: { processMetrics: boolean } = { processMetrics: false }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  const free = (name: string) => registry.removeSingleMetric(name);
  return {
    counterFrom(name, help, read) {
      free(name);
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    countersFrom(name, help, label, read) {
      free(name);
      new Counter({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, total] of labelled(read())) this.inc({ [label]: value }, total);
        },
      });
    },
    gaugeFrom(name, help, read) {
      free(name);
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    expose: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Totals by label values that are safe to print, few enough to keep. */
function labelled(totals: Iterable<readonly [string, number]>): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const [value, total] of totals) {
    const safe = scrubText(value).slice(0, MAX_LABEL_LENGTH);
    const name = kept.has(safe) || kept.size < MAX_LABEL_VALUES ? safe : OTHER;
    kept.set(name, (kept.get(name) ?? 0) + total);
  }
  return kept;
}
