import { markdownTable as aligned } from "markdown-table";

/** A Markdown table whose columns are aligned, the way Prettier writes it. @param right columns aligned to the right */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  return aligned(cells, { align: head.map((_, column) => (right.includes(column) ? "right" : null)) });
}
