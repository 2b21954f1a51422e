import type { Rule } from "../rule";

export const rolesStayWithinTheBoundary: Rule = {
  id: "roles-stay-within-the-boundary",
  title: "Every role that the workflows may make has the environment's permissions boundary",
  reason: "Who may write a role's policies may otherwise make one that is stronger than their own.",
  remedy: "Set permissionsBoundary to boundaryArn(environment).",
  controls: {},
  // The roles of the workflows themselves are made by a person, with the state bucket.
  subjects: (stack) => (stack.name.endsWith("-state") ? [] : stack.of("aws_iam_role")),
  judge: (role) =>
    /:policy\/dev-one-[\w-]+-boundary$/.test(role.text("permissions_boundary") ?? "")
      ? undefined
      : "permissions_boundary is not the environment's",
};
