const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** JavaScript represents numbers up to this length exactly. */
const LONGEST_EXACT = 15;

/** Properties of a JSON text that JSON.parse does not report. */
export interface Scan {
  /** A duplicate key in an object: JSON.parse keeps the last value, other parsers the first. */
  readonly repeatedKey: string | undefined;
  /** Start and end of each number that JSON.parse rounds, such as those beyond 2^53. */
  readonly rounded: readonly (readonly [from: number, to: number])[];
}

/** @param json text that JSON.parse accepted */
export function scan(json: string): Scan {
  const open: (Set<string> | undefined)[] = [];
  const rounded: (readonly [number, number])[] = [];
  for (let index = 0; index < json.length; index += 1) {
    switch (json.charCodeAt(index)) {
      case OPEN_OBJECT:
        open.push(new Set());
        break;
      case OPEN_LIST:
        open.push(undefined);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        open.pop();
        break;
      case QUOTE: {
        const end = endOfString(json, index);
        // In JSON, a string before a colon is a key.
        if (isKey(json, end)) {
          const key = nameOf(json.slice(index, end));
          const keys = open.at(-1);
          if (keys?.has(key) === true) return { repeatedKey: key, rounded };
          keys?.add(key);
        }
        index = end - 1;
        break;
      }
      default:
        if (beginsNumber(json.charCodeAt(index))) {
          const end = endOfNumber(json, index);
          if (isRounded(json, index, end)) rounded.push([index, end]);
          index = end - 1;
        }
    }
  }
  return { repeatedKey: undefined, rounded };
}

/** The text with some of its numbers quoted, so that their digits are preserved. */
export function withQuotes(json: string, numbers: Scan["rounded"]): string {
  let text = "";
  let done = 0;
  for (const [from, to] of numbers) {
    text += `${json.slice(done, from)}"${json.slice(from, to)}"`;
    done = to;
  }
  return text + json.slice(done);
}

const beginsNumber = (code: number): boolean => code === MINUS || (code >= ZERO && code <= NINE);

function endOfNumber(json: string, start: number): number {
  const number = /[\d.eE+-]+/y;
  number.lastIndex = start;
  return number.test(json) ? number.lastIndex : start + 1;
}

/**
 * Terraform writes a number with all digits and without an exponent. If JavaScript formats its value in the same way, the value is
 * exact.
 * @see https://github.com/zclconf/go-cty/blob/main/cty/json/marshal.go
 */
function isRounded(json: string, from: number, to: number): boolean {
  if (to - from <= LONGEST_EXACT) return false;
  const number = json.slice(from, to);
  return String(Number(number)) !== number;
}

/** Index after the closing quote of a string. A quote after an odd number of backslashes is escaped. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let first = end;
    while (json.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end + 1;
  }
}

function isKey(json: string, end: number): boolean {
  let next = end;
  while (/\s/.test(json.charAt(next))) next += 1;
  return json.charCodeAt(next) === COLON;
}

const nameOf = (quoted: string): string =>
  quoted.includes("\\") ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
