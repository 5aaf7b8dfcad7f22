import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { repositoryFiles, syntaxOf, textOf, walk } from '../../support/repository';

const RULE_LINE = /^- \*\*([A-Z]+-\d+)\*\* \S/gm;
const NUMBER = /\b([A-Z]{2,}-\d+)\b/g;
const TITLED = new Set(['it', 'test', 'describe']);

const spec = textOf('docs/spec.md');
const rules = [...spec.matchAll(RULE_LINE)].map((match) => match[1] ?? '');
const sections = new Set([...spec.matchAll(/^## ([A-Z]+):/gm)].map((match) => match[1] ?? ''));
const testFiles = repositoryFiles().filter((path) => /^tests\/.*\.test\.tsx?$/.test(path));

describe('docs/spec.md', () => {
  it('RUN-8 is read, and numbers each rule once, under its section', () => {
    expect(rules.length).toBeGreaterThanOrEqual(15);
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
    expect(rules.filter((rule) => !sections.has(rule.split('-')[0] ?? ''))).toEqual([]);
  });

  it('RUN-8 has a test for each rule', () => {
    const named = new Set(testFiles.flatMap(numbersInTitles));
    expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
  });

  it('RUN-8 has a rule for each number in a title', () => {
    const known = new Set(rules);
    const strangers = testFiles.flatMap((path) =>
      numbersInTitles(path)
        .filter((number) => sections.has(number.split('-')[0] ?? '') && !known.has(number))
        .map((number) => `${path}: ${number}`),
    );
    expect(strangers).toEqual([]);
  });
});

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
