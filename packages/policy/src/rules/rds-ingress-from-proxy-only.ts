import { every, type Rule } from "../rule";

export const rdsIngressFromProxyOnly: Rule = {
  id: "rds-ingress-from-proxy-only",
  title: "Only RDS Proxy's security group reaches the database",
  reason: "Connections that bypass the proxy are neither pooled nor limited, and ten servers exhaust max_connections.",
  remedy: "Allow ingress from the proxy's security group on the database's port, and nothing else.",
  controls: {},

  subjects: every("aws_db_instance"),
  check: (database, stack) => {
    const proxies = stack.of("aws_db_proxy").flatMap((proxy) => proxy.targets("vpc_security_group_ids"));
    return database
      .targets("vpc_security_group_ids")
      .flatMap((group) => stack.referring("aws_vpc_security_group_ingress_rule", "security_group_id", group))
      .filter((rule) => !rule.targets("referenced_security_group_id").some((from) => proxies.includes(from)))
      .map((rule) => `${rule.path} allows ingress from another source than the proxy`);
  },
};
