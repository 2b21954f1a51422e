import { existsSync } from "node:fs";
import { join, posix } from "node:path";

import { ROOT } from "./project";
import { exportsOf, titlesOf } from "./sources";

/** One line of the table: what is asked for, where it is, what shows it. */
export interface Row {
  readonly cells: readonly string[];
}

interface Link {
  readonly text: string;
  /** Path from the project's root. */
  readonly file: string;
  /** Titles of tests that follow the link. */
  readonly titles: readonly string[];
}

/** The rows of every table in a document that lies in docs. */
export function rowsOf(markdown: string): Row[] {
  const lines = markdown.split("\n").filter((line) => line.startsWith("|"));
  const isHead = (index: number) => /^\|[\s:|-]+\|$/.test(lines[index + 1] ?? "");
  return lines
    .filter((line, index) => !isHead(index) && !/^\|[\s:|-]+\|$/.test(line))
    .map((line) => ({
      cells: line
        .slice(1, line.lastIndexOf("|"))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    }));
}

/** What is wrong with a row, in one sentence each; empty when nothing is. */
export function problemsOf({ cells }: Row): string[] {
  if (cells.length !== 3) return [`there are ${cells.length} cells, not 3`];
  const [what = "", where = "", shown = ""] = cells;
  return [
    ...[what, where, shown].flatMap((cell, index) => (/[A-Za-z]{2}/.test(cell) ? [] : [`cell ${index + 1} is empty`])),
    ...problemsOfCode(linksIn(where)),
    ...problemsOfProof(linksIn(shown)),
  ];
}

function problemsOfCode(links: readonly Link[]): string[] {
  if (links.length === 0) return ["nothing says where it is"];
  return links.flatMap(({ text, file }) => {
    if (!existsSync(join(ROOT, file))) return [`${file} is not there`];
    const name = /^`(\w+)`$/.exec(text)?.[1];
    return name === undefined || exportsOf(file).includes(name) ? [] : [`${file} exports no ${name}`];
  });
}

function problemsOfProof(links: readonly Link[]): string[] {
  if (links.length === 0) return ["nothing shows it"];
  return links.flatMap(({ file, titles }) => {
    if (!existsSync(join(ROOT, file))) return [`${file} is not there`];
    if (!file.startsWith("__tests__/")) return titles.length === 0 ? [] : [`${file} is no test, and has no titles`];
    if (titles.length === 0) return [`no test of ${file} is named`];
    const there = titlesOf(file);
    return titles.filter((title) => !there.includes(title)).map((title) => `${file} has no test “${title}”`);
  });
}

function linksIn(cell: string): Link[] {
  return cell
    .split(/(?=\[[^\]]+\]\([^)]+\))/)
    .map((part) => ({ link: /^\[([^\]]+)\]\(([^)#]+)(?:#[^)]*)?\)/.exec(part), part }))
    .flatMap(({ link, part }) => {
      const [, text, target] = link ?? [];
      if (text === undefined || target === undefined) return [];
      const titles = [...part.matchAll(/“([^”]*)”/g)].map(([, title = ""]) => plain(title));
      return [{ text, file: posix.join("docs", target), titles }];
    });
}

/** A title without what Markdown asks for. */
function plain(title: string): string {
  return title.replaceAll(/\\([|*_`])/g, "$1").replaceAll("&lt;", "<");
}
