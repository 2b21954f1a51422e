import { readFileSync } from "node:fs";

import { prefix } from "../../src/config";
import { type IamRequest, isAllowed } from "./iam";
import { type PolicyStatement, statements } from "./policies";
import type { SynthesizedEnvironment } from "./synthesis";

/** What IAM authorized for an API call of Terraform: a line of the local cloud's `--calls`. */
export interface RecordedRequest extends IamRequest {
  /** The CI role that runs the command on AWS. */
  readonly role: "plan" | "apply";
  /** Service and operation of the call, such as `ec2:CreateSubnet`. @default the action */
  readonly call?: string;
}

/** @throws Error for a call that the recorder could not map to IAM's actions */
export function readRecordedCalls(file: string): RecordedRequest[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => {
    const request = JSON.parse(line) as RecordedRequest & { readonly error?: string };
    if (request.error !== undefined) throw new Error(`${request.call ?? ""} was not recorded: ${request.error}`);
    return request;
  });
}

/** The policies of a CI role, with ARNs in place of references, as the recorder writes them. */
export function ciPolicies({ environment, state }: SynthesizedEnvironment, role: string): PolicyStatement[] {
  const { accountId, region } = environment;
  const name = `${prefix(environment)}-terraform-state`;
  const arns = {
    [`${state.only("aws_s3_bucket").address}.arn`]: `arn:aws:s3:::${name}-${accountId}`,
    [`${state.only("aws_kms_key").address}.arn`]: `arn:aws:kms:${region}:${accountId}:key/${name}`,
  };
  const attached = state
    .resources("aws_iam_role_policy_attachment")
    .filter((each) => state.target(each.values.role) === state.at(`delivery/${role}`))
    .flatMap((each) => statements(state.target(each.values.policy_arn).values.policy));
  const text = Object.entries(arns).reduce(
    (json, [reference, arn]) => json.replaceAll(`\${${reference}}`, arn).replaceAll(reference, arn),
    JSON.stringify(attached),
  );
  // Terraform's escape of a variable of IAM, such as ${aws:userid}.
  return JSON.parse(text.replaceAll("$${", "${")) as PolicyStatement[];
}

/** Whether IAM refuses a recorded request, with the policies of the role that makes it or with others. */
export function refusal(synthesized: SynthesizedEnvironment) {
  const { environment, state, platform } = synthesized;
  const { accountId, region } = environment;
  const policies = { plan: ciPolicies(synthesized, "plan"), apply: ciPolicies(synthesized, "apply") };
  const keyPolicy = statements(platform.at("encryption/key/key").values.policy);
  // The key's own policy exists from its creation on, before the key has an alias.
  const keys = [prefix(environment), "new"].map((name) => `arn:aws:kms:${region}:${accountId}:key/${name}`);
  const ofEveryRequest = { "aws:PrincipalAccount": accountId, "aws:RequestedRegion": region };
  return {
    policies,
    isRefused: ({ role, action, resource, context }: RecordedRequest, identity = policies[role]): boolean =>
      !isAllowed(
        { action, resource, context: { ...ofEveryRequest, ...context } },
        {
          identity,
          role: `arn:aws:iam::${accountId}:role/${state.at(`delivery/${role}`).values.name as string}`,
          resource: keys.includes(resource) ? keyPolicy : [],
        },
      ),
  };
}

/** One line for a request, with what its call was. */
export const described = ({ role, call, action, resource, context }: RecordedRequest): string =>
  [role, call ?? action, action, resource, JSON.stringify(context ?? {})].join(" ");
