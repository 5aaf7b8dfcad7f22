import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/repository';
import { createSandbox, type Sandbox } from '../../support/sandbox';

let project: Sandbox;
beforeAll(() => {
  project = createSandbox();
  project.write('server/main.ts', "import { word } from '../lib/word';\nconsole.log(word);\n");
  project.write('lib/word.ts', "export const word: string = 'one';\n");
  project.write('scripts/extra.ts', "console.log('extra', process.argv.slice(2).join(' '));\n");
  for (const script of ['build.mjs', 'run-built.mjs']) {
    copyFileSync(join(ROOT, 'scripts', script), join(project.folder, 'scripts', script));
  }
});
afterAll(() => project.remove());

const build = () => project.node(['scripts/build.mjs', '--servers', '--if-needed']);
const run = () => project.node(['dist/main.js']).stdout;
/** Marks the product, so that a later build is seen to have written it anew. */
function mark(): void {
  const path = 'dist/main.js';
  project.write(path, `${readFileSync(join(project.folder, path), 'utf8')}\nconsole.log('marked');\n`);
}

describe('the build', () => {
  it('RUN-18 builds what is missing, and again only when a source changed', () => {
    expect(build().status).toBe(0);
    expect(run()).toBe('one\n');
    mark();
    expect(build().status).toBe(0);
    expect(run()).toBe('one\nmarked\n');

    project.write('lib/word.ts', "export const word: string = 'two';\n");
    expect(build().status).toBe(0);
    expect(run()).toBe('two\n');

    rmSync(join(project.folder, 'dist', 'main.js'));
    expect(build().status).toBe(0);
    expect(run()).toBe('two\n');
  });

  it('RUN-18 says that it failed, and does not take a failure for a build', () => {
    project.write('lib/word.ts', "export const word: string = 'three\n");
    expect(build().status).toBe(1);
    project.write('lib/word.ts', "export const word: string = 'two';\n");
    mark();
    expect(build().status).toBe(0);
    expect(run()).toBe('two\n');
  });

  it('RUN-18 runs a script by its name, with its arguments, building it first', () => {
    rmSync(join(project.folder, 'dist'), { recursive: true });
    const { status, stdout } = project.node(['scripts/run-built.mjs', 'extra', '--speed', '60']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'extra --speed 60\n' });
    expect(project.node(['scripts/run-built.mjs', 'nowhere']).status).toBe(2);
  });
});
