import Table from "cli-table3";

type Cell = string | { readonly colSpan: number; readonly content: string };

/** A table in plain characters, the same in a terminal and in a log. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const printed = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) printed.push([...row]);
  return printed.toString();
}

/**
 * Breaks lines of more than `width` characters at spaces; a word that is longer stays whole.
 * @param end regular expression of what a line ends at, besides the end of the text. @default a space
 */
export function wrap(text: string, width: number, end = " "): string {
  const line = new RegExp(`(.{1,${width}})(${end}|$)`, "g");
  const wrapped = text.split("\n").map((each) => each.replaceAll(line, "$1\n").trimEnd());
  return wrapped.join("\n");
}
