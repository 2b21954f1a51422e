import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IntegrationAwsAccount } from "@cdktf/provider-datadog/lib/integration-aws-account";
import { IntegrationAwsExternalId } from "@cdktf/provider-datadog/lib/integration-aws-external-id";
import { Construct } from "constructs";

import { boundaryArn, datadogAccountId, type Environment, prefix } from "../config";
import { policyDocument, RolePolicy } from "../iam";

/** What is read, in Datadog's names of CloudWatch's namespaces: each costs money for every request. */
const NAMESPACES = ["AWS/ApplicationELB", "AWS/AutoScaling", "AWS/EC2", "AWS/NATGateway", "AWS/RDS", "AWS/RDS/Proxy"];

/** What Datadog may read: metrics, and the tags and names of what they belong to. Nothing of it can be narrowed to a resource. */
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
  readonly environment: Environment;
}

/** Lets Datadog read CloudWatch: a role that only Datadog's account may assume, and only with the external id that it gave us. */
export class AwsIntegration extends Construct {
  constructor(scope: Construct, id: string, { environment }: AwsIntegrationProps) {
    super(scope, id);
    const externalId = new IntegrationAwsExternalId(this, "external-id", {});
    const role = this.createRole(environment, externalId.id);
    new IntegrationAwsAccount(this, "account", {
      awsAccountId: environment.accountId,
      awsPartition: "aws",
      accountTags: [`env:${environment.name}`, "project:dev-one"],
      authConfig: { awsAuthConfigRole: { roleName: role.name, externalId: externalId.id } },
      awsRegions: { includeOnly: [environment.region] },
      // All six blocks are required, those that ask for nothing as well.
      logsConfig: { lambdaForwarder: { lambdas: [], sources: [] } },
      metricsConfig: {
        enabled: true,
        // Terminated by scaling is no outage: monitors of such a server are muted.
        automuteEnabled: true,
        collectCloudwatchAlarms: false,
        collectCustomMetrics: false,
        namespaceFilters: { includeOnly: NAMESPACES },
      },
      resourcesConfig: { cloudSecurityPostureManagementCollection: false, extendedCollection: false },
      tracesConfig: { xrayServices: { includeOnly: [] } },
    });
  }

  private createRole(environment: Environment, externalId: string): IamRole {
    const account = datadogAccountId(environment);
    if (account === undefined) throw new RangeError(`Nobody knows Datadog's account for ${environment.datadog.site}`);
    const role = new IamRole(this, "role", {
      name: `${prefix(environment)}-datadog`,
      description: "Datadog reads CloudWatch",
      permissionsBoundary: boundaryArn(environment),
      assumeRolePolicy: policyDocument([
        {
          principals: { AWS: `arn:aws:iam::${account}:root` },
          actions: ["sts:AssumeRole"],
          conditions: { StringEquals: { "sts:ExternalId": externalId } },
        },
      ]),
    });
    const policy = new RolePolicy(this, "role-policy", { name: "read-metrics", role });
    policy.addToPolicy({ actions: ACTIONS, resources: ["*"] });
    return role;
  }
}
