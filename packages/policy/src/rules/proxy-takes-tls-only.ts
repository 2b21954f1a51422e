import { every, type Rule } from "../rule";

export const proxyTakesTlsOnly: Rule = {
  id: "proxy-takes-tls-only",
  title: "RDS Proxy takes TLS only, and logs no statements",
  reason: "A connection without TLS shows the data on the way, and debug_logging shows it in the logs.",
  remedy: "Set require_tls, and leave debug_logging off.",
  controls: {},

  subjects: every("aws_db_proxy"),
  judge: (proxy) => [
    proxy.flag("require_tls") === true ? undefined : "require_tls is off",
    proxy.flag("debug_logging") === true ? "debug_logging is on" : undefined,
  ],
};
