import { boundaryArn, prefix } from "../config";
import type { CiScope } from "./ci-scope";
import { createAndDelete, type Statement } from "./policy-document";

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
      actions: ["CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary"].map((action) => `iam:${action}`),
      resources: [roles],
      conditions: { StringEquals: { "iam:PermissionsBoundary": boundaryArn(ci) } },
    },
    {
      sid: "AttachManagedPolicies",
      actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      resources: [roles],
      conditions: { ArnEquals: { "iam:PolicyARN": MANAGED_POLICIES } },
    },
    {
      sid: "ManageOwnRoles",
      actions: [
        ...["DeleteRole", "DeleteRolePolicy", "TagRole", "UntagRole", "UpdateRole", "UpdateAssumeRolePolicy"],
        ...["UpdateRoleDescription", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"],
      ].map((action) => `iam:${action}`),
      resources: [roles, `arn:aws:iam::${accountId}:instance-profile/${prefix(ci)}-*`],
    },
    {
      sid: "ManageInstanceProfiles",
      actions: [...createAndDelete("InstanceProfile"), "TagInstanceProfile", "UntagInstanceProfile"].map(
        (action) => `iam:${action}`,
      ),
      resources: [`arn:aws:iam::${accountId}:instance-profile/${prefix(ci)}-*`],
    },
    {
      sid: "PassRolesToServices",
      actions: ["iam:PassRole"],
      resources: [roles, `${serviceLinked}/*`],
      conditions: { StringEquals: { "iam:PassedToService": SERVICES } },
    },
    {
      // RDS, Elastic Load Balancing and others create their service-linked role with the permissions of the first principal that uses them.
      sid: "CreateServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [`${serviceLinked}/*`],
    },
    {
      sid: "ManageAutoScalingRole",
      actions: [
        ...["DeleteServiceLinkedRole", "GetServiceLinkedRoleDeletionStatus", "TagRole", "UntagRole", "UpdateRole"],
      ].map((action) => `iam:${action}`),
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
