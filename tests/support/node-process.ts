/**
 * One node as a process of its own, without pages: settings from the environment, its address as a line of JSON. Asked
 * `loop` it says how long its event loop was held up at most since it was asked last, and asked for figures, what they
 * are here. Ends in order on SIGTERM.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { KpiKey, KpiValue } from '../../lib/contracts/kpi';
import type { SubjectKey } from '../../lib/ids';
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';

export interface FiguresAsked {
  readonly id: number;
  readonly figures: readonly (readonly [subject: SubjectKey, kpi: KpiKey])[];
}

/** In the order in which they were asked. */
export interface FiguresSaid {
  readonly id: number;
  readonly figures: readonly (KpiValue | null)[];
}

async function serve(): Promise<void> {
  const config = parseConfig(process.env, () => '');
  if (!config.ok) throw new Error(config.error.join('\n'));
  const floorcast = await wire({
    ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'test', startPages: null },
    log: createLog(config.value.logLevel, (line) => process.stderr.write(line)),
  });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  process.on('message', (asked: 'loop' | FiguresAsked) => {
    if (asked !== 'loop') {
      const figures = asked.figures.map(([subject, kpi]) => floorcast.reader.value(subject, kpi));
      process.send?.({ id: asked.id, figures } satisfies FiguresSaid);
      return;
    }
    const { user, system } = process.cpuUsage();
    process.send?.({
      maxMs: delay.max / 1e6,
      p99Ms: delay.percentile(99) / 1e6,
      cpuMs: (user + system) / 1_000,
      rssBytes: process.memoryUsage.rss(),
    });
    delay.reset();
  });
  process.on('SIGTERM', () => void floorcast.stop().then(() => process.exit(0)));
  process.send?.({ url: floorcast.url });
}

serve().catch((thrown: unknown) => {
  process.stderr.write(`${String(thrown)}\n`);
  process.exit(3);
});
