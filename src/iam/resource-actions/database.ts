import { type Change, reads, type ResourceActions } from "./types";

/** A database resource with a name. */
const database = (reading: readonly string[], { create = [], update = [], delete: remove = [] }: Change) => ({
  read: reads(...reading, "rds:ListTagsForResource"),
  change: {
    ManageDatabase: {
      create: [...create, "rds:AddTagsToResource"],
      update: [...update, "rds:RemoveTagsFromResource"],
      delete: remove,
    },
  },
});

/** Database, proxy and KMS keys. */
export const DATABASE_ACTIONS = {
  aws_db_instance: {
    read: reads("rds:DescribeDBInstances", "rds:ListTagsForResource"),
    change: {
      ManageDatabase: {
        create: ["rds:CreateDBInstance", "rds:AddTagsToResource"],
        update: ["rds:ModifyDBInstance", "rds:RebootDBInstance", "rds:RemoveTagsFromResource"],
        delete: ["rds:DeleteDBInstance", "rds:CreateDBSnapshot"],
      },
      UseDefaultOptionGroup: { create: ["rds:CreateDBInstance"], update: ["rds:ModifyDBInstance"] },
      CreateMasterUserSecret: { create: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"] },
      PassRolesToServices: { create: ["iam:PassRole"] },
      CreateServiceLinkedRoles: { create: ["iam:CreateServiceLinkedRole"] },
    },
  },
  aws_db_parameter_group: database(["rds:DescribeDBParameterGroups", "rds:DescribeDBParameters"], {
    create: ["rds:CreateDBParameterGroup", "rds:ModifyDBParameterGroup"],
    update: ["rds:ResetDBParameterGroup"],
    delete: ["rds:DeleteDBParameterGroup"],
  }),
  aws_db_proxy: {
    read: reads("rds:DescribeDBProxies", "rds:ListTagsForResource"),
    change: {
      CreateProxy: { create: ["rds:CreateDBProxy"] },
      TagNewProxy: { create: ["rds:AddTagsToResource"] },
      ManageOwnProxy: {
        update: ["rds:ModifyDBProxy", "rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
        delete: ["rds:DeleteDBProxy"],
      },
      PassRolesToServices: { create: ["iam:PassRole"] },
    },
  },
  aws_db_proxy_default_target_group: {
    read: reads("rds:DescribeDBProxyTargetGroups", "rds:DescribeDBProxies"),
    change: { ManageProxyTargets: { update: ["rds:ModifyDBProxyTargetGroup"] } },
  },
  aws_db_proxy_target: {
    read: reads("rds:DescribeDBProxyTargets"),
    change: {
      // Authorized on the target group and the database; the removal on the proxy, too.
      ManageProxyTargets: { create: ["rds:RegisterDBProxyTargets"], delete: ["rds:DeregisterDBProxyTargets"] },
      ManageDatabase: { create: ["rds:RegisterDBProxyTargets"], delete: ["rds:DeregisterDBProxyTargets"] },
      ManageOwnProxy: { delete: ["rds:DeregisterDBProxyTargets"] },
    },
  },
  aws_db_subnet_group: database(["rds:DescribeDBSubnetGroups"], {
    create: ["rds:CreateDBSubnetGroup"],
    update: ["rds:ModifyDBSubnetGroup"],
    delete: ["rds:DeleteDBSubnetGroup"],
  }),
  aws_kms_alias: {
    read: reads("kms:ListAliases"),
    change: {
      ManageOwnAlias: { create: ["kms:CreateAlias"], update: ["kms:UpdateAlias"], delete: ["kms:DeleteAlias"] },
    },
  },
  aws_kms_key: {
    read: reads("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
    change: {
      CreateKeys: { create: ["kms:CreateKey"] },
      TagNewKeys: { create: ["kms:TagResource"] },
      EnableRotationOfOwnKeys: { create: ["kms:EnableKeyRotation"] },
    },
  },
} satisfies Readonly<Record<string, ResourceActions>>;
