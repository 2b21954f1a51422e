import type { Rule } from "../rule";

export const iamRoleHasPermissionsBoundary: Rule = {
  id: "iam-role-has-permissions-boundary",
  title: "Every role that Terraform creates has the environment's permissions boundary",
  reason: "A CI role that may write policies could otherwise create a role with more permissions than its own.",
  remedy: "Set permissionsBoundary to boundaryArn(environment).",
  controls: {},
  // An administrator creates the roles of the CI workflows, together with the state bucket.
  subjects: (stack) => (stack.name.endsWith("-state") ? [] : stack.of("aws_iam_role")),
  check: (role) =>
    /:policy\/dev-one-[\w-]+-boundary$/.test(role.text("permissions_boundary") ?? "")
      ? undefined
      : "permissions_boundary is not the environment's",
};
