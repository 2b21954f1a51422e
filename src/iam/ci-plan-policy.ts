import { PLANS_PREFIX, stackNames } from "../config";
import { type CiScope, serviceFiles } from "./ci-scope";
import type { Statement } from "./policy-document";
import { actionsOf } from "./resource-actions";
import { readMigrationDocument } from "./roll-out-policy";

/** What Terraform's refresh reads. No data: no objects of buckets but those that it manages, no logs, no rows of the database. */
export function readResources(ci: CiScope): Statement[] {
  const { name, region, accountId } = ci;
  return [
    {
      sid: "DescribeResources",
      actions: actionsOf(ci.resourceTypes, "DescribeResources"),
      resources: ["*"],
    },
    {
      sid: "DescribeBuckets",
      actions: actionsOf(ci.resourceTypes, "DescribeBuckets"),
      resources: [`arn:aws:s3:::dev-one-${name}-*`],
    },
    {
      sid: "ReadServiceFiles",
      actions: actionsOf(ci.resourceTypes, "ReadServiceFiles"),
      resources: [`${serviceFiles(name)}/*`],
    },
    {
      sid: "ReadImageParameter",
      actions: ["ssm:GetParameter"],
      resources: [`arn:aws:ssm:${region}::parameter/aws/service/ami-amazon-linux-latest/*`],
    },
    readMigrationDocument(ci),
    // The AWS provider reads the value of a secret version at every refresh, even if a write-only argument set it. The API key of
    // the agents can only send data to Datadog, and the first password of a database user, a version with an id of the provider's, logs
    // in nowhere (src/database/database-user.ts). Other secrets cannot be read.
    {
      sid: "ReadDatadogApiKey",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/datadog-api-key-*`],
    },
    {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
      sid: "ReadFirstDatabasePasswords",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/database-user-*`],
      conditions: { StringLike: { "secretsmanager:VersionId": "terraform-*" } },
    },
    {
      sid: "DecryptDatadogApiKey",
      actions: ["kms:Decrypt"],
      resources: [`arn:aws:kms:${region}:${accountId}:key/*`],
      conditions: {
        StringEquals: {
          "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
          "aws:ResourceTag/env": name,
        },
      },
    },
  ];
}

/** Reads the states of the environment with their key. "DescribeBuckets" allows to list the bucket. */
export function readState(bucketArn: string, keyArn: string): Statement[] {
  return [
    { sid: "ReadState", actions: ["s3:GetObject"], resources: [`${bucketArn}/*.tfstate`, `${bucketArn}/*.tflock`] },
    { sid: "UseStateKey", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [keyArn] },
  ];
}

/** Uploads plans under the hash of their content, without overwriting any, and reads them as JSON for the review. */
export function putPlans(bucketArn: string): Statement[] {
  const plans = `${bucketArn}/${PLANS_PREFIX}*`;
  return [
    {
      sid: "PutNewPlans",
      actions: ["s3:PutObject"],
      resources: [plans],
      // Only with the header If-None-Match, with which S3 rejects overwriting an object.
      conditions: { Null: { "s3:if-none-match": "false" } },
    },
    { sid: "ReadPlansAsJson", actions: ["s3:GetObject"], resources: [`${plans}.json`] },
  ];
}

/** Reads the plan files to apply. */
export function readPlans(bucketArn: string): Statement[] {
  return [{ sid: "ReadPlans", actions: ["s3:GetObject"], resources: [`${bucketArn}/${PLANS_PREFIX}*.tfplan`] }];
}

/** Locks and unlocks states. */
export function lockState(bucketArn: string): Statement[] {
  return [{ sid: "LockState", actions: ["s3:PutObject", "s3:DeleteObject"], resources: [`${bucketArn}/*.tflock`] }];
}

/**
 * Every IAM action that changes a KMS key or its permissions.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
const KEY_CHANGES = [
  ...["CancelKeyDeletion", "CreateAlias", "CreateGrant", "DeleteAlias", "DeleteImportedKeyMaterial", "DisableKey"],
  ...["DisableKeyRotation", "EnableKey", "EnableKeyRotation", "ImportKeyMaterial", "PutKeyPolicy", "ReplicateKey"],
  ...["RetireGrant", "RevokeGrant", "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource"],
  ...["UpdateAlias", "UpdateKeyDescription", "UpdatePrimaryRegion"],
];

/** Writes every state but that of `<env>-state`, which holds the CI roles. */
export function writeState({ name }: CiScope, bucketArn: string, keyArn: string): Statement[] {
  const { state, ...others } = stackNames({ name });
  return [
    {
      sid: "WriteState",
      actions: ["s3:PutObject"],
      resources: Object.values(others).map((stack) => `${bucketArn}/${stack}.tfstate`),
    },
    {
      sid: "DenyChangesToStateStack",
      effect: "Deny",
      actions: ["s3:PutObject", "s3:DeleteObject"],
      resources: [`${bucketArn}/${state}.tfstate`],
    },
    {
      // The key of the state has the tag `env`, too, so it is identified by its ARN.
      sid: "DenyChangesToStateKey",
      effect: "Deny",
      actions: KEY_CHANGES.map((action) => `kms:${action}`),
      resources: [keyArn],
    },
  ];
}
