// Dangers by another resource than the usual one, and changes of those resources that need approval only.
import type { Json, JsonObject } from "@dev-one/cli/json";

import { type NamedPlan, namedSubnet } from "./builders";
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

const named = unchanged("aws_subnet.named", namedSubnet);
const elastic = unchanged("aws_subnet.elastic", { id: "subnet-2", cidr_block: "172.31.1.128/25" });
const namedGroup = { name: "zone-1", vpc_zone_identifier: ["subnet-1"] };

const openGroup = unchanged("aws_security_group.open", {
  id: "sg-open",
  name: "open",
  ingress: [{ protocol: "tcp", from_port: 0, to_port: 65_535, cidr_blocks: ["0.0.0.0/0"] }],
});
const webGroup = unchanged("aws_security_group.web", {
  id: "sg-web",
  name: "web",
  ingress: [{ protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] }],
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
const refreshing = (triggers: readonly string[]): JsonObject => ({
  name: "g",
  tag: [{ key: "a", value: "1", propagate_at_launch: true }],
  instance_refresh: [{ strategy: "Rolling", triggers: [...triggers] }],
});
const otherTag = { tag: [{ key: "a", value: "2", propagate_at_launch: true }] };
const read = (type: string): JsonObject =>
  change(`data.${type}.d`, ["read"], { after: {}, unknown: { id: true }, more: { mode: "data", type, name: "d" } });

export const indirect: readonly NamedPlan[] = [
  of(
    "the default route leads to the internet gateway",
    nat,
    update("aws_route.r", DEFAULT, { nat_gateway_id: null, gateway_id: "igw-1" }),
  ),
  of("a default route to a NAT gateway is destroyed", nat, destroy("aws_route.r", DEFAULT)),
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
    "the default route of a route block leads elsewhere",
    nat,
    update(
      "aws_route_table.t",
      { id: "rtb-1", route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "nat-1" }] },
      { route: [{ cidr_block: "0.0.0.0/0", transit_gateway_id: "tgw-1" }] },
    ),
  ),
  of(
    "an Elastic IP is disassociated from its server",
    update("aws_eip.e", { public_ip: "192.0.2.1", instance: "i-1", network_interface: "eni-1" }, { instance: "i-2" }),
  ),
  of(
    "named servers move into another subnet",
    named,
    elastic,
    update("aws_autoscaling_group.z", namedGroup, { vpc_zone_identifier: ["subnet-2"] }),
  ),
  of(
    "another Auto Scaling group uses a subnet of named servers",
    named,
    elastic,
    update(
      "aws_autoscaling_group.e",
      { vpc_zone_identifier: ["subnet-2"] },
      { vpc_zone_identifier: ["subnet-2", "subnet-1"] },
    ),
  ),
  of("a new server in a subnet of named servers", named, create("aws_instance.i", { subnet_id: "subnet-1" })),
  of("the Auto Scaling group of named servers is destroyed", named, destroy("aws_autoscaling_group.z", namedGroup)),
  of(
    "a database gets a security group with public ingress",
    openGroup,
    update("aws_db_instance.d", { vpc_security_group_ids: ["sg-1"] }, { vpc_security_group_ids: ["sg-1", "sg-open"] }),
  ),
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
    "a new server with a security group with public ingress",
    openGroup,
    create("aws_instance.i", { vpc_security_group_ids: ["sg-open"] }),
  ),
  of(
    "a listener of a network load balancer without a security group",
    networkLoadBalancer([]),
    create("aws_lb_listener.s", listener(22, "TCP")),
  ),
  of(
    "a listener of a Global Accelerator",
    create("aws_globalaccelerator_listener.s", { port_range: [{ from_port: 22, to_port: 22 }] }),
  ),
  inStaging(
    "a listener without TLS replaces one with TLS",
    destroy("aws_lb_listener.https", listener(443, "HTTPS")),
    create("aws_lb_listener.http", listener(80, "HTTP")),
  ),
  inStaging(
    "a database under a new Terraform address without encryption",
    destroy("aws_db_instance.old", { identifier: "db", storage_encrypted: true }),
    create("aws_db_instance.new", { identifier: "db", storage_encrypted: false }),
  ),
  of(
    "a replica of a table is removed",
    update(
      "aws_dynamodb_table.t",
      { replica: [{ region_name: "eu-west-1" }, { region_name: "us-west-2" }] },
      { replica: [{ region_name: "us-west-2" }] },
    ),
  ),
  of(
    "an SSM document is shared publicly",
    update("aws_ssm_document.d", { permissions: {} }, { permissions: { type: "Share", account_ids: "All" } }),
  ),
  of(
    "an endpoint service for every account",
    create("aws_vpc_endpoint_service.s", { acceptance_required: false, allowed_principals: ["*"] }),
  ),
  of(
    "a principal * of an endpoint service",
    create("aws_vpc_endpoint_service_allowed_principal.p", { principal_arn: "*" }),
  ),
  of(
    "brokers get public addresses",
    update(
      "aws_msk_cluster.k",
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: "DISABLED" }] }] }] },
      { broker_node_group_info: [{ connectivity_info: [{ public_access: [{ type: "SERVICE_PROVIDED_EIPS" }] }] }] },
    ),
  ),
  of(
    "the public access block for AMIs is switched off",
    update("aws_ec2_image_block_public_access.b", { state: "block-new-sharing" }, { state: "unblocked" }),
  ),
  of(
    "the public access block for snapshots is switched off",
    update("aws_ebs_snapshot_block_public_access.b", { state: "block-all-sharing" }, { state: "unblocked" }),
  ),
  inStaging(
    "the public access block for snapshots is destroyed",
    destroy("aws_ebs_snapshot_block_public_access.b", { state: "block-all-sharing" }),
  ),
  of(
    "the VPC public access block is switched off",
    update(
      "aws_vpc_block_public_access_options.b",
      { internet_gateway_block_mode: "block-bidirectional" },
      { internet_gateway_block_mode: "off" },
    ),
  ),
  of(
    "an access point without public access block",
    create("aws_s3_access_point.a", { public_access_block_configuration: [{ block_public_policy: false }] }),
  ),
  of(
    "the default action of a web ACL becomes allow",
    update(
      "aws_wafv2_web_acl.w",
      { default_action: [{ allow: [], block: [{}] }] },
      { default_action: [{ allow: [{}], block: [] }] },
    ),
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
    "a default route is destroyed together with its route table",
    nat,
    destroy("aws_route_table.t", { id: "rtb-1" }),
    destroy("aws_route.r", DEFAULT),
  ),
  of(
    "the Auto Scaling group of named servers has a new Terraform address",
    named,
    destroy("aws_autoscaling_group.z", namedGroup),
    create("aws_autoscaling_group.y", namedGroup),
  ),
  of(
    "a server gets a security group for HTTPS",
    webGroup,
    update("aws_instance.i", { vpc_security_group_ids: [] }, { vpc_security_group_ids: ["sg-web"] }),
  ),
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
  inStaging(
    "a database under a new Terraform address with the same encryption",
    destroy("aws_db_instance.old", { identifier: "db", storage_encrypted: true }),
    create("aws_db_instance.new", { identifier: "db", storage_encrypted: true }),
  ),
  of(
    "an endpoint service that requires acceptance",
    create("aws_vpc_endpoint_service.s", { acceptance_required: true, allowed_principals: ["*"] }),
  ),
  of(
    "a new web ACL with the default action allow",
    create("aws_wafv2_web_acl.w", { default_action: [{ allow: [{}], block: [] }] }),
  ),
  of("a tag that triggers an instance refresh", update("aws_autoscaling_group.g", refreshing(["tag"]), otherTag)),
  of("a function is invoked to be read", read("aws_lambda_invocation")),
  of("a program runs to be read", read("external")),
];
