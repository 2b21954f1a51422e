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

/** Characters around a place where two long texts differ. */
const CONTEXT = 60;

/** Two texts without most of what is equal in them, with the number of characters left out: what remains is around each difference. */
export function aroundTheDifference(
  before: string | undefined,
  after: string | undefined,
): [string | undefined, string | undefined] {
  if (before === undefined || after === undefined || Math.max(before.length, after.length) <= 3 * CONTEXT)
    return [before, after];
  const parts: [string, string][] = [];
  for (const [old, fresh] of compared(words(before), words(after))) {
    const last = parts.at(-1);
    if (last === undefined || (last[0] === last[1]) !== (old === fresh)) parts.push([old, fresh]);
    else {
      last[0] += old;
      last[1] += fresh;
    }
  }
  const cut = (side: 0 | 1): string =>
    parts
      .map((part, index) => {
        const text = part[side];
        const [head, tail] = [index === 0 ? 0 : CONTEXT, index === parts.length - 1 ? 0 : CONTEXT];
        const equal = text.length - head - tail;
        if (part[0] !== part[1] || equal < CONTEXT) return text;
        return `${text.slice(0, head)}${head === 0 ? "" : "... "}(${equal} equal characters)${tail === 0 ? "" : " ..."}${text.slice(text.length - tail)}`;
      })
      .join("");
  return [cut(0), cut(1)];
}

const words = (text: string): string[] => text.split(/(?<=[\s,;:=/(){}[\]"'])/);

/** Parts of two texts, in turn equal and different. Words that each text has once show what belongs together between them. */
function compared(before: readonly string[], after: readonly string[], isText = false): [string, string][] {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (side: readonly string[]): [string, string] => [side.join(""), side.join("")];
  const [old, fresh] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const middle: [string, string][] = isText ? [[old.join(""), fresh.join("")]] : between(old, fresh);
  const parts = [same(before.slice(0, start)), ...middle, same(before.slice(before.length - end))];
  return parts.filter(([one, other]) => one !== "" || other !== "");
}

function between(old: readonly string[], fresh: readonly string[]): [string, string][] {
  const counts = groupBy([...old], (word) => word);
  const places = groupBy([...fresh.keys()], (index) => fresh[index] ?? "");
  let last = -1;
  const common = [...old.keys()].flatMap((index) => {
    const word = old[index] ?? "";
    const [place = -1, ...others] = places.get(word) ?? [];
    if (counts.get(word)?.length !== 1 || others.length > 0 || place <= last) return [];
    last = place;
    return [[index, place] as const];
  });
  const [[index, place] = [-1, -1]] = common.slice(common.length >> 1);
  if (index === -1) return compared(Array.from(old.join("")), Array.from(fresh.join("")), true);
  return [...compared(old.slice(0, index), fresh.slice(0, place)), ...compared(old.slice(index), fresh.slice(place))];
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
