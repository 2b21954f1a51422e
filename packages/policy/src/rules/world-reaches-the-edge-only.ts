import { every, type Rule } from "../rule";

export const worldReachesTheEdgeOnly: Rule = {
  id: "world-reaches-the-edge-only",
  title: "Only the load balancer takes connections from the whole internet, on ports 80 and 443",
  reason: "Everything else is behind it, and an open port is found within minutes.",
  remedy: "Let the group of the load balancer in, not an address range.",
  controls: {
    checkov: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"],
    securityHub: ["EC2.18", "EC2.19"],
    cis: ["5.2", "5.3"],
  },

  subjects: every("aws_vpc_security_group_ingress_rule"),
  judge: (rule, stack) => {
    const isOpen = rule.text("cidr_ipv4") === "0.0.0.0/0" || rule.text("cidr_ipv6") === "::/0";
    if (!isOpen) return undefined;
    const group = rule.target("security_group_id");
    const atTheEdge = group !== undefined && stack.referring("aws_lb", "security_groups", group).length > 0;
    const ports = [rule.number("from_port"), rule.number("to_port")];
    return [
      atTheEdge ? undefined : "the world reaches a group that is not the load balancer's",
      ports[0] === ports[1] && [80, 443].includes(ports[0] ?? -1)
        ? undefined
        : "the world reaches other ports than 80 and 443",
    ];
  },
};
