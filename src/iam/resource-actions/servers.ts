import { ec2, reads, type ResourceActions } from "./types";

/** Servers: groups, templates, alarms, roles, secrets and documents. */
export const SERVER_ACTIONS = {
  aws_autoscaling_group: {
    read: reads("autoscaling:Describe*", "elasticloadbalancing:Describe*"),
    change: {
      ManageAutoScalingGroups: {
        create: [
          ...["autoscaling:CreateAutoScalingGroup", "autoscaling:CreateOrUpdateTags"],
          ...["autoscaling:EnableMetricsCollection", "autoscaling:SuspendProcesses"],
        ],
        update: [
          ...["autoscaling:UpdateAutoScalingGroup", "autoscaling:DisableMetricsCollection", "autoscaling:DeleteTags"],
          ...["autoscaling:AttachLoadBalancerTargetGroups", "autoscaling:DetachLoadBalancerTargetGroups"],
          ...["autoscaling:AttachTrafficSources", "autoscaling:DetachTrafficSources", "autoscaling:ResumeProcesses"],
          "autoscaling:SetInstanceProtection",
        ],
        delete: ["autoscaling:DeleteAutoScalingGroup"],
      },
      PassRolesToServices: { create: ["iam:PassRole"] },
    },
  },
  aws_autoscaling_lifecycle_hook: {
    read: reads("autoscaling:Describe*"),
    change: {
      ManageAutoScalingGroups: {
        create: ["autoscaling:PutLifecycleHook"],
        delete: ["autoscaling:DeleteLifecycleHook"],
      },
    },
  },
  aws_autoscaling_policy: {
    read: reads("autoscaling:Describe*"),
    change: {
      ManageAutoScalingGroups: { create: ["autoscaling:PutScalingPolicy"], delete: ["autoscaling:DeletePolicy"] },
    },
  },
  aws_cloudwatch_metric_alarm: {
    read: reads("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"),
    change: {
      ManageAlarms: {
        create: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
        update: ["cloudwatch:UntagResource"],
        delete: ["cloudwatch:DeleteAlarms"],
      },
    },
  },
  aws_iam_instance_profile: {
    read: reads("iam:GetInstanceProfile"),
    change: {
      ManageInstanceProfiles: {
        create: ["iam:CreateInstanceProfile", "iam:TagInstanceProfile"],
        update: ["iam:UntagInstanceProfile"],
        delete: ["iam:DeleteInstanceProfile"],
      },
      ManageOwnRoles: {
        create: ["iam:AddRoleToInstanceProfile"],
        delete: ["iam:RemoveRoleFromInstanceProfile"],
      },
      PassRolesToServices: { create: ["iam:PassRole"] },
    },
  },
  aws_iam_role: {
    read: reads("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"),
    change: {
      CreateRolesWithBoundary: { create: ["iam:CreateRole"], update: ["iam:PutRolePermissionsBoundary"] },
      ManageOwnRoles: {
        create: ["iam:TagRole"],
        update: ["iam:UntagRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRoleDescription"],
        delete: ["iam:ListInstanceProfilesForRole", "iam:DeleteRole"],
      },
    },
  },
  aws_iam_role_policy: {
    read: reads("iam:GetRolePolicy"),
    change: {
      CreateRolesWithBoundary: { create: ["iam:PutRolePolicy"] },
      ManageOwnRoles: { delete: ["iam:DeleteRolePolicy"] },
    },
  },
  aws_iam_role_policy_attachment: {
    read: reads("iam:ListAttachedRolePolicies"),
    change: { AttachManagedPolicies: { create: ["iam:AttachRolePolicy"], delete: ["iam:DetachRolePolicy"] } },
  },
  aws_iam_service_linked_role: {
    read: reads("iam:GetRole"),
    change: {
      CreateServiceLinkedRoles: { create: ["iam:CreateServiceLinkedRole"] },
      ManageAutoScalingRole: {
        create: ["iam:TagRole"],
        update: ["iam:UntagRole", "iam:UpdateRole"],
        delete: ["iam:DeleteServiceLinkedRole", "iam:GetServiceLinkedRoleDeletionStatus"],
      },
    },
  },
  aws_launch_template: ec2(
    {
      create: ["ec2:CreateLaunchTemplate"],
      update: ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate", "ec2:DeleteTags"],
      delete: ["ec2:DeleteLaunchTemplate"],
    },
    "launch-template",
    "no parent",
  ),
  aws_secretsmanager_secret: {
    read: reads("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"),
    change: {
      ManageOwnSecrets: {
        create: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
        update: ["secretsmanager:UpdateSecret", "secretsmanager:UntagResource"],
        delete: ["secretsmanager:DeleteSecret"],
      },
    },
  },
  // Both roles read values by statements of their own, which name the secrets.
  aws_secretsmanager_secret_version: {
    read: {},
    change: {
      ManageOwnSecrets: {
        create: ["secretsmanager:PutSecretValue"],
        update: ["secretsmanager:UpdateSecretVersionStage"],
      },
    },
  },
  aws_ssm_document: {
    read: {
      ReadMigrationDocument: [
        ...["ssm:DescribeDocument", "ssm:DescribeDocumentPermission", "ssm:GetDocument", "ssm:ListTagsForResource"],
      ],
    },
    change: {
      ManageMigrationDocument: {
        create: ["ssm:CreateDocument", "ssm:AddTagsToResource"],
        update: ["ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion", "ssm:RemoveTagsFromResource"],
        delete: ["ssm:DeleteDocument"],
      },
    },
  },
} satisfies Readonly<Record<string, ResourceActions>>;
