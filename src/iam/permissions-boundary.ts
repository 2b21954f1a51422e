import { MASTER_USER, metricsNamespace } from "../config";
import { type CiScope, serviceFiles } from "./ci-scope";
import type { Statement } from "./policy-document";

/** What a role of the platform may be granted for a resource type, by Terraform's name of the type. */
type Grants = Readonly<Record<string, readonly Statement[]>>;

/**
 * The permissions boundary of the platform's roles: all that servers, proxy, flow logs, monitoring and pipelines of services need, for
 * the resource types that the environment has. No IAM, no EC2 changes.
 */
export function permissionsBoundary(ci: CiScope): Statement[] {
  return Object.entries(grants(ci)).flatMap(([type, statements]) =>
    ci.resourceTypes.includes(type) ? statements : [],
  );
}

function grants({ name, region, accountId }: CiScope): Grants {
  const secrets = `arn:aws:secretsmanager:${region}:${accountId}:secret`;
  const logGroups = `arn:aws:logs:${region}:${accountId}:log-group`;
  const files = serviceFiles(name);
  return {
    // Servers, which Systems Manager manages: AmazonSSMManagedInstanceCore without ssm:GetParameter and ssm:GetParameters.
    aws_launch_template: [
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
      {
        sid: "PublishOwnMetrics",
        actions: ["cloudwatch:PutMetricData"],
        resources: ["*"],
        conditions: { StringEquals: { "cloudwatch:namespace": metricsNamespace({ name }) } },
      },
    ],
    aws_secretsmanager_secret: [
      {
        sid: "ReadOwnSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [`${secrets}:dev-one/${name}/*`, `${secrets}:rds!*`],
      },
    ],
    aws_s3_object: [
      { sid: "ReadServiceFiles", actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [`${files}/*`] },
      { sid: "ListServiceFiles", actions: ["s3:ListBucketVersions"], resources: [files] },
      { sid: "RunJobs", actions: ["s3:PutObject"], resources: [`${files}/jobs/*`] },
      // Of the pipelines of services.
      { sid: "PutNewBundles", actions: ["s3:PutObject"], resources: [`${files}/bundles/*`] },
    ],
    aws_kms_key: [
      { sid: "DecryptWithOwnKeys", actions: ["kms:Decrypt"], resources: [`arn:aws:kms:${region}:${accountId}:key/*`] },
    ],
    aws_db_proxy: [
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
    ],
    aws_flow_log: [
      {
        sid: "WriteFlowLogs",
        actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resources: [`${logGroups}:/dev-one/${name}/*`],
      },
      // Not on one log group: src/network/vpc.ts.
      { sid: "DescribeLogGroups", actions: ["logs:DescribeLogGroups"], resources: [`${logGroups}:*`] },
    ],
    // Enhanced Monitoring, which writes to the log group RDSOSMetrics.
    aws_db_instance: [
      {
        sid: "WriteDatabaseMetrics",
        actions: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogStreams",
          "logs:GetLogEvents",
          "logs:PutLogEvents",
          "logs:PutRetentionPolicy",
        ],
        resources: [`${logGroups}:RDSOSMetrics*`],
      },
    ],
    // The role of Datadog.
    aws_iam_role: [
      {
        sid: "ReadMetricsAndTags",
        actions: [
          "autoscaling:Describe*",
          "cloudwatch:Get*",
          "cloudwatch:List*",
          "ec2:Describe*",
          "elasticloadbalancing:Describe*",
          "rds:Describe*",
          "rds:List*",
          "tag:Get*",
        ],
        resources: ["*"],
      },
    ],
  };
}
