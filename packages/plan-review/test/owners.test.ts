import { committedPlan } from "../src/examples/committed";
import { scenarios } from "../src/examples/scenarios";
import type { Finding, FindingKind } from "../src/finding";
import { policyFindings } from "../src/policy";
import { plain } from "../src/render/escape";
import { review } from "../src/verdict";
import { cases } from "./corpus/cases";
import { create, plan, source } from "./corpus/plans";

const TODAY = "2026-11-25";

/** Words with which a policy rule says the danger of a kind. */
const WORDS: Readonly<Partial<Record<FindingKind, RegExp>>> = {
  "open-to-world": /every address|publicly|all accounts|every account|any principal|subject/,
  "encryption-disabled": /not encrypted/,
  "wildcard-administration": /^\S+ is allowed/,
  "protection-disabled": /deletion protection is off|rotation is off|deletion_window/,
};
/** Kinds that also say that the resource is destroyed or replaced. */
const SAYS_MORE: readonly FindingKind[] = ["dns", "route", "outgoing-address-lost", "address-table-changed"];

const reviewed = [
  ...cases.map(({ name, plan: json }) => [name, source(json)] as const),
  ...scenarios.map((scenario) => [scenario[0], committedPlan(scenario)] as const),
].flatMap(([name, from]) =>
  review([from], { today: TODAY, policyFindings: (each) => policyFindings(each, TODAY) }).stacks.map((stack) => ({
    name,
    stack,
  })),
);

test("no address of the corpus has two findings of the same danger", () => {
  const twice = reviewed.flatMap(({ name, stack: { stack, findings } }) => {
    const text = (each: Finding): string =>
      [each.title, ...(each.details ?? [])].map((line) => plain(line, stack.secrets)).join("\n");
    return findings.flatMap((one) =>
      findings
        .filter((other) => other !== one && other.address === one.address)
        .filter(
          (other) =>
            text(other) === text(one) ||
            (other.kind === "policy" && WORDS[one.kind]?.test(text(other).split("\n")[1] ?? "") === true) ||
            (SAYS_MORE.includes(one.kind) &&
              /^(Destroyed|Replaced)/.test(text(other)) &&
              !text(other).includes("lost")),
        )
        .map((other) => `${name}, ${one.address}: ${text(one)}; ${text(other)}`),
    );
  });
  expect(twice).toEqual([]);
});

test("what a policy rule forbids stays forbidden where a check has an allowance for the same danger", () => {
  const ssh = { security_group_id: "sg-1", ip_protocol: "tcp", from_port: 22, to_port: 22, cidr_ipv4: "0.0.0.0/0" };
  const address = "aws_vpc_security_group_ingress_rule.ssh";
  const allowance = { stack: "stack", address, kind: "open-to-world", reason: "Because of it", until: TODAY } as const;
  const options = { today: TODAY, allowances: [allowance] };
  const from = source(plan([create(address, { ...ssh, description: "SSH" })]));
  expect(review([from], options).verdict).toBe("approve");
  const [stack] = review([from], { ...options, policyFindings: (each) => policyFindings(each, TODAY) }).stacks;
  expect(stack?.findings).toMatchObject([{ kind: "open-to-world", severity: "forbidden" }]);
  expect(JSON.stringify(stack?.findings[0]?.details)).toContain("security-group-restricts-public-ingress");
});
