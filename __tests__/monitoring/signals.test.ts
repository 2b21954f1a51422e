import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parseExpression, parseMonitorQuery, unitOf } from "@dev-one/alert-trials/datadog";

import type { Environment } from "../../src/config";
import { type Alert, signalsOf } from "../../src/monitoring";
import { fixture, sandbox } from "../fixtures/environment";
import { fixtureWith, otherMonitoring, threeZones, withJobs, withShop } from "../fixtures/variants";
import { dashboardsOf, monitorNamed, monitorsOf, tilesOf } from "../support/datadog";

const signals = signalsOf(fixture);

/** The signals of the design's table, and more. */
const ASKED_FOR = [
  ...["connections", "network", "cpu", "memory", "uptime", "sockets", "throughput", "responses"],
  ...["latency", "read-latency", "write-latency"],
  ...["proxy-availability", "proxy-authentication", "proxy-borrowing", "proxy-pinning"],
  ...["disk", "nginx", "load-balancer", "database-memory", "database-transactions"],
  ...["database-connections", "database-cpu", "database-storage", "database-disk", "nat", "groups"],
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

function tilesIn(tier: string) {
  const dashboard = dashboardsOf(fixture).get(tier);
  return dashboard === undefined ? [] : tilesOf(dashboard);
}

describe("every signal", () => {
  test("of the design exists", () => {
    expect(signals.map(({ id }) => id)).toEqual(expect.arrayContaining(ASKED_FOR));
  });

  test("has at least one monitor, with the signal in its id and its tags", () => {
    expect(signals.filter(({ alerts }) => alerts.length === 0).map(({ id }) => id)).toEqual([]);
    const wrong = signals.flatMap(({ id: signal, alerts }) =>
      alerts
        .filter(({ id }) => !id.startsWith(signal) || !monitorNamed(fixture, id).tags.includes(`signal:${signal}`))
        .map(({ id }) => `${signal}: ${id}`),
    );
    expect(wrong).toEqual([]);
  });

  test("has an entry in the runbook of its tier", () => {
    expect(signals.filter(({ id, tier }) => !anchorsOf(`${tier}.md`).includes(id)).map(({ id }) => id)).toEqual([]);
  });
});

describe("runbooks", () => {
  const links = [fixture, sandbox, threeZones].flatMap((environment) =>
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

  test("have the heading of every link in monitors and dashboards", () => {
    expect(links.length).toBeGreaterThan(100);
    const missing = links.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor));
    expect(missing).toEqual([]);
  });

  test.each(["servers.md", "application.md", "data.md", "objectives.md"])(
    "%s has the four parts of every entry: meaning, where to look, what to do, end",
    (file) => {
      const text = readFileSync(resolve(__dirname, "../../docs/runbooks", file), "utf8");
      const entries = text.split(/^## /m).slice(1);
      expect(entries.length).toBeGreaterThan(1);
      for (const entry of entries) {
        for (const part of ["**Means.**", "**See more.**", "**Do.**", "**Over when**"]) expect(entry).toContain(part);
      }
    },
  );

  test("have no entry without a signal", () => {
    const known = new Set(["dashboards", ...signalsOf(withJobs).map(({ id }) => id)]);
    for (const tier of ["servers", "application", "data"]) {
      const entries = readFileSync(resolve(__dirname, `../../docs/runbooks/${tier}.md`), "utf8").matchAll(
        /^## (.+)$/gm,
      );
      for (const [, heading = ""] of entries) expect(known).toContain(heading);
    }
  });
});

/** The alerts that are compared with a number. */
const compared = signals.flatMap((signal) =>
  signal.alerts.flatMap((alert) =>
    alert.kind === "metric" || alert.kind === "forecast" ? [{ signal, alert, id: alert.id }] : [],
  ),
);

describe("a threshold", () => {
  test("is the same in query and threshold of its monitor", () => {
    const differing = compared.filter(({ alert, id }) => {
      const monitor = monitorNamed(fixture, id);
      const query = parseMonitorQuery(monitor.query);
      return !(
        query.kind === "metric" &&
        query.threshold === alert.thresholds.critical &&
        query.comparator === alert.thresholds.comparator &&
        monitor.monitor_thresholds?.critical === alert.thresholds.critical.toString()
      );
    });
    expect(compared.length).toBeGreaterThan(30);
    expect(differing.map(({ id }) => id)).toEqual([]);
  });

  test("is a marker on a graph of its signal", () => {
    // Neither at zero, which would lie on the axis, nor for an age.
    const drawn = compared.filter(({ alert, id }) => alert.thresholds.critical !== 0 && id !== "uptime-rebooted");
    const withoutMarker = drawn.filter(({ signal, alert }) => {
      const titles = signal.graphs.map(({ title }) => title);
      const markers = tilesIn(signal.tier)
        .filter(({ title = "" }) => titles.includes(title))
        .flatMap((tile) => (tile.markers ?? []).map(({ value }) => value));
      return !markers.includes(`y = ${alert.thresholds.critical}`);
    });
    expect(drawn.length).toBeGreaterThan(20);
    expect(withoutMarker.map(({ id }) => id)).toEqual([]);
  });

  test("follows the configuration in query, threshold, marker and message", () => {
    const changed = otherMonitoring;
    const monitor = monitorNamed(changed, "latency-p95");
    expect(monitor.query).toMatch(/ > 250000000$/);
    expect(monitor.monitor_thresholds).toMatchObject({ critical: "250000000", warning: "200000000" });
    expect(monitor.message).toContain("above 0.25 s");
    expect(JSON.stringify(dashboardsOf(changed).get("application"))).toContain('"y = 250000000"');
  });

  test("of connections is a share of what a server is sized for", () => {
    expect(monitorNamed(fixture, "connections-server").monitor_thresholds).toMatchObject({
      critical: "10200",
      warning: "8400",
    });
    expect(monitorNamed(otherMonitoring, "connections-server").monitor_thresholds).toMatchObject({ critical: "17000" });
  });

  test("of connections is a share of what a server of the service is sized for, and on no graph where sizes differ", () => {
    const runsOn = {
      kind: "own-group" as const,
      minimum: 2,
      maximum: 6,
      requestsPerServer: 9000,
      connectionsPerServer: 4000,
    };
    const environment = withShop({ runsOn });
    for (const id of ["connections-server", "connections-fleet"]) {
      const own = monitorNamed(environment, `${id}-shop`);
      expect(own.monitor_thresholds).toMatchObject({ critical: "3400" });
      expect(own.message).toContain("sized for 4000 connections");
      expect(monitorNamed(environment, id).message).toContain("sized for 12000 connections");
    }
    const markers = (of: Environment) => JSON.stringify(dashboardsOf(of).get("servers")).includes('"y = 10200"');
    expect([withShop(), environment].map(markers)).toEqual([true, false]);
  });

  test.each([
    ["received", "system.net.bytes_rcvd"],
    ["sent", "system.net.bytes_sent"],
  ])(
    "of the network is a share of the baseline of the instance type, with a line in the graph: %s",
    (label, metric) => {
      const { query } = monitorNamed(fixture, `network-${label}`);
      expect(query).toMatch(new RegExp(`^avg\\(last_10m\\):sum:${metric}\\{.* \\* 8 / 1562000000 \\* 100 > 82$`));
      expect(monitorNamed(otherMonitoring, `network-${label}`).query).toMatch(/ \* 8 \/ 1000000000 \* 100 > 82$/);
      const lines = signals.find(({ id }) => id === "network")?.graphs[0]?.lines ?? [];
      const line = lines.find((each) => each.label === label);
      expect(Object.values(line?.query.series ?? {}).map((series) => series.metric)).toEqual([metric]);
    },
  );
});

describe("the unit", () => {
  const measures = signals.flatMap(({ id, alerts, graphs }) => [
    ...graphs.flatMap(({ title, lines }) =>
      lines.map(({ label, query }) => ({ name: `${id}: ${title}: ${label}`, query })),
    ),
    ...alerts.flatMap((alert) => ("query" in alert ? [{ name: alert.id, query: alert.query }] : [])),
  ]);

  test("of every query is the one that its expression has", () => {
    const wrong = measures.filter(({ query }) => unitOf(parseExpression(expressionOf(query))) !== query.unit);
    expect(measures.length).toBeGreaterThan(50);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test("of every threshold is that of its query", () => {
    expect(compared.filter(({ alert }) => alert.thresholds.unit !== alert.query.unit).map(({ id }) => id)).toEqual([]);
  });

  test("of every threshold can reach its value", () => {
    const unreachable = compared
      .filter(({ alert }) => alert.thresholds.critical !== 0)
      .filter(({ alert }) => {
        const [lowest, highest] = plausible(alert);
        const { critical, warning = critical } = alert.thresholds;
        return [critical, warning].some((value) => value < lowest || value > highest);
      });
    expect(unreachable.map(({ id }) => id)).toEqual([]);
  });

  /** Seconds between a millisecond and ten minutes, whatever they are counted in; shares within their whole. */
  function plausible(alert: Alert & { readonly thresholds: { readonly unit: string } }): readonly [number, number] {
    const ranges: Readonly<Record<string, readonly [number, number]>> = {
      percent: [0.001, 100],
      fraction: [0.01, 0.99],
      second: [0.001, 600],
      microsecond: [1e3, 6e8],
      nanosecond: [1e6, 6e11],
      connection: [1, 1e6],
      error: [1, 1e6],
      host: [1, 100],
      "request/second": [0.1, 1e6],
      transaction: [1e6, 2e9],
    };
    const range = ranges[alert.thresholds.unit];
    if (range === undefined) throw new Error(`There is no plausible range of ${alert.thresholds.unit}; add one here`);
    return range;
  }

  test("of a latency is the nanosecond in the access log, the second at the load balancer, the microsecond at RDS Proxy", () => {
    const critical = (id: string) => monitorNamed(fixture, id).monitor_thresholds?.critical;
    expect(["latency-p95", "latency-load-balancer", "proxy-borrowing"].map(critical)).toEqual([
      "900000000",
      "0.9",
      "120000",
    ]);
  });
});

/** The expression of a query, written a second time, so that a mistake in `src` does not hide itself. */
function expressionOf({
  series,
  formula,
}: (typeof signals)[number]["graphs"][number]["lines"][number]["query"]): string {
  const readings = { count: ".as_count()", rate: ".as_rate()", average: ".rollup(avg)" };
  return Object.entries(series).reduce((text, [name, { aggregator, metric, tags, by = [], as }]) => {
    const filter = tags.join(tags.some((tag) => tag.includes(" IN ")) ? " AND " : ",");
    const query = `${aggregator}:${metric}{${filter}}${by.length > 0 ? ` by {${by.join(",")}}` : ""}${as === undefined ? "" : readings[as]}`;
    return text.replaceAll(new RegExp(`(?<![\\w:.])${name}(?![\\w:(])`, "g"), query);
  }, formula);
}

describe("an environment whose named servers carry the peak", () => {
  test("has no alert about the maximum of the elastic group, which is zero", () => {
    const small = fixtureWith({ servers: { ...fixture.servers, connectionsPerServer: 30_000 } });
    expect(monitorsOf(small).map(({ id }) => id)).not.toContain("groups-maximum");
    expect(monitorNamed(small, "groups-launch").query).toContain("> 0");
  });
});
