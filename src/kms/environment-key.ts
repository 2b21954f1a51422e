import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role";
import { Construct } from "constructs";

import { applyRoleArn, type Environment, prefix } from "../config";
import type { Statement } from "../iam";
import { EncryptionKey } from "./encryption-key";

export interface EnvironmentKeyProps {
  readonly environment: Environment;
}

/**
 * The environment's key, for volumes, logs, secrets and the database, and the role with which Auto Scaling uses it.
 *
 * Auto Scaling cannot start an instance from an encrypted volume unless the key names its service-linked role. The role
 * carries a suffix of ours, because AWS creates the default one at a time of its own, which a key policy cannot wait for.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
export class EnvironmentKey extends Construct {
  /** The key. */
  readonly key: EncryptionKey;
  /** ARN of the service-linked role that Auto Scaling groups must name. */
  readonly autoScalingRoleArn: string;

  constructor(scope: Construct, id: string, { environment }: EnvironmentKeyProps) {
    super(scope, id);
    const role = new IamServiceLinkedRole(this, "auto-scaling-role", {
      awsServiceName: "autoscaling.amazonaws.com",
      customSuffix: prefix(environment),
      description: `Auto Scaling of ${prefix(environment)}`,
    });
    this.autoScalingRoleArn = role.arn;
    this.key = new EncryptionKey(this, "key", {
      environment,
      alias: `alias/${prefix(environment)}`,
      description: `Volumes, logs, secrets and database of ${environment.name}`,
      grants: [...autoScalingMayUse(role.arn), logsMayUse(environment), ...ciMayManage(environment)],
    });
  }
}

function autoScalingMayUse(roleArn: string): Statement[] {
  return [
    {
      sid: "UseKeyForAutoScaling",
      principals: { AWS: roleArn },
      actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      resources: ["*"],
    },
    {
      sid: "CreateGrantsForAutoScaling",
      principals: { AWS: roleArn },
      actions: ["kms:CreateGrant"],
      resources: ["*"],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function logsMayUse({ region, accountId }: Environment): Statement {
  return {
    sid: "EncryptLogsOfAccount",
    principals: { Service: `logs.${region}.amazonaws.com` },
    actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    resources: ["*"],
    conditions: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:log-group:*` },
    },
  };
}

/**
 * What CI's apply role does with the key, without a condition on the key's tag: a tag of a new key may take five minutes to
 * take effect in authorization, and Terraform goes on at once. `<env>-state`, which a person deploys first, has made the role; KMS
 * refuses a policy that names a principal that does not exist.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
function ciMayManage(environment: Environment): Statement[] {
  const { region } = environment;
  const principals = { AWS: applyRoleArn(environment) };
  return [
    {
      sid: "ManageKeyFromCi",
      principals,
      actions: [
        ...["CreateAlias", "DeleteAlias", "EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource"],
        ...["UntagResource", "UpdateAlias", "UpdateKeyDescription"],
      ].map((action) => `kms:${action}`),
      resources: ["*"],
      // A tag may change, but not the one by which environments are told apart. (src/iam denies its removal.)
      conditions: { StringEqualsIfExists: { "aws:RequestTag/env": environment.name } },
    },
    {
      // RDS and Secrets Manager use the key in the name of the principal that creates or changes the resource.
      sid: "UseKeyThroughServices",
      principals,
      actions: ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"],
      resources: ["*"],
      conditions: {
        StringEquals: {
          "kms:ViaService": ["rds", "secretsmanager"].map((service) => `${service}.${region}.amazonaws.com`),
        },
      },
    },
  ];
}
