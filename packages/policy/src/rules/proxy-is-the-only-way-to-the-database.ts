import { every, type Rule } from "../rule";

export const proxyIsTheOnlyWayToTheDatabase: Rule = {
  id: "proxy-is-the-only-way-to-the-database",
  title: "Only the proxy reaches the database",
  reason: "Past the proxy, connections are neither pooled nor limited, and ten servers use up the database.",
  remedy: "Let the proxy's security group in, on the database's port, and nothing else.",
  controls: {},

  subjects: every("aws_db_instance"),
  judge: (database, stack) => {
    const proxies = stack.of("aws_db_proxy").flatMap((proxy) => proxy.targets("vpc_security_group_ids"));
    return database
      .targets("vpc_security_group_ids")
      .flatMap((group) => stack.referring("aws_vpc_security_group_ingress_rule", "security_group_id", group))
      .filter((rule) => !rule.targets("referenced_security_group_id").some((from) => proxies.includes(from)))
      .map((rule) => `${rule.path} lets in somebody else`);
  },
};
