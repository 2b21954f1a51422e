import { migrationDocumentName, prefix } from "../config";
import { type CiScope, serviceFiles } from "./ci-scope";
import type { Statement } from "./policy-document";
import { actionsOf } from "./resource-actions";

/** What `npm run roll-out` does after an apply, beside reading (packages/delivery/src/roll-out/aws.ts) and writing objects of services. */
export function rollOut(ci: CiScope): Statement[] {
  const { name, region, accountId } = ci;
  return [
    {
      sid: "ReplaceServers",
      actions: ["StartInstanceRefresh", "RollbackInstanceRefresh", "TerminateInstanceInAutoScalingGroup"].map(
        (action) => `autoscaling:${action}`,
      ),
      resources: [`arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${prefix(ci)}*`],
    },
    // CopyObject reads the tags of the version that it copies.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    {
      sid: "ReadVersionsOfServiceFiles",
      actions: ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
      resources: [`${serviceFiles(name)}/*`],
    },
    // SendCommand is authorized on the document and on the server.
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    {
      sid: "RunMigrationDocument",
      actions: ["ssm:SendCommand"],
      resources: [documentArn(ci)],
    },
    {
      sid: "RunOnOwnServers",
      actions: ["ssm:SendCommand"],
      resources: [`arn:aws:ec2:${region}:${accountId}:instance/*`],
      conditions: { StringEquals: { "ssm:resourceTag/env": name } },
    },
    // The action supports no resources.
    { sid: "ReadCommandResults", actions: ["ssm:GetCommandInvocation"], resources: ["*"] },
    {
      sid: "ManageMigrationDocument",
      actions: actionsOf(ci.resourceTypes, "ManageMigrationDocument"),
      resources: [documentArn(ci)],
    },
  ];
}

/** Statement with which Terraform's refresh reads the document. */
export function readMigrationDocument(ci: CiScope): Statement {
  return {
    sid: "ReadMigrationDocument",
    actions: actionsOf(ci.resourceTypes, "ReadMigrationDocument"),
    resources: [documentArn(ci)],
  };
}

const documentArn = (ci: CiScope): string =>
  `arn:aws:ssm:${ci.region}:${ci.accountId}:document/${migrationDocumentName(ci)}`;
