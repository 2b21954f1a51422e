import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { type Filter, parseExpression, parseMonitorQuery, seriesIn } from "@dev-one/alert-trials/datadog";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { dashboardsOf, monitorsOf, tilesOf } from "../support/datadog";
import { rehearsal, stagingInThreeZones } from "../support/environments";
import { synthesize } from "../support/synthesis";

// The monitoring stack knows the platform by names only. Here they meet: what queries filter by, and what the platform creates.

const environments = [
  ["staging", staging],
  ["production", production],
  ["three zones", stagingInThreeZones()],
  ["a third environment", rehearsal()],
] as const;

describe.each(environments)("%s", (_name, environment) => {
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

  test("the load balancer is the one that is created; AWS puts its id behind the name", () => {
    expect(filteredBy("loadbalancer")).toEqual(created("aws_lb", "name").map((name) => `app/${name}/*`));
  });

  test("PostgreSQL is the instance that is created", () => {
    expect(filteredBy("dbinstanceidentifier")).toEqual(created("aws_db_instance", "identifier"));
  });

  test("RDS Proxy is the proxy that is created", () => {
    expect(filteredBy("proxyname")).toEqual(created("aws_db_proxy", "name"));
  });

  test("the groups are all that are created", () => {
    expect(filteredBy("autoscalinggroupname")).toEqual(created("aws_autoscaling_group", "name"));
  });

  test("the NAT gateways are all that are created, by their Name tag", () => {
    expect(filteredBy("name")).toEqual(nameTags("aws_nat_gateway"));
  });

  test("zones are those of the environment", () => {
    expect(filteredBy("zone")).toEqual(environment.zones.map(({ name }) => name));
  });

  test("env is the tag that servers and default tags of AWS carry", () => {
    expect(filteredBy("env")).toEqual([environment.name]);
    const template = platform.only("aws_launch_template").values.tag_specifications as {
      tags: Record<string, string>;
    }[];
    for (const { tags } of template) expect(tags).toMatchObject({ env: environment.name, project: "dev-one" });
    expect(platform.document.provider?.aws?.[0]).toMatchObject({
      default_tags: [{ tags: { env: environment.name, project: "dev-one" } }],
    });
  });

  test("how many servers make a zone is what its group holds", () => {
    for (const zone of environment.zones) {
      const group = platform
        .resources("aws_autoscaling_group")
        .find(({ values }) => values.name === `dev-one-${environment.name}-${zone.name}`);
      const monitor = monitorsOf(environment).find(({ id }) => id === `uptime-${zone.name}`);
      expect(2 * Number(monitor?.monitor_thresholds?.critical)).toBe(group?.values.min_size);
    }
  });

  test("the elastic group is full when it is as large as it may be", () => {
    const group = platform.resources("aws_autoscaling_group").find(({ path }) => path.includes("elastic"));
    const monitor = monitorsOf(environment).find(({ id }) => id === "groups-maximum");
    expect(Number(monitor?.monitor_thresholds?.critical)).toBe(group?.values.max_size);
  });

  test("no state of another stack is read", () => {
    expect(monitoring.json).not.toContain("terraform_remote_state");
    expect(monitoring.all().filter(({ address }) => address.startsWith("data."))).toEqual([]);
  });

  test("nothing is named after another environment", () => {
    const others = ["staging", "production", "rehearsal"].filter((name) => name !== environment.name);
    for (const other of others) expect(monitoring.json).not.toContain(other);
  });
});

test("durations stand where Datadog's pipeline for nginx looks for them: behind the byte count", () => {
  const nginx = readFileSync(resolve(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");
  expect(nginx).toContain('default "$request_time ";');
  const [, format = ""] = /log_format \w+ ((?:'[^']*'\s*)+);/.exec(nginx) ?? [];
  expect(format.replaceAll(/'\s*'|'/g, "")).toMatch(
    /^\$remote_addr - \$remote_user \[\$time_local\] "\$request" \$status \$body_bytes_sent \$duration"\$http_referer" "\$http_user_agent"/,
  );
});
