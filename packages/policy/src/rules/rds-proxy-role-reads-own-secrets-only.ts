import { allows, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

const NEEDED = ["secretsmanager:GetSecretValue", "kms:Decrypt"];

export const rdsProxyRoleReadsOwnSecretsOnly: Rule = {
  id: "rds-proxy-role-reads-own-secrets-only",
  title: "RDS Proxy's role reads the secrets that the proxy uses, and no others",
  reason: "With a role that reads every secret, a compromise of the database's proxy discloses all of them.",
  remedy: "Grant the role access with grantReadSecret of src/kms, which takes the secret and the key.",
  controls: {},

  subjects: every("aws_db_proxy"),
  check: (proxy, stack) => {
    const role = proxy.target("role_arn");
    if (role === undefined) return "its role is not in this stack";
    const policies = stack.referring("aws_iam_role_policy", "role", role);
    const actions = policies.flatMap((policy) => statementsOf(policy, "policy")).filter(allows);
    const own = proxy.blocks("auth").flatMap((auth) => auth.targets("secret_arn"));
    const read = policies.flatMap((policy) => policy.targets("policy")).filter(({ type }) => type !== "aws_kms_key");
    return [
      policies.length === 0 ? "its role has no policy" : undefined,
      ...actions
        .flatMap((each) => each.actions)
        .filter((action) => !NEEDED.includes(action))
        .map((action) => `its role allows ${action}`),
      ...actions
        .flatMap((each) => each.resources)
        .filter((arn) => arn.includes("*"))
        .map((arn) => `its role reads ${arn}`),
      ...read.filter((each) => !own.includes(each)).map((each) => `its role reads ${each.path}`),
    ];
  },
};
