import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../../../..");

/** A file of the project, by its path from the root. */
export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** The Markdown files below a directory, by their paths from the root, in order. */
export function documentsBelow(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(directory, file))
    .sort();
}

/** Targets within the project of the links in a Markdown file, as paths from the root. */
export function linksOf(file: string): string[] {
  return [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.split("#")[0] ?? "")
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
    .map((target) => relative(ROOT, resolve(ROOT, file, "..", target)));
}
