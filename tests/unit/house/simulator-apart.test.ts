import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../server/runtime/log';
import { readCommandLine } from '../../../server/simulator/cli-options';
import { startSimulator } from '../../../server/simulator/simulator';
import { FakeClock } from '../../support/fake-clock';
import { ROOT } from '../../support/repository';
import { createSandbox } from '../../support/sandbox';

/** What a bundle is made of, as the build makes it. */
async function inputsOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    ...{ absWorkingDir: ROOT, entryPoints: [entry], bundle: true, write: false, metafile: true },
    ...{ packages: 'external', platform: 'node', format: 'esm', logLevel: 'silent' },
  });
  return Object.keys(metafile.inputs);
}

const simulatorOptions = (host: string) => ({
  ...{ port: 0, host, clock: new FakeClock(), random: () => 0.5, log: silentLog },
  world: { kind: 'made-up', queues: 1, seed: 1, warmUp: false } as const,
});

describe('the simulator', () => {
  it('SEC-62 is in nothing that the server starts', async () => {
    const product = await inputsOf('server/main.ts');
    expect(product).toContain('server/wire.ts');
    expect(product.length).toBeGreaterThan(60);
    expect(
      product.filter(
        (path) => !/^(server|lib|messages)\//.test(path) || path.startsWith('server/simulator/'),
      ),
    ).toEqual([]);
    // The same question finds it where it is.
    expect(await inputsOf('server/simulator/main.ts')).toContain('server/simulator/simulator.ts');
  });

  it.each(['production', 'Production', 'PRODUCTION', ' production ', 'prod'])(
    'SEC-62 does not start where NODE_ENV is “%s”, unless it is told to',
    (nodeEnv) => {
      const around = { nodeEnv, localTimeZone: 'UTC', readFile: () => '' };
      const refused = readCommandLine([], around);
      expect(refused.kind).toBe('problems');
      expect(JSON.stringify(refused)).toContain('NODE_ENV is production');
      expect(readCommandLine(['--allow-production'], around).kind).toBe('run');
    },
  );

  it('SEC-62 does not start as a process in production either', () => {
    const home = createSandbox([]);
    try {
      const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
      const env = { ...process.env, NODE_ENV: 'production' };
      const run = home.node([tsx, join(ROOT, 'server/simulator/main.ts'), '--port', '0'], env);
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(run.stderr).toContain('only with --allow-production');
    } finally {
      home.remove();
    }
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', '', 'simulator.example', '127.0.0.1.evil.example'])(
    'SEC-62 listens on loopback only, not on “%s”',
    async (host) => {
      await expect(startSimulator(simulatorOptions(host))).rejects.toThrow('on loopback only');
    },
  );

  it('SEC-62 has no option to listen elsewhere', () => {
    const around = { nodeEnv: undefined, localTimeZone: 'UTC', readFile: () => '' };
    expect(readCommandLine(['--host', '0.0.0.0'], around).kind).toBe('problems');
    expect(readCommandLine([], around)).not.toHaveProperty('settings.host');
  });
});
