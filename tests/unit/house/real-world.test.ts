import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { placeOf, sourceFiles, syntaxOf, walk } from '../../support/repository';

const MAY_TOUCH_TIME = ['server/runtime/', 'server/main.ts', 'server/simulator/main.ts', 'components/live/'];
/** The widget's route: what the build writes in the place of two names of the environment. */
const MAY_TOUCH_PROCESS = ['server/main.ts', 'server/simulator/main.ts', 'app/agent/device/route.ts'];
const REAL_MEMBERS = new Set(['Date.now', 'Math.random', 'performance.now']);
const REAL_CALLS = new Set(['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback']);
const GLOBALS = new Set(['globalThis', 'window', 'global', 'self']);

const files = sourceFiles();

describe('the real world', () => {
  it('RUN-10 is touched by named files only: clock, timers, randomness', () => {
    expect(files.length).toBeGreaterThan(15);
    expect(outside(MAY_TOUCH_TIME).flatMap((path) => places(syntaxOf(path), touchesTimeOrChance))).toEqual(
      [],
    );
  });

  it('RUN-10 is touched by named files only: the process', () => {
    expect(outside(MAY_TOUCH_PROCESS).flatMap((path) => places(syntaxOf(path), touchesProcess))).toEqual([]);
  });

  it.each([
    ['Date.now()', 1],
    ['new Date()', 1],
    ['const d = Date; d.now(); Date["now"]()', 1],
    ['new Date(0)', 0],
    ['const now = Date.now;', 1],
    ['Math.random()', 1],
    ['Math.floor(1)', 0],
    ['setTimeout(f, 1)', 1],
    ['globalThis.setTimeout(f, 1)', 1],
    ['window.setInterval(f, 1)', 1],
    ['const later = setTimeout;', 1],
    ['clock.setTimeout(f)', 0],
    ['performance.now()', 1],
    ['type T = ReturnType<typeof setTimeout>;', 0],
    ['// Date.now() in a comment', 0],
    ['const text = "Date.now()";', 0],
  ])('RUN-10 sees the clock in `%s` %i times', (code, count) => {
    expect(places(parsed(code), touchesTimeOrChance)).toHaveLength(count);
  });

  it.each([
    ['process.exit(1)', 1],
    ['const { env } = process;', 1],
    ['globalThis.process.env', 1],
    ["import process from 'node:process';", 1],
    ["import { env } from 'process';", 1],
    ['worker.process()', 0],
    ['const o = { process: 1 }; o.process', 0],
    ['type T = NodeJS.ProcessEnv;', 0],
  ])('RUN-10 sees the process in `%s` %i times', (code, count) => {
    expect(places(parsed(code), touchesProcess)).toHaveLength(count);
  });
});

function outside(allowed: readonly string[]): string[] {
  return files.filter((path) => !allowed.some((prefix) => path.startsWith(prefix)));
}

function places(file: ts.SourceFile, touches: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  walk(file, (node) => {
    if (touches(node)) found.push(placeOf(node));
  });
  return found;
}

function touchesTimeOrChance(node: ts.Node): boolean {
  if (ts.isNewExpression(node)) {
    const isDate = ts.isIdentifier(node.expression) && node.expression.text === 'Date';
    return isDate && (node.arguments?.length ?? 0) === 0;
  }
  if (ts.isPropertyAccessExpression(node)) {
    return ts.isIdentifier(node.expression) && REAL_MEMBERS.has(`${node.expression.text}.${node.name.text}`);
  }
  if (ts.isElementAccessExpression(node)) {
    const { expression, argumentExpression: key } = node;
    return (
      ts.isIdentifier(expression) &&
      ts.isStringLiteral(key) &&
      REAL_MEMBERS.has(`${expression.text}.${key.text}`)
    );
  }
  return ts.isIdentifier(node) && REAL_CALLS.has(node.text) && isReferenceToGlobal(node);
}

function touchesProcess(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return /^(node:)?process$/.test(node.moduleSpecifier.text);
  }
  return ts.isIdentifier(node) && node.text === 'process' && isReferenceToGlobal(node);
}

/** The identifier stands for the global itself: not a member of another object, a property's name, a type or an import. */
function isReferenceToGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return ts.isIdentifier(parent.expression) && GLOBALS.has(parent.expression.text);
  }
  if (
    ts.isTypeQueryNode(parent) ||
    ts.isTypeNode(parent) ||
    ts.isImportClause(parent) ||
    ts.isImportSpecifier(parent)
  ) {
    return false;
  }
  const isName =
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isVariableDeclaration(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isJsxAttribute(parent)) &&
    parent.name === node;
  return !isName;
}

function parsed(code: string): ts.SourceFile {
  return ts.createSourceFile('sample.ts', code, ts.ScriptTarget.Latest, true);
}
