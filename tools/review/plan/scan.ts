const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * A key that an object has twice: JSON.parse keeps the last of them, others the first.
 * @param json text that JSON.parse has read
 */
export function repeatedKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
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
        // In JSON, a colon after a string makes it a key.
        if (isKey(json, end)) {
          const key = nameOf(json.slice(index, end));
          const keys = open.at(-1);
          if (keys?.has(key) === true) return key;
          keys?.add(key);
        }
        index = end - 1;
      }
    }
  }
  return undefined;
}

/** Behind the quote that ends the string: one that no odd number of backslashes stands before. */
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
