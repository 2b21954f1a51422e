import { MASTER_USER } from "../config";
import type { CiScope } from "./ci-scope";
import type { Statement } from "./policy-document";
import { serviceAccess } from "./service-access";

/** The permissions boundary of the platform's roles: all that servers, proxy, flow logs and monitoring need. No IAM, no EC2 changes. */
export function permissionsBoundary({
  name,
  region,
  accountId,
}: Pick<CiScope, "name" | "region" | "accountId">): Statement[] {
  return [
    {
      sid: "UseSystemsManager",
      actions: [
        "ssm:DescribeAssociation",
        "ssm:DescribeDocument",
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:GetDocument",
        "ssm:GetManifest",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:PutInventory",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
      ],
      resources: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    ...serviceAccess.flatMap(({ use }) => use({ name, region, accountId })),
    { sid: "DecryptWithOwnKeys", actions: ["kms:Decrypt"], resources: [`arn:aws:kms:${region}:${accountId}:key/*`] },
    {
      sid: "ConnectToOwnDatabase",
      actions: ["rds-db:connect"],
      resources: [`arn:aws:rds-db:${region}:${accountId}:dbuser:*`],
    },
    {
      // `npm run database-users` connects as the master user, with the role of CI or of a person.
      sid: "DenyMasterUser",
      effect: "Deny",
      actions: ["rds-db:connect"],
      resources: [`arn:aws:rds-db:*:*:dbuser:*/${MASTER_USER}`],
    },
    {
      sid: "WriteOwnLogs",
      actions: [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
      ],
      resources: [
        `arn:aws:logs:${region}:${accountId}:log-group:/dev-one/${name}/*`,
        `arn:aws:logs:${region}:${accountId}:log-group:RDSOSMetrics*`,
      ],
    },
    // For Datadog.
    {
      sid: "ReadMetricsAndTags",
      actions: [
        "autoscaling:Describe*",
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
        "ec2:Describe*",
        "elasticloadbalancing:Describe*",
        "rds:Describe*",
        "rds:List*",
        "route53:List*",
        "tag:Get*",
      ],
      resources: ["*"],
    },
  ];
}
