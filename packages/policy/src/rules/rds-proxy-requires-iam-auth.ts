import { every, type Rule } from "../rule";

export const rdsProxyRequiresIamAuth: Rule = {
  id: "rds-proxy-requires-iam-auth",
  title: "RDS Proxy requires IAM authentication",
  reason: "Otherwise every server would hold a password for the proxy.",
  remedy: "Set iam_auth to REQUIRED, and allow rds-db:connect to the servers' role.",
  controls: {},

  subjects: every("aws_db_proxy"),
  check: (proxy) =>
    proxy.blocks("auth").map((auth) => (auth.text("iam_auth") === "REQUIRED" ? undefined : "iam_auth is not REQUIRED")),
};
