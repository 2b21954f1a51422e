import { type Finding, type FindingKind, worst } from "./finding";
import type { PolicyFinding } from "./model/stack-plan";
import { groupBy, say } from "./text";

/**
 * Kinds of findings that say the same danger as another finding of the address, only less of it: that a DNS record is deleted also says
 * that a resource is destroyed. The finding becomes details of the other one.
 */
const LESS: Readonly<Partial<Record<FindingKind, readonly FindingKind[]>>> = {
  destroyed: [
    "address-table-changed",
    "outgoing-address-lost",
    "open-to-world",
    "encryption-disabled",
    "protection-disabled",
    "dns",
    "route",
    "access",
  ],
  replaced: ["address-table-changed", "outgoing-address-lost", "open-to-world", "dns", "route", "access"],
  dns: ["address-table-changed"],
};

/** One finding for each danger of an address, where checks found the same one. @param single addresses with one finding only */
export function oneForEachDanger(findings: readonly Finding[], single: ReadonlySet<string> = new Set()): Finding[] {
  return [...groupBy(findings, ({ address }) => address)].flatMap(([address, group]) => {
    const [first, ...rest] = group;
    if (first !== undefined && single.has(address)) return [rest.reduce(withPart, first)];
    const kinds = new Set(group.map(({ kind }) => kind));
    const isLess = ({ kind }: Finding): boolean => LESS[kind]?.some((other) => kinds.has(other)) === true;
    const [less, others] = [group.filter(isLess), group.filter((each) => !isLess(each))];
    return others.map((finding) => {
      const own = less.filter(({ kind }) => finding === others.find((other) => LESS[kind]?.includes(other.kind)));
      return own.reduce(withPart, finding);
    });
  });
}

const withPart = (finding: Finding, { title, details = [], danger }: Finding): Finding => ({
  ...finding,
  danger: worst([finding.danger, danger]),
  details: [...(finding.details ?? []), title, ...details],
});

/** Findings of checks with the danger of a policy rule: by their kind, and where a kind has several dangers, by a word of the title. */
const SAME_AS_RULE: Readonly<Record<string, readonly (readonly [FindingKind, RegExp?])[]>> = {
  "cloudwatch-log-group-retention": [["data-destroyed", /retention/i]],
  "ebs-encryption": [["encryption-disabled"]],
  "iam-github-oidc-restricts-subject": [["open-to-world"]],
  "iam-no-wildcard-actions": [["wildcard-administration"]],
  "iam-no-wildcard-resources": [["wildcard-administration"]],
  "iam-trust-policy-restricts-principals": [["open-to-world"]],
  "kms-key-rotation": [["protection-disabled", /rotation|deletion window/i]],
  "logs-and-secrets-use-kms-key": [["encryption-disabled"]],
  "production-deletion-protection": [["protection-disabled", /deletion.protection/i]],
  "rds-backup-retention": [
    ["data-destroyed", /backup retention/i],
    ["protection-disabled", /final.snapshot|multi.az/i],
  ],
  "rds-encryption-and-no-public-access": [["encryption-disabled"], ["open-to-world", /publicly_accessible/]],
  "security-group-restricts-public-ingress": [["open-to-world"], ["access", /^Public ingress/]],
  "snapshots-not-public": [["open-to-world"]],
};

/**
 * Findings of the policy rules beside those of the checks. Where both have the same danger of an address, the check's finding stays,
 * because it has the old and the new value; it is forbidden, and gets the rule, the problem and the remedy as details.
 */
export function withPolicy(findings: readonly Finding[], policy: readonly PolicyFinding[]): Finding[] {
  const byAddress = groupBy(findings, ({ address }) => address);
  const parts = new Map<Finding, Finding[]>();
  const others = policy.flatMap((found): Finding[] => {
    const same = SAME_AS_RULE[found.ruleId] ?? [];
    const owner = byAddress
      .get(found.address)
      ?.find((finding) =>
        same.some(([kind, words]) => kind === finding.kind && (words?.test(textOf(finding)) ?? true)),
      );
    if (owner === undefined) return [toFinding(found)];
    parts.set(owner, [...(parts.get(owner) ?? []), toFinding(found)]);
    return [];
  });
  const merged = findings.map((finding) => {
    const own = parts.get(finding);
    return own === undefined
      ? finding
      : { ...own.reduce(withPart, finding), severity: "forbidden" as const, allowance: undefined };
  });
  return [...merged, ...others];
}

const textOf = ({ title }: Finding): string =>
  title.map((part) => (typeof part === "string" ? part : part.code)).join("");

/** Allowances do not apply to policy findings, which packages/policy/src/suppressions.ts accepts. */
const toFinding = ({ ruleId, title, address, reason, remedy }: PolicyFinding): Finding => ({
  kind: "policy",
  severity: "forbidden",
  danger: "safe",
  address,
  title: say`Policy ${ruleId}: ${title}`,
  details: [say`${reason}`, say`What to do: ${remedy}`],
});
