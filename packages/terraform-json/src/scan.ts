/** A string, with the colon after it when it is a key; a number; or a bracket. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*|[{}[\]]/g;

/** JavaScript represents numbers up to this length exactly. */
const LONGEST_EXACT = 15;

type Range = readonly [from: number, to: number];

/**
 * Finds what JSON.parse does not report: a duplicate key in an object, of which other parsers keep the first value, and start and
 * end of each number that it rounds, such as those beyond 2^53.
 *
 * @param json text that JSON.parse accepted
 */
export function scan(json: string): { readonly repeatedKey?: string; readonly rounded: readonly Range[] } {
  const open: (Set<string> | undefined)[] = [];
  const rounded: Range[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(json); match !== null; match = TOKEN.exec(json)) {
    const [token, colon] = match;
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const quoted = token.slice(0, -colon.length);
      const key = quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
      const keys = open.at(-1);
      if (keys?.has(key) === true) return { repeatedKey: key, rounded };
      keys?.add(key);
    } else if (!token.startsWith('"') && isRounded(token)) rounded.push([match.index, TOKEN.lastIndex]);
  }
  return { rounded };
}

/** The text with some of its numbers quoted, so that their digits are preserved. */
export function withQuotes(json: string, numbers: readonly Range[]): string {
  let text = "";
  let done = 0;
  for (const [from, to] of numbers) {
    text += `${json.slice(done, from)}"${json.slice(from, to)}"`;
    done = to;
  }
  return text + json.slice(done);
}

/**
 * Terraform writes a number with all digits and without an exponent. If JavaScript formats its value in the same way, the value is
 * exact.
 * @see https://github.com/zclconf/go-cty/blob/main/cty/json/marshal.go
 */
function isRounded(number: string): boolean {
  return number.length > LONGEST_EXACT && String(Number(number)) !== number;
}
