import { readFileSync } from "node:fs";
import { join } from "node:path";

import { production, staging } from "../../src/environments";
import { EQUIVALENTS, published } from "../iam/published/published";
import { isNamed } from "../support/iam";
import type { PolicyStatement } from "../support/policies";
import { described, readRecordedCalls, type RecordedRequest, refusal } from "../support/recorded-calls";
import { synthesize } from "../support/synthesis";

// What Terraform's calls of an apply, a second plan, a change and a destroy need, as the local cloud records it:
// `npm start -- --environment ENV --calls FILE && LC_ALL=C sort FILE > __tests__/golden/calls/ENV.jsonl`. production cannot be destroyed.

const recorded = [staging, production].map((environment) => ({
  name: environment.name,
  requests: readRecordedCalls(join(__dirname, "calls", `${environment.name}.jsonl`)),
  synthesized: synthesize(environment),
  ...refusal(synthesize(environment)),
}));

/** Refused on purpose: a deleted zone loses its name servers, so a person deletes it. */
const REFUSED = ["route53:DeleteHostedZone"];

test.each(recorded)("IAM allows the CI roles every call of Terraform in $name", ({ requests, isRefused }) => {
  expect(requests.filter(({ role }) => role === "plan").length).toBeGreaterThan(50);
  expect(requests.filter(({ role }) => role === "apply").length).toBeGreaterThan(300);
  const refused = requests.filter((request) => isRefused(request) && !REFUSED.includes(request.action));
  expect(refused.map(described)).toEqual([]);
});

/** Where the project's own code calls actions that Terraform does not: statements by file. */
const CALLERS: Readonly<Record<string, readonly string[]>> = {
  "packages/delivery/src/plan/plan-store.ts": ["PutNewPlans", "ReadPlans", "ReadPlansAsJson"],
  "packages/delivery/src/roll-out/aws.ts": [
    ...["ReadCommandResults", "ReadVersionsOfServiceFiles", "ReplaceServers", "RunMigrationDocument"],
    "RunOnOwnServers",
  ],
};

/** Actions that neither a recorded call nor AWS's lists need: why the roles have them, and their statements. */
const OTHER_REASONS: Readonly<Record<string, readonly string[]>> = {
  "the session of `npm run database-users`, which the AWS CLI opens, and its connection": [
    ...["ConnectAsMasterUser: rds-db:connect", "ForwardPortsThroughServers: ssm:StartSession"],
    ...["UseOwnSessions: ssm:TerminateSession", "UseOwnSessions: ssmmessages:OpenDataChannel"],
    "UsePortForwardingDocument: ssm:StartSession",
  ],
  "`force_destroy` of a bucket that has objects; the local cloud writes no access logs": [
    ...["DeleteAccessLogs: s3:DeleteObject", "DeleteAccessLogs: s3:DeleteObjectVersion"],
    "ListAccessLogs: s3:ListBucketVersions",
  ],
  "the AWS provider calls it before it destroys a group whose instances are protected from scale-in": [
    "ManageAutoScalingGroups: autoscaling:SetInstanceProtection",
  ],
  "a new major version: Amazon RDS authorizes it on the default option group of that version": [
    "UseDefaultOptionGroup: rds:ModifyDBInstance",
  ],
  "CopyObject reads the tags of the version that a roll-out puts back": [
    "ReadVersionsOfServiceFiles: s3:GetObjectVersionTagging",
  ],
  "AWS's reference lists the database for the removal of a target only; a refused registration would stop a first apply":
    ["ManageDatabase: rds:RegisterDBProxyTargets"],
};

test("each action of the CI roles is needed by a recorded call or by AWS's published permissions", () => {
  const proven = new Set<string>();
  const all = new Set<string>();
  for (const { policies, requests, isRefused, synthesized } of recorded) {
    const types = synthesized.stacks.flatMap((stack) => stack.resources().map(({ type }) => type));
    const listed = [...new Set(types)]
      .flatMap((type) => EQUIVALENTS[type] ?? [])
      .flatMap((type) => Object.values(published.cloudFormation[type] ?? {}).flat())
      .concat(Object.values(published.dependentActions).flat());
    for (const role of ["plan", "apply"] as const) {
      for (const { statement, action, others } of removals(policies[role])) {
        const name = `${statement.Sid ?? ""}: ${action}`;
        all.add(name);
        if (proven.has(name)) continue;
        const affected = requests.filter((each) => each.role === role && isNamed([action], each.action));
        const isAllowedElsewhere = others.some(({ Effect, Action }) => Effect === "Allow" && isNamed(Action, action));
        if (
          affected.some((each: RecordedRequest) => !isRefused(each) && isRefused(each, others)) ||
          (!isAllowedElsewhere && listed.some((each) => isNamed([action], each))) ||
          isCalled(statement, action)
        ) {
          proven.add(name);
        }
      }
    }
  }
  const explained = Object.values(OTHER_REASONS).flat();
  expect([...all].filter((name) => !proven.has(name)).sort()).toEqual([...explained].sort());
});

/** Each action of each statement that allows it, and the policies without it. */
function* removals(policies: readonly PolicyStatement[]) {
  for (const statement of policies) {
    if (statement.Effect !== "Allow") continue;
    for (const action of statement.Action) {
      const less = { ...statement, Action: statement.Action.filter((each) => each !== action) };
      yield { statement, action, others: policies.map((each) => (each === statement ? less : each)) };
    }
  }
}

/** Whether the project's own code calls an action with AWS's SDK. */
function isCalled({ Sid = "" }: PolicyStatement, action: string): boolean {
  const [file] = Object.entries(CALLERS).find(([, statements]) => statements.includes(Sid)) ?? [];
  if (file === undefined) return false;
  const [, name = ""] = action.split(":");
  const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`.replace("getObjectVersion", "getObject");
  return readFileSync(join(__dirname, "../..", file), "utf8").includes(`.${method}(`);
}
