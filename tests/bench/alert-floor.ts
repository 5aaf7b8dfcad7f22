/**
 * The Floorcast of the flood's measurement, a process of its own: the whole server without its pages, and a watch over
 * its event loop. Started by alert-flood.ts with the settings as its environment; says `up` with its address, and how
 * long its turns were when asked.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';

export type FloorMessage =
  | { readonly kind: 'up'; readonly url: string }
  /** Delays of the event loop since the last question, ms. */
  | { readonly kind: 'turns'; readonly p99Ms: number; readonly maxMs: number };

const RESOLUTION_MS = 5;

const config = parseConfig(process.env, () => '');
if (!config.ok) throw new Error(config.error.join('\n'));
const floorcast = await wire({
  ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'bench', startPages: null },
  log: createLog('error'),
});
const turns = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
turns.enable();
const say = (message: FloorMessage) => process.send?.(message);
process.on('message', () => {
  say({ kind: 'turns', p99Ms: turns.percentile(99) / 1e6, maxMs: turns.max / 1e6 });
  turns.reset();
});
process.on('disconnect', () => void floorcast.stop());
say({ kind: 'up', url: floorcast.url });
