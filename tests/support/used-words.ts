/**
 * Which sentences of the catalogue the sources name: by a literal or a template under a namespace of the same file, by
 * one in a file that makes keys for others, or as a property of the words themselves.
 */
import ts from 'typescript';

export interface NamingFile {
  /** Of `useTranslations`; '' where a file takes the whole catalogue. Empty: the file makes keys for others. */
  readonly namespaces: readonly string[];
  readonly texts: ReadonlySet<string>;
  readonly patterns: readonly RegExp[];
  /** Names of properties, where the file handles the words themselves. */
  readonly properties: ReadonlySet<string>;
}

type Walk = (node: ts.Node, visit: (node: ts.Node) => void) => void;

export function namingsOf(file: ts.SourceFile, walk: Walk): NamingFile {
  const namespaces: string[] = [];
  const texts = new Set<string>();
  const patterns: RegExp[] = [];
  const properties = new Set<string>();
  walk(file, (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'useTranslations') {
      const [first] = node.arguments;
      namespaces.push(first !== undefined && ts.isStringLiteral(first) ? first.text : '');
    } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.add(node.text);
    else if (ts.isTemplateExpression(node)) patterns.push(patternOf(node));
    else if (ts.isPropertyAccessExpression(node)) properties.add(node.name.text);
    else if (ts.isBindingElement(node)) properties.add(node.name.getText());
    // A key that data are sorted under is a key of the catalogue: `count: { critical: … }`.
    else if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name)) texts.add(node.name.text);
    else if (ts.isShorthandPropertyAssignment(node)) texts.add(node.name.text);
  });
  const handlesWords = /\b(words|Words|catalogueOf)\b/.test(file.text);
  return { namespaces, texts, patterns, properties: handlesWords ? properties : new Set() };
}

/** `kpi.${key}.label`: what stands in the gaps is one part of a path or several. */
function patternOf(node: ts.TemplateExpression): RegExp {
  const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  const text = parts.map((part) => part.replace(/[^\w]/g, (sign) => `\\${sign}`)).join('[\\w.-]+');
  // A template without a word of its own would fit everything.
  return parts.some((part) => /\w/.test(part)) ? new RegExp(`^${text}$`) : /^$/;
}

export function isUsed(path: string, files: readonly NamingFile[]): boolean {
  return files.some((file) => isNamedIn(path, file));
}

function isNamedIn(path: string, { namespaces, texts, patterns, properties }: NamingFile): boolean {
  const parts = path.split('.');
  const ends = parts.map((_, index) => parts.slice(index).join('.'));
  if (properties.has(parts.at(-1) ?? '')) return true;
  const under = namespaces.flatMap((space) => {
    if (space === '') return [path];
    return path.startsWith(`${space}.`) ? [path.slice(space.length + 1)] : [];
  });
  const candidates = namespaces.length === 0 ? ends : [...under, ...under.flatMap(endsOf)];
  return candidates.some((end) => texts.has(end) || patterns.some((pattern) => pattern.test(end)));
}

/** A part that is put together elsewhere in the file: `status[…]` of a literal `critical`. */
function endsOf(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(index + 1).join('.'));
}
