/** How a name that AWS has added gets into the catalog. */
export const UPDATE_CATALOG = "update that file with scripts/documents/ec2_catalog.py";

/** The names that are most like a misspelt one: those with the longest common start and end. */
export function similar(name: string, names: readonly string[]): string {
  return [...names]
    .sort((one, other) => likeness(name, other) - likeness(name, one) || one.length - other.length)
    .slice(0, 3)
    .join(", ");
}

/** Letters that two names have in common at their start and at their end. */
export function likeness(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return start + end;
}
