import { describe, expect, it } from 'vitest';
import { accountSettings, demoPeople } from '../../../scripts/demo-accounts';
import { type DemoSurroundings, readDemoCommand } from '../../../scripts/demo-arguments';
import { demoWords } from '../../../scripts/demo-words';
import { standSettings } from '../../../scripts/stand-settings';
import { rolesFrom } from '../../../server/access/people/role-mapping';
import { type Config, parseConfig } from '../../../server/config';
import { SETTINGS } from '../../../server/config/settings-list';
import { ORGANISATION, PEOPLE } from '../../../server/simulator/platform/organisation';
import { createSandbox } from '../../support/sandbox';

const STAND = { port: 3000, dataDir: 'store', timeZone: 'UTC', simulatorUrl: 'http://127.0.0.1:9100' };
const SECRET = 'k3Jv0qT8nX5sWb2yLr7uZ4hCe9mPa6Fd1GiO';
const PLACES = {
  otherUrls: [],
  ...{ url: 'http://own', simulatorUrl: 'http://sim', logDir: 'logs' },
  call: { conversationId: 'conversation-1', userName: 'Ada Nkemelu' },
};
const AROUND: DemoSurroundings = { timeZone: 'UTC', npmAccounts: undefined };

function configOf(environment: Readonly<Record<string, string | undefined>>): Config {
  const config = parseConfig(environment, (file) => {
    throw new Error(`read ${file}`);
  });
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}

const accounts = () => configOf(standSettings({ ...STAND, more: accountSettings(SECRET) }));

/** Of every setting there is, and of every file that may hold one. */
const LEAKS = Object.fromEntries(
  SETTINGS.flatMap(({ name }) => [name, `${name}_FILE`]).map((n) => [n, 'leaked']),
);

describe('the settings of a stand', () => {
  it('ACC-85 are its own, whatever its caller has in the environment', () => {
    for (const more of [{}, accountSettings(SECRET)]) {
      const own = standSettings({ ...STAND, more });
      expect(configOf({ ...LEAKS, ...own })).toEqual(configOf(own));
    }
    const { host, publicUrl, trustedProxies, access } = configOf({ ...LEAKS, ...standSettings(STAND) });
    expect({ host, publicUrl, trustedProxies, access }).toEqual({
      ...{ host: '127.0.0.1', publicUrl: null, trustedProxies: [], access: { kind: 'open' } },
    });
  });

  it('ACC-85 are its own, whatever is in the .env that the server reads', () => {
    const folder = createSandbox(['node_modules']);
    try {
      for (const name of ['.env', '.env.local', '.env.production']) {
        folder.write(
          name,
          Object.entries(LEAKS)
            .map(([key, value]) => `${key}=${value}\n`)
            .join(''),
        );
      }
      // As server/main.ts reads it.
      folder.write(
        'read.mjs',
        `import nextEnv from '@next/env';
         nextEnv.loadEnvConfig(process.cwd(), false, { info() {}, error() {} });
         process.stdout.write(JSON.stringify(process.env));`,
      );
      const read = (own: Readonly<Record<string, string>>): Record<string, string> =>
        JSON.parse(folder.node(['read.mjs'], { PATH: process.env.PATH, ...own }).stdout);
      expect(read({})).toMatchObject({ SIGN_IN: 'leaked', SESSION_SECRET_FILE: 'leaked' });
      expect(configOf(read(standSettings(STAND)))).toEqual(configOf(standSettings(STAND)));
    } finally {
      folder.remove();
    }
  });
});

describe('npm run demo -- --accounts', () => {
  it('ACC-86 lets people of the simulated organisation sign in, on loopback', () => {
    const { host, publicUrl, access } = accounts();
    expect([host, publicUrl]).toEqual(['127.0.0.1', null]);
    expect(access).toMatchObject({
      ...{ kind: 'guarded', secret: SECRET },
      signIn: { mode: 'genesys', organizationId: ORGANISATION.id, loginUrl: STAND.simulatorUrl },
    });
  });

  it('ACC-86 prints everybody beside the roles that the server gives him', () => {
    const { access } = accounts();
    const mapping = access.kind === 'guarded' ? access.roleMapping : new Map();
    const lines = demoWords(PLACES, true).split('\n');
    const given = PEOPLE.map(({ name, roles }) => {
      const names = roles.map((role) => role.name);
      return [name, rolesFrom(names, mapping).join(', ') || 'no role'] as const;
    });
    for (const [name, roles] of given) {
      const line = lines.find((text) => text.startsWith(`    ${name} `)) ?? '';
      expect(line.slice(4 + name.length).trim()).toMatch(new RegExp(`^${roles} {2,}\\S`));
    }
    expect(demoPeople()).toHaveLength(PEOPLE.length);
    expect(new Set(given.flatMap(([, roles]) => roles.split(', ')))).toEqual(
      new Set(['agent', 'supervisor', 'senior_tech', 'admin', 'no role']),
    );
  });
});

describe('npm run demo', () => {
  it.each([true, false])(
    'ACC-86 prints the addresses of all that can be looked at (accounts: %s)',
    (withAccounts) => {
      const words = demoWords(PLACES, withAccounts);
      const pages = [
        '/screen/default',
        '/supervisor/queues',
        '/pair',
        '/supervisor/screens',
        '/supervisor/boards/default',
        '/supervisor/diagnostics',
      ];
      for (const page of pages) expect(words).toMatch(new RegExp(`^  \\S.*:  +http://own${page}$`, 'm'));
      expect(words.includes('Ines Baum')).toBe(withAccounts);
    },
  );

  it('SIM-79 prints where the device of a caller can be looked at, beside the agent who talks with him', () => {
    const lines = demoWords(PLACES, false).split('\n');
    const at = (page: string) => lines.filter((line) => line.endsWith(`http://own${page}`));
    const [widget, ...others] = at('/agent/device?conversationId=conversation-1');
    expect(widget).toMatch(/ \(Ada Nkemelu\): +http/);
    expect(others).toEqual([]);
    expect(at('/agent/diagnostics?conversationId=conversation-1')).toHaveLength(1);
    expect(demoWords({ ...PLACES, call: null }, false)).not.toContain('/agent/');
  });

  it('ACC-86 takes its arguments, or says what is wrong with them before it starts anything', () => {
    const world = ['--queues', '12', '--seed', '1', '--time-zone', 'UTC'];
    expect(readDemoCommand([], AROUND)).toEqual({
      kind: 'run',
      demo: { accounts: false, nodes: null, port: 3000, world },
    });
    expect(readDemoCommand(['--accounts', '--port', '0'], AROUND)).toEqual({
      kind: 'run',
      demo: { accounts: true, nodes: null, port: 0, world },
    });
    expect(readDemoCommand(['--help'], AROUND)).toEqual({ kind: 'help' });
  });

  it.each([
    [['--acounts'], ["Unknown option '--acounts'"]],
    [['accounts'], ["Unexpected argument 'accounts'"]],
    [['--accounts=yes'], ["Option '--accounts' does not take an argument"]],
    [['--host', '0.0.0.0'], ["Unknown option '--host'"]],
    [['--nodes', '0'], ['--nodes 0 is not a whole number from 1 to 4']],
    [['--nodes', '5'], ['--nodes 5 is not a whole number from 1 to 4']],
    [['--port', '65536'], ['--port 65536 is not a whole number from 0 to 65535']],
    [
      ['--port', 'x', '--queues', '0'],
      ['--port x is not a whole number from 0 to 65535', '--queues 0 is not a whole number from 1 to 100000'],
    ],
  ])('ACC-86 says what is wrong with %j', (args, problems) => {
    expect(readDemoCommand(args, AROUND)).toEqual({ kind: 'problems', problems });
  });

  it('CLUSTER-63 starts several nodes with --nodes, and prints the wall at each', () => {
    expect(readDemoCommand(['--nodes', '2'], AROUND)).toMatchObject({ kind: 'run', demo: { nodes: 2 } });
    const words = demoWords({ ...PLACES, otherUrls: ['http://second'] }, false);
    expect(words).toMatch(/^ {2}The same at another node: +http:\/\/second\/screen\/default$/m);
    expect(demoWords(PLACES, false)).not.toContain('another node');
  });

  it('ACC-86 says so where npm kept --accounts for itself', () => {
    const kept = { ...AROUND, npmAccounts: 'true' };
    expect(readDemoCommand([], kept)).toEqual({
      kind: 'problems',
      problems: ['npm took --accounts for itself: npm run demo -- --accounts'],
    });
    expect(readDemoCommand(['--accounts'], kept).kind).toBe('run');
  });
});
