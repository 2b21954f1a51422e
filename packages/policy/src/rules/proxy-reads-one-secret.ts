import { every, type Rule } from "../rule";
import { allows, statementsOf } from "../statements";

const NEEDED = ["secretsmanager:GetSecretValue", "kms:Decrypt"];

export const proxyReadsOneSecret: Rule = {
  id: "proxy-reads-one-secret",
  title: "The proxy's role reads the secrets that the proxy is given, and no others",
  reason: "A role that reads every secret is a way from the database to everything.",
  remedy: "Use readSecret with the secret and the key.",
  controls: {},

  subjects: every("aws_db_proxy"),
  judge: (proxy, stack) => {
    const role = proxy.target("role_arn");
    if (role === undefined) return "its role is not in this stack";
    const policies = stack.referring("aws_iam_role_policy", "role", role);
    const actions = policies.flatMap((policy) => statementsOf(policy, "policy")).filter(allows);
    const own = proxy.blocks("auth").flatMap((auth) => auth.targets("secret_arn"));
    const read = policies.flatMap((policy) => policy.targets("policy")).filter(({ type }) => type !== "aws_kms_key");
    return [
      policies.length === 0 ? "its role may read nothing" : undefined,
      ...actions
        .flatMap((each) => each.actions)
        .filter((action) => !NEEDED.includes(action))
        .map((action) => `its role may do ${action}`),
      ...actions
        .flatMap((each) => each.resources)
        .filter((arn) => arn.includes("*"))
        .map((arn) => `its role reads ${arn}`),
      ...read.filter((each) => !own.includes(each)).map((each) => `its role reads ${each.path}`),
    ];
  },
};
