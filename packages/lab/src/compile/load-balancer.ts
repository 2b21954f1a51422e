import { UserError } from "@dev-one/cli/user-error";
import type { Block, Resource, Stack } from "@dev-one/terraform-json/resources";

import type { ModelHost, Network } from "./addresses";
import { oneOf, requiredTarget, requiredText, unsupported } from "./read";

export interface Target {
  /** Name of its host. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly zone: string;
}

export interface TargetGroup {
  readonly address: string;
  readonly name: string;
  /** Whether Auto Scaling registers the targets, and deregisters them before it terminates their servers. */
  readonly isAutoScaled: boolean;
  readonly crossZone: boolean;
  readonly targets: readonly Target[];
  readonly healthCheck: {
    readonly path: string;
    readonly status: string;
    readonly interval: number;
    readonly timeout: number;
    readonly healthy: number;
    readonly unhealthy: number;
  };
  readonly deregistrationDelay: number;
  /** Below this number of healthy targets all get requests. */
  readonly failOpenBelow: number;
  /** Below this number or percentage of healthy targets a zone leaves DNS. */
  readonly dnsFailover: { readonly count: number; readonly percentage: number };
}

export type Action =
  | { readonly type: "forward"; readonly group: string }
  | { readonly type: "redirect"; readonly status: number; readonly scheme: string; readonly port: string }
  | { readonly type: "fixed-response"; readonly status: number; readonly contentType: string; readonly body: string };

export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly minimumTls: string;
  readonly defaultAction: Action;
  /** In the order of their priority. */
  readonly rules: readonly Rule[];
}

/** A rule with one condition: on the host of the request, or on the CIDR of the client. */
export interface Rule {
  /** Empty for a rule with a condition on the client. */
  readonly hosts: readonly string[];
  /** Empty for a rule with a condition on the host. */
  readonly sources: readonly string[];
  readonly action: Action;
}

export interface LoadBalancer {
  readonly listeners: readonly Listener[];
  readonly groups: readonly TargetGroup[];
  readonly idleTimeout: number;
  /** Seconds after which a client's connection is closed with the next answer. */
  readonly clientKeepAlive: number;
  /** Names of its certificate. */
  readonly certificateNames: readonly string[];
}

/**
 * The same load balancer with shorter times: of health checks, draining, idle connections and client_keep_alive.
 * @param factor by which they are divided
 */
export function shortened(balancer: LoadBalancer, factor: number): LoadBalancer {
  return {
    ...balancer,
    idleTimeout: balancer.idleTimeout / factor,
    clientKeepAlive: balancer.clientKeepAlive / factor,
    groups: balancer.groups.map((group) => ({
      ...group,
      deregistrationDelay: group.deregistrationDelay / factor,
      healthCheck: {
        ...group.healthCheck,
        interval: group.healthCheck.interval / factor,
        timeout: group.healthCheck.timeout / factor,
      },
    })),
  };
}

/** Lowest TLS version of each security policy. */
const TLS: Readonly<Record<string, string>> = {
  "ELBSecurityPolicy-TLS13-1-2-2021-06": "TLSv1.2",
  "ELBSecurityPolicy-TLS13-1-3-2021-06": "TLSv1.3",
};

export function compileLoadBalancer(stack: Stack, network: Network): LoadBalancer {
  const balancer = stack.only("aws_lb");
  oneOf(balancer, "load_balancer_type", ["application"]);
  oneOf(balancer, "ip_address_type", ["ipv4"]);
  if (balancer.flag("internal") === true) throw unsupported(balancer, "internal", true, "false only");
  const certificate = stack.of("aws_acm_certificate")[0];
  return {
    listeners: stack.of("aws_lb_listener").map((listener) => listenerOf(stack, listener)),
    groups: stack.of("aws_lb_target_group").map((group) => groupOf(stack, group, network)),
    idleTimeout: balancer.number("idle_timeout") ?? 60,
    clientKeepAlive: balancer.number("client_keep_alive") ?? 3600,
    certificateNames: [
      ...(certificate?.texts("domain_name") ?? []),
      ...(certificate?.texts("subject_alternative_names") ?? []),
    ],
  };
}

function listenerOf(stack: Stack, listener: Resource): Listener {
  requiredTarget(listener, "load_balancer_arn", "aws_lb");
  const isTls = oneOf(listener, "protocol", ["HTTP", "HTTPS"]) === "HTTPS";
  if (isTls && !listener.has("certificate_arn"))
    throw unsupported(listener, "certificate_arn", undefined, "HTTPS with a certificate");
  const policy = listener.text("ssl_policy") ?? "";
  const minimumTls = TLS[policy];
  if (isTls && minimumTls === undefined)
    throw unsupported(listener, "ssl_policy", policy, Object.keys(TLS).join(" or "));
  const rules = stack
    .referring("aws_lb_listener_rule", "listener_arn", listener)
    .sort((one, other) => (one.number("priority") ?? 0) - (other.number("priority") ?? 0))
    .map((rule) => ({ ...conditionOf(rule), action: actionOf(rule, "action") }));
  const port = listener.number("port");
  if (port === undefined) throw unsupported(listener, "port", undefined, "a port");
  const defaultAction = actionOf(listener, "default_action");
  return { address: listener.address, port, isTls, minimumTls: minimumTls ?? "", defaultAction, rules };
}

function conditionOf(rule: Resource): Pick<Rule, "hosts" | "sources"> {
  const [condition, ...others] = rule.blocks("condition");
  const [hosts = [], sources = []] = ["host_header", "source_ip"].map((kind) =>
    condition?.block(kind)?.texts("values"),
  );
  if (others.length === 0 && hosts.length > 0 !== sources.length > 0) return { hosts, sources };
  throw unsupported(rule, "condition", rule.values.condition, "one condition, on host_header or source_ip");
}

function actionOf(resource: Resource, argument: string): Action {
  const actions = resource.blocks(argument);
  const [action] = actions;
  if (action === undefined || actions.length > 1)
    throw unsupported(resource, argument, resource.values[argument], "one action");
  const type = oneOf(resource, `${argument}.type`, ["forward", "redirect", "fixed-response"], action);
  if (type === "forward") {
    const group = action.target("target_group_arn");
    if (group?.type === "aws_lb_target_group") return { type, group: group.address };
    throw unsupported(
      resource,
      `${argument}.target_group_arn`,
      action.values.target_group_arn,
      "a reference to a target group",
    );
  }
  if (type === "redirect") {
    const redirect = action.block("redirect");
    const status = Number(redirect?.text("status_code")?.replace("HTTP_", ""));
    return {
      type,
      status,
      scheme: redirect?.text("protocol")?.toLowerCase() ?? "https",
      port: redirect?.text("port") ?? "443",
    };
  }
  const response = action.block("fixed_response");
  const status = response?.number("status_code") ?? 0;
  return {
    type,
    status,
    contentType: response?.text("content_type") ?? "text/plain",
    body: response?.text("message_body") ?? "",
  };
}

function groupOf(stack: Stack, group: Resource, network: Network): TargetGroup {
  const protocol = oneOf(group, "protocol", ["HTTP"]);
  oneOf(group, "load_balancing_algorithm_type", ["least_outstanding_requests"]);
  const crossZone = oneOf(group, "load_balancing_cross_zone_enabled", ["true", "false"]) === "true";
  const check = group.block("health_check");
  if (check === undefined) throw unsupported(group, "health_check", undefined, "groups with a health check");
  oneOf(group, "health_check.protocol", [protocol], check);
  const health = group.block("target_group_health");
  const routing = health?.block("unhealthy_state_routing");
  const failover = health?.block("dns_failover");
  if ((routing?.text("minimum_healthy_targets_percentage") ?? "off") !== "off") {
    const argument = "target_group_health.unhealthy_state_routing.minimum_healthy_targets_percentage";
    throw unsupported(group, argument, routing?.text("minimum_healthy_targets_percentage"), "off only");
  }
  return {
    address: group.address,
    name: requiredText(group, "name"),
    isAutoScaled: group.text("target_type") === "instance",
    crossZone,
    targets: targetsOf(stack, group, network),
    healthCheck: {
      path: required(group, check, "path"),
      status: required(group, check, "matcher"),
      interval: Number(required(group, check, "interval")),
      timeout: Number(required(group, check, "timeout")),
      healthy: Number(required(group, check, "healthy_threshold")),
      unhealthy: Number(required(group, check, "unhealthy_threshold")),
    },
    deregistrationDelay: group.number("deregistration_delay") ?? 300,
    failOpenBelow: routing?.number("minimum_healthy_targets_count") ?? 1,
    dnsFailover: {
      count: numberOrOff(failover?.text("minimum_healthy_targets_count"), 1),
      percentage: numberOrOff(failover?.text("minimum_healthy_targets_percentage"), 0),
    },
  };
}

function required(group: Resource, check: Block, argument: string): string {
  const value = check.text(argument);
  if (value === undefined) throw unsupported(group, `health_check.${argument}`, undefined, "from a constant only");
  return value;
}

const numberOrOff = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : text === "off" ? 0 : Number(text);

/** Members of the Auto Scaling groups of a target group of type `instance`; the attachments of one of type `ip`. */
function targetsOf(stack: Stack, group: Resource, { hosts }: Network): Target[] {
  const port = group.number("port") ?? 80;
  const target = ({ name, address, zone }: ModelHost, ownPort = port): Target => ({
    name,
    address,
    port: ownPort,
    zone,
  });
  if (oneOf(group, "target_type", ["instance", "ip"]) === "instance") {
    const groups = stack.referring("aws_autoscaling_group", "target_group_arns", group).map(({ address }) => address);
    return hosts.filter(({ resource }) => groups.includes(resource)).map((host) => target(host));
  }
  return stack.referring("aws_lb_target_group_attachment", "target_group_arn", group).map((attachment) => {
    const id = requiredText(attachment, "target_id");
    const host = hosts.find(({ address }) => address === id);
    if (host === undefined)
      throw new UserError(`${attachment.address}: target_id ${id} is no address of a server of the stack.`);
    return target(host, attachment.number("port"));
  });
}
