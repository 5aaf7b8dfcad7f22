import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

/** Each rule and an import that breaks it: [rule, from, to]. */
const BROKEN: readonly (readonly [string, string, string])[] = [
  ['lib-imports-zod-only', 'lib/a.ts', 'server/runtime/clock.ts'],
  ['components-reach-lib', 'components/a.tsx', 'server/kpi/reader.ts'],
  ['app-reaches-components', 'app/page.tsx', 'server/wire.ts'],
  ['runtime-is-ground', 'server/runtime/a.ts', 'server/store/ports.ts'],
  ['store-is-ground', 'server/store/a.ts', 'server/boards/boards.ts'],
  ['audit-is-ground', 'server/audit/a.ts', 'server/access/gate.ts'],
  ['kpi-knows-no-source', 'server/kpi/a.ts', 'server/genesys/source.ts'],
  ['genesys-tells-the-door-only', 'server/genesys/a.ts', 'server/kpi/engine.ts'],
  ['alerts-tells-the-door-only', 'server/alerts/a.ts', 'server/genesys/source.ts'],
  ['devices-tells-the-door-only', 'server/devices/a.ts', 'server/push/push-server.ts'],
  ['boards-stands-on-ground', 'server/boards/a.ts', 'server/kpi/engine.ts'],
  ['access-stands-on-ground', 'server/access/a.ts', 'server/http/handler.ts'],
  ['push-reads-only', 'server/push/a.ts', 'server/kpi/engine.ts'],
  ['http-reads-only', 'server/http/a.ts', 'server/genesys/source.ts'],
  ['simulator-imports-nothing-it-tests', 'server/simulator/a.ts', 'server/genesys/source.ts'],
  ['config-stands-on-ground', 'server/config.ts', 'server/kpi/engine.ts'],
  ['pages-stand-on-ground', 'server/pages.ts', 'server/kpi/engine.ts'],
  ['main-starts-wire', 'server/main.ts', 'server/kpi/engine.ts'],
  ['wire-knows-the-product', 'server/wire.ts', 'server/simulator/main.ts'],
  ['server-has-no-other-files', 'server/stray.ts', 'lib/ids.ts'],
  ['server-rooms-are-known', 'server/cellar/a.ts', 'lib/ids.ts'],
  ['no-barrels', 'components/b.tsx', 'components/board/index.ts'],
  ['no-missing-modules', 'lib/b.ts', 'lib/missing.ts'],
  ['product-runs-without-dev-packages', 'lib/c.ts', 'vitest'],
];
/** What the floors allow: none of these may be named. */
const FINE: readonly (readonly [string, string])[] = [
  ['server/genesys/fine.ts', 'server/kpi/events.ts'],
  ['server/push/fine.ts', 'server/kpi/reader.ts'],
  ['server/http/fine.ts', 'server/boards/boards.ts'],
  ['server/http/fine-desk.ts', 'server/alerts/desk.ts'],
  ['server/access/fine.ts', 'server/audit/audit-log.ts'],
  ['server/simulator/fine.ts', 'server/runtime/clock.ts'],
  ['components/fine.tsx', 'lib/ids.ts'],
  ['tests/fine.test.ts', 'server/kpi/engine.ts'],
  ['scripts/fine.ts', 'server/wire.ts'],
  ['lib/fine.ts', 'zod'],
];

let house: Sandbox;
beforeAll(() => {
  house = createSandbox();
});
afterAll(() => house.remove());

describe('import rules', () => {
  it('RUN-13 name each import that breaks one, type-only ones too, and no other', () => {
    const targets = [...BROKEN.map(([, , to]) => to), ...FINE.map(([, to]) => to)];
    for (const to of targets.filter(isOurs)) {
      if (to !== 'lib/missing.ts') house.write(to, 'export const x = 1;\n');
    }
    for (const [, from, to] of BROKEN) house.write(from, importOf(from, to));
    for (const [from, to] of FINE) house.write(from, importOf(from, to));
    house.write('lib/round.ts', "import type { a } from './about';\nexport type b = typeof a;\n");
    house.write('lib/about.ts', "import type { b } from './round';\nexport const a = 1 as unknown as b;\n");

    const output = check();
    for (const [rule, from] of BROKEN) expect(output).toContain(`${rule}: ${from} →`);
    expect(output).toMatch(/no-cycles: lib\/(round|about)\.ts/);
    for (const [from] of FINE) expect(output).not.toContain(`: ${from} →`);
  });

  it('RUN-13 fail where next to nothing was read', () => {
    const empty = createSandbox(['tsconfig.json']);
    try {
      empty.write('lib/alone.ts', 'export const x = 1;\n');
      const { status, stderr } = run(empty);
      expect(status).toBe(1);
      expect(stderr).toContain('only 0 imports seen in 1 files');
    } finally {
      empty.remove();
    }
  });
});

function isOurs(target: string): boolean {
  return target.includes('/');
}

function importOf(from: string, to: string): string {
  const up = '../'.repeat(from.split('/').length - 1);
  const specifier = isOurs(to) ? `${up}${to.replace(/\.tsx?$/, '')}` : to;
  return `import type { x } from '${specifier}';\nexport type Y = typeof x;\n`;
}

function run(sandbox: Sandbox) {
  return sandbox.node([join(ROOT, 'scripts', 'check-imports.mjs'), sandbox.folder]);
}

function check(): string {
  const { status, stderr } = run(house);
  expect(status).toBe(1);
  return stderr;
}
