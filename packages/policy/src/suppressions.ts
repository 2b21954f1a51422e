/** A finding that is accepted, by somebody, for a reason, for a time. */
export interface Suppression {
  /** Id of the rule. */
  readonly rule: string;
  /** Stack and construct path, or stack and address; `*` stands for any text, such as `staging/dns/*`. */
  readonly where: string;
  /** Why the finding is accepted. */
  readonly reason: string;
  /** The last day on which it holds, such as "2027-06-30". Afterwards the finding is back, and so is this. */
  readonly until: string;
}

/** What is accepted today. */
export const suppressions: readonly Suppression[] = [
  {
    rule: "logs-are-encrypted",
    where: "*/dns/query-log-group",
    reason:
      "Route 53 writes its query logs in us-east-1 only, where an environment of another region has no key; the names that " +
      "are asked for are public. Amazon's own key encrypts them.",
    until: "2027-11-30",
  },
];

/** Whether it speaks of a place. */
export function covers(suppression: Suppression, place: { readonly path: string; readonly address: string }): boolean {
  const pattern = new RegExp(`^${suppression.where.split("*").map(escape).join(".*")}$`);
  return pattern.test(place.path) || pattern.test(place.address);
}

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
