import { every, type Rule } from "../rule";

export const proxyWantsIam: Rule = {
  id: "proxy-wants-iam",
  title: "RDS Proxy lets in who IAM names, with a short-lived token",
  reason: "A password for the proxy would lie on every server.",
  remedy: "Set iam_auth to REQUIRED, and allow rds-db:connect to the servers' role.",
  controls: {},

  subjects: every("aws_db_proxy"),
  judge: (proxy) =>
    proxy.blocks("auth").map((auth) => (auth.text("iam_auth") === "REQUIRED" ? undefined : "iam_auth is not REQUIRED")),
};
