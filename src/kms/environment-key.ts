import { IamServiceLinkedRole } from "@cdktf/provider-aws/lib/iam-service-linked-role";
import { Construct } from "constructs";

import type { Statement } from "../iam";
import { EncryptionKey } from "./encryption-key";

export interface EnvironmentKeyProps {
  /** Name of the alias and suffix of the service-linked role, such as `dev-one-staging`. */
  readonly name: string;
  /** Value of the tag `env`, which CI must not change on the key, such as `staging`. */
  readonly environmentName: string;
  /** Account of the key and of the log groups that it encrypts. */
  readonly accountId: string;
  /** Region of the key. */
  readonly region: string;
  /** ARN of the role with which CI applies. The role must exist: KMS rejects a key policy with an unknown principal. */
  readonly ciApplyRoleArn: string;
  /** Refuses plans that destroy the key. @default true */
  readonly preventDestroy?: boolean;
}

/**
 * The environment's key, for volumes, logs, secrets and the database, and the role with which Auto Scaling uses it.
 *
 * Auto Scaling cannot start an instance from an encrypted volume unless the key names its service-linked role. The role
 * has a custom suffix, because AWS creates the default role when it first needs it, and the key policy must not wait for that.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
export class EnvironmentKey extends Construct {
  /** The key. */
  readonly key: EncryptionKey;
  /** ARN of the service-linked role that Auto Scaling groups must name. */
  readonly autoScalingRoleArn: string;

  constructor(scope: Construct, id: string, props: EnvironmentKeyProps) {
    super(scope, id);
    const { name, environmentName, accountId } = props;
    const role = new IamServiceLinkedRole(this, "auto-scaling-role", {
      awsServiceName: "autoscaling.amazonaws.com",
      customSuffix: name,
      description: `Auto Scaling of ${name}`,
    });
    this.autoScalingRoleArn = role.arn;
    this.key = new EncryptionKey(this, "key", {
      alias: `alias/${name}`,
      description: `Volumes, logs, secrets and database of ${environmentName}`,
      accountId,
      keyPolicyStatements: [...allowAutoScaling(role.arn), allowLogs(props), ...allowCi(props)],
      preventDestroy: props.preventDestroy ?? true,
    });
  }
}

function allowAutoScaling(roleArn: string): Statement[] {
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
function allowLogs({ region, accountId }: EnvironmentKeyProps): Statement {
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
 * Permissions of CI's apply role on the key, without a condition on the key's tag: a tag of a new key can take five minutes to
 * take effect in authorization, and Terraform uses the key at once. The role exists, because `<env>-state` is deployed first.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
 */
function allowCi({ region, environmentName, ciApplyRoleArn }: EnvironmentKeyProps): Statement[] {
  const principals = { AWS: ciApplyRoleArn };
  return [
    {
      sid: "ManageKeyFromCi",
      principals,
      actions: [
        ...["CreateAlias", "DeleteAlias", "EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource"],
        ...["UntagResource", "UpdateAlias", "UpdateKeyDescription"],
      ].map((action) => `kms:${action}`),
      resources: ["*"],
      // Tags may change, but not the value of `env`, which identifies the environment. src/iam denies its removal.
      conditions: { StringEqualsIfExists: { "aws:RequestTag/env": environmentName } },
    },
    {
      // RDS and Secrets Manager use the key with the permissions of the principal that creates or changes the resource.
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
