import { every, type Rule } from "../rule";

export const rdsProxyRequiresTls: Rule = {
  id: "rds-proxy-requires-tls",
  title: "RDS Proxy requires TLS and logs no SQL statements",
  reason: "Without TLS, data can be read in transit; with debug_logging, it can be read in the logs.",
  remedy: "Set require_tls, and leave debug_logging off.",
  controls: {},

  subjects: every("aws_db_proxy"),
  check: (proxy) => [
    proxy.flag("require_tls") === true ? undefined : "require_tls is off",
    proxy.flag("debug_logging") === true ? "debug_logging is on" : undefined,
  ],
};
