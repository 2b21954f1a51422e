import { Fn } from "cdktf";

/** One statement of an IAM policy, in IAM's terms. */
export interface Statement {
  /** Name of the statement, letters and digits. @default none */
  readonly sid?: string;
  /** @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** Who, in policies of resources and of trust. @default none, as in policies of identities */
  readonly principals?: Readonly<Record<string, string | readonly string[]>> | "*";
  /** Such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs. @default none, as in policies of trust */
  readonly resources?: readonly string[];
  /** Operator, then key, then value. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document. Encoded by Terraform, because statements may hold values that only Terraform knows. */
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

/** A policy that allows, and nothing more. */
export function allow(...statements: readonly Omit<Statement, "effect" | "principals">[]): string {
  return policyDocument(statements);
}

/** A policy that reads one secret, with one key, and uses that key for nothing else. */
export function readSecret(secretArn: string, keyArn: string, region: string): string {
  return allow(
    { actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
    {
      actions: ["kms:Decrypt"],
      resources: [keyArn],
      conditions: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
  );
}

/**
 * A trust policy for an AWS service, on behalf of this account only: without the condition, the service could be led to
 * use the role for somebody else.
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

/** A trust policy for EC2 instances, whose requests carry no source account. */
export function assumedByInstances(): string {
  return policyDocument([{ principals: { Service: "ec2.amazonaws.com" }, actions: ["sts:AssumeRole"] }]);
}
