import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { rehearsal, stagingInIreland, stagingInThreeZones, withProgram } from "../../../__tests__/support/environments";
import { synthesize } from "../../../__tests__/support/synthesis";
import { environments, production, staging } from "../../../src/environments";
import { evaluate, rules, suppressions } from "../src";
import { PREREQUISITES } from "../src/facts/prerequisites";
import { database } from "./cases/database";
import { monitoringStack, monitors } from "./cases/monitors";
import { network } from "./cases/network";
import { type Example, examples, order } from "./cases/order";
import { githubRole, permissions } from "./cases/permissions";
import { servers } from "./cases/servers";
import { state } from "./cases/state";
import { type Document, evaluateRule, type Values } from "./support";

const cases = [...state, ...permissions, ...network, ...order, ...servers, ...database, ...monitors];
const TODAY = "2026-11-25";

/** A copy of a synthesized stack for a test to change. */
function document(name: string): Document {
  const stacks = [...synthesize(staging).stacks, ...synthesize(production).stacks];
  const found = stacks.find((stack) => stack.name === name);
  if (found === undefined && name === "staging-monitoring") return monitoringStack();
  if (found === undefined) throw new Error(`There is no stack ${name}`);
  return JSON.parse(found.json) as Document;
}

const everyStack = (...all: typeof environments) =>
  all.flatMap((environment) =>
    synthesize(environment).stacks.map(({ name, json }) => fromSynthesis(name, JSON.parse(json) as JsonObject)),
  );

test("every rule has one pair of examples", () => {
  expect(cases.map((each) => each.rule).sort()).toEqual(rules.map((rule) => rule.id).sort());
});

describe.each(cases)("$rule", ({ rule, fails, says, passes, breaks, stack = "staging" }) => {
  const name = stack === "production" ? "production" : "staging";

  test("reports the failing example", () => {
    expect(evaluateRule(rule, fails, name).findings.map(({ problem }) => problem)).toContain(says);
  });

  test("checks the passing example and reports nothing", () => {
    const { findings, checked } = evaluateRule(rule, passes, "staging");
    expect(findings).toEqual([]);
    const inProduction = evaluateRule(rule, passes, "production");
    expect((checked[rule] ?? 0) + (inProduction.checked[rule] ?? 0)).toBeGreaterThan(0);
    if (name === "production" && checked[rule] === 0) expect(inProduction.findings).toEqual([]);
  });

  test("reports nothing in the synthesized stack, and reports it after the change that breaks the rule", () => {
    const real = document(stack);
    const before = evaluateRule(rule, real, stack).findings.filter(({ path }) => path !== "dns/query-log-group");
    expect(before).toEqual([]);
    if (breaks === undefined) return;
    breaks(real);
    expect(evaluateRule(rule, real, stack).findings.length).toBeGreaterThan(0);
  });
});

test.each<[string, Values, string]>([
  ["aws_db_snapshot_copy", { shared_accounts: ["all"] }, "it is shared with all accounts"],
  ["aws_db_cluster_snapshot", { shared_accounts: ["all"] }, "it is shared with all accounts"],
  ["aws_rds_cluster_snapshot_copy", { shared_accounts: ["all"] }, "it is shared with all accounts"],
  ["aws_ami_launch_permission", { group: "all" }, "every account may launch the AMI"],
  ["aws_ebs_snapshot_block_public_access", { state: "unblocked" }, "EBS snapshots may be shared with all accounts"],
])("snapshots-not-public reports a public %s", (type, values, problem) => {
  const { findings } = evaluateRule("snapshots-not-public", { [type]: { s: values } });
  expect(findings.map((finding) => finding.problem)).toEqual([problem]);
});

describe("iam-github-oidc-restricts-subject", () => {
  const problems = (sub: string) =>
    evaluateRule("iam-github-oidc-restricts-subject", githubRole(sub)).findings.map(({ problem }) => problem);

  test.each([
    "repo:dev-one/infrastructure:environment:staging",
    "repo:dev-one/infrastructure:pull_request",
    "repo:dev-one@123456/infrastructure@456789:environment:staging",
    "repo:dev-one@123456/infrastructure@456789:pull_request",
    "repo:dev-one@123456/infrastructure@456789:ref:refs/heads/main",
  ])("accepts %s", (sub) => {
    expect(problems(sub)).toEqual([]);
  });

  test.each([
    "repo:dev-one@123456/*",
    "repo:dev-one@*/infrastructure@456789:environment:staging",
    "repo:dev-one@123456/infrastructure@*:environment:staging",
    "repo:dev-one@123456/infrastructure@456789:*",
    "repo:dev-one@123456/infrastructure:environment:staging",
    "repo:dev-one/infrastructure@456789:environment:staging",
    "repo:dev-one@/infrastructure@:environment:staging",
    "repo:dev-one@0/infrastructure@0:environment:staging",
    "repo:123456/456789@:environment:staging",
  ])("refuses %s", (sub) => {
    expect(problems(sub)).toEqual([`${sub} does not name one repository and one environment, ref or pull_request`]);
  });
});

describe("resources-depend-on-prerequisites", () => {
  const problems = ([type, values, , others]: Example, depends_on: readonly string[] = []) =>
    evaluateRule("resources-depend-on-prerequisites", {
      ...others,
      [type]: { subject: { ...values, depends_on } },
    }).findings.map(({ problem }) => problem);

  test.each(examples)("reports that %s %j does not depend on %s, and accepts it in depends_on", (...example) => {
    const [, , prerequisite] = example;
    expect(problems(example)).toEqual([expect.stringMatching(`^it does not depend on ${prerequisite}: otherwise `)]);
    expect(problems(example, [prerequisite])).toEqual([]);
  });

  test("has an example of every prerequisite", () => {
    const reported = examples.flatMap((example) => problems(example).map((problem) => [example[0], problem].join(" ")));
    const lines = Object.entries(PREREQUISITES).flatMap(([type, each]) =>
      each.map(({ otherwise }) => [type, otherwise]),
    );
    expect(reported).toHaveLength(lines.length);
    for (const [type = "", otherwise = ""] of lines) {
      expect(reported.filter((each) => each.startsWith(type) && each.endsWith(otherwise))).toHaveLength(1);
    }
  });

  test("has a line for every resource type of the environments, and no other", () => {
    const types = everyStack(...environments).flatMap(({ resources }) => resources.map(({ type }) => type));
    expect(Object.keys(PREREQUISITES).sort()).toEqual([...new Set(types)].sort());
  });
});

test.each<[string, Values, string[]]>([
  ["an alarm that removes servers", { evaluation_periods: 3, scaling_adjustment: -2 }, []],
  ["an alarm whose datapoints_to_alarm is that of evaluation_periods", { evaluation_periods: 9 }, ["9 of 9"]],
  [
    "a period of five minutes, of which one may be late",
    { evaluation_periods: 3, datapoints_to_alarm: 2, period: 300 },
    [],
  ],
])("scaling-alarm-allows-late-metrics: %s", (_what, { scaling_adjustment = 2, period = 60, ...alarm }, expected) => {
  const { findings } = evaluateRule("scaling-alarm-allows-late-metrics", {
    aws_autoscaling_policy: { p: { scaling_adjustment } },
    aws_cloudwatch_metric_alarm: { a: { ...alarm, period, alarm_actions: ["${aws_autoscaling_policy.p.arn}"] } },
  });
  expect(findings.map(({ problem }) => /^\d+ of \d+/.exec(problem)?.[0])).toEqual(expected);
});

describe("the environments", () => {
  const stacks = everyStack(...environments);

  test("have no findings", () => {
    expect(evaluate(stacks, { rules, suppressions, today: TODAY }).findings).toEqual([]);
  });

  test.each(suppressions)(
    "need the suppression of $rule at $where, which has a reason and a valid last day",
    (each) => {
      expect(evaluate(stacks, { rules, suppressions: [each], today: TODAY }).accepted).not.toEqual([]);
      expect(each.reason).toMatch(/\.$/);
      expect(new Date(each.until).toISOString().slice(0, 10)).toBe(each.until);
    },
  );

  test.each([
    ["in three zones", stagingInThreeZones()],
    ["in another region", stagingInIreland()],
    ["as a third environment", rehearsal()],
    ["in staging with a released image", withProgram(staging, "image")],
    ["in production with a released image", withProgram(production, "image")],
  ])("have no findings %s", (_where, environment) => {
    expect(evaluate(everyStack(environment), { rules, suppressions, today: TODAY }).findings).toEqual([]);
  });
});

describe("the rules", () => {
  test("have unique kebab-case ids, and texts that are sentences", () => {
    for (const { id, title, reason, remedy } of rules) {
      expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
      expect(title).not.toMatch(/\.$/);
      expect(reason).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test.each([
    ["checkov", /^CKV2?_AWS_\d+$/],
    ["securityHub", /^[A-Z][A-Za-z0-9]+\.\d+$/],
    ["cis", /^\d(\.\d+){1,2}$/],
  ] as const)("name controls of %s by their ids", (benchmark, form) => {
    const ids = rules.flatMap(({ controls }) => controls?.[benchmark] ?? []);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
  });
});
