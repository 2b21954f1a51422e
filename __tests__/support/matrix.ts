import type { Resource, Stack } from "./stack";

export const INGRESS = "aws_vpc_security_group_ingress_rule";
export const EGRESS = "aws_vpc_security_group_egress_rule";

/** A security group by its role, such as `servers`. */
export function roleOf(group: Resource): string {
  return group.path.replace("network/security-groups/", "");
}

/** Every security group rule in one line, such as `servers in from edge tcp 80`. */
export function matrix(stack: Stack): string[] {
  return [INGRESS, EGRESS]
    .flatMap((type) =>
      stack.resources(type).map(({ values }) => {
        const peers = [
          ...stack.targets(values.referenced_security_group_id).map(roleOf),
          ...["cidr_ipv4", "cidr_ipv6", "prefix_list_id"].flatMap((key) =>
            key in values ? [String(values[key])] : [],
          ),
        ];
        const ports = [...new Set([values.from_port, values.to_port])].join("-");
        return [
          roleOf(stack.target(values.security_group_id)),
          type === INGRESS ? "in from" : "out to",
          peers.join(" and "),
          String(values.ip_protocol),
          ports,
        ].join(" ");
      }),
    )
    .sort();
}
