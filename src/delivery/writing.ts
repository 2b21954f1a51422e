import { boundaryArn, type Environment, prefix } from "../config";
import type { Statement } from "../security";

/** What the platform's roles are handed to. */
const SERVICES = [
  "ec2.amazonaws.com",
  "rds.amazonaws.com",
  "monitoring.rds.amazonaws.com",
  "vpc-flow-logs.amazonaws.com",
  "autoscaling.amazonaws.com",
];
const MANAGED_POLICIES = [
  "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
];

/** EC2's network resources have ids that nobody knows beforehand: they are held to the region, and to no other service. */
export function changeNetwork({ region, accountId }: Environment): Statement[] {
  return [
    {
      sid: "Network",
      actions: [
        ...both("Vpc", "Subnet", "InternetGateway", "NatGateway", "RouteTable", "Route", "SecurityGroup", "FlowLogs"),
        ...["AllocateAddress", "ReleaseAddress", "AssociateRouteTable", "DisassociateRouteTable", "ReplaceRoute"],
        ...["ReplaceRouteTableAssociation", "AttachInternetGateway", "DetachInternetGateway", "DisassociateAddress"],
        ...["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
        ...["RevokeSecurityGroupEgress", "ModifySecurityGroupRules", "UpdateSecurityGroupRuleDescriptionsIngress"],
        ...["UpdateSecurityGroupRuleDescriptionsEgress", "ModifyVpcAttribute", "ModifySubnetAttribute"],
        ...["CreateSubnetCidrReservation", "DeleteSubnetCidrReservation", "CreateVpcEndpoint", "DeleteVpcEndpoints"],
        ...["ModifyVpcEndpoint", "CreateTags", "DeleteTags"],
      ].map((action) => `ec2:${action}`),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": region, "aws:PrincipalAccount": accountId } },
    },
  ];
}

export function changeEdge(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const balancing = (kind: string) =>
    `arn:aws:elasticloadbalancing:${region}:${accountId}:${kind}/${kind === "targetgroup" ? "" : "app/"}${prefix(environment)}*`;
  return [
    {
      sid: "LoadBalancer",
      actions: [
        ...both("LoadBalancer", "Listener", "Rule", "TargetGroup"),
        ...["ModifyLoadBalancerAttributes", "ModifyTargetGroup", "ModifyTargetGroupAttributes", "ModifyListener"],
        ...["ModifyListenerAttributes", "ModifyRule", "SetRulePriorities", "SetSecurityGroups", "SetSubnets"],
        ...["RegisterTargets", "DeregisterTargets", "AddTags", "RemoveTags"],
      ].map((action) => `elasticloadbalancing:${action}`),
      resources: ["loadbalancer", "listener", "listener-rule", "targetgroup"].map(balancing),
    },
    {
      sid: "Names",
      actions: ["route53:ChangeResourceRecordSets", "route53:ChangeTagsForResource", "route53:DeleteHostedZone"],
      resources: ["arn:aws:route53:::hostedzone/*"],
    },
    {
      sid: "NewNames",
      actions: [
        ...["CreateHostedZone", "CreateQueryLoggingConfig", "DeleteQueryLoggingConfig", "UpdateHostedZoneComment"],
        ...["AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone"],
      ].map((action) => `route53:${action}`),
      resources: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    {
      sid: "Certificate",
      actions: ["acm:RequestCertificate", "acm:DeleteCertificate", "acm:AddTagsToCertificate"],
      resources: [`arn:aws:acm:${region}:${accountId}:certificate/*`],
    },
    {
      sid: "Buckets",
      actions: [
        ...both("Bucket"),
        ...["DeleteBucketPolicy", "PutBucket*", "PutEncryptionConfiguration", "PutLifecycleConfiguration"],
      ].map((action) => `s3:${action}`),
      resources: [`arn:aws:s3:::dev-one-${name}-access-logs-*`],
    },
    {
      sid: "Logs",
      actions: [
        ...both("LogGroup"),
        ...["PutRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey", "TagResource", "UntagResource"],
      ].map((action) => `logs:${action}`),
      resources: [
        `arn:aws:logs:*:${accountId}:log-group:/dev-one/${name}/*`,
        `arn:aws:logs:*:${accountId}:log-group:/aws/rds/*/${prefix(environment)}*`,
        `arn:aws:logs:*:${accountId}:log-group:/aws/route53/*`,
      ],
    },
    {
      sid: "LogDelivery",
      actions: ["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"],
      resources: [`arn:aws:logs:*:${accountId}:log-group:*`],
    },
  ];
}

export function changeServers(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const group = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${prefix(environment)}*`;
  return [
    {
      sid: "Groups",
      actions: [
        ...both("AutoScalingGroup", "LifecycleHook").filter((action) => action !== "CreateLifecycleHook"),
        ...["PutLifecycleHook", "PutScalingPolicy", "DeletePolicy", "UpdateAutoScalingGroup", "SetDesiredCapacity"],
        ...["StartInstanceRefresh", "CancelInstanceRefresh", "RollbackInstanceRefresh", "EnableMetricsCollection"],
        ...["DisableMetricsCollection", "CreateOrUpdateTags", "DeleteTags", "AttachLoadBalancerTargetGroups"],
        ...["DetachLoadBalancerTargetGroups", "AttachTrafficSources", "DetachTrafficSources", "SuspendProcesses"],
        ...["ResumeProcesses", "SetInstanceProtection"],
      ].map((action) => `autoscaling:${action}`),
      resources: [group],
    },
    {
      sid: "Templates",
      actions: [
        ...both("LaunchTemplate"),
        ...["CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "DeleteLaunchTemplateVersions", "RunInstances"],
      ].map((action) => `ec2:${action}`),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": region, "aws:PrincipalAccount": accountId } },
    },
    {
      sid: "Alarms",
      actions: ["PutMetricAlarm", "DeleteAlarms", "TagResource", "UntagResource"].map(
        (action) => `cloudwatch:${action}`,
      ),
      resources: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:${prefix(environment)}*`],
    },
    {
      sid: "OwnSecrets",
      actions: [
        ...both("Secret"),
        ...["PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage", "TagResource", "UntagResource"],
      ].map((action) => `secretsmanager:${action}`),
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/*`],
    },
  ];
}

export function changeDatabase(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const rds = (kind: string, id = `${prefix(environment)}*`) => `arn:aws:rds:${region}:${accountId}:${kind}:${id}`;
  return [
    {
      sid: "Database",
      actions: [
        ...both("DBInstance", "DBParameterGroup", "DBSubnetGroup", "DBProxy"),
        ...["ModifyDBInstance", "RebootDBInstance", "ModifyDBParameterGroup", "ResetDBParameterGroup"],
        ...["ModifyDBSubnetGroup", "ModifyDBProxy", "ModifyDBProxyTargetGroup", "RegisterDBProxyTargets"],
        ...["DeregisterDBProxyTargets", "CreateDBSnapshot", "AddTagsToResource", "RemoveTagsFromResource"],
      ].map((action) => `rds:${action}`),
      resources: [
        ...["db", "pg", "subgrp", "snapshot"].map((kind) => rds(kind)),
        // AWS names these by ids.
        rds("db-proxy", "*"),
        rds("target-group", "*"),
      ],
    },
    {
      sid: "MasterPassword",
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:rds!*`],
    },
    {
      sid: "NewKeys",
      actions: ["kms:CreateKey"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      sid: "OwnKeys",
      actions: [
        ...["CreateAlias", "DeleteAlias", "UpdateAlias", "CreateGrant", "EnableKeyRotation", "PutKeyPolicy"],
        ...["ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription", "GenerateDataKey"],
      ].map((action) => `kms:${action}`),
      resources: [`arn:aws:kms:${region}:${accountId}:key/*`],
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      sid: "OwnAliases",
      actions: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      resources: [`arn:aws:kms:${region}:${accountId}:alias/${prefix(environment)}`],
    },
  ];
}

/** Roles of the platform: made within the boundary only, and handed to the services that they are for. */
export function changeIdentities(environment: Environment): Statement[] {
  const { accountId } = environment;
  const roles = `arn:aws:iam::${accountId}:role/${prefix(environment)}-*`;
  return [
    {
      sid: "RolesWithinTheBoundary",
      actions: ["CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary"].map((action) => `iam:${action}`),
      resources: [roles],
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(environment) } },
    },
    {
      sid: "AttachKnownPolicies",
      actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      resources: [roles],
      conditions: { ArnEquals: { "iam:PolicyARN": MANAGED_POLICIES } },
    },
    {
      sid: "ChangeRoles",
      actions: [
        ...["DeleteRole", "DeleteRolePolicy", "TagRole", "UntagRole", "UpdateRole", "UpdateAssumeRolePolicy"],
        ...["UpdateRoleDescription", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"],
      ].map((action) => `iam:${action}`),
      resources: [roles, `arn:aws:iam::${accountId}:instance-profile/${prefix(environment)}-*`],
    },
    {
      sid: "InstanceProfiles",
      actions: [...both("InstanceProfile"), "TagInstanceProfile"].map((action) => `iam:${action}`),
      resources: [`arn:aws:iam::${accountId}:instance-profile/${prefix(environment)}-*`],
    },
    {
      sid: "HandRolesOver",
      actions: ["iam:PassRole"],
      resources: [roles, `arn:aws:iam::${accountId}:role/aws-service-role/*`],
      conditions: { StringEquals: { "iam:PassedToService": SERVICES } },
    },
    {
      sid: "ServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"],
      resources: [`arn:aws:iam::${accountId}:role/aws-service-role/*`],
    },
  ];
}

/** What no mistake above may open: the ways to a stronger role. */
export function refuseEscalation(environment: Environment): Statement[] {
  const { accountId } = environment;
  return [
    {
      sid: "LeaveDeliveryAlone",
      effect: "Deny",
      actions: ["iam:*"],
      resources: [
        `arn:aws:iam::${accountId}:role/${prefix(environment)}-delivery-*`,
        `arn:aws:iam::${accountId}:oidc-provider/*`,
        `arn:aws:iam::${accountId}:user/*`,
        `arn:aws:iam::${accountId}:policy/${prefix(environment)}-*`,
      ],
    },
    {
      sid: "KeepTheBoundary",
      effect: "Deny",
      actions: ["iam:DeleteRolePermissionsBoundary"],
      resources: ["*"],
    },
  ];
}

const both = (...kinds: readonly string[]): string[] => kinds.flatMap((kind) => [`Create${kind}`, `Delete${kind}`]);
