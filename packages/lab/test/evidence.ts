import { type Column, COLUMNS, type Evidence, type Run, type ScenarioName } from "../src/evidence/figures";

const MEANS = {
  ...{ nginxMib: null, serviceMib: null, kernelMib: null },
  ...{ nginxCpu: 20, serviceCpu: null, databaseCpu: null, generatorCpu: 25, measuringCpu: 5, otherCpu: 50 },
};

/** A run that held all connections, with figures that are easy to check. */
export function aRun(scenario: ScenarioName, changes: Partial<Run> = {}): Run {
  return {
    scenario,
    finding: `what ${scenario} shows`,
    connections: 10_000,
    plateau: { from: 1, to: 4 },
    waitSeconds: scenario === "long-poll" ? 40 : 0,
    commands: [`{"connections":10000,"path":"/${scenario}"}`],
    held: 10_000,
    requestsPerSecond: 9_900,
    errors: 0,
    reasons: [],
    requests: [
      {
        name: "requests",
        total: 50_000,
        succeeded: 50_000,
        errors: 0,
        reopened: 0,
        p50: 0.61,
        p95: 4,
        p99: 38.7,
        perSecond: {
          seconds: [0, 1, 2, 3, 4],
          requests: [5_000, 9_000, 10_000, 11_000, 4_000],
          errors: [0, 0, 0, 0, 0],
          p50: [1, 1, 1, 1, 1],
          p95: [2, 2, 2, 2, 2],
          p99: [100, 3.2, 5, 41, 100],
        },
      },
    ],
    samples: {
      seconds: [1, 2, 3, 4],
      ...(Object.fromEntries(COLUMNS.map((name) => [name, [null, null, null, null]])) as Record<Column, null[]>),
      active: [10_001, 10_001, 10_001, 10_001],
      established: [10_000, 10_000, 10_000, 10_000],
      establishedEverywhere: [20_003, 20_001, 20_002, 20_004],
      check: [null, 20_001, null, 20_001],
    },
    means: { ...MEANS, nginxMib: 28, kernelMib: 60 },
    nginxEmptyMib: 18,
    serviceEmptyMib: null,
    ...changes,
  };
}

/** A run of Debian's default configuration that fails as expected. */
export function aFailedControl(): Run {
  const run = aRun("stock", {
    held: 1_424,
    errors: 40_000,
    reasons: ["nginx: 768 worker_connections are not enough, reusing connections (9 times)"],
  });
  return { ...run, requests: run.requests.map((each) => ({ ...each, succeeded: 10_000, errors: 40_000 })) };
}

export function longPolls(): Run {
  const run = aRun("long-poll");
  return {
    ...run,
    means: { ...run.means, nginxMib: 118, serviceMib: 140, kernelMib: 100 },
    serviceEmptyMib: 40,
  };
}

export function evidenceWith(changes: Partial<Evidence> = {}): Evidence {
  return {
    date: "2026-01-31",
    command: "npm run evidence",
    environment: "staging",
    connections: 10_000,
    seconds: 60,
    instanceType: { name: "m3.xlarge", cores: 4, memoryGib: 15 },
    connectionsPerServer: 10_000,
    workerConnections: 16_384,
    machine: {
      cores: 2,
      cpu: "A processor",
      memoryMib: 24_106,
      kernel: "6.1.0",
      system: "Debian GNU/Linux 12 (bookworm)",
      openFiles: 20_000,
      versions: { nginx: "1.22.1", Go: "1.19.8" },
      loadBefore: 0.5,
      loadAfter: 1.5,
    },
    settings: [
      { name: "net.core.somaxconn", shipped: "65535", here: "4096" },
      { name: "net.ipv4.tcp_slow_start_after_idle", shipped: "0", here: "0" },
    ],
    files: [{ path: "/etc/nginx/nginx.conf", sha256: "0".repeat(64) }],
    substitutions: [{ file: "/etc/nginx/nginx.conf", from: "user nginx;", to: "user nobody;", reason: "a user" }],
    runs: [aRun("shipped"), longPolls(), aFailedControl()],
    limit: {
      finding: "30,500 connections held without an error, 31,000 not: 16384 worker_connections are not enough",
      held: 30_500,
      failed: 31_000,
      stoppedBy: "resolution",
      ceiling: { connections: 100_000, reason: "what this command ever tries" },
      reasons: ["nginx: 16384 worker_connections are not enough, reusing connections (3 times)"],
      probes: [
        { connections: 30_500, held: 30_500, errors: 0, isHeld: true },
        { connections: 31_000, held: 30_688, errors: 300, isHeld: false },
      ],
      commands: ['{"connections":10000}'],
    },
    leftOut: [],
    wallSeconds: 450,
    ...changes,
  };
}
