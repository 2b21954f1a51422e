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

/** What EC2 makes, with the tag of the environment, or not at all. */
const MADE = [
  ...["vpc", "subnet", "internet-gateway", "natgateway", "route-table", "security-group", "security-group-rule"],
  ...["vpc-flow-log", "elastic-ip", "vpc-endpoint", "launch-template"],
];
const CREATES = [
  ...["CreateVpc", "CreateSubnet", "CreateInternetGateway", "CreateNatGateway", "CreateRouteTable"],
  ...["CreateSecurityGroup", "CreateFlowLogs", "AllocateAddress", "CreateVpcEndpoint", "CreateLaunchTemplate"],
  ...["AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"],
];

/**
 * EC2's resources have ids that nobody knows beforehand: they are held to the environment by its tag, in making and in changing.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function changeNetwork(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const arn = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  const ours = { "aws:ResourceTag/env": name };
  return [
    {
      sid: "MakeWithTheTag",
      actions: CREATES.map((action) => `ec2:${action}`),
      resources: MADE.map(arn),
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      // Making something asks for what it is made in, too: a subnet for its VPC.
      sid: "ChangeWhatHasTheTag",
      actions: [
        ...CREATES,
        ...["DeleteVpc", "DeleteSubnet", "DeleteInternetGateway", "DeleteNatGateway", "DeleteRouteTable"],
        ...["DeleteSecurityGroup", "DeleteFlowLogs", "ReleaseAddress", "DisassociateAddress", "DeleteVpcEndpoints"],
        ...both("Route"),
        ...["ReplaceRoute", "AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"],
        ...["AttachInternetGateway", "DetachInternetGateway", "RevokeSecurityGroupIngress"],
        ...["RevokeSecurityGroupEgress", "ModifySecurityGroupRules", "UpdateSecurityGroupRuleDescriptionsIngress"],
        ...["UpdateSecurityGroupRuleDescriptionsEgress", "ModifyVpcAttribute", "ModifySubnetAttribute"],
        ...["CreateSubnetCidrReservation", "ModifyVpcEndpoint", "DeleteTags"],
        ...["DeleteLaunchTemplate", "CreateLaunchTemplateVersion", "ModifyLaunchTemplate"],
        ...["DeleteLaunchTemplateVersions"],
      ].map((action) => `ec2:${action}`),
      resources: MADE.map(arn),
      conditions: { StringEquals: ours },
    },
    {
      sid: "TagWhatIsMade",
      actions: ["ec2:CreateTags"],
      resources: MADE.map(arn),
      conditions: { StringEquals: { "aws:RequestTag/env": name, "ec2:CreateAction": CREATES } },
    },
    {
      // A tag may change, but never the one by which things are told apart.
      sid: "TagAnew",
      actions: ["ec2:CreateTags"],
      resources: MADE.map(arn),
      conditions: { StringEquals: ours, StringEqualsIfExists: { "aws:RequestTag/env": name } },
    },
    {
      // AWS makes the default group of a VPC without tags; Terraform takes it over, to empty it.
      sid: "TakeTheDefaultGroupOver",
      actions: ["ec2:CreateTags"],
      resources: [arn("security-group")],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      sid: "KeepTheTag",
      effect: "Deny",
      actions: ["ec2:DeleteTags"],
      resources: ["*"],
      conditions: { "ForAnyValue:StringEquals": { "aws:TagKeys": ["env"] } },
    },
    {
      // No resource and no tag can be named for it. It deletes a reservation, which no server that runs depends on.
      sid: "DeleteReservations",
      actions: ["ec2:DeleteSubnetCidrReservation"],
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
      // Zones have ids that nobody knows beforehand, and no condition on their tags: they are held by the names in them.
      sid: "Names",
      actions: ["route53:ChangeResourceRecordSets"],
      resources: ["arn:aws:route53:::hostedzone/*"],
      conditions: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [environment.domain, `*.${environment.domain}`],
        },
        Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
      },
    },
    {
      // Route 53 knows no condition for these. None of them loses a zone or a name: deleting a zone is left to a person.
      sid: "Zones",
      actions: ["ChangeTagsForResource", "CreateQueryLoggingConfig", "UpdateHostedZoneComment"].map(
        (action) => `route53:${action}`,
      ),
      resources: ["arn:aws:route53:::hostedzone/*"],
    },
    {
      sid: "QueryLogs",
      actions: ["route53:DeleteQueryLoggingConfig"],
      resources: ["arn:aws:route53:::queryloggingconfig/*"],
    },
    {
      // A zone has no ARN before it is made, and VPCs are told apart by ids only.
      sid: "NewZones",
      actions: ["CreateHostedZone", "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone"].map(
        (action) => `route53:${action}`,
      ),
      resources: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    {
      sid: "NewCertificate",
      actions: ["acm:RequestCertificate", "acm:AddTagsToCertificate"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name, "aws:RequestedRegion": region } },
    },
    {
      sid: "Certificate",
      actions: ["acm:DeleteCertificate", "acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"],
      resources: [`arn:aws:acm:${region}:${accountId}:certificate/*`],
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
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
  const ec2 = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
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
    // EC2 asks whoever gives a template to a group, whether they could start what is in it.
    {
      sid: "StartFromOwnTemplates",
      actions: ["ec2:RunInstances"],
      resources: ["launch-template", "subnet", "security-group"].map((kind) => ec2(kind)),
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      sid: "StartServers",
      actions: ["ec2:RunInstances"],
      resources: [
        ...["instance", "volume", "network-interface"].map((kind) => ec2(kind)),
        `arn:aws:ec2:${region}::image/*`,
      ],
      conditions: { ArnLike: { "ec2:LaunchTemplate": ec2("launch-template") } },
    },
    {
      sid: "TagServers",
      actions: ["ec2:CreateTags"],
      resources: ["instance", "volume", "network-interface"].map((kind) => ec2(kind)),
      conditions: { StringEquals: { "ec2:CreateAction": "RunInstances", "aws:RequestTag/env": name } },
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
        ...both("DBInstance", "DBParameterGroup", "DBSubnetGroup"),
        ...["ModifyDBInstance", "RebootDBInstance", "ModifyDBParameterGroup", "ResetDBParameterGroup"],
        ...["ModifyDBSubnetGroup", "RegisterDBProxyTargets", "DeregisterDBProxyTargets", "CreateDBSnapshot"],
        ...["AddTagsToResource", "RemoveTagsFromResource"],
      ].map((action) => `rds:${action}`),
      resources: ["db", "pg", "subgrp", "snapshot"].map((kind) => rds(kind)),
    },
    // AWS names proxies and their target groups by ids.
    {
      sid: "NewProxy",
      actions: ["rds:CreateDBProxy", "rds:AddTagsToResource"],
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      sid: "OwnProxy",
      actions: [
        ...["DeleteDBProxy", "ModifyDBProxy", "DeregisterDBProxyTargets", "AddTagsToResource"],
        ...["RemoveTagsFromResource"],
      ].map((action) => `rds:${action}`),
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      // AWS makes the group with the proxy, without tags. Whom it may reach is held by the database's ARN above.
      sid: "ProxyTargets",
      actions: ["ModifyDBProxyTargetGroup", "RegisterDBProxyTargets", "DeregisterDBProxyTargets"].map(
        (action) => `rds:${action}`,
      ),
      resources: [rds("target-group", "*")],
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
