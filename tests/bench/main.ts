/**
 * `npm run bench`: the speed goals P1, P2, P4, P5 and P6, how fast alerts come in, sessions with devices, and several
 * nodes. Only ratios and exponents from one run count; what is compared runs back to back and alternates. Run it on an
 * otherwise quiet machine. `--rounds 7`, `--only P1` (P1 takes the hot path, P4 the push side, ingest the alerts coming
 * in and flood 10,000 at once, which need Mosquitto; devices: 500 sessions with devices; routing events into Redis, P2:
 * a node against a `MULTI` an event, nodes: two gateways, scale: what an event, a queue and a screen cost, growth: the same
 * with the simulator's queues; these five need redis-server).
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAlertFlood } from './alert-flood';
import { measureAlertIngest } from './alert-ingest';
import { measureDeviceSessions } from './device-sessions';
import { measureGrowth } from './growth';
import { measureHotPath } from './hot-path';
import { measureNodes } from './nodes';
import { measureOneMulti } from './one-multi';
import { measurePush } from './push-goals';
import { printReport, type Report, writeReport } from './report';
import { measureRoutingEvents } from './routing-events';
import { measureScale } from './scale';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, only: { type: 'string' } },
});
const rounds = Number(values.rounds);

const reports: Report[] = [];
const takes = (name: string) => values.only === undefined || values.only === name;
if (takes('P1')) reports.push(measureHotPath(rounds));
if (takes('P2')) reports.push(await measureOneMulti(rounds));
if (takes('nodes')) reports.push(await measureNodes(rounds));
if (takes('scale')) reports.push(await measureScale());
if (takes('growth')) reports.push(await measureGrowth());
if (takes('P4')) reports.push(await measurePush(rounds));
if (takes('ingest')) reports.push(await measureAlertIngest(rounds));
if (takes('flood')) reports.push(await measureAlertFlood());
if (takes('routing')) reports.push(await measureRoutingEvents(rounds));
if (takes('devices')) reports.push(await measureDeviceSessions());

const report: Report = {
  verdicts: reports.flatMap((part) => part.verdicts),
  notes: reports.flatMap((part) => part.notes),
  doubts: reports.flatMap((part) => part.doubts),
};
console.log('');
printReport(report);
const path = join(process.cwd(), 'bench-results', 'latest.json');
writeReport(path, report);
console.log(`\nAlso in ${path}`);
