import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textOf } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

const sbomSchema = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string().startsWith('pkg:npm/'),
      hashes: z.array(z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-f]{64,}$/) })).optional(),
      licenses: z.array(z.unknown()).optional(),
    }),
  ),
});
const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies: versions, devDependencies: versions })
  .parse(JSON.parse(textOf('package.json')));
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string(), dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
    ),
  })
  .parse(JSON.parse(textOf('package-lock.json')));

let project: Sandbox;
beforeAll(() => {
  project = createSandbox([]);
  // Nothing but what is in the repository: no installed packages, no npm settings, no cache, no network.
  for (const file of ['package.json', 'package-lock.json', 'scripts/sbom.mjs'])
    project.write(file, textOf(file));
});
afterAll(() => project.remove());

function componentsOf(command: string, ...args: string[]) {
  const run = spawnSync(command, args, {
    cwd: project.folder,
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      npm_config_cache: `${project.folder}/cache`,
      npm_config_offline: 'true',
      npm_config_registry: 'http://127.0.0.1:9/',
    },
  });
  expect({ status: run.status, stderr: run.status === 0 ? '' : run.stderr }).toEqual({
    status: 0,
    stderr: '',
  });
  return sbomSchema.parse(JSON.parse(run.stdout)).components;
}
const npmSbom = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const identities = (components: readonly { name: string; version: string }[]) =>
  [...new Set(components.map(({ name, version }) => `${name}@${version}`))].sort();

describe('the bill of materials', () => {
  it('SEC-63 lists exactly what runs, with version, checksum and licence', () => {
    const components = componentsOf(process.execPath, 'scripts/sbom.mjs');
    const running = Object.entries(lock.packages)
      .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
      .map(([path, { version }]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), version }));
    expect(identities(components)).toEqual(identities(running));
    expect(identities(components)).toEqual(
      expect.arrayContaining(
        Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`),
      ),
    );
    expect(components.filter(({ hashes }) => hashes === undefined).map(({ name }) => name)).toEqual([]);
    const licensed = components.filter(({ licenses }) => licenses !== undefined && licenses.length > 0);
    expect(licensed.length / components.length).toBeGreaterThan(0.95);
  }, 40_000);

  it('SEC-63 is made by npm alone as well: all of it, and nothing of development where that is left out', () => {
    const all = new Set(componentsOf('npm', ...npmSbom).map(({ name }) => name));
    const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(named.filter((name) => !all.has(name))).toEqual([]);
    const without = new Set(componentsOf('npm', ...npmSbom, '--omit', 'dev').map(({ name }) => name));
    expect(Object.keys(manifest.devDependencies).filter((name) => without.has(name))).toEqual([]);
    expect(without.has('next')).toBe(true);
  }, 80_000);
});
