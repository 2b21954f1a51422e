/** Files that decide what a review says, or what is applied; .github/CODEOWNERS gives each of them owners. */
const JUDGING = [
  /^\.github\//,
  /^tools\/(ci|review|policy|cost)\//,
  /^tools\/[^/]+\.(ts|mjs)$/,
  /^tools\/(setup|terraform)\//,
  /^src\/(policy|delivery|state)\//,
  /^(package|package-lock)\.json$/,
];

const MOST = 20;
/** Characters of a path: the review below must have its room. */
const LONGEST = 100;

export function judgingFiles(files: readonly string[]): string[] {
  return files.filter((file) => JUDGING.some((pattern) => pattern.test(file)));
}

const shortened = (path: string): string => (path.length <= LONGEST ? path : `...${path.slice(3 - LONGEST)}`);

/** What stands above the review of a pull request that changes what judges it; empty when it does not. */
export function judgingNotice(files: readonly string[]): string {
  const changed = judgingFiles(files);
  if (changed.length === 0) return "";
  const shown = changed.slice(0, MOST).map((file) => `- \`${shortened(file.replaceAll(/[`\p{C}]/gu, "?"))}\``);
  const more = changed.length > MOST ? [`- and ${changed.length - MOST} more`] : [];
  return [
    "> [!CAUTION]",
    "> **This pull request changes what reviews, judges or applies plans.** The review below is main's, without these changes.",
    "> They count from the merge on, and their owners (`.github/CODEOWNERS`) must approve them.",
    "",
    ...shown,
    ...more,
  ].join("\n");
}
