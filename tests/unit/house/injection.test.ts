import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { placeOf, sourceFiles, syntaxOf, walk } from '../../support/repository';

/** Each of them makes code or markup out of text. */
const MAKERS = new Set([
  'dangerouslySetInnerHTML',
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'createContextualFragment',
  'parseFromString',
  'setHTMLUnsafe',
  'srcDoc',
  'srcdoc',
  'eval',
]);
/** Names that are harmless on anything but what they stand for in a browser. */
const CALLED_ON = new Map([
  ['write', 'document'],
  ['writeln', 'document'],
]);
const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
/** Addresses that were looked at: `nextPath` made it, or it is put together of a path of ours in the same folder. */
const REVIEWED = new Set([
  'components/access/sign-in-page.tsx next',
  'components/access/sign-in-page.tsx view.href',
]);
/** Beside the browser's own elements. */
const LINKS = new Set(['Link', 'Image', 'Script', 'Form']);
/** Attributes that a browser goes to, or runs. */
const ADDRESSES = new Set(['href', 'src', 'action', 'formAction', 'xlinkHref', 'poster']);

const sources = sourceFiles();

describe('text from outside', () => {
  it('SEC-61 becomes no markup, no code and no address with a scheme in our sources', () => {
    expect(sources.filter((path) => path.startsWith('components/')).length).toBeGreaterThan(20);
    expect(sources.filter((path) => path.startsWith('app/')).length).toBeGreaterThan(3);
    expect(sources.flatMap((path) => dangersIn(syntaxOf(path)))).toEqual([]);
  });

  it.each([
    ['<p dangerouslySetInnerHTML={{ __html: name }} />', 1],
    ['const props = { dangerouslySetInnerHTML: { __html: name } };', 1],
    ['<p {...{ ["dangerouslySetInnerHTML"]: x }} />', 1],
    ['node.innerHTML = name;', 1],
    ['node["outerHTML"] = name;', 1],
    ['node.insertAdjacentHTML("beforeend", name);', 1],
    ['document.write(name);', 1],
    ['response.write(name);', 0],
    ['<iframe srcDoc={name} />', 1],
    ['eval(name);', 1],
    ['(0, eval)(name);', 1],
    ['new Function(name)();', 1],
    ['Function("a", name);', 1],
    ['type F = Function;', 0],
    ['setTimeout("run()", 1);', 1],
    ['setTimeout(run, 1);', 0],
    ['<a href="javascript:run()">x</a>', 1],
    ['const to = "JavaScript:run()";', 1],
    [`const to = \`data:text/html,\${name}\`;`, 1],
    ['<a href={to}>x</a>', 1],
    [`<a href={\`\${to}/x\`}>x</a>`, 1],
    [`<a href={\`/screen/\${id}\`}>x</a>`, 0],
    ['<a href="/screen">x</a>', 0],
    [`<a href={isOne ? "/one" : \`/two/\${id}\`}>x</a>`, 0],
    ['<a href={isOne ? "/one" : to}>x</a>', 1],
    ['<a href="//evil.example">x</a>', 1],
    ['<form action={to} />', 1],
    ['<Link href={to}>x</Link>', 1],
    ['<Dialog action={to} />', 0],
    ['<p title={name}>{name}</p>', 0],
    ['// innerHTML in a comment', 0],
    ['const text = "set the innerHTML";', 0],
  ])('SEC-61 is seen in `%s` %i times', (code, count) => {
    const file = ts.createSourceFile('sample.tsx', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    expect(dangersIn(file)).toHaveLength(count);
  });
});

function dangersIn(file: ts.SourceFile): string[] {
  const found = new Set<string>();
  walk(file, (node) => {
    if (isMaker(node) || isCodeFromText(node) || isScheme(node) || isOpenAddress(node))
      found.add(placeOf(node));
  });
  return [...found];
}

function isMaker(node: ts.Node): boolean {
  // A property's name may stand there as text.
  const isKey = ts.isStringLiteral(node) && ts.isComputedPropertyName(node.parent);
  const isElement = ts.isStringLiteral(node) && ts.isElementAccessExpression(node.parent);
  if (ts.isIdentifier(node) || isKey || isElement) return MAKERS.has(node.text);
  if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return false;
  return CALLED_ON.get(node.name.text) === node.expression.text;
}

function isCodeFromText(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  if (!ts.isIdentifier(node.expression)) return false;
  const [first] = node.arguments ?? [];
  const isText = first !== undefined && (ts.isStringLiteralLike(first) || ts.isTemplateExpression(first));
  return node.expression.text === 'Function' || (TIMERS.has(node.expression.text) && isText);
}

function isScheme(node: ts.Node): boolean {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node)) return false;
  return /^\s*(javascript|vbscript|data:text\/html)\b/i.test(node.text);
}

/** An address whose beginning is not written in the source leads wherever somebody outside says. */
function isOpenAddress(node: ts.Node): boolean {
  if (!ts.isJsxAttribute(node) || !ts.isIdentifier(node.name) || !ADDRESSES.has(node.name.text)) return false;
  const { initializer } = node;
  if (initializer === undefined || !isElement(node.parent.parent.tagName)) return false;
  if (ts.isStringLiteral(initializer)) return !isOwn(initializer.text);
  return (
    ts.isJsxExpression(initializer) &&
    initializer.expression !== undefined &&
    !isOwnAddress(initializer.expression)
  );
}

function isElement(tag: ts.JsxTagNameExpression): boolean {
  return /^[a-z]/.test(tag.getText()) || LINKS.has(tag.getText());
}

function isOwnAddress(expression: ts.Expression): boolean {
  if (REVIEWED.has(`${expression.getSourceFile().fileName} ${expression.getText()}`)) return true;
  if (ts.isStringLiteralLike(expression)) return isOwn(expression.text);
  if (ts.isTemplateExpression(expression)) return isOwn(expression.head.text);
  if (ts.isParenthesizedExpression(expression)) return isOwnAddress(expression.expression);
  if (!ts.isConditionalExpression(expression)) return false;
  return isOwnAddress(expression.whenTrue) && isOwnAddress(expression.whenFalse);
}

/** A path of ours, a place on the page, or an address of an image within it. */
function isOwn(address: string): boolean {
  return /^(\/(?!\/)|#|data:image\/)/.test(address) && address !== '/\\';
}
