import "../support/matchers";

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import type { Resource, Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const both = [
  ["staging", "staging.dev-one.it", synthesize(staging).platform],
  ["production", "dev-one.it", synthesize(production).platform],
] as const;

const nginx = readFileSync(join(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");

function listener(stack: Stack, port: number): Resource {
  const [found, ...others] = stack.resources("aws_lb_listener").filter((each) => each.values.port === port);
  if (found === undefined || others.length > 0) throw new Error(`Not one listener on ${port}`);
  return found;
}

/** The addresses, or the groups of servers, behind a target group. */
function behind(stack: Stack, group: Resource): string[] {
  const attached = stack
    .resources("aws_lb_target_group_attachment")
    .filter((each) => stack.target(each.values.target_group_arn) === group)
    .map((each) => `${String(each.values.target_id)}:${String(each.values.port)}`);
  const fleets = stack
    .resources("aws_autoscaling_group")
    .filter((each) => stack.targets(each.values.target_group_arns).includes(group))
    .map((each) => each.path);
  return [...attached, ...fleets].sort();
}

describe.each(both)("the load balancer of %s", (name, domain, stack) => {
  const loadBalancer = stack.only("aws_lb");

  test("listens for HTTPS and HTTP, and nothing else", () => {
    expect(stack.resources("aws_lb_listener").map((each) => each.values.port)).toEqual([80, 443]);
    for (const each of stack.resources("aws_lb_listener")) {
      expect(stack.target(each.values.load_balancer_arn)).toBe(loadBalancer);
    }
  });

  test("speaks TLS 1.2 and 1.3 with the validated certificate", () => {
    expect(stack.json).toHaveResourceWithProperties(LbListener, {
      port: 443,
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(stack.target(listener(stack, 443).values.certificate_arn).type).toBe("aws_acm_certificate_validation");
  });

  test("answers plain HTTP with the way to HTTPS only", () => {
    expect(listener(stack, 80).values.default_action).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } },
    ]);
    const rules = stack.resources("aws_lb_listener_rule").map((rule) => stack.target(rule.values.listener_arn));
    expect(rules).not.toContain(listener(stack, 80));
  });

  test("spreads requests over all servers, named and elastic", () => {
    const [action, ...others] = listener(stack, 443).values.default_action as {
      type: string;
      target_group_arn: string;
    }[];
    expect([action?.type, others]).toEqual(["forward", []]);
    const group = stack.target(action?.target_group_arn);
    expect(group.values.target_type).toBe("instance");
    expect(behind(stack, group)).toEqual(["servers/elastic/group", "servers/zone-1/group", "servers/zone-2/group"]);
  });

  test("sends a server's own name to the two addresses of that name", () => {
    const rules = stack.resources("aws_lb_listener_rule").map((rule) => {
      const [condition] = rule.values.condition as { host_header: { values: string[] } }[];
      const [action] = rule.values.action as { type: string; target_group_arn: string }[];
      const group = stack.target(action?.target_group_arn);
      expect([action?.type, group.values.target_type]).toEqual(["forward", "ip"]);
      expect(stack.target(rule.values.listener_arn)).toBe(listener(stack, 443));
      return [condition?.host_header.values.join(), ...behind(stack, group)].join(" ");
    });
    expect(rules.sort()).toEqual([
      `api-1.${domain} 172.31.1.101:80 172.31.2.101:80`,
      `api-2.${domain} 172.31.1.102:80 172.31.2.102:80`,
      `api-3.${domain} 172.31.1.103:80 172.31.2.103:80`,
      `api-4.${domain} 172.31.1.104:80 172.31.2.104:80`,
    ]);
    expect(stack.resources("aws_lb_target_group")).toHaveLength(5);
  });

  test("gives its rules no number, so that a new name moves none", () => {
    for (const rule of stack.resources("aws_lb_listener_rule")) expect(rule.values).not.toHaveProperty("priority");
  });

  test("drops malformed headers and refuses request smuggling", () => {
    expect(stack.json).toHaveResourceWithProperties(Lb, {
      name: `dev-one-${name}`,
      drop_invalid_header_fields: true,
      desync_mitigation_mode: "defensive",
      internal: false,
    });
  });

  test("logs every request into a bucket that it may write", () => {
    const { bucket, enabled } = loadBalancer.values.access_logs as { bucket: string; enabled: boolean };
    expect(enabled).toBe(true);
    expect(stack.target(bucket).values.bucket).toBe(
      `dev-one-${name}-access-logs-${String((stack.document.provider?.aws?.[0]?.allowed_account_ids as string[])[0])}`,
    );
    const policy = stack
      .resources("aws_s3_bucket_policy")
      .find((each) => stack.target(each.values.bucket) === stack.target(bucket));
    expect(stack.dependencies(loadBalancer)).toContain(policy);
  });

  test("closes idle connections before the servers do", () => {
    const keepAlive = Number(/^\s*keepalive_timeout (\d+)s;/m.exec(nginx)?.[1]);
    expect(keepAlive).toBe(75);
    expect(Number(loadBalancer.values.idle_timeout)).toBeLessThan(keepAlive);
  });

  test("lets no client stay on a lost zone's node for longer than five minutes", () => {
    expect(loadBalancer.values.client_keep_alive).toBe(300);
  });

  test("asks the servers for a page that they answer while they can serve", () => {
    for (const group of stack.resources("aws_lb_target_group")) {
      const check = group.values.health_check as { path: string; matcher: string; protocol: string };
      expect(check).toMatchObject({ protocol: "HTTP", matcher: "200" });
      // What it answers, and when, is seen in __tests__/programs/nginx.test.ts.
      expect(nginx).toContain(`location = ${check.path} {`);
      expect(group.values).toMatchObject({ port: 80, protocol: "HTTP" });
    }
    expect(nginx).toMatch(/listen 80 default_server/);
  });

  test("gives a request to the server with the fewest that are open", () => {
    for (const group of stack.resources("aws_lb_target_group")) {
      expect(group.values.load_balancing_algorithm_type).toBe("least_outstanding_requests");
    }
  });

  test("notices a failed server within half a minute", () => {
    for (const group of stack.resources("aws_lb_target_group")) {
      const check = group.values.health_check as { interval: number; unhealthy_threshold: number; timeout: number };
      expect(check.interval * check.unhealthy_threshold).toBeLessThanOrEqual(30);
      expect(check.timeout).toBeLessThan(check.interval);
    }
  });

  test("keeps the zones apart: each serves its own, and leaves DNS below half of its servers", () => {
    const all = stack.at("edge/all-servers/group").values;
    expect(all.load_balancing_cross_zone_enabled).toBe("false");
    expect(all.target_group_health).toEqual({
      dns_failover: { minimum_healthy_targets_count: "1", minimum_healthy_targets_percentage: "50" },
      unhealthy_state_routing: { minimum_healthy_targets_count: 1, minimum_healthy_targets_percentage: "off" },
    });
    expect(loadBalancer.values.enable_zonal_shift).toBe(true);
  });

  test("sends a name's requests to the other zone while one of its two servers is replaced", () => {
    const groups = stack.resources("aws_lb_target_group").filter((each) => each.values.target_type === "ip");
    expect(groups).toHaveLength(4);
    for (const { values } of groups) {
      expect(values.load_balancing_cross_zone_enabled).toBe("true");
      // One server of two must not take its zone out of DNS.
      expect(values).toHaveProperty("target_group_health.dns_failover.minimum_healthy_targets_percentage", "off");
    }
  });

  test("lets a server that leaves finish its requests", () => {
    for (const group of stack.resources("aws_lb_target_group")) expect(group.values.deregistration_delay).toBe("60");
  });

  test("is named in an output", () => {
    expect(stack.document.output?.load_balancer_dns_name?.value).toBe(`\${${loadBalancer.address}.dns_name}`);
  });
});
