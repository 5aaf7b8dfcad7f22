/**
 * Figures for the operator's Prometheus. Hot paths count in plain numbers; the registry reads them when it is
 * asked, so that counting costs nothing. Label values come from closed sets, never from outside.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface Metrics {
  /** Reads a running total when asked. Name ends in `_total`. */
  counterFrom(name: string, help: string, read: () => number): void;
  /** The same with one label; `read` gives [label value, total]. */
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

export function createMetrics(options: { processMetrics: boolean } = { processMetrics: false }): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    counterFrom(name, help, read) {
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
      new Counter({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, total] of read()) this.inc({ [label]: value }, total);
        },
      });
    },
    gaugeFrom(name, help, read) {
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
