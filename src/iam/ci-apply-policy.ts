import { prefix } from "../config";
import { type CiScope, serviceFiles } from "./ci-scope";
import type { Statement } from "./policy-document";
import { actionsOf, RESOURCE_ACTIONS } from "./resource-actions";

/**
 * Network resources. Ids of EC2 resources are known after their creation, so the tag `env` limits what CI creates and changes.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function changeNetwork(ci: CiScope): Statement[] {
  const { name, region, accountId } = ci;
  const arn = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  const hasEnvTag = { "aws:ResourceTag/env": name };
  const taggedTypes = [...new Set(ci.resourceTypes.flatMap((type) => RESOURCE_ACTIONS[type]?.taggedAs ?? []))].map(arn);
  const createActions = actionsOf(ci.resourceTypes, "CreateTaggedResources");
  return [
    {
      sid: "CreateTaggedResources",
      actions: createActions,
      resources: taggedTypes,
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      // Create actions are also authorized on existing resources, such as CreateSubnet on the VPC.
      sid: "ChangeTaggedResources",
      actions: actionsOf(ci.resourceTypes, "ChangeTaggedResources"),
      resources: taggedTypes,
      conditions: { StringEquals: hasEnvTag },
    },
    {
      sid: "TagResourcesOnCreation",
      actions: ["ec2:CreateTags"],
      resources: taggedTypes,
      conditions: {
        StringEquals: {
          "aws:RequestTag/env": name,
          "ec2:CreateAction": createActions.map((action) => action.replace("ec2:", "")),
        },
      },
    },
    {
      // Tags may change, but not the value of `env`.
      sid: "RetagOwnResources",
      actions: ["ec2:CreateTags"],
      resources: taggedTypes,
      conditions: { StringEquals: hasEnvTag, StringEqualsIfExists: { "aws:RequestTag/env": name } },
    },
    {
      // AWS creates the default security group of a VPC without tags, and Terraform takes it over.
      sid: "TagDefaultSecurityGroup",
      actions: actionsOf(ci.resourceTypes, "TagDefaultSecurityGroup"),
      resources: [arn("security-group")],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      // The action supports neither resources nor tags. Running servers do not depend on reservations.
      sid: "DeleteSubnetCidrReservations",
      actions: actionsOf(ci.resourceTypes, "DeleteSubnetCidrReservations"),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestedRegion": region, "aws:PrincipalAccount": accountId } },
    },
  ];
}

/** Load balancer, DNS, certificate, access logs and log groups. */
export function changeEdge(ci: CiScope): Statement[] {
  const { name, region, accountId, domain, protectFromDestruction = true } = ci;
  const accessLogs = `arn:aws:s3:::dev-one-${name}-access-logs-*`;
  const balancing = (kind: string) =>
    `arn:aws:elasticloadbalancing:${region}:${accountId}:${kind}/${kind === "targetgroup" ? "" : "app/"}${prefix(ci)}*`;
  return [
    {
      sid: "ManageLoadBalancer",
      actions: actionsOf(ci.resourceTypes, "ManageLoadBalancer"),
      resources: ["loadbalancer", "listener", "listener-rule", "targetgroup"].map(balancing),
    },
    {
      // Ids of hosted zones are known after their creation, and there is no condition on their tags, so record names limit the changes.
      sid: "ChangeRecords",
      actions: actionsOf(ci.resourceTypes, "ChangeRecords"),
      resources: ["arn:aws:route53:::hostedzone/*"],
      conditions: {
        "ForAllValues:StringLike": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, `*.${domain}`],
        },
        Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
      },
    },
    {
      // There are no conditions for these actions. None of them deletes a hosted zone or a record; a person deletes hosted zones.
      sid: "ChangeHostedZones",
      actions: actionsOf(ci.resourceTypes, "ChangeHostedZones"),
      resources: ["arn:aws:route53:::hostedzone/*"],
    },
    {
      sid: "DeleteQueryLogging",
      actions: actionsOf(ci.resourceTypes, "DeleteQueryLogging"),
      resources: ["arn:aws:route53:::queryloggingconfig/*"],
    },
    {
      // A new hosted zone has no ARN, and VPCs have ids that are known after their creation.
      sid: "CreateHostedZones",
      actions: actionsOf(ci.resourceTypes, "CreateHostedZones"),
      resources: ["*"],
      conditions: { StringEquals: { "aws:PrincipalAccount": accountId } },
    },
    {
      // Null: a certificate with the tag of another environment cannot get this one's.
      sid: "RequestCertificate",
      actions: actionsOf(ci.resourceTypes, "RequestCertificate"),
      resources: ["*"],
      conditions: {
        StringEquals: { "aws:RequestTag/env": name, "aws:RequestedRegion": region },
        Null: { "aws:ResourceTag/env": "true" },
      },
    },
    {
      sid: "ManageOwnCertificates",
      actions: actionsOf(ci.resourceTypes, "ManageOwnCertificates"),
      resources: [`arn:aws:acm:${region}:${accountId}:certificate/*`],
      conditions: { StringEquals: { "aws:ResourceTag/env": name }, ...keepsEnvTag(name) },
    },
    {
      // Since version 6.23 the AWS provider tags buckets with TagResource and UntagResource of S3 Control.
      sid: "ManageBuckets",
      actions: actionsOf(ci.resourceTypes, "ManageBuckets"),
      resources: [accessLogs, serviceFiles(name)],
    },
    ...(protectFromDestruction ? [] : emptyBucket(accessLogs)),
    {
      sid: "ManageLogGroups",
      actions: actionsOf(ci.resourceTypes, "ManageLogGroups"),
      resources: [
        `arn:aws:logs:*:${accountId}:log-group:/dev-one/${name}/*`,
        `arn:aws:logs:*:${accountId}:log-group:/aws/rds/*/${prefix(ci)}*`,
        `arn:aws:logs:*:${accountId}:log-group:/aws/route53/*`,
      ],
    },
    {
      sid: "ManageLogResourcePolicies",
      actions: actionsOf(ci.resourceTypes, "ManageLogResourcePolicies"),
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

/** Auto Scaling groups, instances, alarms, and the services that servers use. */
export function changeServers(ci: CiScope): Statement[] {
  const { name, region, accountId } = ci;
  const group = `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${prefix(ci)}*`;
  const ec2 = (kind: string) => `arn:aws:ec2:${region}:${accountId}:${kind}/*`;
  return [
    {
      sid: "ManageAutoScalingGroups",
      actions: actionsOf(ci.resourceTypes, "ManageAutoScalingGroups"),
      resources: [group],
    },
    // Setting the launch template of an Auto Scaling group requires the permissions to run its instances.
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
      actions: actionsOf(ci.resourceTypes, "ManageAlarms"),
      resources: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:${prefix(ci)}*`],
    },
    {
      sid: "ManageOwnSecrets",
      actions: actionsOf(ci.resourceTypes, "ManageOwnSecrets"),
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:dev-one/${name}/*`],
    },
    {
      sid: "ManageServiceFiles",
      actions: actionsOf(ci.resourceTypes, "ManageServiceFiles"),
      resources: [serviceFiles(name), `${serviceFiles(name)}/*`],
    },
  ];
}

/** Database, proxy and KMS keys. */
export function changeDatabase(ci: CiScope): Statement[] {
  const { name, region, accountId } = ci;
  const keys = `arn:aws:kms:${region}:${accountId}:key/*`;
  const rds = (kind: string, id = `${prefix(ci)}*`) => `arn:aws:rds:${region}:${accountId}:${kind}:${id}`;
  return [
    {
      sid: "ManageDatabase",
      actions: actionsOf(ci.resourceTypes, "ManageDatabase"),
      resources: ["db", "pg", "subgrp", "snapshot"].map((kind) => rds(kind)),
    },
    {
      // RDS authorizes the actions on the option group, too. PostgreSQL uses the default one, which cannot be changed.
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-create-and-modify-examples.html
      sid: "UseDefaultOptionGroup",
      actions: actionsOf(ci.resourceTypes, "UseDefaultOptionGroup"),
      resources: [rds("og", "default:postgres-*")],
    },
    {
      // The service authorization reference lists no resource type for the action, so it is authorized on *.
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
      sid: "CreateProxy",
      actions: actionsOf(ci.resourceTypes, "CreateProxy"),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    // ARNs of proxies and their target groups contain ids that are known after their creation.
    {
      sid: "TagNewProxy",
      actions: actionsOf(ci.resourceTypes, "TagNewProxy"),
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      sid: "ManageOwnProxy",
      actions: actionsOf(ci.resourceTypes, "ManageOwnProxy"),
      resources: [rds("db-proxy", "*")],
      conditions: { StringEquals: { "aws:ResourceTag/env": name }, ...keepsEnvTag(name) },
    },
    {
      // AWS creates the target group with the proxy, without tags. The ARN of the database, above, limits its targets.
      sid: "ManageProxyTargets",
      actions: actionsOf(ci.resourceTypes, "ManageProxyTargets"),
      resources: [rds("target-group", "*")],
    },
    {
      sid: "CreateMasterUserSecret",
      actions: actionsOf(ci.resourceTypes, "CreateMasterUserSecret"),
      resources: [`arn:aws:secretsmanager:${region}:${accountId}:secret:rds!*`],
    },
    {
      sid: "CreateKeys",
      actions: actionsOf(ci.resourceTypes, "CreateKeys"),
      resources: ["*"],
      conditions: { StringEquals: { "aws:RequestTag/env": name } },
    },
    {
      // CreateKey with tags requires it on all keys, before the new key has tags. A key of another environment has the tag.
      // https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
      sid: "TagNewKeys",
      actions: actionsOf(ci.resourceTypes, "TagNewKeys"),
      resources: [keys],
      conditions: { StringEquals: { "aws:RequestTag/env": name }, Null: { "aws:ResourceTag/env": "true" } },
    },
    {
      // Only an action that is harmless on any key, because TagNewKeys can give the tag to any key without one. The key policy of the
      // environment's key allows the others (src/kms/environment-key.ts).
      sid: "EnableRotationOfOwnKeys",
      actions: actionsOf(ci.resourceTypes, "EnableRotationOfOwnKeys"),
      resources: [keys],
      conditions: { StringEquals: { "aws:ResourceTag/env": name } },
    },
    {
      sid: "ManageOwnAlias",
      actions: actionsOf(ci.resourceTypes, "ManageOwnAlias"),
      resources: [`arn:aws:kms:${region}:${accountId}:alias/${prefix(ci)}`],
    },
  ];
}

/** Condition for actions that change tags: the value of `env` stays. */
const keepsEnvTag = (name: string) => ({ StringEqualsIfExists: { "aws:RequestTag/env": name } });
