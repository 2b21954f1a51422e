import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { type Filter, parseExpression, parseMonitorQuery, seriesIn } from "@dev-one/alert-trials/datadog";

import { both } from "../fixtures/environment";
import { rehearsal, threeZones } from "../fixtures/variants";
import { dashboardsOf, monitorsOf, tilesOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

// The monitoring stack refers to the platform by names only: these tests compare what queries filter by with what the platform creates.

const environments = [...both, ["three zones", threeZones], ["a third environment", rehearsal]] as const;

describe.each(environments)("queries in %s", (_name, environment) => {
  const { platform, monitoring } = synthesize(environment);

  /** Every value by which a monitor, an objective or a graph filters a tag. */
  function filteredBy(key: string): string[] {
    const queries = [
      ...monitorsOf(environment).flatMap(({ query }) => {
        const parsed = parseMonitorQuery(query);
        return parsed.kind === "metric" ? seriesIn(parsed.expression) : [];
      }),
      ...[...dashboardsOf(environment).values()]
        .flatMap(tilesOf)
        .flatMap(({ requests = [] }) =>
          requests.flatMap(({ queries: each = [] }) => each.flatMap(({ query }) => seriesIn(parseExpression(query)))),
        ),
    ];
    const filters: Filter[] = queries.flatMap(({ filters: each }) => [...each]);
    const values = filters.flatMap((filter) => (filter.kind === "tag" && filter.key === key ? [...filter.values] : []));
    return [...new Set(values)].sort();
  }

  const created = (type: string, argument: string) =>
    platform
      .resources(type)
      .map(({ values }) => String(values[argument]))
      .sort();

  const nameTags = (type: string) =>
    platform
      .resources(type)
      .map(({ values }) => (values.tags as { Name: string }).Name)
      .sort();

  test("filter by the load balancer that is created; AWS appends an id to the name", () => {
    expect(filteredBy("loadbalancer")).toEqual(created("aws_lb", "name").map((name) => `app/${name}/*`));
  });

  test("filter by the database instance that is created", () => {
    expect(filteredBy("dbinstanceidentifier")).toEqual(created("aws_db_instance", "identifier"));
  });

  test("filter by the proxy that is created", () => {
    expect(filteredBy("proxyname")).toEqual(created("aws_db_proxy", "name"));
  });

  test("filter by all Auto Scaling groups that are created", () => {
    expect(filteredBy("autoscalinggroupname")).toEqual(created("aws_autoscaling_group", "name"));
  });

  test("filter by the Name tags of all NAT gateways", () => {
    expect(filteredBy("name")).toEqual(nameTags("aws_nat_gateway"));
  });

  test("filter by the zones of the environment", () => {
    expect(filteredBy("zone")).toEqual(environment.zones.map(({ name }) => name));
  });

  test("filter by the env tag that servers and default tags have", () => {
    expect(filteredBy("env")).toEqual([environment.name]);
    const template = platform.only("aws_launch_template").values.tag_specifications as {
      tags: Record<string, string>;
    }[];
    for (const { tags } of template) expect(tags).toMatchObject({ env: environment.name, project: "dev-one" });
    expect(platform.document.provider?.aws?.[0]).toMatchObject({
      default_tags: [{ tags: { env: environment.name, project: "dev-one" } }],
    });
  });

  test("compare the servers of a zone with half the size of its group", () => {
    for (const zone of environment.zones) {
      const group = platform
        .resources("aws_autoscaling_group")
        .find(({ values }) => values.name === `dev-one-${environment.name}-${zone.name}`);
      const monitor = monitorsOf(environment).find(({ id }) => id === `uptime-${zone.name}`);
      expect(2 * Number(monitor?.monitor_thresholds?.critical)).toBe(group?.values.min_size);
    }
  });

  test("compare the elastic group with its maximum size", () => {
    const group = platform.resources("aws_autoscaling_group").find(({ path }) => path.includes("elastic"));
    const monitor = monitorsOf(environment).find(({ id }) => id === "groups-maximum");
    expect(Number(monitor?.monitor_thresholds?.critical)).toBe(group?.values.max_size);
  });

  test("refer to no state of another stack", () => {
    expect(monitoring.json).not.toContain("terraform_remote_state");
    expect(monitoring.all().filter(({ address }) => address.startsWith("data."))).toEqual([]);
  });

  test("contain no name of another environment", () => {
    const others = ["fixture", "sandbox", "rehearsal"].filter((name) => name !== environment.name);
    for (const other of others) expect(monitoring.json).not.toContain(other);
  });
});

test("the access log has durations where Datadog's nginx pipeline parses them, behind the byte count", () => {
  const nginx = readFileSync(resolve(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");
  expect(nginx).toContain('default "$request_time ";');
  const [, format = ""] = /log_format \w+ ((?:'[^']*'\s*)+);/.exec(nginx) ?? [];
  expect(format.replaceAll(/'\s*'|'/g, "")).toMatch(
    /^\$remote_addr - \$remote_user \[\$time_local\] "\$request" \$status \$body_bytes_sent \$duration"\$http_referer" "\$http_user_agent"/,
  );
});
