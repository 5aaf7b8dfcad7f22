/**
 * Devices of the ingest benchmark, as a process of their own: they publish so many alerts at QoS 1 by mqtt.js, as fast
 * as the broker acknowledges them. Started by alert-ingest.ts; told each run over IPC.
 */
import process from 'node:process';
import { connectAsync } from 'mqtt';

export interface DevicesRun {
  readonly url: string;
  /** First level of the topics. */
  readonly root: string;
  readonly count: number;
  readonly round: number;
}

const DEVICES = 2_000;
/** Published without an answer yet. */
const WINDOW = 500;
const LEVELS = ['critical', 'warning', 'info'] as const;

process.on('message', (run: DevicesRun) => {
  void publishAll(run).then(() => process.send?.('published'));
});
process.send?.('ready');

async function publishAll({ url, root, count, round }: DevicesRun): Promise<void> {
  const client = await connectAsync(url);
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      await client.publishAsync(`${root}/d${n % DEVICES}/alerts`, payloadOf(n, round), { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, worker));
  await client.endAsync();
}

function payloadOf(n: number, round: number): string {
  return JSON.stringify({
    ...{ device_id: `d${n % DEVICES}`, sensor_type: 'temperature', alert_level: LEVELS[n % LEVELS.length] },
    ...{ reading_value: 70 + (n % 100) / 10, threshold_exceeded: true, timestamp_ms: Date.now() },
    ...{ alert_id: `a-${round}-${n}`, site: `Site ${n % 20}`, product: `X${n % 5}`, firmware_version: '3.2' },
  });
}
