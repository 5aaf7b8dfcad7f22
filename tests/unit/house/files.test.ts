import { describe, expect, it } from 'vitest';
import { repositoryFiles, sourceFiles, textOf } from '../../support/repository';

const MAX_LINES = 300;
const BINARY = /\.(png|jpg|ico|woff2?|webp|gif|db)$/;
// Put together here so that this file does not name them itself.
const MACHINE_PATHS = ['work', 'root', 'tmp', 'home', 'Users'].map(
  (folder) => new RegExp(`(^|[\\s"'\`(=:])/${folder}/`),
);

describe('files', () => {
  it('RUN-11 have at most 300 lines', () => {
    const sources = sourceFiles();
    expect(sources.length).toBeGreaterThan(15);
    const long = sources.map((path) => [path, textOf(path).split('\n').length - 1] as const);
    expect(long.filter(([, lines]) => lines > MAX_LINES)).toEqual([]);
  });

  it('RUN-12 name no path of the machine they were written on', () => {
    const files = repositoryFiles().filter((path) => !BINARY.test(path) && path !== 'package-lock.json');
    expect(files.length).toBeGreaterThan(40);
    const named = files.flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) =>
          MACHINE_PATHS.some((pattern) => pattern.test(line)) ? [`${path}:${index + 1}`] : [],
        ),
    );
    expect(named).toEqual([]);
  });

  it('RUN-12 sees such a path where one stands', () => {
    const samples = ['/', ' "/', '=/', '(/'].map((lead) => `${lead}work/main/x.ts`);
    for (const sample of samples) expect(MACHINE_PATHS.some((pattern) => pattern.test(sample))).toBe(true);
    for (const fine of ['../shared/data', 'https://host/work/x', 'node_modules/work/x']) {
      expect(MACHINE_PATHS.some((pattern) => pattern.test(fine))).toBe(false);
    }
  });
});
