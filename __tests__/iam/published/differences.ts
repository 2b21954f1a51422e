/**
 * Actions that AWS publishes for the resource types of the stacks, or as dependent actions, and that the apply role is not allowed:
 * by reason.
 */
export const NOT_ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "denied on purpose: roles keep their permissions boundary": ["iam:DeleteRolePermissionsBoundary"],
  "denied on purpose: a person deletes hosted zones": ["route53:DeleteHostedZone"],
  "allowed by the policy of the environment's key, which names the role (src/kms/environment-key.ts)": [
    ...["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:UntagResource"],
    ...["kms:UpdateKeyDescription"],
  ],
  "the key is never disabled, and its rotation stays on": [
    ...["kms:DisableKey", "kms:DisableKeyRotation", "kms:EnableKey"],
  ],
  "CloudFormation's own bookkeeping, which the AWS provider does not use": [
    ...["rds:DescribeEvents", "rds:DescribeDBEngineVersions", "rds:DescribeEngineDefaultParameters", "iam:ListRoles"],
    ...["managed-fleets:CreateAutoScalingGroup", "managed-fleets:DeleteAutoScalingGroup", "managed-fleets:Get*"],
    ...["managed-fleets:DeregisterAutoScalingGroup", "managed-fleets:RegisterAutoScalingGroup"],
    ...["managed-fleets:UpdateAutoScalingGroup", "ec2:Get*", "ssm:Get*", "cloudwatch:GetMetricData"],
  ],
  "not an IAM action, but part of CloudFormation's list": ["s3:REST.PUT.OBJECT"],
  "names of API operations, which IAM authorizes as PutEncryptionConfiguration, PutLifecycleConfiguration or PutBucket...":
    [
      ...["s3:DeleteBucketAnalyticsConfiguration", "s3:DeleteBucketCors", "s3:DeleteBucketEncryption"],
      ...["s3:DeleteBucketLifecycle", "s3:DeleteBucketMetricsConfiguration", "s3:DeleteBucketReplication"],
    ],
  "another kind of server, load balancer, network or certificate": [
    ...["acm-pca:GetCertificate", "acm-pca:IssueCertificate", "acm:UpdateCertificateOptions"],
    ...["autoscaling:AttachLoadBalancers", "autoscaling:DetachLoadBalancers", "cognito-idp:DescribeUserPoolClient"],
    ...["ec2:AcceptAddressTransfer", "ec2:AssignPrivateNatGatewayAddress", "ec2:AssociateNatGatewayAddress"],
    ...["ec2:AssociateSubnetCidrBlock", "ec2:AttachVpnGateway", "ec2:CreateVpcEncryptionControl"],
    ...["ec2:DetachVpnGateway", "ec2:DisassociateNatGatewayAddress", "ec2:DisassociateSubnetCidrBlock"],
    ...["ec2:ModifyVpcTenancy", "ec2:UnassignPrivateNatGatewayAddress", "ec2:AssociateAddress"],
    ...["ecs:ListClusters", "ecs:ListContainerInstances", "ecs:ListServices", "ecs:ListTaskDefinitions"],
    ...["ecs:ListTasks", "elasticloadbalancing:ModifyCapacityReservation", "elasticloadbalancing:ModifyIpPools"],
    ...["elasticloadbalancing:SetIpAddressType", "vpc-lattice:CreateServiceNetworkVpcEndpointAssociation"],
    ...["vpc-lattice:DeregisterTargets", "vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation"],
    ...["vpc-lattice:GetTargetGroup", "vpc-lattice:ListTargets", "vpc-lattice:RegisterTargets"],
    ...["vpce:AllowMultiRegion", "route53:UpdateHostedZoneFeatures"],
  ],
  "an argument that no stack sets": [
    ...["autoscaling:DeleteNotificationConfiguration", "autoscaling:PutNotificationConfiguration"],
    ...["autoscaling:CancelInstanceRefresh", "firehose:TagDeliveryStream", "logs:CreateLogDelivery"],
    ...["logs:DeleteDataProtectionPolicy", "logs:DeleteIndexPolicy", "logs:DeleteLogDelivery"],
    ...["logs:DeleteRetentionPolicy", "logs:DescribeIndexPolicies", "logs:GetDataProtectionPolicy"],
    ...["logs:PutBearerTokenAuthentication", "logs:PutDataProtectionPolicy", "logs:PutIndexPolicy"],
    ...["logs:PutLogGroupDeletionProtection", "rds:AddRoleToDBInstance", "rds:RemoveRoleFromDBInstance"],
    ...["rds:CreateTenantDatabase", "rds:DeleteTenantDatabase", "secretsmanager:RotateSecret"],
    ...["secretsmanager:GetRandomPassword", "secretsmanager:RemoveRegionsFromReplication"],
    ...["secretsmanager:ReplicateSecretToRegions", "ssm:GetParameters"],
    ...["s3:CreateBucketMetadataTableConfiguration", "s3:DeleteBucketMetadataTableConfiguration"],
    ...["s3:DeleteBucketWebsite", "s3:GetAnalyticsConfiguration", "s3:GetIntelligentTieringConfiguration"],
    ...["s3:GetInventoryConfiguration", "s3:GetMetricsConfiguration", "s3:PutAccelerateConfiguration"],
    ...["s3:PutAnalyticsConfiguration", "s3:PutIntelligentTieringConfiguration", "s3:PutInventoryConfiguration"],
    ...["s3:PutMetricsConfiguration", "s3:PutObjectAcl", "s3:PutObjectLockConfiguration"],
    ...["s3:PutReplicationConfiguration", "s3:UpdateBucketMetadataAnnotationTableConfiguration"],
    ...["s3:UpdateBucketMetadataInventoryTableConfiguration", "s3:UpdateBucketMetadataJournalTableConfiguration"],
    ...["s3tables:CreateNamespace", "s3tables:CreateTable", "s3tables:CreateTableBucket", "s3tables:GetTable"],
    ...["s3tables:GetTableMetadataLocation", "s3tables:PutTableBucketPolicy", "s3tables:PutTableEncryption"],
    ...["s3tables:PutTablePolicy", "s3tables:UpdateTableMetadataLocation"],
  ],
  "a person restores, copies or replicates the database (docs/runbooks/restore-database.md)": [
    ...["rds:CreateDBInstanceReadReplica", "rds:DescribeDBClusters", "rds:DescribeDBClusterSnapshots"],
    ...["rds:DescribeDBInstanceAutomatedBackups", "rds:DescribeDBSnapshots", "rds:PromoteReadReplica"],
    ...["rds:RestoreDBInstanceFromDBSnapshot", "rds:RestoreDBInstanceToPointInTime"],
    ...["rds:StartDBInstanceAutomatedBackupsReplication", "rds:StopDBInstanceAutomatedBackupsReplication"],
  ],
};
