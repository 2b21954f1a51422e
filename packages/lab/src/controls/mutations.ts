import type { JsonObject } from "@dev-one/cli/json";
import { editedStack } from "@dev-one/terraform-json/edited-stack";
import { type Resource, type Stack } from "@dev-one/terraform-json/resources";
import { blocks } from "@dev-one/terraform-json/values";

/** One thing made worse in the JSON of a stack. */
export interface Mutation {
  /** Address of the resource. */
  readonly address: string;
  readonly type: string;
  /** Such as `removed`, or `cidr_ipv4 widened to 0.0.0.0/0`. */
  readonly change: string;
  readonly apply: (json: JsonObject) => JsonObject;
}

type Change = "removed" | ((resource: JsonObject) => void);
/** What changes, how, and where something else must change with it. */
type Edit = readonly [change: string, edit: Change, also?: readonly [address: string, edit: Change]];
/** The edits of one resource. */
type Edits = (resource: Resource, stack: Stack) => Edit[];

const REMOVED: Edit = ["removed", "removed"];

const EDITS: Readonly<Record<string, Edits>> = {
  aws_vpc_security_group_ingress_rule: securityGroupRule,
  aws_vpc_security_group_egress_rule: securityGroupRule,
  aws_route: (route, stack) => [REMOVED, ...otherRoute(route, stack)],
  aws_route_table_association: (association, stack) => [
    // A table without routes is like the VPC's main table, which its subnet has then: nothing changes.
    ...(stack.of("aws_route").some((route) => route.target("route_table_id") === association.target("route_table_id"))
      ? [REMOVED]
      : []),
    ...others(association, stack, "route_table_id", "aws_route_table").map((table) =>
      swapped("route_table_id", table, `\${${table.address}.id}`),
    ),
  ],
  aws_nat_gateway: (gateway, stack) =>
    stack
      .of("aws_nat_gateway")
      .filter((other) => other !== gateway)
      .map((other): Edit => {
        const [own, foreign] = [gateway, other].map((each) => each.values.allocation_id ?? null);
        const takes = (value: JsonObject[string]) => (json: JsonObject) => (json.allocation_id = value);
        const swap: Edit = [
          `allocation_id swapped with ${other.path}`,
          takes(foreign ?? null),
          [other.address, takes(own ?? null)],
        ];
        return swap;
      }),
  aws_ec2_subnet_cidr_reservation: () => [REMOVED],
  aws_lb: () => [changed("client_keep_alive", 3600), changed("idle_timeout", 4000)],
  aws_lb_listener: (listener) => [
    REMOVED,
    changed("port", (listener.number("port") ?? 0) + 8000),
    listener.block("default_action")?.text("type") === "redirect"
      ? changed("status_code", "HTTP_302", "default_action", "redirect")
      : [
          "default_action answers 503",
          (json) =>
            (json.default_action = {
              type: "fixed-response",
              fixed_response: { content_type: "text/plain", status_code: "503" },
            }),
        ],
  ],
  aws_lb_listener_rule: (rule, stack) => {
    const [own] = rule.blocks("action").map((action) => action.target("target_group_arn"));
    const other = stack.of("aws_lb_target_group").find((group) => group !== own && group.text("target_type") === "ip");
    return [
      REMOVED,
      ...(rule.block("condition")?.has("host_header") === true
        ? [changed("values", ["*"], "condition", "host_header")]
        : []),
      ...(other === undefined ? [] : [changed("target_group_arn", `\${${other.address}.arn}`, "action")]),
    ];
  },
  aws_lb_target_group: (group) => [
    changed("path", "/absent", "health_check"),
    changed("matcher", "204", "health_check"),
    changed("interval", 60, "health_check"),
    changed("timeout", 9, "health_check"),
    changed("healthy_threshold", 10, "health_check"),
    changed("unhealthy_threshold", 10, "health_check"),
    changed("port", 81),
    changed("deregistration_delay", "0"),
    changed(
      "load_balancing_cross_zone_enabled",
      group.flag("load_balancing_cross_zone_enabled") === true ? "false" : "true",
    ),
    ...(group.has("target_group_health")
      ? [
          changed("minimum_healthy_targets_count", 1000, "target_group_health", "unhealthy_state_routing"),
          changed("minimum_healthy_targets_percentage", "off", "target_group_health", "dns_failover"),
        ]
      : []),
  ],
  aws_lb_target_group_attachment: () => [REMOVED, changed("port", 8081)],
  aws_route53_record: (record) =>
    record.targets("name").some(({ type }) => type === "aws_acm_certificate") ? [] : recordEdits(record),
  aws_db_proxy: () => [changed("require_tls", false), changed("idle_client_timeout", 1)],
  aws_db_proxy_default_target_group: () => [
    changed("max_connections_percent", 1, "connection_pool_config"),
    changed("connection_borrow_timeout", 1, "connection_pool_config"),
  ],
  aws_db_parameter_group: () => [
    [
      "rds.force_ssl is 0",
      (group) => {
        for (const parameter of blocks(group.parameter)) if (parameter.name === "rds.force_ssl") parameter.value = "0";
      },
    ],
  ],
};

/** Every mutation of a stack, from its own resources. */
export function mutationsOf(stack: Stack): Mutation[] {
  return stack.resources.flatMap((resource) =>
    (EDITS[resource.type]?.(resource, stack) ?? []).map(([change, edit, also]) => ({
      address: resource.address,
      type: resource.type,
      change,
      apply: (json: JsonObject) => {
        const edited = editedStack(json, resource.address, edit);
        return also === undefined ? edited : editedStack(edited, ...also);
      },
    })),
  );
}

/** The first mutation of each type of resource. */
export function oneOfEachType(mutations: readonly Mutation[]): Mutation[] {
  return mutations.filter(({ type }, index) => mutations.findIndex((each) => each.type === type) === index);
}

function changed(argument: string, value: JsonObject[string], ...path: readonly string[]): Edit {
  const name = [...path, argument].join(".");
  return [
    `${name} is ${JSON.stringify(value)}`,
    (resource) => {
      let block = resource;
      for (const key of path) block = blocks(block[key])[0] ?? {};
      block[argument] = value;
    },
  ];
}

const swapped = (argument: string, { path }: Resource, reference: string): Edit => [
  `${argument} leads to ${path}`,
  (resource) => (resource[argument] = reference),
];

/** Another resource of a type than the one that an argument refers to. */
function others(resource: Resource, stack: Stack, argument: string, type: string): Resource[] {
  return stack
    .of(type)
    .filter((each) => each !== resource.target(argument))
    .slice(0, 1);
}

function securityGroupRule(rule: Resource): Edit[] {
  const isOpen = rule.text("cidr_ipv4") === "0.0.0.0/0";
  const other = rule.text("ip_protocol") === "tcp" ? "udp" : "tcp";
  return [
    REMOVED,
    isOpen
      ? ["ports widened to 0-65535", (json) => Object.assign(json, { from_port: 0, to_port: 65_535 })]
      : [
          "widened to 0.0.0.0/0",
          (json) => {
            delete json.referenced_security_group_id;
            json.cidr_ipv4 = "0.0.0.0/0";
          },
        ],
    changed("ip_protocol", other),
  ];
}

function otherRoute(route: Resource, stack: Stack): Edit[] {
  const [gateway] = others(route, stack, "nat_gateway_id", "aws_nat_gateway");
  if (gateway === undefined) return [];
  return [
    [
      `leads to ${gateway.path}`,
      (json) => {
        delete json.gateway_id;
        json.nat_gateway_id = `\${${gateway.address}.id}`;
      },
    ],
  ];
}

function recordEdits(record: Resource): Edit[] {
  if (record.has("alias")) {
    return [
      REMOVED,
      [
        "an address instead of the load balancer",
        (json) => {
          delete json.alias;
          Object.assign(json, { records: ["203.0.113.250"], ttl: 60 });
        },
      ],
    ];
  }
  const values =
    record.text("type") === "A"
      ? ["203.0.113.250"]
      : record.text("type") === "CNAME"
        ? ["elsewhere.example."]
        : ['0 issue ";"'];
  return [REMOVED, changed("records", values), changed("ttl", 86_400)];
}
