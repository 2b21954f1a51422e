/** Longer than any action or ARN: AWS takes 2,048 characters in an ARN. What is longer is told, and not compared. */
const LONGEST = 2_048;

/**
 * Whether a pattern of IAM, with `*` and `?`, takes in a name or another pattern. A wildcard of the name stands for anything, which
 * only a wildcard takes in: a `?` of the pattern does not take in a `*`.
 */
export function matches(pattern: string, name: string): boolean {
  if (pattern === name || pattern === "*") return true;
  if (pattern.startsWith("* but ") || pattern.length > LONGEST || name.length > LONGEST) return false;
  // One star to go back to is enough: what an earlier one takes in besides, the later one can, too.
  let star: number | undefined;
  let resume = 0;
  let at = 0;
  let from = 0;
  while (from < name.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at;
      resume = from;
      at += 1;
    } else if (wanted !== undefined && (wanted === name[from] || (wanted === "?" && name[from] !== "*"))) {
      at += 1;
      from += 1;
    } else if (star !== undefined) {
      resume += 1;
      at = star + 1;
      from = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
