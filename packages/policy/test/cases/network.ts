import { type Case, one, set, type Values, without } from "../support";

const vpc = { aws_vpc: { v: { cidr_block: "172.31.0.0/16" } } };
const subnet = (cidr_block: string, availability_zone_id = "use1-az2", more: Values = {}): Values => ({
  cidr_block,
  availability_zone_id,
  vpc_id: "${aws_vpc.v.id}",
  ...more,
});
const reserving = (size: number) => ({
  aws_subnet: { s: subnet("172.31.1.96/28") },
  aws_ec2_subnet_cidr_reservation: Object.fromEntries(
    ["100/32", "105/32", "106/31", "108/31", "110/32"].map((end, index) => [
      `r${index}`,
      { subnet_id: "${aws_subnet.s.id}", cidr_block: `172.31.1.${end}`, reservation_type: "explicit" },
    ]),
  ),
  aws_autoscaling_group: { g: { min_size: size, max_size: size, vpc_zone_identifier: ["${aws_subnet.s.id}"] } },
});
const routing = (natZone: string) => ({
  aws_subnet: { servers: subnet("172.31.1.0/24", "use1-az2"), public: subnet("172.31.2.0/24", natZone) },
  aws_nat_gateway: { n: { subnet_id: "${aws_subnet.public.id}", allocation_id: "${aws_eip.a.allocation_id}" } },
  aws_eip: { a: {} },
  aws_route_table: { t: {} },
  aws_route: { r: { route_table_id: "${aws_route_table.t.id}", nat_gateway_id: "${aws_nat_gateway.n.id}" } },
  aws_route_table_association: {
    x: { subnet_id: "${aws_subnet.servers.id}", route_table_id: "${aws_route_table.t.id}" },
  },
  aws_autoscaling_group: { g: { vpc_zone_identifier: ["${aws_subnet.servers.id}"] } },
});
const data = (routes: Record<string, Values>) => ({
  aws_subnet: { d: subnet("172.31.201.0/24") },
  aws_route_table: { t: {} },
  aws_route_table_association: { x: { subnet_id: "${aws_subnet.d.id}", route_table_id: "${aws_route_table.t.id}" } },
  aws_db_subnet_group: { g: { subnet_ids: ["${aws_subnet.d.id}"] } },
  aws_route: routes,
});
const ingress = (rule: Values) => ({
  aws_security_group: { g: {} },
  aws_lb: { l: { security_groups: ["${aws_security_group.g.id}"] } },
  aws_vpc_security_group_ingress_rule: {
    r: { security_group_id: "${aws_security_group.g.id}", ip_protocol: "tcp", description: "HTTPS", ...rule },
  },
});

export const network: readonly Case[] = [
  {
    rule: "vpc-subnets-do-not-overlap",
    fails: { ...vpc, aws_subnet: { a: subnet("172.31.1.0/24"), b: subnet("172.31.1.128/25") } },
    says: "172.31.1.0/24 overlaps aws_subnet.b",
    passes: { ...vpc, aws_subnet: { a: subnet("172.31.1.0/25"), b: subnet("172.31.1.128/25") } },
    breaks: set("aws_subnet", { cidr_block: "10.0.1.0/24" }, "zone-1_elastic"),
  },
  {
    rule: "asg-size-matches-free-addresses",
    fails: reserving(5),
    says: "max_size is 5, and 4 addresses are free",
    passes: reserving(4),
    breaks: (stack) => {
      const [first] = Object.keys(stack.resource.aws_ec2_subnet_cidr_reservation ?? {});
      delete stack.resource.aws_ec2_subnet_cidr_reservation?.[first ?? ""];
    },
  },
  {
    rule: "nat-gateway-in-same-availability-zone",
    fails: routing("use1-az4"),
    says: "aws_subnet.servers has a route to aws_nat_gateway.n in another Availability Zone",
    passes: routing("use1-az2"),
    breaks: (stack) => {
      const other = one(stack, "aws_route", "zone-2_servers");
      one(stack, "aws_route", "zone-1_servers").nat_gateway_id = other.nat_gateway_id;
    },
  },
  {
    rule: "nat-gateway-per-availability-zone",
    fails: routing("use1-az4"),
    says: "use1-az2 has no NAT gateway",
    passes: routing("use1-az2"),
    breaks: (stack) => {
      const other = one(stack, "aws_nat_gateway", "zone-2");
      one(stack, "aws_nat_gateway", "zone-1").allocation_id = other.allocation_id;
    },
  },
  {
    rule: "elastic-ip-prevents-destroy",
    fails: { aws_eip: { a: { domain: "vpc" } } },
    says: "prevent_destroy is off",
    passes: { aws_eip: { a: { lifecycle: { prevent_destroy: true } } } },
    stack: "production",
    breaks: set("aws_eip", { lifecycle: { prevent_destroy: false } }, "zone-2"),
  },
  {
    rule: "data-subnets-have-no-internet-route",
    fails: data({ r: { route_table_id: "${aws_route_table.t.id}", nat_gateway_id: "nat-1" } }),
    says: "aws_subnet.d has the route aws_route.r",
    passes: data({}),
    breaks: set(
      "aws_route",
      { route_table_id: "${aws_route_table.network_zone-1_data-routes_600D753C.id}" },
      "zone-1_servers",
    ),
  },
  {
    rule: "vpc-flow-logs-enabled",
    fails: { ...vpc, aws_flow_log: { f: { vpc_id: "${aws_vpc.v.id}", traffic_type: "REJECT" } } },
    says: "the traffic_type of its flow log is not ALL",
    passes: { ...vpc, aws_flow_log: { f: { vpc_id: "${aws_vpc.v.id}", traffic_type: "ALL" } } },
    breaks: without("aws_flow_log"),
  },
  {
    rule: "security-group-restricts-public-ingress",
    fails: ingress({ cidr_ipv4: "0.0.0.0/0", from_port: 22, to_port: 22 }),
    says: "ingress from every address is allowed on other ports than 80 and 443",
    passes: ingress({ cidr_ipv4: "0.0.0.0/0", from_port: 443, to_port: 443 }),
    breaks: set("aws_vpc_security_group_ingress_rule", { cidr_ipv4: "0.0.0.0/0" }, "database-from-proxy"),
  },
  {
    rule: "security-group-rule-has-description-and-ports",
    fails: ingress({ ip_protocol: "-1" }),
    says: "ip_protocol is -1 (all protocols)",
    passes: ingress({ from_port: 443, to_port: 443 }),
    breaks: set("aws_vpc_security_group_egress_rule", { description: undefined }, "edge-to-servers"),
  },
  {
    rule: "route53-query-logging",
    fails: { aws_route53_zone: { z: { name: "dev-one.it" }, inside: { vpc: [{ vpc_id: "vpc-1" }] } } },
    says: "it has no query log",
    passes: {
      aws_route53_zone: { z: { name: "dev-one.it" } },
      aws_route53_query_log: { q: { zone_id: "${aws_route53_zone.z.zone_id}" } },
    },
    breaks: without("aws_route53_query_log"),
  },
];
