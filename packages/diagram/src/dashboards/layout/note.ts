import { lexer, type Token, type Tokens } from "marked";

import { textWidth, type Weight } from "../../drawing/fonts";
import { inset, type Item, NORMAL, panel, type Rectangle, shortened, text } from "../../drawing/scene";
import type { Note } from "../source/dashboard";
import { PADDING } from "./card";

const LINE = 23;
const PARAGRAPH = 11;

/** A run of words with the same style. */
interface Run {
  readonly words: string;
  readonly weight: Weight;
  readonly isLink: boolean;
}

/** Markdown: paragraphs with bold words and links; other blocks as their plain text. What does not fit is left out. */
export function note({ content }: Note, area: Rectangle): Item[] {
  const inner = inset(area, PADDING + 2, 8);
  const last = inner.y + inner.height - LINE;
  let y = inner.y;
  const items = lexer(content).flatMap((block) => {
    if (block.type === "space") return [];
    const isParagraph = block.type === "paragraph";
    const parts = isParagraph
      ? [runsOf((block as Tokens.Paragraph).tokens, 400)]
      : block.raw.trim().split("\n").map(plain);
    const lines = parts.flatMap((runs) => wrapped(runs, inner.width));
    const drawn = lines
      .filter((_, row) => y + row * LINE <= last)
      .flatMap((line, row) => line.map(({ run, x }) => textOf(run, inner.x + x, y + row * LINE + 20, inner)));
    y += lines.length * LINE + PARAGRAPH;
    return drawn;
  });
  return [panel("note", area, "tile", { stroke: "border", radius: 6 }), ...items];
}

function textOf({ words, weight, isLink }: Run, x: number, y: number, within: Rectangle): Item {
  return text(words, x, y, within, { size: NORMAL, weight, isLink, color: isLink ? "link" : "text" });
}

function runsOf(tokens: readonly Token[], weight: Weight, isLink = false): Run[] {
  return tokens.flatMap((token): Run[] => {
    const inner = "tokens" in token ? (token.tokens ?? []) : [];
    switch (token.type) {
      case "text":
      case "escape":
        return [{ words: (token as Tokens.Text).text, weight, isLink }];
      case "strong":
        return runsOf(inner, 700, isLink);
      case "link":
        return runsOf(inner, weight, true);
      default:
        return plain(token.raw);
    }
  });
}

function plain(raw: string): Run[] {
  return [{ words: raw.replaceAll(/\s+/g, " "), weight: 400, isLink: false }];
}

interface Placed {
  readonly run: Run;
  readonly x: number;
}

/** Lines of runs with their positions. Lines break at spaces only, never between a link and the comma after it. */
function wrapped(runs: readonly Run[], width: number): Placed[][] {
  const lines: Placed[][] = [[]];
  let x = 0;
  for (const word of wordsOf(runs)) {
    const solid = word.reduce((sum, run) => sum + widthOf({ ...run, words: run.words.trimEnd() }), 0);
    if (x > 0 && x + solid > width) {
      lines.push([]);
      x = 0;
    }
    for (const run of word) {
      const isFitting = widthOf({ ...run, words: run.words.trimEnd() }) <= width - x;
      const fitting = isFitting ? run : { ...run, words: shortened(run.words, width - x, NORMAL, run.weight) };
      lines.at(-1)?.push({ run: fitting, x });
      x += widthOf(fitting);
    }
  }
  return lines.map(joined);
}

/** Words with their trailing space. A word consists of several runs if there is no space between them. */
function wordsOf(runs: readonly Run[]): Run[][] {
  const words: Run[][] = [[]];
  for (const { words: all, ...look } of runs) {
    for (const part of all.match(/\s+|\S+\s*/g) ?? []) {
      words.at(-1)?.push({ words: part.replace(/\s+$/, " "), ...look });
      if (/\s$/.test(part)) words.push([]);
    }
  }
  return words.filter((word) => word.length > 0);
}

/** Merges adjacent runs of the same style into one text. */
function joined(line: readonly Placed[]): Placed[] {
  const texts: Placed[] = [];
  for (const { run, x } of line) {
    const last = texts.at(-1);
    if (last?.run.weight === run.weight && last.run.isLink === run.isLink) {
      texts[texts.length - 1] = { x: last.x, run: { ...last.run, words: last.run.words + run.words } };
    } else {
      texts.push({ run, x });
    }
  }
  return texts
    .map(({ run, x }) => ({ x, run: { ...run, words: run.words.trimEnd() } }))
    .filter(({ run }) => run.words !== "");
}

function widthOf({ words, weight }: Run): number {
  return textWidth(words, NORMAL, weight);
}
