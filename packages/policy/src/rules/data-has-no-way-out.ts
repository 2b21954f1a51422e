import { every, type Rule } from "../rule";

export const dataHasNoWayOut: Rule = {
  id: "data-has-no-way-out",
  title: "Subnets of the database have no route to the world",
  reason: "Data cannot leave by a way that does not exist.",
  remedy: "Leave the data tier's route table without a default route.",
  controls: { securityHub: ["RDS.46"] },

  subjects: every("aws_db_subnet_group"),
  judge: (group, stack) =>
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
