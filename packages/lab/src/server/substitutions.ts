import { UserError } from "@dev-one/cli/user-error";

import type { ListedSubstitution } from "../evidence";

/** A change that a file needs on this machine; only ports, paths and the user are changed. */
export interface Substitution {
  /** Text to replace, which the file must contain. */
  readonly from: string;
  /** Replacement. A list repeats the line once per element, and an empty list removes the line. */
  readonly to: string | readonly string[];
  readonly reason: string;
}

/** @throws UserError when a substitution does not match, because the file then differs from what this command expects */
export function substitute(file: string, content: string, substitutions: readonly Substitution[]): string {
  return substitutions.reduce((text, { from, to }) => {
    if (!text.includes(from)) {
      throw new UserError(
        `${file} does not hold ${JSON.stringify(from)}, which must be replaced to use it here: bring the substitutions in packages/lab/src/server up to date.`,
      );
    }
    if (typeof to === "string") return text.replaceAll(from, () => to);
    return text
      .split("\n")
      .flatMap((line) => (line.includes(from) ? to.map((each) => line.replaceAll(from, () => each)) : [line]))
      .join("\n");
  }, content);
}

/** Substitutions as the report lists them, without the names of this machine's directories. */
export function listed(
  file: string,
  substitutions: readonly Substitution[],
  withoutPaths: (text: string) => string,
): ListedSubstitution[] {
  return substitutions.map(({ from, to, reason }) => ({
    file,
    from: from.trim(),
    to:
      withoutPaths(typeof to === "string" ? to : to.join(", "))
        .replaceAll(/\s+/g, " ")
        .trim() || "(removed)",
    reason,
  }));
}
