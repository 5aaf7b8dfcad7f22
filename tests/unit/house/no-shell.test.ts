import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { placeOf, sourceFiles, syntaxOf, walk } from '../../support/repository';

/** Run programs, or text as one. */
const PROGRAMS = /^(node:)?(child_process|vm|cluster|worker_threads|repl|inspector)(\/|$)/;
/** Make an encrypted way one that anybody may sit in, or read what no parser should. */
const LOOSENED = new Set([
  'rejectUnauthorized',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'checkServerIdentity',
  'insecureHTTPParser',
]);

describe('the sources of the product', () => {
  it('SEC-72 run no program and no shell, and loosen no check of certificates', () => {
    const sources = sourceFiles();
    expect(sources.filter((path) => path.startsWith('server/')).length).toBeGreaterThan(100);
    expect(sources.flatMap((path) => dangersIn(syntaxOf(path)))).toEqual([]);
  });

  it.each([
    ["import { exec } from 'node:child_process';", 1],
    ["import { spawn } from 'child_process';", 1],
    ["const { execFile } = await import('node:child_process');", 1],
    ["const vm = require('vm');", 1],
    ["export * from 'node:vm';", 1],
    ['new Agent({ connect: { rejectUnauthorized: false } });', 1],
    ["const options = { ['rejectUnauthorized']: false };", 1],
    ['const options = { rejectUnauthorized: true };', 0],
    ['const options = { rejectUnauthorized };', 1],
    ['const options = { checkServerIdentity: true };', 1],
    ["process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", 1],
    ["import { readFileSync } from 'node:fs';", 0],
    ["const text = 'child_process';", 0],
    ['// rejectUnauthorized in a comment', 0],
  ])('SEC-72 is seen in `%s` %i times', (code, count) => {
    const file = ts.createSourceFile('sample.ts', code, ts.ScriptTarget.Latest, true);
    expect(dangersIn(file)).toHaveLength(count);
  });
});

function dangersIn(file: ts.SourceFile): string[] {
  const found = new Set<string>();
  walk(file, (node) => {
    const isKey = ts.isStringLiteral(node) && ts.isComputedPropertyName(node.parent);
    if ((ts.isIdentifier(node) || isKey) && LOOSENED.has(node.text) && !isTightened(node))
      found.add(placeOf(node));
    if (ts.isStringLiteralLike(node) && isImported(node) && PROGRAMS.test(node.text))
      found.add(placeOf(node));
  });
  return [...found];
}

/** Says for itself what the environment could loosen. */
function isTightened(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isPropertyAssignment(parent) || parent.name !== node) return false;
  return (
    parent.name.getText() === 'rejectUnauthorized' && parent.initializer.kind === ts.SyntaxKind.TrueKeyword
  );
}

function isImported({ parent }: ts.Node): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isCallExpression(parent);
}
