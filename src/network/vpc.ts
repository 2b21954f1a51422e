import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";

import { assumedByService, RolePolicy } from "../iam";
import { type EncryptionKey } from "../kms";

export interface VpcProps {
  /** What names and Name tags start with, such as `dev-one-staging`. */
  readonly name: string;
  /** Account of the VPC. */
  readonly accountId: string;
  /** Region of the VPC. */
  readonly region: string;
  /** CIDR of the VPC. */
  readonly cidrBlock: string;
  /** Name of the log group of the flow logs. */
  readonly flowLogGroupName: string;
  /** Days for which flow logs are kept. @default 90 */
  readonly flowLogRetentionDays?: number;
  /** Encrypts the flow logs. */
  readonly key: EncryptionKey;
  /** ARN of the permissions boundary of the flow logs' role. */
  readonly permissionsBoundaryArn: string;
}

/** The VPC, its internet gateway, its flow logs, and its default security group without rules. */
export class Vpc extends Construct {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Target of the public subnets' default route. */
  readonly internetGateway: InternetGateway;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: VpcProps,
  ) {
    super(scope, id);
    const { name, cidrBlock } = props;
    const vpc = new AwsVpc(this, "vpc", {
      cidrBlock,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    this.vpcId = vpc.id;
    this.internetGateway = new InternetGateway(this, "internet-gateway", {
      vpcId: this.vpcId,
      tags: { Name: name },
    });
    // Terraform takes the group over and removes its rules, so that an instance without another security group has no network access.
    new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpcId,
      ingress: [],
      egress: [],
      tags: { Name: `${name}-default-unused` },
    });
    this.createFlowLogs();
  }

  private createFlowLogs(): void {
    const { name, region, accountId, key } = this.props;
    const group = new CloudwatchLogGroup(this, "flow-log-group", {
      name: this.props.flowLogGroupName,
      retentionInDays: this.props.flowLogRetentionDays ?? 90,
      kmsKeyId: key.arn,
    });
    const role = new IamRole(this, "flow-log-role", {
      permissionsBoundary: this.props.permissionsBoundaryArn,
      name: `${name}-flow-logs`,
      assumeRolePolicy: assumedByService("vpc-flow-logs.amazonaws.com", accountId),
    });
    // AWS also names logs:CreateLogGroup. Left out, because Terraform creates the group, and a flow log would create it again after a destroy,
    // without key and expiration: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    const policy = new RolePolicy(this, "flow-log-policy", { name: "write-flow-logs", role });
    policy.addToPolicy(
      {
        actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        resources: [`${group.arn}:*`],
      },
      {
        // The request names no group that exists: IAM evaluates it on log-group::log-stream: or log-group:*.
        // https://github.com/hashicorp/terraform-provider-aws/issues/8804
        actions: ["logs:DescribeLogGroups"],
        resources: [`arn:aws:logs:${region}:${accountId}:log-group:*`],
      },
    );
    new FlowLog(this, "flow-log", {
      vpcId: this.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: name },
      dependsOn: [policy],
    });
  }
}
