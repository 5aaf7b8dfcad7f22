import { describe, expect, it } from 'vitest';
import { repositoryFiles, textOf } from '../../support/repository';

const PAGE = 'docs/security-tests.md';

interface Line {
  readonly what: string;
  readonly rules: readonly string[];
  readonly files: readonly string[];
}

/** The lines of the first table. */
function linesOf(page: string): Line[] {
  const table = page.slice(0, page.indexOf('\n## '));
  const rows = table.split('\n').filter((row) => row.startsWith('| ') && !row.startsWith('| ---'));
  return rows.slice(1).map((row) => {
    const [, what = '', rules = '', tests = ''] = row.split('|').map((cell) => cell.trim());
    const files = [...tests.matchAll(/`([\w/-]+)`/g)].map(([, name]) => `tests/${name}`);
    return { what, rules: rules.match(/[A-Z]+-\d+/g) ?? [], files };
  });
}

const lines = linesOf(textOf(PAGE));
const tests = repositoryFiles().filter((path) => path.startsWith('tests/'));

describe(PAGE, () => {
  it('SEC-75 names for each line of the list rules and tests, or with what it comes', () => {
    expect(lines.length).toBeGreaterThan(40);
    for (const { what, rules, files } of lines.filter((line) => line.rules.length === 0)) {
      expect([what, rules, files.filter((file) => !file.startsWith('tests/support/'))]).toEqual([
        what,
        [],
        [],
      ]);
    }
    expect(lines.filter(({ rules }) => rules.length === 0)).toHaveLength(0);
  });

  it.each(lines.filter(({ rules }) => rules.length > 0))(
    'SEC-75 tells the truth: $what',
    ({ what, rules, files }) => {
      const texts = files.map((file) => {
        const path = tests.find((one) => one === `${file}.test.ts` || one === `${file}.test.tsx`);
        expect([what, file, path === undefined]).toEqual([what, file, false]);
        return textOf(path ?? '');
      });
      if (what.includes('canaries')) return;
      const spec = textOf('docs/spec.md');
      for (const rule of rules) {
        expect([rule, spec.includes(`- **${rule}** `)]).toEqual([rule, true]);
        expect([rule, texts.some((text) => text.includes(`${rule} `))]).toEqual([rule, true]);
      }
      // And no file for nothing.
      for (const [index, text] of texts.entries()) {
        expect([files[index], rules.some((rule) => text.includes(`${rule} `))]).toEqual([files[index], true]);
      }
    },
  );
});
