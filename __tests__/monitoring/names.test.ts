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

  test.each([
    ["load balancer, to whose name AWS appends an id", "loadbalancer", "aws_lb", "name", "app/$&/*"],
    ["database instance", "dbinstanceidentifier", "aws_db_instance", "identifier", "$&"],
    ["proxy", "proxyname", "aws_db_proxy", "name", "$&"],
    ["Auto Scaling groups", "autoscalinggroupname", "aws_autoscaling_group", "name", "$&"],
    ["Name tags of NAT gateways", "name", "aws_nat_gateway", "tags.Name", "$&"],
  ])("filter by the created %s", (_what, key, type, argument, pattern) => {
    const created = platform.resources(type).map(({ values }) => {
      const tags = values.tags as { Name: string } | undefined;
      return argument === "tags.Name" ? tags?.Name : String(values[argument]);
    });
    expect(filteredBy(key)).toEqual(created.map((name = "") => name.replace(/.+/, pattern)).sort());
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

  test("compare the connections of PostgreSQL with the share of max_connections that RDS Proxy may open", () => {
    const parameters = platform.only("aws_db_parameter_group").values.parameter as { name: string; value: string }[];
    const most = Number(parameters.find(({ name }) => name === "max_connections")?.value);
    const pool = platform.only("aws_db_proxy_default_target_group").values.connection_pool_config as {
      max_connections_percent: number;
    };
    const limit = Math.floor((most * pool.max_connections_percent) / 100);
    expect(limit).toBeGreaterThan(100);
    expect(monitorsOf(environment).find(({ id }) => id === "database-connections-all")?.query).toContain(
      `} / ${limit} * 100 > `,
    );
  });

  test("read nothing of another stack", () => {
    expect(monitoring.all().filter(({ address }) => address.startsWith("data."))).toEqual([]);
  });
});

describe("log metrics of nginx's access log", () => {
  const nginx = readFileSync(resolve(__dirname, "../../src/servers/bootstrap/files/etc/nginx/nginx.conf"), "utf8");
  const [, parts = ""] = /log_format json escape=json\s+((?:'[^']*'\s*)+);/.exec(nginx) ?? [];
  const format = parts.replaceAll(/'\s*'|^'|'$/g, "");
  const latency = /"\$duration_attribute":\$\{seconds\}e9/;

  test("read attributes that the log has, or that Datadog's pipeline derives from them", () => {
    expect(format).toMatch(latency);
    const sample = format
      .replace(latency, '"duration":1e9')
      .replaceAll(/"\$\w+"/g, '""')
      .replaceAll(/\$(\w+|\{\w+\})/g, "1");
    const written = pathsOf(JSON.parse(sample) as object);
    const read = synthesize(both[0][1])
      .monitoring.resources("datadog_logs_metric")
      .flatMap(({ values }) => [...JSON.stringify(values).matchAll(/@([\w.]+)/g)].map(([, path]) => String(path)))
      // The jobs' attributes are those of the journal.
      .filter((path) => !path.startsWith("journald."));
    expect(read).toEqual(expect.arrayContaining(["duration", "http.method", "http.status_code"]));
    // The pipeline writes the category of the status code, and `level` from the error log.
    expect([...written, "http.status_category", "level"]).toEqual(expect.arrayContaining(read));
  });
});

function pathsOf(value: object): string[] {
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === "object" ? pathsOf(each as object).map((path) => `${key}.${path}`) : [key],
  );
}
