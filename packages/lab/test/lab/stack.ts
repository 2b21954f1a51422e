import { gzipSync } from "node:zlib";

import type { JsonObject } from "@dev-one/cli/json";

const file = { path: "/etc/dev-one/addresses", permissions: "0644", content: "10.0.1.5 web zone-1 web\n" };
const cloudConfig = JSON.stringify({ packages: [], runcmd: [], write_files: [file] });

/** A small environment with one public, one server and one data subnet in each of two zones. */
export function aStack(): JsonObject {
  const vpc_id = "${aws_vpc.vpc.id}";
  const group = (name: string): string => `\${aws_security_group.${name}.id}`;
  const rule = (own: string, peer: JsonObject, port: number, ip_protocol = "tcp"): JsonObject => {
    return { security_group_id: group(own), ip_protocol, from_port: port, to_port: port, ...peer };
  };
  const anyone = { cidr_ipv4: "0.0.0.0/0" };
  const groupOf = (name: string): JsonObject => ({ referenced_security_group_id: group(name) });
  const inZones = (make: (zone: string) => JsonObject): JsonObject => ({ ...make("1"), ...make("2") });
  const resource: JsonObject = {
    aws_vpc: { vpc: { cidr_block: "10.0.0.0/16", enable_dns_support: true } },
    aws_subnet: inZones((zone) => ({
      [`public-${zone}`]: { vpc_id, availability_zone_id: `az${zone}`, cidr_block: `10.0.10${zone}.0/24` },
      [`servers-${zone}`]: { vpc_id, availability_zone_id: `az${zone}`, cidr_block: `10.0.${zone}.0/28` },
      [`data-${zone}`]: { vpc_id, availability_zone_id: `az${zone}`, cidr_block: `10.0.20${zone}.0/24` },
    })),
    aws_ec2_subnet_cidr_reservation: {
      four: { cidr_block: "10.0.1.4/32", reservation_type: "explicit", subnet_id: "${aws_subnet.servers-1.id}" },
    },
    aws_internet_gateway: { gateway: { vpc_id } },
    aws_eip: { "nat-1": { domain: "vpc" }, "nat-2": { domain: "vpc" } },
    aws_nat_gateway: inZones((zone) => ({
      [`nat-${zone}`]: {
        allocation_id: `\${aws_eip.nat-${zone}.allocation_id}`,
        connectivity_type: "public",
        subnet_id: `\${aws_subnet.public-${zone}.id}`,
      },
    })),
    aws_route_table: inZones((zone) => ({
      [`public-${zone}`]: { vpc_id },
      [`servers-${zone}`]: { vpc_id },
      [`data-${zone}`]: { vpc_id },
    })),
    aws_route: inZones((zone) => ({
      [`public-${zone}`]: {
        destination_cidr_block: "0.0.0.0/0",
        gateway_id: "${aws_internet_gateway.gateway.id}",
        route_table_id: `\${aws_route_table.public-${zone}.id}`,
      },
      [`servers-${zone}`]: {
        destination_cidr_block: "0.0.0.0/0",
        nat_gateway_id: `\${aws_nat_gateway.nat-${zone}.id}`,
        route_table_id: `\${aws_route_table.servers-${zone}.id}`,
      },
    })),
    aws_route_table_association: inZones((zone) =>
      Object.fromEntries(
        ["public", "servers", "data"].map((tier) => [
          `${tier}-${zone}`,
          { route_table_id: `\${aws_route_table.${tier}-${zone}.id}`, subnet_id: `\${aws_subnet.${tier}-${zone}.id}` },
        ]),
      ),
    ),
    aws_security_group: Object.fromEntries(
      ["edge", "servers", "proxy", "database"].map((name) => [name, { name, vpc_id }]),
    ),
    aws_default_security_group: { default: { vpc_id, ingress: [], egress: [] } },
    aws_vpc_security_group_ingress_rule: {
      edge: rule("edge", anyone, 443),
      servers: rule("servers", groupOf("edge"), 80),
      proxy: rule("proxy", groupOf("servers"), 5432),
      database: rule("database", groupOf("proxy"), 5432),
    },
    aws_vpc_security_group_egress_rule: {
      edge: rule("edge", groupOf("servers"), 80),
      servers: rule("servers", groupOf("proxy"), 5432),
      dns: rule("servers", { cidr_ipv4: "10.0.0.2/32" }, 53, "udp"),
      proxy: rule("proxy", groupOf("database"), 5432),
    },
    aws_launch_template: {
      template: {
        name: "shop",
        user_data: gzipSync(cloudConfig).toString("base64"),
        vpc_security_group_ids: [group("servers")],
      },
    },
    aws_autoscaling_group: {
      named: {
        name: "shop-zone-1",
        desired_capacity: 1,
        min_size: 1,
        max_size: 1,
        launch_template: { id: "${aws_launch_template.template.id}" },
        target_group_arns: ["${aws_lb_target_group.all.arn}"],
        vpc_zone_identifier: ["${aws_subnet.servers-1.id}"],
      },
      elastic: {
        name: "shop-elastic",
        min_size: 0,
        max_size: 4,
        launch_template: { id: "${aws_launch_template.template.id}" },
        target_group_arns: ["${aws_lb_target_group.all.arn}"],
        vpc_zone_identifier: ["${aws_subnet.servers-1.id}", "${aws_subnet.servers-2.id}"],
      },
    },
    aws_acm_certificate: {
      certificate: { domain_name: "shop.example", subject_alternative_names: ["*.shop.example"] },
    },
    aws_lb: {
      balancer: {
        name: "shop",
        client_keep_alive: 300,
        idle_timeout: 60,
        internal: false,
        ip_address_type: "ipv4",
        load_balancer_type: "application",
        security_groups: [group("edge")],
        subnets: ["${aws_subnet.public-1.id}", "${aws_subnet.public-2.id}"],
      },
    },
    aws_lb_listener: {
      http: {
        load_balancer_arn: "${aws_lb.balancer.arn}",
        port: 80,
        protocol: "HTTP",
        default_action: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } }],
      },
      https: {
        load_balancer_arn: "${aws_lb.balancer.arn}",
        certificate_arn: "${aws_acm_certificate.certificate.arn}",
        port: 443,
        protocol: "HTTPS",
        ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        default_action: [
          { type: "fixed-response", fixed_response: { content_type: "text/plain", status_code: "404" } },
        ],
      },
    },
    aws_lb_listener_rule: {
      late: { priority: 20, ...forward("all"), condition: [{ host_header: { values: ["*.shop.example"] } }] },
      early: { priority: 10, ...forward("web"), condition: [{ host_header: { values: ["web.shop.example"] } }] },
    },
    aws_lb_target_group: {
      all: { name: "all", target_type: "instance", ...targetGroup("false") },
      web: { name: "web", target_type: "ip", ...targetGroup("true") },
    },
    aws_lb_target_group_attachment: {
      web: { port: 80, target_group_arn: "${aws_lb_target_group.web.arn}", target_id: "10.0.1.5" },
    },
    aws_route53_zone: { public: { name: "shop.example" }, private: { name: "shop.example", vpc: [{ vpc_id }] } },
    aws_route53_record: {
      apex: {
        name: "shop.example",
        type: "A",
        zone_id: "${aws_route53_zone.public.id}",
        alias: { name: "${aws_lb.balancer.dns_name}" },
      },
      web: {
        name: "web.shop.example",
        type: "A",
        ttl: 60,
        zone_id: "${aws_route53_zone.private.id}",
        records: ["10.0.1.5"],
      },
      postgres: {
        name: "postgres.shop.example",
        type: "CNAME",
        ttl: 60,
        zone_id: "${aws_route53_zone.private.id}",
        records: ["${aws_db_proxy.proxy.endpoint}"],
      },
    },
    aws_db_subnet_group: {
      subnets: { name: "shop", subnet_ids: ["${aws_subnet.data-1.id}", "${aws_subnet.data-2.id}"] },
    },
    aws_db_parameter_group: {
      parameters: {
        family: "postgres17",
        name: "shop",
        parameter: [
          { name: "rds.force_ssl", value: "1" },
          { name: "log_lock_waits", value: "1" },
        ],
      },
    },
    aws_db_instance: {
      postgres: {
        db_name: "app",
        db_subnet_group_name: "${aws_db_subnet_group.subnets.name}",
        engine: "postgres",
        identifier: "shop",
        multi_az: true,
        parameter_group_name: "${aws_db_parameter_group.parameters.name}",
        port: 5432,
        username: "postgres",
        vpc_security_group_ids: [group("database")],
      },
    },
    aws_db_proxy: {
      proxy: {
        engine_family: "POSTGRESQL",
        idle_client_timeout: 1800,
        name: "shop",
        require_tls: true,
        vpc_security_group_ids: [group("proxy")],
        vpc_subnet_ids: ["${aws_subnet.data-1.id}", "${aws_subnet.data-2.id}"],
      },
    },
    aws_db_proxy_default_target_group: {
      pool: {
        connection_pool_config: { connection_borrow_timeout: 30, max_connections_percent: 90 },
        db_proxy_name: "${aws_db_proxy.proxy.name}",
      },
    },
    aws_db_proxy_target: {
      target: {
        db_instance_identifier: "${aws_db_instance.postgres.identifier}",
        db_proxy_name: "${aws_db_proxy.proxy.name}",
      },
    },
  };
  return { resource };
}

const forward = (group: string): JsonObject => ({
  listener_arn: "${aws_lb_listener.https.arn}",
  action: [{ type: "forward", target_group_arn: `\${aws_lb_target_group.${group}.arn}` }],
});

const targetGroup = (crossZone: string): JsonObject => ({
  deregistration_delay: "60",
  load_balancing_algorithm_type: "least_outstanding_requests",
  load_balancing_cross_zone_enabled: crossZone,
  port: 80,
  protocol: "HTTP",
  health_check: {
    healthy_threshold: 2,
    interval: 10,
    matcher: "200",
    path: "/healthz",
    protocol: "HTTP",
    timeout: 5,
    unhealthy_threshold: 3,
  },
});
