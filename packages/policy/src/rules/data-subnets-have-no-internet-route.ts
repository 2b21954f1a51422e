import { every, type Rule } from "../rule";

export const dataSubnetsHaveNoInternetRoute: Rule = {
  id: "data-subnets-have-no-internet-route",
  title: "The database's subnets have no route outside the VPC",
  reason: "Without a route, a compromised database cannot send data to the internet.",
  remedy: "Leave the route table of the data subnets without a default route.",
  controls: { securityHub: ["RDS.46"] },

  subjects: every("aws_db_subnet_group"),
  check: (group, stack) =>
    group.targets("subnet_ids").flatMap((subnet) => {
      const tables = stack
        .referring("aws_route_table_association", "subnet_id", subnet)
        .flatMap((each) => each.targets("route_table_id"));
      if (tables.length === 0) return `${subnet.path} has no route table of its own`;
      return tables
        .flatMap((table) => stack.referring("aws_route", "route_table_id", table))
        .map((route) => `${subnet.path} has the route ${route.path}`);
    }),
};
