import Table from "cli-table3";

type Cell = string | { readonly colSpan: number; readonly content: string };

/** A table in plain characters, the same in a terminal and in a log. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const printed = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) printed.push([...row]);
  return printed.toString();
}
