import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { repositoryFiles, syntaxOf, textOf, walk } from '../../support/repository';

const RULE_LINE = /^- \*\*([A-Z]+-\d+)\*\* \S/gm;
const NUMBER = /\b([A-Z]{2,}-\d+)\b/g;
const TITLED = new Set(['it', 'test', 'describe']);

const spec = textOf('docs/spec.md');
const rules = [...spec.matchAll(RULE_LINE)].map((match) => match[1] ?? '');
/** The families of numbers: what else looks like a number in a title (an RFC, a standard) is none of ours. */
const families = new Set(rules.map(familyOf));
// Suites that several test files share carry titles too.
const testFiles = repositoryFiles().filter((path) => /^tests\/.*\.tsx?$/.test(path));

describe('docs/spec.md', () => {
  it('RUN-8 is read, and numbers each rule once', () => {
    expect(rules.length).toBeGreaterThanOrEqual(15);
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
  });

  it('RUN-8 has a test for each rule', () => {
    const named = new Set(testFiles.flatMap(numbersInTitles));
    expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  });

  it('RUN-8 has a rule for each number in a title', () => {
    const known = new Set(rules);
    const strangers = testFiles.flatMap((path) =>
      numbersInTitles(path)
        .filter((number) => families.has(familyOf(number)) && !known.has(number))
        .map((number) => `${path}: ${number}`),
    );
    expect(strangers).toEqual([]);
  });
});

function familyOf(number: string): string {
  return number.slice(0, number.indexOf('-'));
}

function numbersInTitles(path: string): string[] {
  const numbers: string[] = [];
  walk(syntaxOf(path), (node) => {
    if (!ts.isCallExpression(node) || !TITLED.has(rootName(node.expression))) return;
    const [title] = node.arguments;
    if (title === undefined || !(ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) return;
    for (const match of title.getText().matchAll(NUMBER)) numbers.push(match[1] ?? '');
  });
  return numbers;
}

/** `it` of `it(…)`, `it.concurrent(…)`, `it.each(table)(…)`. */
function rootName(expression: ts.Expression): string {
  if (ts.isIdentifier(expression)) return expression.text;
  if (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression))
    return rootName(expression.expression);
  if (ts.isTaggedTemplateExpression(expression)) return rootName(expression.tag);
  return '';
}
