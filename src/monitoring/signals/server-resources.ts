import type { Environment } from "../../config";
import { fleet } from "../datadog/tag-filters";
import { EACH_SERVER } from "../datadog/tag-filters";
import { above } from "../datadog/thresholds";
import { perServer, TIER } from "./per-server";
import { ofEachService } from "./service-alerts";
import type { Signal } from "./signal";

/** File systems in memory, which the agent's disk check reports, too. */
const IN_MEMORY = ["!device:tmpfs", "!device:devtmpfs"];

/**
 * Disk space of the servers. The agent runs its disk check by default.
 * @see https://github.com/DataDog/integrations-core/blob/master/disk/metadata.csv (names and units; December 2026)
 */
export function disk(environment: Environment): Signal {
  const thresholds = above(environment.datadog.thresholds.diskPercent, "percent", "fraction");
  const used = (metric: string) =>
    perServer({ aggregator: "max", metric, tags: [...fleet(environment), ...IN_MEMORY] }, "fraction");
  const space = used("system.disk.in_use");
  return {
    id: "disk",
    title: "Disk",
    tier: TIER,
    meaning: "Without disk space nginx cannot write its logs and buffer requests, and a release cannot be unpacked.",
    graphs: [
      { title: "Disk space in use, by server", lines: [{ label: "in use", query: space }], thresholds },
      // XFS, the file system of the image, allocates inodes as it needs them: they end with the space.
      { title: "Inodes in use, by server", lines: [{ label: "in use", query: used("system.fs.inodes.in_use") }] },
    ],
    alerts: ofEachService(environment, () => [
      {
        kind: "metric",
        id: "disk-space",
        title: "The disk of a server is filling up",
        severity: "ticket",
        query: space,
        thresholds,
        over: "avg",
        window: "last_10m",
      },
    ]),
  };
}

/** Whether nginx answers the agent, and what its connections do. */
export function nginx(environment: Environment): Signal {
  const connections = (state: string) =>
    ({ aggregator: "sum", metric: `nginx.net.${state}`, tags: fleet(environment) }) as const;
  const line = (state: string, label: string) => ({
    label,
    query: { series: { a: connections(state) }, formula: "a", unit: "connection" } as const,
  });
  return {
    id: "nginx",
    title: "nginx",
    tier: TIER,
    meaning:
      "nginx does not answer the agent: it has no free worker connection, or does not run. Its metrics are missing.",
    graphs: [
      {
        title: "Connections of nginx, by what they do",
        lines: [
          line("waiting", "idle"),
          line("writing", "waiting for the service, or writing"),
          line("reading", "reading"),
        ],
      },
    ],
    alerts: ofEachService(environment, () => [
      {
        kind: "check",
        id: "nginx-answers",
        title: "A server's nginx does not answer",
        severity: "notice",
        check: "nginx.can_connect",
        tags: fleet(environment),
        by: EACH_SERVER,
        warning: 2,
        critical: 4,
      },
    ]),
  };
}
