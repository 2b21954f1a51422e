import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IntegrationAwsAccount } from "@cdktf/provider-datadog/lib/integration-aws-account";
import { IntegrationAwsExternalId } from "@cdktf/provider-datadog/lib/integration-aws-external-id";
import { Construct } from "constructs";

import { policyDocument, RolePolicy } from "../../iam";

/** CloudWatch namespaces that Datadog reads. AWS charges for each request. */
const NAMESPACES = ["AWS/ApplicationELB", "AWS/AutoScaling", "AWS/EC2", "AWS/NATGateway", "AWS/RDS", "AWS/RDS/Proxy"];

/** IAM actions of Datadog: metrics, and tags and names of their resources. None of them supports resource-level permissions. */
const ACTIONS = [
  "autoscaling:DescribeAutoScalingGroups",
  "cloudwatch:GetMetricData",
  "cloudwatch:GetMetricStatistics",
  "cloudwatch:ListMetrics",
  "ec2:DescribeInstances",
  "ec2:DescribeNatGateways",
  "ec2:DescribeRegions",
  "ec2:DescribeTags",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "rds:DescribeDBInstances",
  "rds:DescribeDBProxies",
  "rds:ListTagsForResource",
  "tag:GetResources",
  "tag:GetTagKeys",
  "tag:GetTagValues",
];

export interface AwsIntegrationProps {
  /** Name of the IAM role. */
  readonly roleName: string;
  /** Value of the tag `env` of the account's metrics. */
  readonly environmentName: string;
  /** Account whose CloudWatch metrics Datadog reads. */
  readonly accountId: string;
  /** Region whose CloudWatch metrics Datadog reads. */
  readonly region: string;
  /** AWS account of Datadog. */
  readonly datadogAccountId: string;
  /** ARN of the permissions boundary of the role. */
  readonly permissionsBoundaryArn: string;
}

/** Datadog's AWS integration: reads CloudWatch with a role that only Datadog's account may assume, with the external id of the integration. */
export class AwsIntegration extends Construct {
  constructor(scope: Construct, id: string, props: AwsIntegrationProps) {
    super(scope, id);
    const { environmentName, accountId, region } = props;
    const externalId = new IntegrationAwsExternalId(this, "external-id", {});
    const { role, policy } = this.createRole(props, externalId.id);
    new IntegrationAwsAccount(this, "account", {
      awsAccountId: accountId,
      awsPartition: "aws",
      accountTags: [`env:${environmentName}`, "project:dev-one"],
      authConfig: { awsAuthConfigRole: { roleName: role.name, externalId: externalId.id } },
      awsRegions: { includeOnly: [region] },
      // The API requires all six blocks, also those without settings.
      logsConfig: { lambdaForwarder: { lambdas: [], sources: [] } },
      metricsConfig: {
        enabled: true,
        // Mutes monitors of hosts that were terminated, because scaling terminates them.
        automuteEnabled: true,
        collectCloudwatchAlarms: false,
        collectCustomMetrics: false,
        namespaceFilters: { includeOnly: NAMESPACES },
      },
      resourcesConfig: { cloudSecurityPostureManagementCollection: false, extendedCollection: false },
      tracesConfig: { xrayServices: { includeOnly: [] } },
      dependsOn: [policy],
    });
  }

  private createRole(props: AwsIntegrationProps, externalId: string): { role: IamRole; policy: RolePolicy } {
    const role = new IamRole(this, "role", {
      name: props.roleName,
      description: "Datadog reads CloudWatch",
      permissionsBoundary: props.permissionsBoundaryArn,
      assumeRolePolicy: policyDocument([
        {
          principals: { AWS: `arn:aws:iam::${props.datadogAccountId}:root` },
          actions: ["sts:AssumeRole"],
          conditions: { StringEquals: { "sts:ExternalId": externalId } },
        },
      ]),
    });
    const policy = new RolePolicy(this, "role-policy", { name: "read-metrics", role });
    policy.addToPolicy({ actions: ACTIONS, resources: ["*"] });
    return { role, policy };
  }
}
