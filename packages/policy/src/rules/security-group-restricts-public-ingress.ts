import { every, type Rule } from "../rule";

export const securityGroupRestrictsPublicIngress: Rule = {
  id: "security-group-restricts-public-ingress",
  title: "Only the load balancer's security group allows ingress from 0.0.0.0/0 or ::/0, on ports 80 and 443",
  reason: "All other resources are reached through the load balancer, and open ports are scanned within minutes.",
  remedy: "Allow ingress from the load balancer's security group instead of a CIDR.",
  controls: {
    checkov: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"],
    securityHub: ["EC2.18", "EC2.19"],
    cis: ["5.2", "5.3"],
  },

  subjects: every("aws_vpc_security_group_ingress_rule"),
  check: (rule, stack) => {
    const isOpen = rule.text("cidr_ipv4") === "0.0.0.0/0" || rule.text("cidr_ipv6") === "::/0";
    if (!isOpen) return undefined;
    const group = rule.target("security_group_id");
    const isLoadBalancers = group !== undefined && stack.referring("aws_lb", "security_groups", group).length > 0;
    const ports = [rule.number("from_port"), rule.number("to_port")];
    return [
      isLoadBalancers ? undefined : "a security group other than the load balancer's allows ingress from every address",
      ports[0] === ports[1] && [80, 443].includes(ports[0] ?? -1)
        ? undefined
        : "ingress from every address is allowed on other ports than 80 and 443",
    ];
  },
};
