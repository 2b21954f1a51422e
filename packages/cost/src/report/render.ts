import { markdownTable } from "@dev-one/cli/markdown-table";
import { table } from "@dev-one/cli/table";

import type { Block } from "./blocks";

/** For a terminal. */
export function toText(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case "title":
          return block.level === 1 ? `\n== ${block.text}` : block.text;
        case "text":
          return block.text;
        case "list":
          return block.items.map((item) => `  - ${item}`).join("\n");
        case "table":
          return table(block.head, aligned(block.rows, block.right));
      }
    })
    .join("\n");
}

/** In Prettier's style, with a newline at the end. */
export function toMarkdown(blocks: readonly Block[]): string {
  const written = blocks.map((block) => {
    switch (block.kind) {
      case "title":
        return `${"#".repeat(block.level)} ${block.text}`;
      case "text":
        return block.text;
      case "list":
        return block.items.map((item) => `- ${item}`).join("\n");
      case "table":
        return markdownTable(block.head, block.rows, block.right);
    }
  });
  return `${written.join("\n\n")}\n`;
}

function aligned(rows: readonly (readonly string[])[], right: readonly number[]): string[][] {
  const widths = right.map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (right.includes(column) ? cell.padStart(widths[right.indexOf(column)] ?? 0) : cell)),
  );
}
