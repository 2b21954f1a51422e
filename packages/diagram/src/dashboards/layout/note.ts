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
    const parts = isParagraph ? [runsOf((block as Tokens.Paragraph).tokens)] : block.raw.trim().split("\n").map(plain);
    const lines = parts.flatMap((runs) => wrapped(runs, inner.width));
    const drawn = lines
      .filter((_, row) => y + row * LINE <= last)
      .flatMap((line, row) =>
        line.map(({ words, x, ...style }) => {
          const look = { size: NORMAL, ...style, color: style.isLink ? "link" : "text" } as const;
          return text(words, inner.x + x, y + row * LINE + 20, inner, look);
        }),
      );
    y += lines.length * LINE + PARAGRAPH;
    return drawn;
  });
  return [panel("note", area, "tile", { stroke: "border", radius: 6 }), ...items];
}

function runsOf(tokens: readonly Token[], weight: Weight = 400, isLink = false): Run[] {
  return tokens.flatMap((token): Run[] => {
    const inner = "tokens" in token ? (token.tokens ?? []) : [];
    if (token.type === "text" || token.type === "escape")
      return [{ words: (token as Tokens.Text).text, weight, isLink }];
    if (token.type === "strong") return runsOf(inner, 700, isLink);
    return token.type === "link" ? runsOf(inner, weight, true) : plain(token.raw);
  });
}

function plain(raw: string): Run[] {
  return [{ words: raw.replaceAll(/\s+/g, " "), weight: 400, isLink: false }];
}

type Placed = Run & { readonly x: number };

/** Lines of runs with their positions. Lines break at spaces only, never between a link and the comma after it. */
function wrapped(runs: readonly Run[], width: number): Placed[][] {
  const lines: Placed[][] = [[]];
  let x = 0;
  for (const word of wordsOf(runs)) {
    const solid = word.reduce((sum, run) => sum + widthOf(run, run.words.trimEnd()), 0);
    if (x > 0 && x + solid > width) {
      lines.push([]);
      x = 0;
    }
    for (const run of word) {
      const isFitting = widthOf(run, run.words.trimEnd()) <= width - x;
      const words = isFitting ? run.words : shortened(run.words, width - x, NORMAL, run.weight);
      lines.at(-1)?.push({ ...run, words, x });
      x += widthOf(run, words);
    }
  }
  return lines.map(joined);
}

/** Words with their trailing space. A word consists of several runs if there is no space between them. */
function wordsOf(runs: readonly Run[]): Run[][] {
  const words: Run[][] = [[]];
  for (const run of runs) {
    for (const part of run.words.match(/\s+|\S+\s*/g) ?? []) {
      words.at(-1)?.push({ ...run, words: part.replace(/\s+$/, " ") });
      if (/\s$/.test(part)) words.push([]);
    }
  }
  return words.filter((word) => word.length > 0);
}

/** Merges adjacent runs of the same style into one text. */
function joined(line: readonly Placed[]): Placed[] {
  const texts: Placed[] = [];
  for (const run of line) {
    const last = texts.at(-1);
    const isSame = last?.weight === run.weight && last.isLink === run.isLink;
    if (isSame) texts[texts.length - 1] = { ...last, words: last.words + run.words };
    else texts.push(run);
  }
  return texts.map((run) => ({ ...run, words: run.words.trimEnd() })).filter(({ words }) => words !== "");
}

function widthOf({ weight }: Run, words: string): number {
  return textWidth(words, NORMAL, weight);
}
