/**
 * A gateway, a process of its own: the whole server without its pages, as `main.ts` starts it from settings of the
 * environment. Says where it is over IPC, and what it used when it is asked.
 */
import { parseConfig } from '../../server/config';
import { systemClock } from '../../server/runtime/clock';
import { createLog } from '../../server/runtime/log';
import { systemRandom } from '../../server/runtime/random';
import { wire } from '../../server/wire';
import { type UsageRequest, usageOf } from './node-messages';

const config = parseConfig(process.env, () => '');
if (!config.ok) throw new Error(config.error.join('\n'));
const floorcast = await wire({
  ...{ config: config.value, clock: systemClock, random: systemRandom, build: 'bench', startPages: null },
  log: createLog('error'),
});
process.on('message', ({ isCollected }: UsageRequest) => process.send?.(usageOf(0, isCollected)));
process.on('disconnect', () => void floorcast.stop().then(() => process.exit(0)));
process.send?.(floorcast.url);
