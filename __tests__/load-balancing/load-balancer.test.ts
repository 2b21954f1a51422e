import { readFileSync } from "node:fs";
import { join } from "node:path";

import { both } from "../fixtures/synthesized";
import type { Resource, Stack } from "../support/stack";

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

describe.each(both)("the load balancer of %s", (name, { platform: stack, environment: { domain, accountId } }) => {
  const loadBalancer = stack.only("aws_lb");
  const groups = stack.resources("aws_lb_target_group");

  test("listens on ports 80 and 443 only", () => {
    expect(stack.resources("aws_lb_listener").map((each) => each.values.port)).toEqual([80, 443]);
    for (const each of stack.resources("aws_lb_listener")) {
      expect(stack.target(each.values.load_balancer_arn)).toBe(loadBalancer);
    }
  });

  test("accepts TLS 1.2 and 1.3 with the validated certificate", () => {
    expect(listener(stack, 443).values).toMatchObject({
      protocol: "HTTPS",
      ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    });
    expect(stack.target(listener(stack, 443).values.certificate_arn).type).toBe("aws_acm_certificate_validation");
  });

  test("redirects HTTP to HTTPS", () => {
    expect(listener(stack, 80).values.default_action).toEqual([
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } },
    ]);
    const rules = stack.resources("aws_lb_listener_rule").map((rule) => stack.target(rule.values.listener_arn));
    expect(rules).not.toContain(listener(stack, 80));
  });

  test("distributes requests over all servers, named and elastic", () => {
    const [action, ...others] = listener(stack, 443).values.default_action as {
      type: string;
      target_group_arn: string;
    }[];
    expect([action?.type, others]).toEqual(["forward", []]);
    const group = stack.target(action?.target_group_arn);
    expect(group.values.target_type).toBe("instance");
    expect(behind(stack, group)).toEqual(["servers/elastic/group", "servers/zone-5/group", "servers/zone-6/group"]);
  });

  test("forwards requests for a server's own name to the addresses of that name", () => {
    const rules = stack.resources("aws_lb_listener_rule").map((rule) => {
      const [condition] = rule.values.condition as { host_header: { values: string[] } }[];
      const [action] = rule.values.action as { type: string; target_group_arn: string }[];
      const group = stack.target(action?.target_group_arn);
      expect([action?.type, group.values.target_type]).toEqual(["forward", "ip"]);
      expect(stack.target(rule.values.listener_arn)).toBe(listener(stack, 443));
      return [condition?.host_header.values.join(), ...behind(stack, group)].join(" ");
    });
    expect(rules.sort()).toEqual([
      `web-1.${domain} 10.20.5.40:80 10.20.6.40:80`,
      `web-2.${domain} 10.20.5.41:80 10.20.6.41:80`,
      `web-3.${domain} 10.20.5.43:80 10.20.6.43:80`,
    ]);
    expect(groups).toHaveLength(4);
  });

  test("gives each rule a priority that follows from its host alone, so that a new host changes no other rule", () => {
    const priorities = stack.resources("aws_lb_listener_rule").map((rule) => rule.values.priority);
    // The first four bytes of SHA-256 of the label, by 49,999, and one.
    expect(priorities).toEqual([45495, 34001, 5071]);
  });

  test("drops malformed headers and refuses request smuggling", () => {
    expect(loadBalancer.values).toMatchObject({
      name: `dev-one-${name}`,
      drop_invalid_header_fields: true,
      desync_mitigation_mode: "defensive",
      internal: false,
    });
  });

  test("logs every request into a bucket that it may write", () => {
    const { bucket, enabled } = loadBalancer.values.access_logs as { bucket: string; enabled: boolean };
    expect(enabled).toBe(true);
    expect(stack.target(bucket).values.bucket).toBe(`dev-one-${name}-access-logs-${accountId}`);
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

  test("ends client connections after five minutes, so that clients leave a lost zone", () => {
    expect(loadBalancer.values.client_keep_alive).toBe(300);
  });

  test("checks the health of servers on a path that nginx answers", () => {
    for (const { values } of groups) {
      expect(values).toMatchObject({ port: 80, protocol: "HTTP", health_check: { protocol: "HTTP", matcher: "200" } });
      // What it answers, and when, is seen in __tests__/programs/nginx.test.ts.
      expect(nginx).toContain(`location = ${(values.health_check as { path: string }).path} {`);
    }
    expect(nginx).toMatch(/listen 80 default_server/);
  });

  test("routes by least outstanding requests, and gives a deregistered server 60 seconds for its requests", () => {
    for (const { values } of groups) {
      expect(values).toMatchObject({
        load_balancing_algorithm_type: "least_outstanding_requests",
        deregistration_delay: "60",
      });
    }
  });

  test("takes a failed server out of service within 30 seconds", () => {
    for (const { values } of groups) {
      const check = values.health_check as { interval: number; unhealthy_threshold: number; timeout: number };
      expect(check.interval * check.unhealthy_threshold).toBeLessThanOrEqual(30);
      expect(check.timeout).toBeLessThan(check.interval);
    }
  });

  test("balances within each zone, and takes a zone out of DNS when fewer than half of its servers are healthy", () => {
    const all = stack.at("edge/all-servers/group").values;
    expect(all.load_balancing_cross_zone_enabled).toBe("false");
    expect(all.target_group_health).toEqual({
      dns_failover: { minimum_healthy_targets_count: "1", minimum_healthy_targets_percentage: "50" },
      unhealthy_state_routing: { minimum_healthy_targets_count: 1, minimum_healthy_targets_percentage: "off" },
    });
    expect(loadBalancer.values.enable_zonal_shift).toBe(true);
  });

  test("forwards requests for a server's name to the other zone while one of its two servers is replaced", () => {
    const named = groups.filter((each) => each.values.target_type === "ip");
    expect(named).toHaveLength(3);
    for (const { values } of named) {
      expect(values.load_balancing_cross_zone_enabled).toBe("true");
      // One server of two must not take its zone out of DNS.
      expect(values).toHaveProperty("target_group_health.dns_failover.minimum_healthy_targets_percentage", "off");
    }
  });

  test("has its DNS name in an output", () => {
    expect(stack.document.output?.load_balancer_dns_name?.value).toBe(`\${${loadBalancer.address}.dns_name}`);
  });
});
