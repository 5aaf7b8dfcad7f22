/** The repository as the house tests see it: its files as git sees them, its sources, and their syntax. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '..', '..');
const SOURCE = /^(app|components|lib|server)\/.*\.tsx?$/;

/** Every file that is committed or would be, relative to the root. */
export function repositoryFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
  });
  return [...new Set(list.toString('utf8').split('\0'))].filter((path) => path !== '' && exists(path));
}

/** The product's own sources. */
export function sourceFiles(): string[] {
  return repositoryFiles().filter((path) => SOURCE.test(path));
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function syntaxOf(path: string): ts.SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true, kind);
}

/** Calls `visit` for every node of a tree. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** `path:line` of a node. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function exists(path: string): boolean {
  try {
    readFileSync(join(ROOT, path));
    return true;
  } catch {
    // Deleted but not yet committed.
    return false;
  }
}
