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

/** Whether a text is of a pattern, in which `*` stands for any characters. */
export function globMatches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
