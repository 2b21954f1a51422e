/** AWS accepts ARNs of up to 2,048 characters. Longer texts are not compared, so that they are reported. */
const LONGEST = 2_048;

/**
 * Whether an IAM pattern with `*` and `?` matches a name or covers another pattern. Only a `*` of the pattern covers a `*` of the
 * name; a `?` does not.
 */
export function matches(pattern: string, name: string): boolean {
  if (pattern === name || pattern === "*") return true;
  if (pattern.startsWith("* but ") || pattern.length > LONGEST || name.length > LONGEST) return false;
  // Backtracking to the last star is enough: it can match whatever an earlier one can.
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
