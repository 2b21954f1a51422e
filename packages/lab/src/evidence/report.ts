import { markdownTable } from "@dev-one/cli/markdown-table";

import { carryOver } from "./carry-over";
import { CPU, type Evidence, type Run } from "./figures";
import { count, foreignCpuWarning, isHeld, milliseconds, TITLES } from "./finding";
import { perSecondDuring, valuesWithin } from "./statistics";

/** Columns of numbers in tables whose first column is a scenario. */
const RIGHT = [1, 2, 3, 4, 5, 6, 7];

/** The report in Markdown, derived from the figures only. */
export function report(evidence: Evidence): string {
  const { date, command, environment, machine, connections, runs, limit, leftOut, files, substitutions } = evidence;
  const isCompared = (["shipped", "stock"] as const).every((name) => runs.some(({ scenario }) => scenario === name));
  return [
    "# Evidence: ten thousand connections on one server",
    `Written by ${code(command)} on ${date}; every figure is in [evidence.json](evidence.json). nginx ran with the files that the servers of ${environment} get, read from the synthesized user data, and held ${count(connections)} connections of the load generator over loopback. Server, service, database and generator shared ${machine.cores} cores of one machine.`,
    "## What was seen",
    headlines(runs),
    "Held: the fewest that the kernel called established at any second while all were to be held. Errors: requests without a whole 2xx answer, over the whole run. Latency counts from the time for which a request was planned; of a long poll, it is the time beyond what it was asked to wait.",
    ...(limit === null ? [] : [`**The limit here:** ${limit.finding}.`]),
    ...leftOut.map(({ scenario, reason }) => `**Left out:** ${TITLES[scenario]}, because ${reason}.`),
    ...(isCompared ? ["![Shipped and Debian's own configuration](shipped-and-stock.png)"] : []),
    ...runs.flatMap(({ scenario, finding, reasons, means }) => [
      `### ${capital(TITLES[scenario])}`,
      `${finding}.`,
      ...warnings(means.otherCpu, machine.cores),
      ...(reasons.length === 0 ? [] : [`Why: ${reasons.join("; ")}.`]),
      `![${finding}](${scenario}.png)`,
    ]),
    ...limitSection(evidence),
    "## The custom check beside the kernel",
    ...checkSection(runs),
    "## What is proven",
    bullets(proven(runs)),
    "## What is not",
    bullets(notProven(evidence)),
    `## How it carries over to an ${evidence.instanceType.name}`,
    bullets(carryOver(evidence)),
    "## How it was measured",
    ...method(evidence),
    "## Which files ran",
    "As the servers got them. After a change of one of these files, measure again with `npm run evidence`.",
    markdownTable(
      ["file", "SHA-256"],
      files.map(({ path, sha256 }) => [code(path), code(sha256)]),
    ),
    "## What was changed in the files",
    "In the servers' files: ports, paths and the user, nothing else. A file in which one of these cannot be found stops the run. `SCRATCH` is the directory of the run.",
    markdownTable(
      ["file", "in the file", "here", "why"],
      substitutions.map(({ file, from, to, reason }) => [file, code(from), code(to), reason]),
    ),
  ].join("\n\n");
}

function warnings(percentOfCore: number | null, cores: number): string[] {
  const warning = foreignCpuWarning(percentOfCore, cores);
  return warning === undefined ? [] : [`**${warning}**: latency is longer than on a machine without them.`];
}

function headlines(runs: readonly Run[]): string {
  const rows = runs.flatMap(({ scenario, held, connections, plateau, means, requests }) =>
    requests.map(({ name, errors, perSecond, p50, p99 }, index) => {
      const ofRun = (text: string): string => (index === 0 ? text : "");
      return [
        requests.length > 1 ? `${ofRun(`${TITLES[scenario]}: `)}${name}` : TITLES[scenario],
        ofRun(`${count(held)} of ${count(connections)}`),
        count(errors),
        count(Math.round(perSecondDuring(plateau, perSecond.requests))),
        milliseconds(p50),
        milliseconds(p99),
        ...[means.nginxMib, means.serviceMib].map((mib) => ofRun(mib === null ? "" : `${Math.round(mib)} MiB`)),
      ];
    }),
  );
  const head = ["scenario", "connections held", "errors", "requests/s", "p50", "p99", "nginx", "service"];
  return markdownTable(head, rows, RIGHT);
}

function limitSection({ limit, machine: { cores }, workerConnections }: Evidence): string[] {
  if (limit === null) return [];
  const end = {
    resolution: "The search ended when the limit was known exactly enough.",
    time: "The search ended because its time was over; the limit lies between the two figures.",
    machine: `The search ended at what this machine allows beside the server: ${limit.ceiling.reason}.`,
  }[limit.stoppedBy];
  const isByWorkers = limit.reasons.some((reason) => reason.includes("worker_connections are not enough"));
  const explained = isByWorkers
    ? ` nginx has ${cores} workers here, with ${count(workerConnections)} connections each. When fewer than a sixteenth of these are free in a worker, it closes connections that rest: ${count(cores * Math.floor((workerConnections * 15) / 16))} for ${cores} workers, less what the kernel spreads unevenly.`
    : "";
  return [
    `### ${capital(TITLES.limit)}`,
    `${limit.finding}.`,
    `nginx is restarted for each try. ${end}${explained}`,
    `![${limit.finding}](limit.png)`,
  ];
}

/** The check counts the sockets of the whole machine, so it is compared with the kernel's count of the whole machine. */
function checkSection(runs: readonly Run[]): string[] {
  const rows = runs.flatMap(({ scenario, plateau, samples: { seconds, check, establishedEverywhere } }) => {
    const kernel = establishedEverywhere.map((value, index) => (check[index] === null ? null : value));
    const [checked, counted] = [check, kernel].map((column) => valuesWithin(seconds, column, plateau));
    if (checked === undefined || counted === undefined || checked.length === 0) return [];
    const differences = checked.map((value, index) => Math.abs(value - (counted[index] ?? 0)));
    const figures = [checked.at(-1), counted.at(-1), Math.max(...differences), checked.length];
    return [[TITLES[scenario], ...figures.map((figure) => count(figure ?? 0))]];
  });
  if (rows.length === 0) return ["The check was not run."];
  return [
    "The Datadog check that the servers get (`dev_one.tcp.connections`, `state:established`) ran beside every load, as the agent runs it. It counts the sockets of the machine, and here both ends of each connection are on it: twice the connections, and those of whatever else runs. The kernel's count is that of `ss`, at most a few seconds apart.",
    markdownTable(["scenario", "check", "kernel", "largest difference", "readings"], rows, RIGHT),
  ];
}

function proven(runs: readonly Run[]): string[] {
  const ours = runs.filter(({ scenario }) => scenario !== "stock");
  const stock = runs.find(({ scenario }) => scenario === "stock");
  return [
    ...ours.filter(isHeld).map(({ finding }) => `${finding}.`),
    ...ours.filter((run) => !isHeld(run)).map(({ finding }) => `Not this: ${finding}.`),
    ...(stock === undefined
      ? []
      : [
          stock.errors > 0
            ? `The load tells a good configuration from a bad one: ${stock.finding}.`
            : "Debian's own configuration held this load too, on as many workers as this machine has cores: a higher `--connections` would tell the two apart.",
        ]),
  ];
}

function notProven({ instanceType, machine, settings }: Evidence): string[] {
  const different = settings
    .filter(({ shipped, here }) => shipped !== here)
    .map(({ name, shipped, here }) => `${code(name)} ${here} instead of ${shipped}`);
  return [
    `The instance type. No ${instanceType.name} took part; what follows for it is arithmetic (below).`,
    "The load balancer. It shares its connections to the servers among clients, so 10,000 clients are 10,000 connections of a server only with WebSockets, long polls or without keep-alive. The runs without it are the harder case.",
    "A network. Loopback has no distance, no loss and no limit of packets per second; and there is no TLS, which ends at the load balancer.",
    `Amazon Linux. This was ${machine.system}, kernel ${machine.kernel}, nginx ${machine.versions.nginx ?? "unknown"}.`,
    ...(different.length === 0
      ? []
      : [
          `Settings that the servers get and this machine did not have: ${different.join("; ")}. Nothing was changed outside the run's own directory.`,
        ]),
    "Days. A run shows minutes: no leak that takes longer, no rotation of logs.",
  ];
}

function method({ machine, runs, settings, wallSeconds, command, limit }: Evidence): string[] {
  const { cores, cpu, memoryMib, kernel, system, openFiles, versions, loadBefore, loadAfter } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const rows = runs.map(({ scenario, plateau, means, requests }) => {
    const { from, to } = plateau;
    const spread = requests.flatMap(({ name, perSecond: { p99 } }) => {
      const inside = p99.flatMap((value, second) => (second >= from && second < to ? (value ?? []) : []));
      if (inside.length === 0) return [];
      return `${requests.length > 1 ? `${name} ` : ""}${milliseconds(Math.min(...inside))} to ${milliseconds(Math.max(...inside))}`;
    });
    const cpuOf = CPU.map((name) => (means[name] === null ? "" : Math.round(means[name]).toString()));
    return [TITLES[scenario], ...cpuOf, spread.join(", ")];
  });
  return [
    bullets([
      `Machine: ${cores} cores (${cpu}), ${count(Math.round(memoryMib / 1024))} GiB, ${system}, kernel ${kernel}; ${count(openFiles)} open files for each process.`,
      `Programs: ${programs.join(", ")}.`,
      `Load of the machine: ${loadBefore} before and ${loadAfter} after. What other programs took meanwhile is in the table: they and the generator make latency longer, never shorter.`,
      `The whole run took ${wallSeconds} s. To repeat it: ${code(command)}. Set-up installs what it needs on Debian and Ubuntu.`,
      "Connections are opened evenly, not in a burst, which would measure the generator. Sampled every second: nginx's `stub_status`, the kernel's sockets (`ss`), proportional memory, CPU.",
    ]),
    "CPU while all connections were held, in percent of one core, and how the p99 of single seconds spread:",
    markdownTable(
      ["scenario", "nginx", "service", "database", "generator", "measuring", "others", "p99 of a second"],
      rows,
      RIGHT,
    ),
    "The load generator's commands, one for each of its processes, with its plan (`packages/lab/src/load/generator/main.go` describes the fields):",
    [
      "```sh",
      ...runs.flatMap(({ scenario, commands }) => [`# ${scenario}`, ...commands]),
      ...(limit === null ? [] : ["# limit, the highest that was held", ...limit.commands]),
      "```",
    ].join("\n"),
    "Settings that the servers get, and what was in force here:",
    markdownTable(
      ["setting", "servers", "here"],
      settings.map(({ name, shipped, here }) => [code(name), shipped, here]),
    ),
  ];
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
