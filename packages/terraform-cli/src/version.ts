export type Version = readonly [major: number, minor: number, patch: number];

/** The numbers of a release, such as "1.11.4"; undefined for anything else, pre-releases included. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/** Negative when `a` is older than `b`, 0 when they are equal, positive otherwise. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/**
 * Whether a version meets a constraint in Terraform's notation: conditions with =, !=, >, >=, <, <= or ~>, separated by
 * commas; no operator means =. An invalid condition is not met, and an empty constraint always.
 */
export function satisfies(text: string, constraint: string): boolean {
  const version = parseVersion(text);
  if (version === undefined || constraint === "") return version !== undefined;
  return constraint.split(",").every((condition) => {
    const match = /^\s*(=|!=|>=|<=|>|<|~>)?\s*(\d[\d.]*)\s*$/.exec(condition);
    const wanted = parseVersion(match?.[2] ?? "");
    if (match === null || wanted === undefined) return false;
    const order = compareVersions(version, wanted);
    switch (match[1]) {
      case "!=":
        return order !== 0;
      case ">":
        return order > 0;
      case ">=":
        return order >= 0;
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case "~>":
        // With ~>, only the last specified number may be higher.
        return order >= 0 && version[0] === wanted[0] && (parts(match[2]) < 3 || version[1] === wanted[1]);
      default:
        return order === 0;
    }
  });
}

const parts = (text: string | undefined): number => (text ?? "").split(".").length;
