/**
 * Short names by design, not by overflow: at most 14 characters, cut at a word, without the words that all names
 * begin with. Two names that would come out alike keep their ends instead ("Cust… North").
 */
export const SHORT_NAME_LENGTH = 14;

/** Short names of a list of names that are shown together, in the same order. */
export function shortNames(names: readonly string[], length = SHORT_NAME_LENGTH): string[] {
  const prefix = commonPrefix(names);
  const rest = names.map((name) => name.trim().slice(prefix.length).trim());
  const cut = rest.map((name) => cutAtWord(name, length));
  const uses = new Map<string, number>();
  for (const name of cut) uses.set(name, (uses.get(name) ?? 0) + 1);
  return cut.map((name, index) => {
    const whole = rest[index] ?? '';
    const isAlike = (uses.get(name) ?? 0) > 1 && whole !== name;
    return isAlike ? headAndTail(whole, length) : name;
  });
}

/** The words that all names begin with and that none consists of. Empty for a single name. */
export function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names.map((name) => name.trim());
  if (others.length === 0) return '';
  let length = 0;
  while (length < first.length && others.every((name) => name[length] === first[length])) length++;
  for (let end = length; end > 0; end--) {
    if (!/[\s\-–_/|:·.]/.test(first[end - 1] ?? '')) continue;
    const prefix = first.slice(0, end);
    if ([first, ...others].every((name) => name.length > end)) return prefix;
  }
  return '';
}

/** The whole words that fit; a single long word is cut with an ellipsis. */
export function cutAtWord(name: string, length = SHORT_NAME_LENGTH): string {
  const points = [...name];
  if (points.length <= length) return name;
  const head = points.slice(0, length + 1).join('');
  const words = /^(.*\S)[\s\-–_/|:·.]+\S*$/u.exec(head)?.[1] ?? '';
  const clean = words.replace(/[\s\-–_/|:·.&,]+$/u, '');
  return clean.length >= 3 ? clean : ellipsis(points, length);
}

function ellipsis(points: readonly string[], length: number): string {
  return `${points
    .slice(0, length - 1)
    .join('')
    .trimEnd()}…`;
}

/** The beginning and the last word. */
function headAndTail(name: string, length: number): string {
  const points = [...name];
  const last = [...(name.split(/\s+/).at(-1) ?? '')];
  const tail = last.slice(-Math.min(last.length, length - 5));
  const head = points
    .slice(0, length - tail.length - 2)
    .join('')
    .trimEnd();
  return `${head}… ${tail.join('')}`;
}
