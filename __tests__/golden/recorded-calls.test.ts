import { join } from "node:path";

import { production, staging } from "../../src/environments";
import { EQUIVALENTS, published } from "../iam/published/published";
import { isNamed } from "../support/iam";
import { authorizedOwnCalls, ownCalls } from "../support/own-calls";
import { removals } from "../support/policies";
import { described, readRecordedCalls, type RecordedRequest, refusal } from "../support/recorded-calls";
import { synthesize } from "../support/synthesis";

// What Terraform's calls of an apply, a second plan, a change and a destroy need, as the local cloud records it:
// `npm start -- --environment ENV --calls FILE && LC_ALL=C sort FILE > __tests__/golden/calls/ENV.jsonl`. production cannot be destroyed.

const recorded = [staging, production].map((environment) => ({
  name: environment.name,
  requests: readRecordedCalls(join(__dirname, "calls", `${environment.name}.jsonl`)),
  own: authorizedOwnCalls(environment),
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

test.each(recorded)(
  "IAM allows the CI roles every call of the project's own programs in $name",
  ({ own, isRefused }) => {
    const known = Object.entries(own).map(([file, calls]) => [file, Object.keys(calls).sort()]);
    expect(Object.fromEntries(known)).toEqual(ownCalls());
    const refused = requestsOf(own).filter((request) => isRefused(request));
    expect(refused.map(described)).toEqual([]);
  },
);

const requestsOf = (own: ReturnType<typeof authorizedOwnCalls>): RecordedRequest[] =>
  Object.values(own).flatMap((calls) => Object.values(calls).flat());

/** Names in ARNs, by resource type and the argument that has the name. */
const NAMED: Readonly<Record<string, readonly [string, RegExp]>> = {
  aws_autoscaling_group: ["name", /:autoScalingGroupName\/(.+)$/],
  aws_cloudwatch_log_group: ["name", /:log-group:(.+)$/],
  aws_cloudwatch_metric_alarm: ["alarm_name", /:alarm:(.+)$/],
  aws_db_instance: ["identifier", /:db:(.+)$/],
  aws_db_parameter_group: ["name", /:pg:(.+)$/],
  aws_db_subnet_group: ["name", /:subgrp:(.+)$/],
  aws_iam_instance_profile: ["name", /:instance-profile\/(.+)$/],
  aws_iam_role: ["name", /:role\/(.+)$/],
  aws_lb: ["name", /:loadbalancer\/app\/([^/]+)\/0$/],
  aws_lb_target_group: ["name", /:targetgroup\/([^/]+)\/0$/],
  aws_s3_bucket: ["bucket", /^arn:aws:s3:::([^/]+)$/],
  aws_secretsmanager_secret: ["name", /:secret:(.+)-0$/],
  aws_ssm_document: ["name", /:document\/(.+)$/],
};

// Names of a new server or service may lack until the next recording, which asks for the same actions as the others of the type.
test.each(recorded)("the recorded calls of $name are those of its roles, groups, alarms and other names", (each) => {
  const unknown = Object.entries(NAMED).filter(([type, [argument, pattern]]) => {
    const recordedNames = new Set(each.requests.map(({ resource }) => pattern.exec(resource)?.[1]));
    const names = each.synthesized.platform.resources(type).map(({ values }) => values[argument] as string);
    return !names.some((name) => recordedNames.has(name));
  });
  expect(unknown).toEqual([]);
});

/** Actions that neither a recorded call nor AWS's lists need: why the roles have them, and their statements. */
const OTHER_REASONS: Readonly<Record<string, readonly string[]>> = {
  "the plan role needs it; the apply role reads with the same statements, and the policy of the key allows it that, too":
    ["apply DecryptDatadogApiKey: kms:Decrypt"],
  "`force_destroy` of a bucket that has objects; the local cloud writes no access logs": [
    ...["apply DeleteAccessLogs: s3:DeleteObject", "apply DeleteAccessLogs: s3:DeleteObjectVersion"],
    "apply ListAccessLogs: s3:ListBucketVersions",
  ],
  "the AWS provider calls it before it destroys a group whose instances are protected from scale-in": [
    "apply ManageAutoScalingGroups: autoscaling:SetInstanceProtection",
  ],
  "a new major version: Amazon RDS authorizes it on the default option group of that version": [
    "apply UseDefaultOptionGroup: rds:ModifyDBInstance",
  ],
  "AWS's reference lists the database for the removal of a target only; a refused registration would stop a first apply":
    ["apply ManageDatabase: rds:RegisterDBProxyTargets"],
};

test("each action of the CI roles is needed by a call or by AWS's published permissions", () => {
  const proven = new Set<string>();
  const all = new Set<string>();
  for (const { policies, requests, own, isRefused, synthesized } of recorded) {
    const types = synthesized.stacks.flatMap((stack) => stack.resources().map(({ type }) => type));
    const listed = [...new Set(types)]
      .flatMap((type) => EQUIVALENTS[type] ?? [])
      .flatMap((type) => Object.values(published.cloudFormation[type] ?? {}).flat())
      .concat(Object.values(published.dependentActions).flat());
    const calls = [...requests, ...requestsOf(own)];
    for (const role of ["plan", "apply"] as const) {
      for (const { statement, removed: action, others } of removals(policies[role], "Action")) {
        const name = `${role} ${statement.Sid ?? ""}: ${action}`;
        all.add(name);
        if (proven.has(name)) continue;
        const affected = calls.filter((each) => each.role === role && isNamed([action], each.action));
        const isAllowedElsewhere = others.some(({ Effect, Action }) => Effect === "Allow" && isNamed(Action, action));
        if (
          affected.some((each) => !isRefused(each) && isRefused(each, others)) ||
          (!isAllowedElsewhere && listed.some((each) => isNamed([action], each)))
        ) {
          proven.add(name);
        }
      }
    }
  }
  const explained = Object.values(OTHER_REASONS).flat();
  expect([...all].filter((name) => !proven.has(name)).sort()).toEqual([...explained].sort());
});
