/** A finding that is accepted until a day, with the reason. */
export interface Suppression {
  /** Id of the rule. */
  readonly rule: string;
  /** Stack and construct path, or stack and address; `*` stands for any text, such as `staging/dns/*`. */
  readonly where: string;
  /** Why the finding is accepted. */
  readonly reason: string;
  /** The last day on which it holds, such as "2027-06-30". Afterwards the finding and the expired suppression are reported. */
  readonly until: string;
}

/** The suppressions of this project. */
export const suppressions: readonly Suppression[] = [
  {
    rule: "logs-and-secrets-use-kms-key",
    where: "*/dns/query-log-group",
    reason:
      "Route 53 writes query logs to us-east-1 only, where an environment of another region has no KMS key; the names in the " +
      "queries are public. An AWS owned key encrypts them.",
    until: "2027-11-30",
  },
];

/** Whether a suppression applies to a resource. */
export function covers(suppression: Suppression, place: { readonly path: string; readonly address: string }): boolean {
  const pattern = new RegExp(`^${suppression.where.split("*").map(escape).join(".*")}$`);
  return pattern.test(place.path) || pattern.test(place.address);
}

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
