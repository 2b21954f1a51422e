// Dangers by another resource than the usual one, and changes of those resources that need approval only.
import type { Json, JsonObject } from "@dev-one/cli/json";

import { type NamedPlan } from "./builders";
import { change, create, destroy, plan, replace, unchanged, update } from "./plans";

type Changes = readonly JsonObject[];
const of = (name: string, ...changes: Changes): NamedPlan => [name, plan(changes)];
const inStaging = (name: string, ...changes: Changes): NamedPlan => [name, plan(changes, "staging")];

const DEFAULT = { route_table_id: "rtb-1", destination_cidr_block: "0.0.0.0/0", nat_gateway_id: "nat-1" };
const nat = unchanged("aws_nat_gateway.one", { id: "nat-1", allocation_id: "eipalloc-1", public_ip: "192.0.2.1" });
const otherNat = unchanged("aws_nat_gateway.two", { id: "nat-2", allocation_id: "eipalloc-2", public_ip: "192.0.2.2" });
const byReference = (reference: string): JsonObject => ({
  configuration: {
    root_module: {
      resources: [
        {
          address: "aws_route.r",
          expressions: { nat_gateway_id: { references: [`${reference}.id`, reference] } },
        },
      ],
    },
  },
});
const toUnknownNat = update("aws_route.r", DEFAULT, { nat_gateway_id: null }, { unknown: { nat_gateway_id: true } });

const openGroup = unchanged("aws_security_group.open", {
  id: "sg-open",
  name: "open",
  ingress: [{ protocol: "tcp", from_port: 0, to_port: 65_535, cidr_blocks: ["0.0.0.0/0"] }],
});

const listener = (port: number, protocol: string, type = "forward"): JsonObject => ({
  load_balancer_arn: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/l/1",
  port,
  protocol,
  default_action: [{ type }],
});
const networkLoadBalancer = (groups: readonly Json[]): JsonObject =>
  unchanged("aws_lb.l", {
    id: "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/l/1",
    internal: false,
    load_balancer_type: "network",
    security_groups: [...groups],
  });
const read = (type: string): JsonObject =>
  change(`data.${type}.d`, ["read"], { after: {}, unknown: { id: true }, more: { mode: "data", type, name: "d" } });

export const indirect: readonly NamedPlan[] = [
  [
    "the default route leads to a new NAT gateway, and the former one stays",
    plan(
      [
        nat,
        create("aws_nat_gateway.new", { connectivity_type: "public" }, { unknown: { id: true, allocation_id: true } }),
        toUnknownNat,
      ],
      "production",
      byReference("aws_nat_gateway.new"),
    ),
  ],
  of(
    "a launch template gets a security group with public ingress",
    openGroup,
    update(
      "aws_launch_template.t",
      { network_interfaces: [{ security_groups: ["sg-1"] }] },
      { network_interfaces: [{ security_groups: ["sg-open"] }] },
    ),
  ),
  of(
    "a listener of a network load balancer without a security group",
    networkLoadBalancer([]),
    create("aws_lb_listener.s", listener(22, "TCP")),
  ),
  inStaging(
    "a listener without TLS replaces one with TLS",
    destroy("aws_lb_listener.https", listener(443, "HTTPS")),
    create("aws_lb_listener.http", listener(80, "HTTP")),
  ),
];

export const indirectToApprove: readonly NamedPlan[] = [
  of("another gateway that has been there", nat, otherNat, update("aws_route.r", DEFAULT, { nat_gateway_id: "nat-2" })),
  [
    "a new NAT gateway with the same Elastic IP",
    plan(
      [
        replace(
          "aws_nat_gateway.one",
          { id: "nat-1", allocation_id: "eipalloc-1", public_ip: "192.0.2.1" },
          { id: null },
          { unknown: { id: true } },
        ),
        toUnknownNat,
      ],
      "production",
      byReference("aws_nat_gateway.one"),
    ),
  ],
  of(
    "a listener of a network load balancer with a security group",
    networkLoadBalancer(["sg-1"]),
    create("aws_lb_listener.s", listener(22, "TCP")),
  ),
  of(
    "an internal load balancer becomes internet-facing",
    replace("aws_lb.l", { internal: true, name: "l" }, { internal: false }, { replacePaths: [["internal"]] }),
  ),
  inStaging(
    "a listener that redirects to HTTPS, next to one under a new Terraform address",
    destroy("aws_lb_listener.https", listener(443, "HTTPS")),
    create("aws_lb_listener.tls", listener(443, "HTTPS")),
    create("aws_lb_listener.http", listener(80, "HTTP", "redirect")),
  ),
  of("a function is invoked to be read", read("aws_lambda_invocation")),
  of("a program runs to be read", read("external")),
];
