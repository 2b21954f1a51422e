import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Vpc as AwsVpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";

import { boundaryArn, type Environment, prefix } from "../config";
import { allow, assumedByService } from "../iam";
import { type EncryptionKey } from "../kms";

export interface VpcProps {
  readonly environment: Environment;
  /** Encrypts the flow logs. */
  readonly key: EncryptionKey;
}

/** The VPC, its internet gateway, its flow logs, and AWS's default security group with nothing left in it. */
export class Vpc extends Construct {
  /** The VPC itself. */
  readonly vpc: AwsVpc;
  /** The way of the public subnets to the internet. */
  readonly internetGateway: InternetGateway;

  constructor(scope: Construct, id: string, { environment, key }: VpcProps) {
    super(scope, id);
    const name = prefix(environment);
    this.vpc = new AwsVpc(this, "vpc", {
      cidrBlock: environment.vpcCidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    this.internetGateway = new InternetGateway(this, "internet-gateway", {
      vpcId: this.vpc.id,
      tags: { Name: name },
    });
    // Adopted and emptied: whatever is launched without a security group of its own can talk to nobody.
    new DefaultSecurityGroup(this, "default-security-group", {
      vpcId: this.vpc.id,
      ingress: [],
      egress: [],
      tags: { Name: `${name}-default-unused` },
    });
    this.createFlowLogs(environment, key);
  }

  private createFlowLogs(environment: Environment, key: EncryptionKey): void {
    const name = prefix(environment);
    const group = new CloudwatchLogGroup(this, "flow-log-group", {
      name: `/dev-one/${environment.name}/flow-logs`,
      retentionInDays: environment.logRetentionDays,
      kmsKeyId: key.arn,
    });
    const role = new IamRole(this, "flow-log-role", {
      permissionsBoundary: boundaryArn(environment),
      name: `${name}-flow-logs`,
      assumeRolePolicy: assumedByService("vpc-flow-logs.amazonaws.com", environment.accountId),
    });
    new IamRolePolicy(this, "flow-log-policy", {
      name: "write-flow-logs",
      role: role.id,
      policy: allow({
        actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        resources: [`${group.arn}:*`],
      }),
    });
    new FlowLog(this, "flow-log", {
      vpcId: this.vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: name },
    });
  }
}
