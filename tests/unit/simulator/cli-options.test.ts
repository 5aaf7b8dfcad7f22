import { describe, expect, it } from 'vitest';
import { readCommandLine, USAGE } from '../../../server/simulator/cli-options';

const CSV = 'queue,offered,left_queue,outcome,answered_start,answered_end\nA,10:00:00,10:00:01,abandoned,,\n';
const around = {
  nodeEnv: undefined,
  localTimeZone: 'Europe/Berlin',
  readFile(path: string) {
    if (path === 'day.csv') return CSV;
    if (path === 'bad.csv') return `${CSV}B,x,10:00:01,lost,,\n`;
    throw new Error('no such file');
  },
};
const read = (...args: string[]) => readCommandLine(args, around);
function problems(...args: string[]) {
  const outcome = read(...args);
  return outcome.kind === 'problems' ? outcome.problems : outcome.kind;
}
function settings(...args: string[]) {
  const outcome = read(...args);
  if (outcome.kind !== 'run') throw new Error(outcome.kind);
  return outcome.settings;
}

describe('the command line', () => {
  it('SIM-27 runs a small made-up centre without arguments', () => {
    expect(settings()).toEqual({
      seed: 1,
      timeZone: 'Europe/Berlin',
      port: 9100,
      tokenLifetimeSeconds: 86_400,
      limits: { requestsPerMinute: 300 },
      clients: [{ id: 'floorcast-demo', secret: 'floorcast-demo-secret' }],
      world: { kind: 'made-up', queues: 12, seed: 1, warmUp: true },
      logLevel: 'warn',
    });
  });

  it('SIM-27 takes a centre of any size, and clients', () => {
    const own = settings(
      '--queues',
      '20000',
      '--seed',
      '7',
      '--calls-per-hour',
      '2.5',
      '--no-warm-up',
      '--client',
      'a:b:c',
      '--client=d:e',
      '--time-zone',
      'Asia/Kathmandu',
      '--port',
      '0',
    );
    expect(own.world).toEqual({ kind: 'made-up', queues: 20_000, seed: 7, warmUp: false, callsPerHour: 2.5 });
    expect(own.clients).toEqual([
      { id: 'a', secret: 'b:c' },
      { id: 'd', secret: 'e' },
    ]);
    expect([own.timeZone, own.port]).toEqual(['Asia/Kathmandu', 0]);
  });

  it('SIM-27 takes a replay', () => {
    expect(
      settings('--replay', 'day.csv', '--speed', '600', '--hold', '--service-level', '90/12.5').world,
    ).toMatchObject({
      kind: 'replay',
      records: [{ queue: 'A' }],
      speed: 600,
      autoStart: false,
      serviceLevelPercentage: 0.9,
      serviceLevelTargetMs: 12_500,
    });
  });

  it('SIM-27 helps', () => {
    expect(read('--help')).toEqual({ kind: 'help' });
    for (const option of [
      '--port',
      '--queues',
      '--seed',
      '--replay',
      '--speed',
      '--hold',
      '--service-level',
      '--allow-production',
    ]) {
      expect(USAGE).toContain(option);
    }
  });

  it('SIM-27 says everything that is wrong at once', () => {
    expect(
      problems(
        '--port',
        '70000',
        '--seed=-1x',
        '--queues',
        '0',
        '--time-zone',
        'Mars',
        '--log',
        'loud',
        '--client',
        'secretword',
      ),
    ).toEqual([
      '--seed -1x is not a whole number from 0 to 4294967295',
      '--time-zone Mars is not an IANA time zone such as Europe/Berlin',
      '--log loud is not one of trace, debug, info, warn, error, fatal, silent',
      '--port 70000 is not a whole number from 0 to 65535',
      '--client number 1 is not like id:secret',
      '--queues 0 is not a whole number from 1 to 100000',
    ]);
  });

  it.each([
    [['--replay', 'none.csv'], ['--replay none.csv cannot be read: no such file']],
    [
      ['--replay', 'bad.csv', '--speed', '0'],
      [
        '--speed 0 is not a number above 0, up to 100000',
        'bad.csv, line 3: offered is "x", not a time like 09:30:00',
        'bad.csv, line 3: outcome is "lost", not answered or abandoned',
      ],
    ],
    [
      ['--replay', 'day.csv', '--service-level', '80'],
      ['--service-level 80 is not like 80/20: percent/seconds'],
    ],
    [
      ['--replay', 'day.csv', '--service-level', '180/20'],
      ['--service-level 180/20 is not like 80/20: percent/seconds'],
    ],
  ])('SIM-27 %j', (args, expected) => {
    expect(problems(...args)).toEqual(expected);
  });

  it('SIM-27 refuses what it does not know', () => {
    expect(problems('--quues', '3')).toEqual([expect.stringContaining('--quues')]);
    expect(problems('extra')).toEqual([expect.stringContaining('extra')]);
  });

  it('SIM-27 refuses production unless it is allowed', () => {
    const inProduction = (...args: string[]) =>
      readCommandLine(args, { ...around, nodeEnv: 'production' }).kind;
    expect([inProduction(), inProduction('--allow-production')]).toEqual(['problems', 'run']);
  });

  it('SIM-55 has devices and a broker where its port is given', () => {
    expect(settings()).not.toHaveProperty('devices');
    expect(settings('--devices', '20')).not.toHaveProperty('devices');
    const applianceTimes = { metricsMs: 100, heartbeatMs: 5_000 };
    expect(settings('--mqtt-port', '0').devices).toEqual({ port: 0, devices: 400, applianceTimes });
    expect(settings('--mqtt-port', '1883', '--devices', '20').devices).toEqual({
      ...{ port: 1883, devices: 20, applianceTimes },
    });
    expect(settings('--mqtt-port', '0', '--mqtt-session', 'me').devices).toMatchObject({ keptFor: 'me' });
    expect(problems('--mqtt-port', '70000', '--devices', '-1')).toHaveLength(1);
    expect(problems('--mqtt-port', '70000', '--devices=-1')).toEqual([
      '--devices -1 is not a whole number from 0 to 50000',
      '--mqtt-port 70000 is not a whole number from 0 to 65535',
    ]);
    expect(USAGE).toContain('--mqtt-port');
  });

  it('SIM-66 has appliances that measure and beat as often as it is told', () => {
    const times = settings('--mqtt-port', '0', '--metrics-hz', '20', '--heartbeat-ms', '500').devices;
    expect(times?.applianceTimes).toEqual({ metricsMs: 50, heartbeatMs: 500 });
    expect(problems('--metrics-hz', '0')).toEqual(['--metrics-hz 0 is not a whole number from 1 to 50']);
    expect(problems('--heartbeat-ms', '5')).toHaveLength(1);
  });
});
