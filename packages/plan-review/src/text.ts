/** Part of a sentence that comes from a plan, and is shown as code, never as markup. */
export interface Quoted {
  readonly code: string;
}

/** A sentence of literal parts and of quoted ones from a plan. */
export type Phrase = readonly (string | Quoted)[];

/** Writes a sentence. Values are quoted, unless they are sentences themselves. */
export function say(literals: TemplateStringsArray, ...values: readonly (string | number | Phrase)[]): Phrase {
  return literals.flatMap((literal, index) => {
    const value = values[index];
    if (value === undefined) return [literal];
    return [literal, ...(typeof value === "object" ? value : [{ code: value.toString() }])];
  });
}

/** A list in a sentence: `a`, `b` and 3 more. */
export function listed(values: readonly (string | Phrase)[], most = 12): Phrase {
  const shown = values.slice(0, most);
  const rest = values.length - shown.length;
  const parts = shown.flatMap((value, index): Phrase => {
    const separator = index === 0 ? "" : index === values.length - 1 ? " and " : ", ";
    return [separator, ...(typeof value === "string" ? [{ code: value }] : value)];
  });
  return rest === 0 ? parts : [...parts, ` and ${rest} more`];
}

/** The beginning of a text, and the number of characters left out. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not between the two halves of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}... (${text.length - end} more characters)`;
}

/** Characters around the place where two long texts differ. */
const CONTEXT = 60;

/** Two texts without most of what is equal at their beginning and their end, with the number of characters left out. */
export function aroundTheDifference(
  before: string | undefined,
  after: string | undefined,
): [string | undefined, string | undefined] {
  if (before === undefined || after === undefined || Math.max(before.length, after.length) <= 3 * CONTEXT)
    return [before, after];
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const [from, left] = [Math.max(0, start - CONTEXT), Math.max(0, end - CONTEXT)];
  const [head, tail] = [from < CONTEXT ? 0 : from, left < CONTEXT ? 0 : left];
  const cut = (text: string): string =>
    [
      head === 0 ? "" : `(${head} equal characters)... `,
      text.slice(head, text.length - tail),
      tail === 0 ? "" : ` ...(${tail} equal characters)`,
    ].join("");
  return [cut(before), cut(after)];
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Looks up a key from a plan, which may be the name of an inherited property. */
export function entry<V>(table: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Sorting that is the same on every machine. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Values by a key, in the order of the first of each. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
