import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textOf } from '../../support/repository';

/** Below these there are known holes. */
const FLOORS: readonly (readonly [string, string])[] = [
  ['next', '16.3.8'],
  ['ws', '8.21.0'],
  ['engine.io', '6.6.10'],
  ['socket.io-parser', '4.2.7'],
  ['react', '19.2.6'],
];

const versions = z.record(z.string(), z.string());
const manifestSchema = z.object({ dependencies: versions, devDependencies: versions });
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
    }),
  ),
});

const manifest = manifestSchema.parse(JSON.parse(textOf('package.json')));
const locked = Object.entries(lockSchema.parse(JSON.parse(textOf('package-lock.json'))).packages);

describe('dependencies', () => {
  it('RUN-9 have exact versions', () => {
    const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it.each(FLOORS)('RUN-9 hold %s at %s or above, wherever it is installed', (name, floor) => {
    const installed = locked.filter(([path]) => isCopyOf(name, path));
    expect(installed.length).toBeGreaterThan(0);
    expect(installed.filter(([, entry]) => isBelow(entry.version ?? '0', floor))).toEqual([]);
  });

  it('RUN-9 are looked at in the copies too that others bring along', () => {
    const paths = [
      'node_modules/ws',
      'node_modules/engine.io/node_modules/ws',
      'node_modules/@scope/a/node_modules/b/node_modules/ws',
      'node_modules/engine.io',
      'node_modules/@types/ws',
      'node_modules/isomorphic-ws',
    ];
    expect(paths.filter((path) => isCopyOf('ws', path))).toEqual(paths.slice(0, 3));
  });

  it('RUN-9 come from the public npm registry, with a checksum', () => {
    const packages = locked.filter(([path]) => path !== '');
    const strangers = packages.filter(([, entry]) => {
      // npm may be set to leave the address out: the checksum still names the one content.
      const fromElsewhere = entry.resolved?.startsWith('https://registry.npmjs.org/') === false;
      return fromElsewhere || entry.integrity === undefined;
    });
    expect(packages.length).toBeGreaterThan(100);
    expect(strangers.map(([path]) => path)).toEqual([]);
  });

  it('RUN-9 compares versions by number, not by text', () => {
    const pairs = [
      ['8.9.0', '8.21.0', true],
      ['8.21.0', '8.21.0', false],
      ['8.21.1', '8.21.0', false],
      ['10.0.0', '9.9.9', false],
      ['16.3.8-canary.1', '16.3.8', true],
    ] as const;
    expect(pairs.map(([version, floor]) => isBelow(version, floor))).toEqual(
      pairs.map(([, , below]) => below),
    );
  });
});

function isCopyOf(name: string, path: string): boolean {
  return path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`);
}

function isBelow(version: string, floor: string): boolean {
  const [core = '', preRelease] = version.split('-');
  const [have, need] = [core.split('.').map(Number), floor.split('.').map(Number)];
  for (const [index, needed] of need.entries()) {
    const difference = (have[index] ?? 0) - needed;
    if (difference !== 0) return difference < 0;
  }
  return preRelease !== undefined;
}
