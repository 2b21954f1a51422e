import { AutoScaling } from "@aws-sdk/client-auto-scaling";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { RDS } from "@aws-sdk/client-rds";
import { Route53 } from "@aws-sdk/client-route-53";
import { S3 } from "@aws-sdk/client-s3";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { hideNodeVersionWarning } from "@dev-one/cli/aws-sdk";

/** Clients of AWS. The checks call actions that describe, get, list or head only; a test holds them to it. */
export type Aws = ReturnType<typeof awsClients>;

export function awsClients(region: string) {
  hideNodeVersionWarning();
  const settings = {
    region,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
  };
  return {
    autoScaling: new AutoScaling(settings),
    cloudWatch: new CloudWatch(settings),
    ec2: new EC2(settings),
    balancing: new ElasticLoadBalancingV2(settings),
    iam: new IAM(settings),
    kms: new KMS(settings),
    logs: new CloudWatchLogs(settings),
    rds: new RDS(settings),
    route53: new Route53(settings),
    // A local S3 endpoint has one host name for all buckets.
    s3: new S3({ ...settings, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }),
    secrets: new SecretsManager(settings),
    quotas: new ServiceQuotas(settings),
    ssm: new SSM(settings),
    sts: new STS(settings),
  };
}
