import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the pages into a directory, and removes those of areas that are gone. */
export function writePages(pages: ReadonlyMap<string, string>, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [file, content] of pages) writeFileSync(join(directory, file), content);
  for (const file of strangers(pages, directory)) rmSync(join(directory, file));
}

/** What is out of date in a directory, each in a few words; empty when nothing is. */
export function stalePages(pages: ReadonlyMap<string, string>, directory: string): string[] {
  const problems = [...pages].flatMap(([file, content]) => {
    const path = join(directory, file);
    if (!existsSync(path)) return [`${file} is missing`];
    return readFileSync(path, "utf8") === content ? [] : [`${file} does not say what the docstrings say`];
  });
  return [...problems, ...strangers(pages, directory).map((file) => `${file} is about an area that is not there`)];
}

function strangers(pages: ReadonlyMap<string, string>, directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).filter((file) => file.endsWith(".md") && !pages.has(file));
}
