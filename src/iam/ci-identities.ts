import { boundaryArn, prefix } from "../config";
import type { CiScope } from "./ci-scope";
import type { Statement } from "./policy-document";
import { actionsOf } from "./resource-actions";

/** Services that roles of the platform are passed to. */
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

/** Roles of the platform: created with the permissions boundary only, and passed to their services only. */
export function changeIdentities(ci: CiScope): Statement[] {
  const { accountId } = ci;
  const roles = `arn:aws:iam::${accountId}:role/${prefix(ci)}-*`;
  const serviceLinked = `arn:aws:iam::${accountId}:role/aws-service-role`;
  return [
    {
      sid: "CreateRolesWithBoundary",
      actions: actionsOf(ci.resourceTypes, "CreateRolesWithBoundary"),
      resources: [roles],
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(ci) } },
    },
    {
      sid: "AttachManagedPolicies",
      actions: actionsOf(ci.resourceTypes, "AttachManagedPolicies"),
      resources: [roles],
      conditions: { ArnEquals: { "iam:PolicyARN": MANAGED_POLICIES } },
    },
    {
      sid: "ManageOwnRoles",
      actions: actionsOf(ci.resourceTypes, "ManageOwnRoles"),
      resources: [roles, `arn:aws:iam::${accountId}:instance-profile/${prefix(ci)}-*`],
    },
    {
      sid: "ManageInstanceProfiles",
      actions: actionsOf(ci.resourceTypes, "ManageInstanceProfiles"),
      resources: [`arn:aws:iam::${accountId}:instance-profile/${prefix(ci)}-*`],
    },
    {
      sid: "PassRolesToServices",
      actions: actionsOf(ci.resourceTypes, "PassRolesToServices"),
      resources: [roles, `${serviceLinked}/*`],
      conditions: { StringEquals: { "iam:PassedToService": SERVICES } },
    },
    {
      // RDS, Elastic Load Balancing and others create their service-linked role with the permissions of the first principal that uses them.
      sid: "CreateServiceLinkedRoles",
      actions: actionsOf(ci.resourceTypes, "CreateServiceLinkedRoles"),
      resources: [`${serviceLinked}/*`],
    },
    {
      sid: "ManageAutoScalingRole",
      actions: actionsOf(ci.resourceTypes, "ManageAutoScalingRole"),
      resources: [`${serviceLinked}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_${prefix(ci)}`],
    },
  ];
}

/** Denies privilege escalation, which the statements above could allow. */
export function denyPrivilegeEscalation(ci: CiScope): Statement[] {
  const { accountId } = ci;
  return [
    {
      sid: "DenyChangesToCiRoles",
      effect: "Deny",
      actions: ["iam:*"],
      resources: [
        `arn:aws:iam::${accountId}:role/${prefix(ci)}-delivery-*`,
        `arn:aws:iam::${accountId}:oidc-provider/*`,
        `arn:aws:iam::${accountId}:user/*`,
        `arn:aws:iam::${accountId}:policy/${prefix(ci)}-*`,
      ],
    },
    {
      sid: "DenyRemovalOfBoundary",
      effect: "Deny",
      actions: ["iam:DeleteRolePermissionsBoundary"],
      resources: ["*"],
    },
    // Services whose permissions depend on the tag `env`.
    {
      sid: "DenyRemovalOfEnvTag",
      effect: "Deny",
      actions: ["acm:RemoveTagsFromCertificate", "ec2:DeleteTags", "kms:UntagResource", "rds:RemoveTagsFromResource"],
      resources: ["*"],
      conditions: { "ForAnyValue:StringEquals": { "aws:TagKeys": ["env"] } },
    },
  ];
}
