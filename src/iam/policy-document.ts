import { Fn } from "cdktf";

/** One statement of an IAM policy, in IAM's terms. */
export interface Statement {
  /** Statement id: letters and digits, unique in the policy. A verb that says what the statement allows. @default none */
  readonly sid?: string;
  /** Whether the statement allows or denies. @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Principals, in resource-based policies and trust policies. @default none, as in identity-based policies */
  readonly principals?: Readonly<Record<string, string | readonly string[]>> | "*";
  /** IAM actions, such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs of resources. @default none, as in trust policies */
  readonly resources?: readonly string[];
  /** Values by condition operator and condition key. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document, encoded by Terraform, because statements may refer to attributes that are known at apply. */
export function policyDocument(statements: readonly Statement[]): string {
  return Fn.jsonencode({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
      Effect: statement.effect ?? "Allow",
      ...(statement.principals === undefined ? {} : { Principal: statement.principals }),
      Action: statement.actions,
      ...(statement.resources === undefined ? {} : { Resource: statement.resources }),
      ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
    })),
  });
}

/**
 * Trust policy for an AWS service on behalf of this account. Without the condition, another account could make the service use
 * the role (confused deputy).
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function assumedByService(service: string, accountId: string): string {
  return policyDocument([
    {
      principals: { Service: service },
      actions: ["sts:AssumeRole"],
      conditions: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ]);
}

/**
 * Trust policy for a service that is not documented to send the account: EC2, and RDS Proxy. A condition on a key that a request lacks
 * is never met. Only roles of the caller's own account can be passed to a service.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html (a trust policy without conditions)
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function assumedByServiceWithoutSource(service: "ec2.amazonaws.com" | "rds.amazonaws.com"): string {
  return policyDocument([{ principals: { Service: service }, actions: ["sts:AssumeRole"] }]);
}
