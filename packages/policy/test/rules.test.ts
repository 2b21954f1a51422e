import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { rehearsal, stagingInIreland, stagingInThreeZones, withProgram } from "../../../__tests__/support/environments";
import { synthesize } from "../../../__tests__/support/synthesis";
import { environments } from "../../../src/environments";
import { production } from "../../../src/environments/production";
import { staging } from "../../../src/environments/staging";
import { judge, rules, suppressions } from "../src";
import { database } from "./cases/database";
import { monitoringStack, monitors } from "./cases/monitors";
import { network } from "./cases/network";
import { permissions } from "./cases/permissions";
import { servers } from "./cases/servers";
import { state } from "./cases/state";
import { type Document, judgeBy, policy, ruleNamed } from "./support";

const cases = [...state, ...permissions, ...network, ...servers, ...database, ...monitors];
const TODAY = "2026-11-25";

/** A stack as it is synthesized, to be changed. */
function document(name: string): Document {
  const stacks = [...synthesize(staging).stacks, ...synthesize(production).stacks];
  const found = stacks.find((stack) => stack.name === name);
  if (found === undefined && name === "staging-monitoring") return monitoringStack();
  if (found === undefined) throw new Error(`There is no stack ${name}`);
  return JSON.parse(found.json) as Document;
}

const everyStack = (...all: typeof environments) =>
  all.flatMap((environment) =>
    synthesize(environment).stacks.map(({ name, json }) => fromSynthesis(name, JSON.parse(json) as object)),
  );

test("every rule has its examples, and every example a rule", () => {
  expect(cases.map((each) => each.rule).sort()).toEqual(rules.map((rule) => rule.id).sort());
});

describe.each(cases)("$rule", ({ rule, fails, says, passes, breaks, stack = "staging" }) => {
  const name = stack === "production" ? "production" : "staging";

  test("the failing example fails", () => {
    expect(judgeBy(rule, fails, name).findings.map(({ problem }) => problem)).toContain(says);
  });

  test("the passing example passes, and there is something to judge", () => {
    const { findings, judged } = judgeBy(rule, passes, "staging");
    expect(findings).toEqual([]);
    const inProduction = judgeBy(rule, passes, "production");
    expect((judged[rule] ?? 0) + (inProduction.judged[rule] ?? 0)).toBeGreaterThan(0);
    if (name === "production" && judged[rule] === 0) expect(inProduction.findings).toEqual([]);
  });

  test("what is synthesized keeps it, and would be caught breaking it", () => {
    const real = document(stack);
    const before = judgeBy(rule, real, stack).findings.filter(({ path }) => path !== "dns/query-log-group");
    expect(before).toEqual([]);
    breaks(real);
    expect(judgeBy(rule, real, stack).findings.length).toBeGreaterThan(0);
  });
});

describe("github-trust-names-one-place", () => {
  const ISSUER = "token.actions.githubusercontent.com";
  const problems = (sub: string) =>
    judgeBy("github-trust-names-one-place", {
      aws_iam_role: {
        r: {
          assume_role_policy: policy({
            Effect: "Allow",
            Principal: { Federated: "${aws_iam_openid_connect_provider.github.arn}" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com", [`${ISSUER}:sub`]: sub } },
          }),
        },
      },
    }).findings.map(({ problem }) => problem);

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
    expect(problems(sub)).toEqual([`${sub} is not one place of one repository`]);
  });
});

describe("the environments", () => {
  const report = judge(everyStack(...environments), { rules, suppressions, today: TODAY });

  test("keep every rule", () => {
    expect(report.findings).toEqual([]);
  });

  test("give every rule something to judge, but those of what they do not have yet", () => {
    const idle = Object.entries(report.judged).filter(([, count]) => count === 0);
    const types = new Set(
      environments.flatMap((each) =>
        synthesize(each).stacks.flatMap((stack) => stack.resources().map(({ type }) => type)),
      ),
    );
    const expected = rules.filter(({ id }) => id.startsWith("monitors-") && !types.has("datadog_monitor"));
    expect(idle.map(([id]) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
  });

  test.each([
    ["in three zones", stagingInThreeZones()],
    ["in another region", stagingInIreland()],
    ["beside the two that there are", rehearsal()],
    ["in staging with a released image", withProgram(staging, "image")],
    ["in production with a released image", withProgram(production, "image")],
  ])("keep them %s, too", (_where, environment) => {
    expect(judge(everyStack(environment), { rules, suppressions, today: TODAY }).findings).toEqual([]);
  });
});

describe("the rules themselves", () => {
  test("have ids that are file names, and sentences with an end", () => {
    for (const { id, title, reason, remedy } of rules) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(ruleNamed(id).id).toBe(id);
      expect(title).not.toMatch(/\.$/);
      expect(reason).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test("name controls as their owners write them", () => {
    for (const { controls } of rules) {
      for (const id of controls.checkov ?? []) expect(id).toMatch(/^CKV2?_AWS_\d+$/);
      for (const id of controls.securityHub ?? []) expect(id).toMatch(/^[A-Z][A-Za-z0-9]+\.\d+$/);
      for (const id of controls.cis ?? []) expect(id).toMatch(/^\d(\.\d+){1,2}$/);
    }
  });
});
