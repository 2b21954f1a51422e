import type { Rule } from "../rule";
import { asgInTwoAvailabilityZones } from "./asg-in-two-availability-zones";
import { asgSizeMatchesFreeAddresses } from "./asg-size-matches-free-addresses";
import { asgUsesElbHealthCheck } from "./asg-uses-elb-health-check";
import { awsProviderAllowedAccountAndDefaultTags } from "./aws-provider-allowed-account-and-default-tags";
import { cloudwatchLogGroupRetention } from "./cloudwatch-log-group-retention";
import { dataSubnetsHaveNoInternetRoute } from "./data-subnets-have-no-internet-route";
import { datadogMonitorHasRecipient } from "./datadog-monitor-has-recipient";
import { datadogMonitorLinksToRunbook } from "./datadog-monitor-links-to-runbook";
import { datadogMonitorPagesForProductionOnly } from "./datadog-monitor-pages-for-production-only";
import { datadogMonitorQueriesOwnEnvironment } from "./datadog-monitor-queries-own-environment";
import { datadogMonitorQueryUsesCriticalThreshold } from "./datadog-monitor-query-uses-critical-threshold";
import { ebsEncryption } from "./ebs-encryption";
import { ec2NoKeyPair } from "./ec2-no-key-pair";
import { ec2NoPublicIp } from "./ec2-no-public-ip";
import { ec2RequiresImdsv2 } from "./ec2-requires-imdsv2";
import { ec2UserDataHasNoSecret } from "./ec2-user-data-has-no-secret";
import { elasticIpPreventsDestroy } from "./elastic-ip-prevents-destroy";
import { elbAttributesHardened } from "./elb-attributes-hardened";
import { elbListenerRequiresTls } from "./elb-listener-requires-tls";
import { iamGithubOidcRestrictsSubject } from "./iam-github-oidc-restricts-subject";
import { iamNoWildcardActions } from "./iam-no-wildcard-actions";
import { iamNoWildcardResources } from "./iam-no-wildcard-resources";
import { iamRoleHasPermissionsBoundary } from "./iam-role-has-permissions-boundary";
import { iamTrustPolicyRestrictsPrincipals } from "./iam-trust-policy-restricts-principals";
import { kmsKeyRotation } from "./kms-key-rotation";
import { logsAndSecretsUseKmsKey } from "./logs-and-secrets-use-kms-key";
import { natGatewayInSameAvailabilityZone } from "./nat-gateway-in-same-availability-zone";
import { natGatewayPerAvailabilityZone } from "./nat-gateway-per-availability-zone";
import { productionDeletionProtection } from "./production-deletion-protection";
import { rdsBackupRetention } from "./rds-backup-retention";
import { rdsEncryptionAndNoPublicAccess } from "./rds-encryption-and-no-public-access";
import { rdsIngressFromProxyOnly } from "./rds-ingress-from-proxy-only";
import { rdsProxyInTwoAvailabilityZones } from "./rds-proxy-in-two-availability-zones";
import { rdsProxyRequiresIamAuth } from "./rds-proxy-requires-iam-auth";
import { rdsProxyRequiresTls } from "./rds-proxy-requires-tls";
import { rdsProxyRoleReadsOwnSecretsOnly } from "./rds-proxy-role-reads-own-secrets-only";
import { route53QueryLogging } from "./route53-query-logging";
import { s3BlocksPublicAccess } from "./s3-blocks-public-access";
import { s3EncryptionAndVersioning } from "./s3-encryption-and-versioning";
import { s3RequiresTls } from "./s3-requires-tls";
import { securityGroupRestrictsPublicIngress } from "./security-group-restricts-public-ingress";
import { securityGroupRuleHasDescriptionAndPorts } from "./security-group-rule-has-description-and-ports";
import { stateBucketPreventsDestroy } from "./state-bucket-prevents-destroy";
import { terraformBackendEncryptionAndLocking } from "./terraform-backend-encryption-and-locking";
import { terraformStateHasNoSecret } from "./terraform-state-has-no-secret";
import { terraformVersionsPinned } from "./terraform-versions-pinned";
import { vpcDefaultSecurityGroupClosed } from "./vpc-default-security-group-closed";
import { vpcFlowLogsEnabled } from "./vpc-flow-logs-enabled";
import { vpcSubnetsDoNotOverlap } from "./vpc-subnets-do-not-overlap";

/** Every rule, from those of the Terraform state to those of the monitors. */
export const rules: readonly Rule[] = [
  terraformBackendEncryptionAndLocking,
  awsProviderAllowedAccountAndDefaultTags,
  terraformVersionsPinned,
  stateBucketPreventsDestroy,
  s3BlocksPublicAccess,
  s3RequiresTls,
  s3EncryptionAndVersioning,
  kmsKeyRotation,
  iamNoWildcardActions,
  iamNoWildcardResources,
  iamTrustPolicyRestrictsPrincipals,
  iamRoleHasPermissionsBoundary,
  iamGithubOidcRestrictsSubject,
  vpcSubnetsDoNotOverlap,
  asgSizeMatchesFreeAddresses,
  natGatewayInSameAvailabilityZone,
  natGatewayPerAvailabilityZone,
  elasticIpPreventsDestroy,
  dataSubnetsHaveNoInternetRoute,
  vpcFlowLogsEnabled,
  vpcDefaultSecurityGroupClosed,
  securityGroupRestrictsPublicIngress,
  securityGroupRuleHasDescriptionAndPorts,
  ec2NoPublicIp,
  ec2RequiresImdsv2,
  ebsEncryption,
  ec2NoKeyPair,
  ec2UserDataHasNoSecret,
  asgUsesElbHealthCheck,
  asgInTwoAvailabilityZones,
  elbListenerRequiresTls,
  elbAttributesHardened,
  productionDeletionProtection,
  route53QueryLogging,
  rdsEncryptionAndNoPublicAccess,
  rdsBackupRetention,
  terraformStateHasNoSecret,
  rdsProxyRequiresTls,
  rdsProxyRequiresIamAuth,
  rdsProxyInTwoAvailabilityZones,
  rdsProxyRoleReadsOwnSecretsOnly,
  rdsIngressFromProxyOnly,
  cloudwatchLogGroupRetention,
  logsAndSecretsUseKmsKey,
  datadogMonitorHasRecipient,
  datadogMonitorLinksToRunbook,
  datadogMonitorQueryUsesCriticalThreshold,
  datadogMonitorPagesForProductionOnly,
  datadogMonitorQueriesOwnEnvironment,
];
