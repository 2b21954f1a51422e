import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parseExpression, parseMonitorQuery, unitOf } from "@dev-one/alert-trials/datadog";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { type Alert, signalsOf } from "../../src/monitoring";
import { dashboardsOf, monitorNamed, monitorsOf, tilesOf } from "../support/datadog";
import { productionWith, stagingInThreeZones } from "../support/environments";

const signals = signalsOf(production);

/** The rows of the design's table, and what nobody else's modules have. */
const ASKED_FOR = [
  "connections",
  "network",
  "cpu",
  "memory",
  "uptime",
  "sockets",
  "throughput",
  "responses",
  "latency",
  "read-latency",
  "write-latency",
  "proxy-availability",
  "proxy-authentication",
  "proxy-borrowing",
  "proxy-pinning",
  "database-connections",
  "database-cpu",
  "database-storage",
  "database-disk",
  "nat",
  "groups",
];

/** The headings of a runbook, as links name them. */
function anchorsOf(file: string): string[] {
  const text = readFileSync(resolve(__dirname, "../../docs/runbooks", file), "utf8");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe("every signal", () => {
  test("of the design is there", () => {
    expect(signals.map(({ id }) => id)).toEqual(expect.arrayContaining(ASKED_FOR));
  });

  test.each(signals.map((signal) => [signal.id, signal] as const))("%s has its graph on a dashboard", (_id, signal) => {
    const dashboard = dashboardsOf(production).get(signal.tier);
    const titles = dashboard === undefined ? [] : tilesOf(dashboard).map(({ title }) => title);
    for (const graph of signal.graphs) expect(titles).toContain(graph.title);
  });

  test.each(signals.map((signal) => [signal.id, signal] as const))("%s has its monitors", (id, { alerts }) => {
    expect(alerts.length).toBeGreaterThan(0);
    for (const alert of alerts) {
      expect(monitorNamed(production, alert.id).tags).toContain(`signal:${id}`);
      expect(alert.id.startsWith(id)).toBe(true);
    }
  });

  test.each(signals.map((signal) => [signal.id, signal] as const))("%s has its place in a runbook", (id, { tier }) => {
    expect(anchorsOf(`${tier}.md`)).toContain(id);
  });
});

describe("runbooks", () => {
  const links = [production, staging, stagingInThreeZones()].flatMap((environment) =>
    [
      ...monitorsOf(environment).map(({ message }) => message),
      ...[...dashboardsOf(environment).values()].map((dashboard) => JSON.stringify(dashboard)),
    ].flatMap((text) =>
      [...text.matchAll(/docs\/runbooks\/([\w-]+\.md)#([\w-]+)/g)].map(([, file = "", anchor = ""]) => ({
        file,
        anchor,
      })),
    ),
  );

  test("every link of a monitor or a dashboard leads to a heading that exists", () => {
    expect(links.length).toBeGreaterThan(100);
    const missing = links.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor));
    expect(missing).toEqual([]);
  });

  test.each(["servers.md", "application.md", "data.md", "objectives.md"])(
    "%s says of each what it means, what to look at, what to do, and when it is over",
    (file) => {
      const text = readFileSync(resolve(__dirname, "../../docs/runbooks", file), "utf8");
      const entries = text.split(/^## /m).slice(1);
      expect(entries.length).toBeGreaterThan(1);
      for (const entry of entries) {
        for (const part of ["**Means.**", "**See more.**", "**Do.**", "**Over when**"]) expect(entry).toContain(part);
      }
    },
  );

  test("no entry is left of a signal that is gone", () => {
    const known = new Set(["dashboards", ...signals.map(({ id }) => id)]);
    for (const tier of ["servers", "application", "data"]) {
      const entries = readFileSync(resolve(__dirname, `../../docs/runbooks/${tier}.md`), "utf8").matchAll(
        /^## (.+)$/gm,
      );
      for (const [, heading = ""] of entries) expect(known).toContain(heading);
    }
  });
});

/** The numbers of an alert that is compared with some. */
const compared = signals.flatMap((signal) =>
  signal.alerts.flatMap((alert) =>
    alert.kind === "metric" || alert.kind === "forecast" ? [{ signal, alert, id: alert.id }] : [],
  ),
);

describe("one number", () => {
  test.each(compared)("$id: query, threshold and marker are the same", ({ signal, alert, id }) => {
    const monitor = monitorNamed(production, id);
    const query = parseMonitorQuery(monitor.query);
    expect(query).toMatchObject({
      kind: "metric",
      threshold: alert.levels.critical,
      comparator: alert.levels.comparator,
    });
    expect(monitor.monitor_thresholds?.critical).toBe(alert.levels.critical.toString());
    // Above nothing there is no line to draw.
    if (alert.levels.critical === 0) return;
    const dashboard = dashboardsOf(production).get(signal.tier);
    const titles = signal.graphs.map(({ title }) => title);
    const tiles = dashboard === undefined ? [] : tilesOf(dashboard).filter(({ title }) => titles.includes(title ?? ""));
    const markers = tiles.flatMap(({ markers = [] }) => markers.map(({ value }) => value));
    // Nor at a single request, which would lie on the axis, or for an age.
    if (!["uptime-rebooted", "throughput-none"].includes(id)) expect(markers).toContain(`y = ${alert.levels.critical}`);
  });

  test("a threshold of the configuration reaches query, threshold, marker and text", () => {
    const changed = productionWith({ thresholds: { latencyP95Seconds: { warning: 0.2, critical: 0.25 } } });
    const monitor = monitorNamed(changed, "latency-p95");
    expect(monitor.query).toMatch(/ > 250000000$/);
    expect(monitor.monitor_thresholds).toMatchObject({ critical: "250000000", warning: "200000000" });
    expect(monitor.message).toContain("above 0.25 s");
    expect(JSON.stringify(dashboardsOf(changed).get("application"))).toContain('"y = 250000000"');
  });

  test("capacity decides over connections", () => {
    expect(monitorNamed(production, "connections-server").monitor_thresholds).toMatchObject({
      critical: "8000",
      warning: "7500",
    });
    const larger = productionWith(
      {},
      { servers: { ...production.servers, connectionsPerServer: 20_000, peakConnections: 200_000 } },
    );
    expect(monitorNamed(larger, "connections-server").monitor_thresholds).toMatchObject({ critical: "16000" });
  });

  test("the graph of the network draws each direction under its name", () => {
    const lines = signals.find(({ id }) => id === "network")?.graphs[0]?.lines ?? [];
    expect(
      lines.map(({ label, measure }) => [label, ...Object.values(measure.series).map(({ metric }) => metric)]),
    ).toEqual([
      ["received", "system.net.bytes_rcvd"],
      ["sent", "system.net.bytes_sent"],
    ]);
  });

  test("the instance type decides over the network", () => {
    const successor = productionWith({}, { servers: { ...production.servers, instanceType: "m7i.xlarge" } });
    for (const [id, metric] of [
      ["network-received", "system.net.bytes_rcvd"],
      ["network-sent", "system.net.bytes_sent"],
    ] as const) {
      const { query } = monitorNamed(production, id);
      expect(query).toMatch(new RegExp(`^avg\\(last_10m\\):sum:${metric}\\{`));
      expect(query).toMatch(/ \* 8 \/ 1000000000 \* 100 > 85$/);
      expect(monitorNamed(successor, id).query).toMatch(/ \* 8 \/ 1876000000 \* 100 > 85$/);
    }
  });
});

describe("units", () => {
  const measures = signals.flatMap(({ id, alerts, graphs }) => [
    ...graphs.flatMap(({ title, lines }) =>
      lines.map(({ label, measure }) => ({ name: `${id}: ${title}: ${label}`, measure })),
    ),
    ...alerts.flatMap((alert) => ("measure" in alert ? [{ name: alert.id, measure: alert.measure }] : [])),
  ]);

  test.each(measures)("$name is in the unit that it claims", ({ measure }) => {
    expect(unitOf(parseExpression(expressionOf(measure)))).toBe(measure.unit);
  });

  test.each(compared)("$id compares with a threshold in the unit of what it measures", ({ alert }) => {
    expect(alert.levels.unit).toBe(alert.measure.unit);
  });

  test.each(compared.filter(({ alert }) => alert.levels.critical !== 0))(
    "$id has a threshold that its unit can reach",
    ({ alert }) => {
      const [lowest, highest] = plausible(alert);
      for (const value of [alert.levels.critical, alert.levels.warning ?? alert.levels.critical]) {
        expect(value).toBeGreaterThanOrEqual(lowest);
        expect(value).toBeLessThanOrEqual(highest);
      }
    },
  );

  /** Seconds between a millisecond and ten minutes, whatever they are counted in; shares within their whole. */
  function plausible(alert: Alert & { readonly levels: { readonly unit: string } }): readonly [number, number] {
    const ranges: Readonly<Record<string, readonly [number, number]>> = {
      percent: [0.001, 100],
      fraction: [0.01, 0.99],
      second: [0.001, 600],
      microsecond: [1e3, 6e8],
      nanosecond: [1e6, 6e11],
      connection: [10, 1e6],
      host: [1, 100],
      request: [1, 1e6],
    };
    const range = ranges[alert.levels.unit];
    if (range === undefined) throw new Error(`Nobody said what is plausible for ${alert.levels.unit}`);
    return range;
  }

  test("latency of the access log is in nanoseconds, and of the load balancer in seconds", () => {
    expect(monitorNamed(production, "latency-p95").monitor_thresholds?.critical).toBe("1000000000");
    expect(monitorNamed(production, "read-latency-p95").monitor_thresholds?.critical).toBe("500000000");
    expect(monitorNamed(production, "latency-load-balancer").monitor_thresholds?.critical).toBe("1");
    expect(monitorNamed(production, "proxy-borrowing").monitor_thresholds?.critical).toBe("100000");
    expect(monitorNamed(production, "memory-server").monitor_thresholds?.critical).toBe("0.1");
  });
});

/** Written here once more: the sources' own way must not judge itself. */
function expressionOf({
  series,
  formula,
}: (typeof signals)[number]["graphs"][number]["lines"][number]["measure"]): string {
  const readings = { count: ".as_count()", rate: ".as_rate()", average: ".rollup(avg)" };
  return Object.entries(series).reduce((text, [name, { aggregator, metric, tags, by = [], as }]) => {
    const filter = tags.join(tags.some((tag) => tag.includes(" IN ")) ? " AND " : ",");
    const query = `${aggregator}:${metric}{${filter}}${by.length > 0 ? ` by {${by.join(",")}}` : ""}${as === undefined ? "" : readings[as]}`;
    return text.replaceAll(new RegExp(`(?<![\\w:.])${name}(?![\\w:(])`, "g"), query);
  }, formula);
}

describe("an environment whose named servers carry the peak", () => {
  test("has no alert about an elastic group of none, which would always be at its maximum", () => {
    const small = productionWith({}, { servers: { ...production.servers, connectionsPerServer: 25_000 } });
    expect(monitorsOf(small).map(({ id }) => id)).not.toContain("groups-maximum");
    expect(monitorNamed(small, "groups-launch").query).toContain("> 0");
  });
});
