import { readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";

const MOST = 20;
/** Maximum length of a path, so that the review fits into the comment. */
const LONGEST = 100;

/**
 * Files that affect a review or an apply: those with owners in `.github/CODEOWNERS`.
 *
 * @param codeOwners the text of that file. @default the project's own
 */
export function guardedFiles(files: readonly string[], codeOwners = ownCodeOwners()): string[] {
  const patterns = guardedPaths(codeOwners);
  return files.filter((file) => patterns.some((pattern) => pattern.test(file)));
}

const ownCodeOwners = (): string => readFileSync(join(projectRoot(), ".github", "CODEOWNERS"), "utf8");

/** The patterns of a CODEOWNERS file. @throws Error for others than `/directory/` and `/file`, which this reader does not support */
function guardedPaths(codeOwners: string): RegExp[] {
  const lines = codeOwners.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [path = ""] = line.split(/\s+/);
    if (!/^\/[\w./-]+$/.test(path)) throw new Error(`.github/CODEOWNERS: ${path} should be /directory/ or /file.`);
    return new RegExp(`^${path.slice(1).replaceAll(".", "\\.")}${path.endsWith("/") ? "" : "$"}`);
  });
}

const shortened = (path: string): string => (path.length <= LONGEST ? path : `...${path.slice(3 - LONGEST)}`);

/** The notice above the review of a pull request that changes guarded files; empty for others. */
export function guardedFilesNotice(files: readonly string[]): string {
  const changed = guardedFiles(files);
  if (changed.length === 0) return "";
  const shown = changed.slice(0, MOST).map((file) => `- \`${shortened(file.replaceAll(/[`\p{C}]/gu, "?"))}\``);
  const more = changed.length > MOST ? [`- and ${changed.length - MOST} more`] : [];
  return [
    "> [!CAUTION]",
    "> **This pull request changes code that reviews or applies plans.** The review below is main's, without these changes.",
    "> They count from the merge on, and their owners (`.github/CODEOWNERS`) must approve them.",
    "",
    ...shown,
    ...more,
  ].join("\n");
}
