import { type Resource, type Stack } from "@dev-one/terraform-json/resources";
import { containsCidr, overlapCidr } from "cidr-tools";

import { availabilityZoneOf } from "../facts/availability-zones";
import { every, everyInProduction, type Rule } from "../rule";

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const RESERVED_BY_AWS = 5;

const addressCount = (cidr: string): number => 2 ** (32 - Number(cidr.split("/")[1] ?? "32"));

function reservationsOf(group: Resource, stack: Stack): Resource[] {
  const subnets = group.targets("vpc_zone_identifier");
  return subnets.flatMap((subnet) => stack.referring("aws_ec2_subnet_cidr_reservation", "subnet_id", subnet));
}

export const network: readonly Rule[] = [
  {
    id: "asg-size-matches-free-addresses",
    title:
      "An Auto Scaling group in a subnet with CIDR reservations has as many servers as the subnet has free addresses, in one Availability Zone",
    reason:
      "With more free addresses than servers, a server can get an address that is not in the address table; with fewer, a server cannot start.",
    remedy:
      "Reservations, group size and subnet are derived from the address table in src/config: do not write them anywhere else.",
    subjects: (stack) =>
      every("aws_autoscaling_group")(stack).filter((group) => reservationsOf(group, stack).length > 0),
    check: (group, stack) => {
      const subnets = group.targets("vpc_zone_identifier");
      const reserved = reservationsOf(group, stack);
      const size = (cidrs: readonly string[]) => cidrs.reduce((sum, cidr) => sum + addressCount(cidr), 0);
      const free =
        size(subnets.map((subnet) => subnet.text("cidr_block") ?? "")) -
        RESERVED_BY_AWS * subnets.length -
        size(reserved.map((each) => each.text("cidr_block") ?? ""));
      return [
        subnets.length !== 1 && "it has subnets in several Availability Zones",
        ...["min_size", "max_size"].map(
          (argument) =>
            group.number(argument) !== free &&
            `${argument} is ${group.text(argument) ?? "not set"}, and ${free} addresses are free`,
        ),
        ...reserved.map(
          (each) => each.text("reservation_type") !== "explicit" && `${each.path} is not of the type explicit`,
        ),
      ];
    },
  },
  {
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
  },
  {
    id: "elastic-ip-prevents-destroy",
    title: "Terraform cannot destroy production's Elastic IPs",
    reason: "Partners have them on allow lists, and AWS gives a released address to another customer.",
    remedy: "Set lifecycle.prevent_destroy (protectFromDestruction in the environment).",
    onlySynthesized: true,
    subjects: everyInProduction("aws_eip"),
    check: (address) => !address.isProtected && "prevent_destroy is off",
  },
  {
    id: "nat-gateway-in-same-availability-zone",
    title: "A subnet's default route leads to the NAT gateway of its own Availability Zone",
    reason:
      "With a NAT gateway in another Availability Zone, the failure of that one cuts off both, and AWS charges for traffic between them.",
    remedy:
      "Give each Availability Zone a route table of its own, with its own NAT gateway (AvailabilityZone in src/network does).",
    subjects: every("aws_route_table_association"),
    check: (association, stack) => {
      const subnet = association.target("subnet_id");
      const table = association.target("route_table_id");
      if (subnet === undefined || table === undefined) return undefined;
      const gateways = stack
        .referring("aws_route", "route_table_id", table)
        .flatMap((route) => route.targets("nat_gateway_id"));
      return gateways.map(
        (gateway) =>
          availabilityZoneOf(gateway.target("subnet_id")) !== availabilityZoneOf(subnet) &&
          `${subnet.path} has a route to ${gateway.path} in another Availability Zone`,
      );
    },
  },
  {
    id: "nat-gateway-per-availability-zone",
    title: "Every Availability Zone with servers has a NAT gateway, each with an Elastic IP of its own",
    reason:
      "Partners allow these addresses; without a NAT gateway, servers of the Availability Zone cannot reach the internet.",
    remedy:
      "Keep NAT gateway and Elastic IP in AvailabilityZone (src/network), one of each in every Availability Zone.",
    subjects: every("aws_autoscaling_group"),
    check: (group, stack) => {
      const gateways = stack.of("aws_nat_gateway");
      const zones = new Set(group.targets("vpc_zone_identifier").map(availabilityZoneOf));
      const withGateway = new Map(
        gateways.map((gateway) => [availabilityZoneOf(gateway.target("subnet_id")), gateway]),
      );
      const addresses = gateways.map((gateway) => gateway.target("allocation_id"));
      return [
        ...[...zones].map((zone) => !withGateway.has(zone) && `${zone ?? "an Availability Zone"} has no NAT gateway`),
        ...gateways
          .filter((_, index) => addresses[index] === undefined || addresses.indexOf(addresses[index]) !== index)
          .map((gateway) => `${gateway.path} has no Elastic IP of its own`),
      ];
    },
  },
  {
    id: "route53-query-logging",
    title: "Public hosted zones log their DNS queries",
    reason: "Unusual query names are the first sign of an attack on DNS.",
    remedy: "Keep aws_route53_query_log for the hosted zone.",
    controls: { checkov: ["CKV2_AWS_39"], securityHub: ["Route53.2"] },
    subjects: (stack) => every("aws_route53_zone")(stack).filter((zone) => zone.blocks("vpc").length === 0),
    check: (zone, stack) =>
      stack.referring("aws_route53_query_log", "zone_id", zone).length === 0 && "it has no query log",
  },
  {
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
        !isLoadBalancers && "a security group other than the load balancer's allows ingress from every address",
        !(ports[0] === ports[1] && [80, 443].includes(ports[0] ?? -1)) &&
          "ingress from every address is allowed on other ports than 80 and 443",
      ];
    },
  },
  {
    id: "security-group-rule-has-description-and-ports",
    title: "Every security group rule has a description, a protocol and ports",
    reason: "A rule without a purpose is never removed, and one for all protocols allows more than was intended.",
    remedy: "Write description, protocol and ports; one rule for each purpose.",
    controls: { checkov: ["CKV_AWS_23", "CKV_AWS_382"], securityHub: ["EC2.19"] },
    subjects: every("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"),
    check: (rule) => [
      (rule.text("description") ?? "") === "" && "it has no description",
      rule.text("ip_protocol") === "-1" && "ip_protocol is -1 (all protocols)",
      !(rule.has("from_port") && rule.has("to_port")) && "from_port or to_port is not set",
    ],
  },
  {
    id: "vpc-flow-logs-enabled",
    title: "Every VPC has a flow log of all traffic",
    reason: "After an incident, the flow log shows which addresses exchanged traffic.",
    remedy: "Keep the flow log in src/network/vpc.ts, with traffic_type ALL.",
    controls: { checkov: ["CKV2_AWS_11"], securityHub: ["EC2.6"], cis: ["3.7"] },
    subjects: every("aws_vpc"),
    check: (vpc, stack) => {
      const logs = stack.referring("aws_flow_log", "vpc_id", vpc);
      if (logs.length === 0) return "it has no flow log";
      return !logs.some((log) => log.text("traffic_type") === "ALL") && "the traffic_type of its flow log is not ALL";
    },
  },
  {
    id: "vpc-subnets-do-not-overlap",
    title: "Every subnet's CIDR lies in its VPC's and overlaps no other",
    reason: "AWS rejects overlapping subnets in the middle of a deployment, when half of the network exists.",
    remedy: "Correct the subnets of the Availability Zone in src/environments.",
    subjects: every("aws_subnet"),
    check: (subnet, stack) => {
      const cidr = subnet.text("cidr_block") ?? "";
      const vpc = subnet.target("vpc_id");
      const others = stack.of("aws_subnet").filter((each) => each !== subnet && each.target("vpc_id") === vpc);
      const range = vpc?.text("cidr_block");
      return [
        range !== undefined && !containsCidr(range, cidr) && `${cidr} is outside of the VPC's ${range}`,
        ...others
          .filter((other) => overlapCidr(other.text("cidr_block") ?? "", cidr))
          .map((other) => `${cidr} overlaps ${other.path}`),
      ];
    },
  },
];
