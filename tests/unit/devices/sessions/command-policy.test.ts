import { describe, expect, it } from 'vitest';
import { executeSchema, initiateSchema } from '../../../../lib/contracts/diagnostics';
import {
  checkCommand,
  commandsFor,
  mayAsk,
  readBack,
  ruleOf,
} from '../../../../server/devices/sessions/command-policy';

const why = (command: string, params: Record<string, unknown> = {}) => {
  const checked = checkCommand(command, params);
  return checked.ok ? 'allowed' : checked.error.kind;
};

describe('the policy of commands', () => {
  it.each([['ping_latency'], ['firmware_version'], ['signal_strength'], ['channel_scan'], ['reboot_module']])(
    'DEV-21 has %s on its list',
    (command) => {
      expect(why(command)).toBe('allowed');
    },
  );

  it.each([
    [''],
    ['PING_LATENCY'],
    ['ping_latency '],
    ['ping_latency;reboot_module'],
    ['ping'],
    ['__proto__'],
    ['constructor'],
    ['toString'],
    ['hasOwnProperty'],
    ['reboot'],
    ['../reboot_module'],
    ['$(reboot_module)'],
  ])('DEV-21 knows no command “%s”', (command) => {
    expect(why(command)).toBe('command');
    expect(ruleOf(command)).toBeNull();
    expect(readBack(command, {})).toBeNull();
  });

  it.each([
    ['channel_scan', { duration: '5s' }, 'allowed'],
    ['channel_scan', { duration: '30s' }, 'allowed'],
    ['channel_scan', { duration: '120s' }, 'allowed'],
    ['channel_scan', { duration: '4s' }, 'params'],
    ['channel_scan', { duration: '121s' }, 'params'],
    ['channel_scan', { duration: '0030s' }, 'params'],
    ['channel_scan', { duration: '30' }, 'params'],
    ['channel_scan', { duration: '30s; reboot' }, 'params'],
    ['channel_scan', { duration: '30s\n' }, 'params'],
    ['channel_scan', { duration: 30 }, 'params'],
    ['channel_scan', { duration: ['30s'] }, 'params'],
    ['channel_scan', { duration: '30s', force: true }, 'params'],
    ['ping_latency', { host: 'example.com' }, 'params'],
    ['reboot_module', { module: 'all' }, 'params'],
  ] as const)('DEV-22 %s with %j: %s', (command, params, expected) => {
    expect(why(command, params)).toBe(expected);
  });

  it('DEV-22 gives a scan half a minute where nothing is said, and repeats nothing of what it refuses', () => {
    expect(checkCommand('channel_scan', {})).toMatchObject({ value: { params: { duration: '30s' } } });
    const refused = [
      checkCommand('secret-word', {}),
      checkCommand('channel_scan', { duration: 'secret-word' }),
    ];
    expect(JSON.stringify(refused)).not.toContain('secret-word');
  });

  it.each([[null], ['evil'], [5], [true], [[]], [['evil']]])(
    'DEV-121 parameters that are no object, as %j, are those of no command, and no body that is not understood',
    (params) => {
      const asked = { interactionId: 'i-1', command: 'channel_scan', params };
      const { command, params: read } = executeSchema.parse(asked);
      expect(checkCommand(command, read)).toMatchObject({ ok: false, error: { kind: 'params' } });
      const along = { interactionId: 'i-1', customerId: 'c', deviceId: 'd' };
      const requestedCommands = [{ command: 'ping_latency', params }];
      const [wanted] = initiateSchema.parse({ ...along, requestedCommands }).requestedCommands;
      expect(checkCommand('ping_latency', wanted?.params ?? {})).toMatchObject({ error: { kind: 'params' } });
    },
  );

  it('DEV-23 lets a senior technician alone reboot, and no other role stands in for it', () => {
    const rule = ruleOf('reboot_module');
    const may = (...roles: string[]) => rule !== null && mayAsk(rule, roles);
    expect(may('senior_tech')).toBe(true);
    expect(may('agent', 'senior_tech')).toBe(true);
    expect(
      [[], ['agent'], ['supervisor'], ['admin'], ['senior'], ['Senior_Tech']].map((r) => may(...r)),
    ).toEqual(Array(6).fill(false));
    expect(commandsFor(['admin'])).toEqual([
      'ping_latency',
      'firmware_version',
      'signal_strength',
      'channel_scan',
    ]);
    expect(commandsFor(['senior_tech'])).toContain('reboot_module');
  });

  it('DEV-24 takes of an answer what the command can give, and nothing else', () => {
    expect(readBack('signal_strength', { signal_dbm: -71, owner: 'x' })).toEqual({ signal_dbm: -71 });
    expect(readBack('firmware_version', { firmware_version: ' 2.1\u202e\n' })).toEqual({
      firmware_version: '2.1',
    });
    const channels = [{ channel: 11, signal_dbm: -60, networks: 3 }];
    expect(readBack('channel_scan', { channels, best_channel: 11 })).toEqual({ channels, best_channel: 11 });
    expect(readBack('reboot_module', { rebooted: true })).toEqual({ rebooted: true });
    const wrong = [
      readBack('signal_strength', { signal_dbm: '-71' }),
      readBack('signal_strength', {}),
      readBack('signal_strength', { signal_dbm: Number.POSITIVE_INFINITY }),
      readBack('reboot_module', { rebooted: false }),
      readBack('channel_scan', { channels: Array(257).fill(channels[0]) }),
    ];
    expect(wrong).toEqual(wrong.map(() => null));
  });
});
