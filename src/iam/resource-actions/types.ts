/**
 * IAM actions with which Terraform manages a resource type. A statement of the CI policies holds the actions of all types that the
 * environment's stacks have.
 */
export interface ResourceActions {
  /** Actions of the refresh, which both roles may use, by statement of `src/iam/ci-plan-policy.ts`. */
  readonly read: Readonly<Partial<Record<ReadStatement, readonly string[]>>>;
  /** Actions by statement of the apply role's policies, which has their resources and conditions. */
  readonly change: Readonly<Partial<Record<ChangeStatement, Change>>>;
  /** EC2's name of the type, if CI creates it with the tag `env`. */
  readonly taggedAs?: string;
}

export interface Change {
  readonly create?: readonly string[];
  readonly update?: readonly string[];
  readonly delete?: readonly string[];
}

export type ReadStatement = "DescribeResources" | "DescribeBuckets" | "ReadServiceFiles" | "ReadMigrationDocument";

export type ChangeStatement =
  | "AttachManagedPolicies"
  | "ChangeHostedZones"
  | "ChangeRecords"
  | "ChangeTaggedResources"
  | "CreateHostedZones"
  | "CreateKeys"
  | "CreateMasterUserSecret"
  | "CreateProxy"
  | "CreateRolesWithBoundary"
  | "CreateServiceLinkedRoles"
  | "CreateTaggedResources"
  | "DeleteQueryLogging"
  | "DeleteSubnetCidrReservations"
  | "EnableRotationOfOwnKeys"
  | "ManageAlarms"
  | "ManageAutoScalingGroups"
  | "ManageAutoScalingRole"
  | "ManageBuckets"
  | "ManageDatabase"
  | "ManageInstanceProfiles"
  | "ManageLoadBalancer"
  | "ManageLogGroups"
  | "ManageLogResourcePolicies"
  | "ManageMigrationDocument"
  | "ManageOwnAlias"
  | "ManageOwnCertificates"
  | "ManageOwnProxy"
  | "ManageOwnRoles"
  | "ManageOwnSecrets"
  | "ManageProxyTargets"
  | "ManageServiceFiles"
  | "PassRolesToServices"
  | "RequestCertificate"
  | "TagDefaultSecurityGroup"
  | "TagNewKeys"
  | "TagNewProxy"
  | "UseDefaultOptionGroup";

export const reads = (...actions: string[]) => ({ DescribeResources: actions });

/**
 * An EC2 resource; with EC2's name of its type, CI creates it with the tag `env`.
 * @param parent whether EC2 authorizes the creation on an existing resource, too, such as CreateSubnet on the VPC
 */
export const ec2 = (change: Change, taggedAs?: string, parent: "parent" | "no parent" = "parent"): ResourceActions => {
  if (taggedAs === undefined) return { read: reads("ec2:Describe*"), change: { ChangeTaggedResources: change } };
  const { create = [], ...others } = change;
  return {
    read: reads("ec2:Describe*"),
    change: {
      CreateTaggedResources: { create },
      ChangeTaggedResources: parent === "parent" ? change : others,
    },
    taggedAs,
  };
};

/** A resource that a service uses a role for. */
export const withRole = (resource: ResourceActions): ResourceActions => ({
  ...resource,
  change: { ...resource.change, PassRolesToServices: { create: ["iam:PassRole"] } },
});
