import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { PolicyStatement } from "../../support/policies";

interface Published {
  /** Permissions of the handlers (create, read, update, delete), by type of CloudFormation. */
  readonly cloudFormation: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Actions that a caller of the action needs, too, for some arguments. */
  readonly dependentActions: Readonly<Record<string, readonly string[]>>;
  /** Statements of AWS's managed policies, by ARN. */
  readonly managedPolicies: Readonly<Record<string, readonly PolicyStatement[]>>;
}

/** What AWS publishes, as scripts/documents/iam_permissions.py writes it. */
export const published = JSON.parse(readFileSync(join(__dirname, "permissions.json"), "utf8")) as Published;

/** CloudFormation's type for a type of Terraform; none where CloudFormation has none. */
export const EQUIVALENTS: Readonly<Record<string, readonly string[]>> = {
  aws_acm_certificate: ["AWS::CertificateManager::Certificate"],
  aws_acm_certificate_validation: [],
  aws_autoscaling_group: ["AWS::AutoScaling::AutoScalingGroup"],
  aws_autoscaling_lifecycle_hook: ["AWS::AutoScaling::LifecycleHook"],
  aws_autoscaling_policy: ["AWS::AutoScaling::ScalingPolicy"],
  aws_cloudwatch_log_group: ["AWS::Logs::LogGroup"],
  aws_cloudwatch_log_resource_policy: ["AWS::Logs::ResourcePolicy"],
  aws_cloudwatch_metric_alarm: ["AWS::CloudWatch::Alarm"],
  aws_db_instance: ["AWS::RDS::DBInstance"],
  aws_db_parameter_group: ["AWS::RDS::DBParameterGroup"],
  aws_db_proxy: ["AWS::RDS::DBProxy"],
  aws_db_proxy_default_target_group: ["AWS::RDS::DBProxyTargetGroup"],
  aws_db_proxy_target: ["AWS::RDS::DBProxyTargetGroup"],
  aws_db_subnet_group: ["AWS::RDS::DBSubnetGroup"],
  aws_default_security_group: ["AWS::EC2::SecurityGroup"],
  aws_ec2_subnet_cidr_reservation: [],
  aws_eip: ["AWS::EC2::EIP"],
  aws_flow_log: ["AWS::EC2::FlowLog"],
  aws_iam_instance_profile: ["AWS::IAM::InstanceProfile"],
  aws_iam_role: ["AWS::IAM::Role"],
  aws_iam_role_policy: ["AWS::IAM::RolePolicy"],
  aws_iam_role_policy_attachment: ["AWS::IAM::Role"],
  aws_iam_service_linked_role: ["AWS::IAM::ServiceLinkedRole"],
  aws_internet_gateway: ["AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment"],
  aws_kms_alias: ["AWS::KMS::Alias"],
  aws_kms_key: ["AWS::KMS::Key"],
  aws_launch_template: ["AWS::EC2::LaunchTemplate"],
  aws_lb: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  aws_lb_listener: ["AWS::ElasticLoadBalancingV2::Listener"],
  aws_lb_listener_rule: ["AWS::ElasticLoadBalancingV2::ListenerRule"],
  aws_lb_target_group: ["AWS::ElasticLoadBalancingV2::TargetGroup"],
  aws_lb_target_group_attachment: ["AWS::ElasticLoadBalancingV2::TargetGroup"],
  aws_nat_gateway: ["AWS::EC2::NatGateway"],
  aws_route: ["AWS::EC2::Route"],
  aws_route53_query_log: ["AWS::Route53::HostedZone"],
  aws_route53_record: ["AWS::Route53::RecordSet"],
  aws_route53_zone: ["AWS::Route53::HostedZone"],
  aws_route_table: ["AWS::EC2::RouteTable"],
  aws_route_table_association: ["AWS::EC2::SubnetRouteTableAssociation"],
  aws_s3_bucket: ["AWS::S3::Bucket"],
  aws_s3_bucket_lifecycle_configuration: ["AWS::S3::Bucket"],
  aws_s3_bucket_ownership_controls: ["AWS::S3::Bucket"],
  aws_s3_bucket_policy: ["AWS::S3::BucketPolicy"],
  aws_s3_bucket_public_access_block: ["AWS::S3::Bucket"],
  aws_s3_bucket_server_side_encryption_configuration: ["AWS::S3::Bucket"],
  aws_s3_bucket_versioning: ["AWS::S3::Bucket"],
  aws_s3_object: [],
  aws_secretsmanager_secret: ["AWS::SecretsManager::Secret"],
  aws_secretsmanager_secret_version: ["AWS::SecretsManager::Secret"],
  aws_security_group: ["AWS::EC2::SecurityGroup"],
  aws_ssm_document: ["AWS::SSM::Document"],
  aws_subnet: ["AWS::EC2::Subnet"],
  aws_vpc: ["AWS::EC2::VPC"],
  aws_vpc_endpoint: ["AWS::EC2::VPCEndpoint"],
  aws_vpc_security_group_egress_rule: ["AWS::EC2::SecurityGroupEgress"],
  aws_vpc_security_group_ingress_rule: ["AWS::EC2::SecurityGroupIngress"],
};
