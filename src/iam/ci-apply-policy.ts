import { type Environment, prefix } from "../config";
import type { Statement } from "./policy-document";

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
      sid: "CreateTaggedResources",
      actions: CREATES.map((action) => `ec2:${action}`),
      resources: MADE.map(arn),
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      // Making something asks for what it is made in, too: a subnet for its VPC.
      sid: "ChangeTaggedResources",
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
      sid: "TagResourcesOnCreation",
      actions: ["ec2:CreateTags"],
      resources: MADE.map(arn),
      conditions: { StringEquals: { "aws:RequestTag/env": name, "ec2:CreateAction": CREATES } },
    },
    {
      // A tag may change, but never the one by which things are told apart.
      sid: "RetagOwnResources",
      actions: ["ec2:CreateTags"],
      resources: MADE.map(arn),
      conditions: { StringEquals: ours, StringEqualsIfExists: { "aws:RequestTag/env": name } },
    },
    {
      // AWS makes the default group of a VPC without tags; Terraform takes it over, to empty it.
      sid: "TagDefaultSecurityGroup",
      actions: ["ec2:CreateTags"],
      resources: [arn("security-group")],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      // No resource and no tag can be named for it. It deletes a reservation, which no server that runs depends on.
      sid: "DeleteSubnetCidrReservations",
      actions: ["ec2:DeleteSubnetCidrReservation"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": region, "aws:PrincipalAccount": accountId } },
    },
  ];
}

export function changeEdge(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const accessLogs = `arn:aws:s3:::dev-one-${name}-access-logs-*`;
  const balancing = (kind: string) =>
    `arn:aws:elasticloadbalancing:${region}:${accountId}:${kind}/${kind === "targetgroup" ? "" : "app/"}${prefix(environment)}*`;
  return [
    {
      sid: "ManageLoadBalancer",
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
      sid: "ChangeRecords",
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
      sid: "ChangeHostedZones",
      actions: ["ChangeTagsForResource", "CreateQueryLoggingConfig", "UpdateHostedZoneComment"].map(
        (action) => `route53:${action}`,
      ),
      resources: ["arn:aws:route53:::hostedzone/*"],
    },
    {
      sid: "DeleteQueryLogging",
      actions: ["route53:DeleteQueryLoggingConfig"],
      resources: ["arn:aws:route53:::queryloggingconfig/*"],
    },
    {
      // A zone has no ARN before it is made, and VPCs are told apart by ids only.
      sid: "CreateHostedZones",
      actions: ["CreateHostedZone", "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone"].map(
        (action) => `route53:${action}`,
      ),
      resources: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    {
      // Null: a certificate of another environment cannot be given this one's tag.
      sid: "RequestCertificate",
      actions: ["acm:RequestCertificate", "acm:AddTagsToCertificate"],
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestTag/env": name, "aws:RequestedRegion": region },
        Null: { "aws:ResourceTag/env": "true" },
      },
    },
    {
      sid: "ManageOwnCertificates",
      actions: ["acm:DeleteCertificate", "acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"],
      resources: [`arn:aws:acm:${region}:${accountId}:certificate/*`],
      conditions: { StringEquals: { "aws:ResourceTag/env": name }, ...keepsTheTag(name) },
    },
    {
      // The AWS provider tags buckets by S3 Control's TagResource and UntagResource since 6.23.
      sid: "ManageAccessLogsBucket",
      actions: [
        ...both("Bucket"),
        ...["DeleteBucketPolicy", "PutBucket*", "PutEncryptionConfiguration", "PutLifecycleConfiguration"],
        ...["TagResource", "UntagResource"],
      ].map((action) => `s3:${action}`),
      resources: [accessLogs],
    },
    ...(environment.protectFromDestruction ? [] : emptyBucket(accessLogs)),
    {
      sid: "ManageLogGroups",
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
      sid: "ManageLogResourcePolicies",
      actions: ["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"],
      resources: [`arn:aws:logs:*:${accountId}:log-group:*`],
    },
  ];
}

/** `force_destroy` lists and deletes every version before it deletes the bucket. */
function emptyBucket(arn: string): Statement[] {
  return [
    { sid: "ListAccessLogs", actions: ["s3:ListBucketVersions"], resources: [arn] },
    {
      sid: "DeleteAccessLogs",
      actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      resources: [`${arn}/*`],
    },
  ];
}

export function changeServers(environment: Environment): Statement[] {
  const { name, region, accountId } = environment;
  const group = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${prefix(environment)}*`;
  const ec2 = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  return [
    {
      sid: "ManageAutoScalingGroups",
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
      sid: "LaunchFromOwnTemplates",
      actions: ["ec2:RunInstances"],
      resources: ["launch-template", "subnet", "security-group"].map((kind) => ec2(kind)),
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      sid: "LaunchInstances",
      actions: ["ec2:RunInstances"],
      resources: [
        ...["instance", "volume", "network-interface"].map((kind) => ec2(kind)),
        `arn:aws:ec2:${region}::image/*`,
      ],
      conditions: { ArnLike: { "ec2:LaunchTemplate": ec2("launch-template") } },
    },
    {
      sid: "TagInstancesOnLaunch",
      actions: ["ec2:CreateTags"],
      resources: ["instance", "volume", "network-interface"].map((kind) => ec2(kind)),
      conditions: { StringEquals: { "ec2:CreateAction": "RunInstances", "aws:RequestTag/env": name } },
    },
    {
      sid: "ManageAlarms",
      actions: ["PutMetricAlarm", "DeleteAlarms", "TagResource", "UntagResource"].map(
        (action) => `cloudwatch:${action}`,
      ),
      resources: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:${prefix(environment)}*`],
    },
    {
      sid: "ManageOwnSecrets",
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
  const keys = `arn:aws:kms:${region}:${accountId}:key/*`;
  const rds = (kind: string, id = `${prefix(environment)}*`) => `arn:aws:rds:${region}:${accountId}:${kind}:${id}`;
  return [
    {
      sid: "ManageDatabase",
      actions: [
        ...both("DBInstance", "DBParameterGroup", "DBSubnetGroup"),
        ...["ModifyDBInstance", "RebootDBInstance", "ModifyDBParameterGroup", "ResetDBParameterGroup"],
        ...["ModifyDBSubnetGroup", "RegisterDBProxyTargets", "DeregisterDBProxyTargets", "CreateDBSnapshot"],
        ...["AddTagsToResource", "RemoveTagsFromResource"],
      ].map((action) => `rds:${action}`),
      resources: ["db", "pg", "subgrp", "snapshot"].map((kind) => rds(kind)),
    },
    {
      // RDS asks for the option group as well, and for PostgreSQL that is the default one, which AWS does not let anyone change.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-create-and-modify-examples.html
      sid: "UseDefaultOptionGroup",
      actions: ["rds:CreateDBInstance", "rds:ModifyDBInstance"],
      resources: [rds("og", "default:postgres-*")],
    },
    {
      // The service authorization reference has no resource type for it, so that it is asked for on *.
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
      sid: "CreateProxy",
      actions: ["rds:CreateDBProxy"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    // AWS names proxies and their target groups by ids.
    {
      sid: "TagNewProxy",
      actions: ["rds:AddTagsToResource"],
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      sid: "ManageOwnProxy",
      actions: [
        ...["DeleteDBProxy", "ModifyDBProxy", "DeregisterDBProxyTargets", "AddTagsToResource"],
        ...["RemoveTagsFromResource"],
      ].map((action) => `rds:${action}`),
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:ResourceTag/env": name }, ...keepsTheTag(name) },
    },
    {
      // AWS makes the group with the proxy, without tags. Whom it may reach is held by the database's ARN above.
      sid: "ManageProxyTargets",
      actions: ["ModifyDBProxyTargetGroup", "RegisterDBProxyTargets", "DeregisterDBProxyTargets"].map(
        (action) => `rds:${action}`,
      ),
      resources: [rds("target-group", "*")],
    },
    {
      sid: "CreateMasterUserSecret",
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:rds!*`],
    },
    {
      sid: "CreateKeys",
      actions: ["kms:CreateKey"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      // CreateKey with tags asks for it, on every key and while the new one has no tag yet. A key of another environment has one.
      // https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
      sid: "TagNewKeys",
      actions: ["kms:TagResource"],
      resources: [keys],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      // Nothing that takes a key over, because TagNewKeys can give the tag to any key without one. The environment's key
      // allows the rest by its own policy (src/kms/environment-key.ts).
      sid: "EnableRotationOfOwnKeys",
      actions: ["kms:EnableKeyRotation"],
      resources: [keys],
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      sid: "ManageOwnAlias",
      actions: ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      resources: [`arn:aws:kms:${region}:${accountId}:alias/${prefix(environment)}`],
    },
  ];
}

/** For actions that change tags: the environment's tag keeps its value. */
const keepsTheTag = (name: string) => ({ StringEqualsIfExists: { "aws:RequestTag/env": name } });

/** Creates and deletes each kind. */
export const both = (...kinds: readonly string[]): string[] =>
  kinds.flatMap((kind) => [`Create${kind}`, `Delete${kind}`]);
