import { monitorsIn, parseMonitorQuery, seriesIn } from "@dev-one/alert-trials/datadog";

import { fixture } from "../fixtures/environment";
import { besideShop, eachName, fixtureWith, webOf } from "../fixtures/variants";
import { dashboardsOf, monitorNamed, type MonitorResource, monitorsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

const serviceOf = ({ tags }: MonitorResource) => tags.find((tag) => tag.startsWith("service:"))?.split(":")[1];

const idsOf = (environment: typeof fixture, service: string) =>
  monitorsOf(environment)
    .filter((monitor) => serviceOf(monitor) === service)
    .map(({ id }) => id)
    .sort();

/** Ids of the monitors that a page reads. */
function membersOf(environment: typeof fixture, page: string): string[] {
  const query = parseMonitorQuery(monitorNamed(environment, page).query);
  const members = query.kind === "composite" ? monitorsIn(query.condition) : [];
  return monitorsOf(environment)
    .filter(({ address }) => members.includes(`\${${address}.id}`))
    .map(({ id }) => id)
    .sort();
}

describe.each([
  ["one service", fixture, 1],
  ["a second service on a group of its own", besideShop, 2],
  ["a service on each name", eachName, 3],
] as const)("with %s", (_, environment, services) => {
  test("whatever belongs to a service reads servers and requests of that service, and names its owner", () => {
    const own = monitorsOf(environment).filter((monitor) => serviceOf(monitor) !== undefined);
    const wrong = own.filter((monitor) => {
      const query = parseMonitorQuery(monitor.query);
      const service = serviceOf(monitor) ?? "";
      const isOf = (text: string) => text.includes(`service:${service}`);
      if (!monitor.tags.includes(`team:${environment.services[service]?.owner ?? ""}`)) return true;
      if (query.kind === "check") return !isOf(monitor.query);
      if (query.kind !== "metric") return false;
      return !seriesIn(query.expression).every(
        ({ metric, filters }) =>
          metric.startsWith("aws.") ||
          filters.some((each) => each.kind === "tag" && each.key === "service" && each.values.join() === service),
      );
    });
    expect(own.length).toBeGreaterThan(20 * services);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("only alerts about zones, single named servers and what services share are of no service", () => {
    const shared = monitorsOf(environment).filter((monitor) => serviceOf(monitor) === undefined);
    const others = shared.filter(({ id }) => !/^(page|unread-log-lines|uptime-(rebooted|agent|zone-\d))$/.test(id));
    // CloudWatch's metrics of the load balancer, the data tier, the NAT gateways and the groups.
    expect(others.filter(({ query }) => !query.includes("aws.")).map(({ id }) => id)).toEqual([]);
  });

  test("a page has at most the ten members that Datadog allows, and every alert that pages is in one", () => {
    const pages = monitorsOf(environment).filter(({ type }) => type === "composite");
    const members = pages.map(({ id }) => membersOf(environment, id));
    expect(Math.max(...members.map(({ length }) => length))).toBeLessThanOrEqual(10);
    const paging = monitorsOf(environment).filter(
      ({ type, tags }) => type !== "composite" && tags.includes("severity:page"),
    );
    expect(members.flat().sort()).toEqual(paging.map(({ id }) => id).sort());
  });

  test("queries name the created Auto Scaling groups", () => {
    const created = synthesize(environment)
      .platform.resources("aws_autoscaling_group")
      .map(({ values }) => String(values.name));
    const [, named = ""] =
      /autoscalinggroupname IN \(([^)]*)\)/.exec(monitorNamed(environment, "groups-launch").query) ?? [];
    expect(named.split(", ").sort()).toEqual(created.sort());
  });

  test("graphs show the servers of all services", () => {
    for (const dashboard of dashboardsOf(environment).values()) {
      expect(JSON.stringify(dashboard)).not.toMatch(/(cpu.idle|pct_usable|http.requests)\{[^}]*service:/);
    }
  });
});

describe("a second service on a group of its own", () => {
  test("changes no monitor of the first, and none of the platform but those of all groups", () => {
    const before = monitorsOf(fixture);
    const after = new Map(monitorsOf(besideShop).map((monitor) => [monitor.address, monitor]));
    const changed = before.filter((monitor) => JSON.stringify(monitor) !== JSON.stringify(after.get(monitor.address)));
    expect(changed.map(({ id }) => id)).toEqual(["groups-launch", "uptime-without-agent"]);
  });

  test("has every alert of the first, and those of its group", () => {
    const like = idsOf(fixture, "web").map((id) => `${id}-shop`);
    expect(idsOf(besideShop, "shop")).toEqual(
      [...like, "groups-maximum-shop", "page-shop", "uptime-group-shop"].sort(),
    );
    expect(monitorNamed(besideShop, "cpu-fleet-shop").name).toBe(
      "[dev-one-fixture] CPU of all servers together is high (shop)",
    );
  });

  test("pages below half of the minimum of its servers, and opens a ticket when its group is full", () => {
    expect(monitorNamed(besideShop, "uptime-group-shop")).toMatchObject({
      query:
        "avg(last_5m):default_zero(count_not_null(avg:system.uptime{env:fixture,project:dev-one,fleet:own-group,service:shop} by {server})) < 2",
      monitor_thresholds: { critical: "2", critical_recovery: "3" },
      notify_no_data: false,
    });
    expect(monitorNamed(besideShop, "groups-maximum-shop").query).toBe(
      "avg(last_15m):avg:aws.autoscaling.group_in_service_instances{autoscalinggroupname:dev-one-fixture-shop} >= 9",
    );
  });

  test("pages its owner only", () => {
    expect(membersOf(besideShop, "page-shop")).toEqual([
      "availability-fast-burn-shop",
      "connections-fleet-shop",
      "cpu-fleet-shop",
      "latency-fast-burn-shop",
      "readiness-fleet-shop",
      "throughput-none-shop",
      "uptime-group-shop",
    ]);
    const { message, escalation_message: again } = monitorNamed(besideShop, "page-shop");
    expect(message).toContain("{{#is_alert}}@oncall-shop @slack-acme-shop-alerts{{/is_alert}}");
    expect(`${message} ${again ?? ""}`).not.toContain("@opsgenie");
    expect(monitorNamed(besideShop, "page").message).not.toContain("shop");
  });

  test("sends its alerts to its channel, and its warnings to the environment's", () => {
    expect(monitorNamed(besideShop, "memory-server-shop").message).toContain(
      "{{#is_alert}}@slack-acme-shop-alerts @tickets@example.net{{/is_alert}}",
    );
    expect(monitorNamed(besideShop, "cpu-server-shop").message).toContain("@slack-acme-dev-one-fixture-warnings");
    const channels = synthesize(besideShop).monitoring.resources("datadog_integration_slack_channel");
    expect(channels.map(({ values }) => values.channel_name)).toContain("#shop-alerts");
  });

  test("has the bandwidth of its own instance type as its baseline, in a graph of its own", () => {
    const { query, message } = monitorNamed(besideShop, "network-sent-shop");
    expect(query).toContain(" * 8 / 781000000 * 100");
    expect(message).toContain("m7i.large carries 781 Mbit/s");
    expect(JSON.stringify(dashboardsOf(besideShop).get("servers"))).toContain("% of the baseline of m7i.large");
  });

  test("has objectives of its own, with its limit in a log metric of its own", () => {
    const { monitoring } = synthesize(besideShop);
    expect(monitoring.at("monitoring/log-metrics/fast-requests-shop").values).toMatchObject({
      name: "dev_one.fixture.http.fast_requests.shop",
      filter: { query: expect.stringMatching(/ service:shop @duration:<=300000000$/) as unknown },
    });
    expect(monitoring.at("monitoring/objectives/latency-shop").values).toMatchObject({
      name: "[dev-one-fixture] Requests within 0.3 s (shop)",
      tags: expect.arrayContaining(["service:shop", "team:acme-shop"]) as unknown,
      query: {
        numerator: expect.stringContaining("fast_requests.shop{env:fixture,project:dev-one,service:shop}") as unknown,
      },
    });
  });
});

test("services on each name have a page each, beside that of the zones", () => {
  expect(membersOf(eachName, "page")).toEqual(["uptime-zone-5", "uptime-zone-6"]);
  expect(membersOf(eachName, "page-web-2")).toHaveLength(6);
  expect(monitorNamed(eachName, "uptime-group-web-2")).toMatchObject({
    query:
      "avg(last_5m):default_zero(count_not_null(avg:system.uptime{env:fixture,project:dev-one,fleet:named,service:web-2} by {server,zone})) < 1",
    notify_no_data: false,
  });
  expect(monitorNamed(eachName, "page-web-2").message).toContain("@opsgenie-acme-operations ");
  expect(monitorsOf(eachName).map(({ id }) => id)).not.toContain("groups-maximum");
});

test("recipients of the service on all servers are paged for the platform, too, each Opsgenie service with a key of its own", () => {
  const paging = { kind: "opsgenie", service: "acme-web", region: "us" } as const;
  const own = fixtureWith({ services: { web: { ...webOf(fixture), alerts: { paging } } } });
  expect(monitorNamed(own, "page").message).toContain(
    "{{#is_alert}}@opsgenie-acme-operations @opsgenie-acme-web @slack-acme-dev-one-fixture-alerts{{/is_alert}}",
  );
  const { document } = synthesize(own).monitoring;
  expect(Object.keys(document.variable ?? {})).toEqual(
    expect.arrayContaining(["opsgenie_api_key", "opsgenie_api_key_acme_web"]),
  );
});
