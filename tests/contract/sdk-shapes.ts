/**
 * Holds JSON against the types of the official SDK: reads the interfaces of `Models` out of its index.d.ts and checks
 * that a value has only fields that the interface names, of the right types, and all that are required. What it cannot
 * judge it reports as a problem: nothing passes unread.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript';

export interface SdkShapes {
  /** One sentence a deviation, with its path; empty where the value fits the model. */
  deviations(value: unknown, model: string): readonly string[];
  readonly modelCount: number;
}

type Models = ReadonlyMap<string, ts.InterfaceDeclaration>;

export function readSdkShapes(): SdkShapes {
  const main = createRequire(import.meta.url).resolve('purecloud-platform-client-v2');
  const file = path.join(main.slice(0, main.lastIndexOf(`${path.sep}dist${path.sep}`)), 'index.d.ts');
  const models = modelsOf(readFileSync(file, 'utf8'));
  return {
    modelCount: models.size,
    deviations(value, model) {
      const declaration = models.get(model);
      if (declaration === undefined) return [`the SDK has no model ${model}`];
      return checkMembers(value, declaration.members, model, models);
    },
  };
}

/** Interfaces inside `namespace Models`. */
export function modelsOf(text: string): Models {
  const source = ts.createSourceFile('index.d.ts', text, ts.ScriptTarget.Latest, true);
  const models = new Map<string, ts.InterfaceDeclaration>();
  for (const statement of source.statements) {
    if (!ts.isModuleDeclaration(statement) || statement.name.text !== 'Models') continue;
    if (statement.body === undefined || !ts.isModuleBlock(statement.body)) continue;
    for (const inner of statement.body.statements) {
      if (ts.isInterfaceDeclaration(inner)) models.set(inner.name.text, inner);
    }
  }
  return models;
}

function checkMembers(
  value: unknown,
  members: readonly ts.TypeElement[],
  at: string,
  models: Models,
): readonly string[] {
  if (!isRecord(value)) return [`${at} is ${kindOf(value)}, not an object`];
  const known = new Map<string, ts.PropertySignature>();
  let rest: ts.TypeNode | null = null;
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) rest = member.type;
    else if (ts.isPropertySignature(member)) known.set(nameOf(member.name), member);
    else return [`${at} has a member that cannot be judged`];
  }
  const missing = [...known].filter(
    ([name, member]) => member.questionToken === undefined && !(name in value),
  );
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const type = known.get(name)?.type ?? rest;
    return type
      ? checkType(field, type, `${at}.${name}`, models)
      : [`${at}.${name} is not in the SDK's types`];
  });
  return [...missing.map(([name]) => `${at}.${name} is required and missing`), ...fields];
}

function checkType(value: unknown, type: ts.TypeNode, at: string, models: Models): readonly string[] {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return typeof value === 'string' ? [] : [`${at} is ${kindOf(value)}, not a string`];
    case ts.SyntaxKind.NumberKeyword:
      return typeof value === 'number' ? [] : [`${at} is ${kindOf(value)}, not a number`];
    case ts.SyntaxKind.BooleanKeyword:
      return typeof value === 'boolean' ? [] : [`${at} is ${kindOf(value)}, not a boolean`];
    case ts.SyntaxKind.ObjectKeyword:
      return isRecord(value) ? [] : [`${at} is ${kindOf(value)}, not an object`];
  }
  if (ts.isTypeLiteralNode(type)) return checkMembers(value, [...type.members], at, models);
  if (ts.isTypeReferenceNode(type)) return checkReference(value, type, at, models);
  return [`${at} has a type that cannot be judged: ${type.getText()}`];
}

function checkReference(
  value: unknown,
  type: ts.TypeReferenceNode,
  at: string,
  models: Models,
): readonly string[] {
  const name = type.typeName.getText();
  const [item] = type.typeArguments ?? [];
  if (name === 'Array' && item !== undefined) {
    if (!Array.isArray(value)) return [`${at} is ${kindOf(value)}, not an array`];
    return value.flatMap((one, index) => checkType(one, item, `${at}[${index}]`, models));
  }
  const model = models.get(name.replace(/^Models\./, ''));
  if (model === undefined) return [`${at} has a type that is not a model: ${name}`];
  return checkMembers(value, [...model.members], at, models);
}

function nameOf(name: ts.PropertyName): string {
  return ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
