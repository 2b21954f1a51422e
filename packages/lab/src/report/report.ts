import type { Evidence, Run, ScenarioName } from "../evidence";
import { within } from "../measure/plateau";
import { carryOver } from "./carry-over";
import { count, milliseconds, TITLES } from "./headline";
import { code, markdownTable } from "./markdown";

/** The report in Markdown, derived from the figures only. */
export function report(evidence: Evidence): string {
  return [
    "# Evidence: ten thousand connections on one server",
    introduction(evidence),
    "## What was seen",
    headlines(evidence),
    ...(hasRun(evidence, "shipped") && hasRun(evidence, "stock")
      ? ["![Shipped and Debian's own configuration](shipped-and-stock.png)"]
      : []),
    ...evidence.runs.map(picture),
    ...limitSection(evidence),
    "## The custom check beside the kernel",
    checkSection(evidence),
    "## What is proven",
    proven(evidence),
    "## What is not",
    notProven(evidence),
    `## How it carries over to an ${evidence.instanceType.name}`,
    carriesOver(evidence),
    "## How it was measured",
    method(evidence),
    "## Which files ran",
    "As the servers got them. After a change of one of these files, measure again with `npm run evidence`.",
    markdownTable(
      ["file", "SHA-256"],
      evidence.files.map(({ path, sha256 }) => [code(path), code(sha256)]),
    ),
    "## What was changed in the files",
    "In the servers' files: ports, paths and the user, nothing else. A file in which one of these cannot be found stops the run. `SCRATCH` is the directory of the run.",
    markdownTable(
      ["file", "in the file", "here", "why"],
      evidence.substitutions.map(({ file, from, to, reason }) => [file, code(from), code(to), reason]),
    ),
  ].join("\n\n");
}

function introduction({ date, command, environment, machine, connections }: Evidence): string {
  return [
    `Written by ${code(command)} on ${date}; every figure is in [evidence.json](evidence.json).`,
    `nginx ran with the files that the servers of ${environment} get, read from the synthesized user data, and held ${count(connections)} connections of a real load generator (h2load) over loopback.`,
    `Server, service, database and generator shared ${machine.cores} cores of one machine.`,
  ].join(" ");
}

function headlines({ runs, limit, leftOut }: Evidence): string {
  const rows = runs.flatMap((run) =>
    run.requests.map((requests, index) => {
      const isFirst = index === 0;
      const name =
        run.requests.length > 1
          ? `${isFirst ? `${TITLES[run.scenario]}: ` : ""}${requests.name}`
          : TITLES[run.scenario];
      const answered = run.plateau.to - run.plateau.from;
      const inside = requests.perSecond.requests.filter(
        (_, second) => second >= run.plateau.from && second < run.plateau.to,
      );
      return [
        name,
        isFirst ? `${count(run.held)} of ${count(run.connections)}` : "",
        count(requests.errors),
        count(Math.round(inside.reduce((sum, each) => sum + each, 0) / answered)),
        milliseconds(requests.p50),
        milliseconds(requests.p99),
        isFirst ? mebibytes(run.means.nginxMib) : "",
        isFirst ? mebibytes(run.means.serviceMib) : "",
      ];
    }),
  );
  const table = markdownTable(
    ["scenario", "connections held", "errors", "requests/s", "p50", "p99", "nginx", "service"],
    rows,
    "right",
  );
  const notes = [
    "Held: the fewest that the kernel called established at any second while all were to be held. Errors: requests without a whole 2xx answer, over the whole run. Latency is the generator's; of a long poll, it is the time beyond what it was asked to wait.",
    ...(limit === null ? [] : [`**The limit here:** ${limit.finding}.`]),
    ...leftOut.map(({ scenario, reason }) => `**Left out:** ${TITLES[scenario]}, because ${reason}.`),
  ];
  return [table, ...notes].join("\n\n");
}

function picture(run: Run): string {
  const reasons = run.reasons.length === 0 ? [] : [`Why: ${run.reasons.join("; ")}.`];
  return [
    `### ${capital(TITLES[run.scenario])}`,
    `${run.finding}.`,
    ...reasons,
    `![${run.finding}](${run.scenario}.png)`,
  ].join("\n\n");
}

function limitSection({ limit, machine, workerConnections }: Evidence): string[] {
  if (limit === null) return [];
  const ends: Readonly<Record<typeof limit.stoppedBy, string>> = {
    resolution: "The search ended when the limit was known exactly enough.",
    probes: "The search ended after its last try.",
    time: "The search ended because its time was over; the limit lies between the two figures.",
    machine: `The search ended at what this machine allows beside the server: ${limit.ceiling.reason}.`,
  };
  const isByWorkers = limit.reasons.some((reason) => reason.includes("worker_connections are not enough"));
  const explained = isByWorkers
    ? `nginx has ${machine.cores} workers here, with ${count(workerConnections)} connections each. When fewer than a sixteenth of these are free in a worker, it closes connections that rest: ${count(machine.cores * Math.floor((workerConnections * 15) / 16))} for ${machine.cores} workers, less what the kernel spreads unevenly.`
    : "";
  return [
    `### ${capital(TITLES.limit)}`,
    `${limit.finding}.`,
    [`nginx is restarted for each try. ${ends[limit.stoppedBy]}`, explained].join(" ").trim(),
    `![${limit.finding}](limit.png)`,
  ];
}

/** The check counts the sockets of the whole machine, so it is compared with the kernel's count of the whole machine. */
function checkSection({ runs }: Evidence): string {
  const rows = runs.flatMap((run) => {
    const { check, establishedEverywhere } = run.samples;
    const pairs = within(run.samples, run.plateau).flatMap((index) => {
      const [one, other] = [check[index], establishedEverywhere[index]];
      return typeof one === "number" && typeof other === "number" ? [{ one, other }] : [];
    });
    const last = pairs.at(-1);
    if (last === undefined) return [];
    const most = Math.max(...pairs.map(({ one, other }) => Math.abs(one - other)));
    return [[TITLES[run.scenario], count(last.one), count(last.other), count(most), pairs.length.toString()]];
  });
  if (rows.length === 0) return "The check was not run.";
  return [
    "The Datadog check that the servers get (`dev_one.tcp.connections`, `state:established`) ran beside every load, as the agent runs it. It counts the sockets of the machine, and here both ends of each connection are on it: twice the connections, and those of whatever else runs. The kernel's count is that of `ss`, at most a few seconds apart.",
    markdownTable(["scenario", "check", "kernel", "largest difference", "readings"], rows, "right"),
  ].join("\n\n");
}

function proven({ runs }: Evidence): string {
  const held = runs.filter(
    ({ scenario, errors, held: fewest, connections }) => scenario !== "stock" && errors === 0 && fewest >= connections,
  );
  const stock = runs.find(({ scenario }) => scenario === "stock");
  const lines = held.map(({ finding }) => `${finding}.`);
  const others = runs.filter((run) => run.scenario !== "stock" && !held.includes(run));
  return bullets([
    ...lines,
    ...others.map(({ finding }) => `Not this: ${finding}.`),
    ...(stock === undefined ? [] : [control(stock)]),
  ]);
}

function control(stock: Run): string {
  return stock.errors > 0
    ? `The load tells a good configuration from a bad one: ${stock.finding}.`
    : "Debian's own configuration held this load too, on as many workers as this machine has cores: a higher `--connections` would tell the two apart.";
}

function notProven({ instanceType, machine, settings }: Evidence): string {
  const different = settings
    .filter(({ shipped, here }) => shipped !== here)
    .map(({ name, shipped, here }) => `${code(name)} ${here} instead of ${shipped}`);
  return bullets([
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
  ]);
}

function carriesOver(evidence: Evidence): string {
  const { instanceType, connectionsPerServer, workerConnections, runs } = evidence;
  const figures = carryOver(evidence);
  const { name, cores, memoryGib } = instanceType;
  const shipped = runs.find(({ scenario }) => scenario === "shipped");
  const service = runs.find(({ scenario }) => scenario === "service");
  const lines: string[] = [];
  if (figures.nginxKib !== undefined && figures.kernelKib !== undefined) {
    lines.push(
      `**Memory, without a service.** A connection took ${kib(figures.nginxKib)} of nginx and ${kib(figures.kernelKib)} of the kernel for each end.`,
    );
  }
  if (figures.serverMib !== undefined && figures.memoryPercent !== undefined) {
    lines.push(
      `**Memory, through the service.** A long poll took ${kib(figures.proxiedKib)} of nginx and ${kib(figures.serviceKib)} of the service. ${count(connectionsPerServer)} of them, with the kernel's share for both ends (a server has only one): ${count(Math.round(figures.serverMib))} MiB, ${figures.memoryPercent.toFixed(1)} % of the ${memoryGib} GiB of an ${name}.`,
    );
  }
  if (figures.nginxPercent !== undefined && shipped !== undefined) {
    lines.push(
      `**CPU of nginx.** ${count(shipped.requestsPerSecond)} requests/s took ${percentOfCore(shipped.means.nginxCpu)}. If a vCPU of the instance does half of what a core does here (assumed, not measured), that is ${Math.round(figures.nginxPercent)} % of the ${cores} vCPUs.`,
    );
  }
  if (figures.servicePercent !== undefined && service !== undefined) {
    lines.push(
      `**CPU of the service.** ${count(service.requestsPerSecond)} requests/s took ${percentOfCore(service.means.serviceCpu)}, and the database, which on AWS is another machine, ${percentOfCore(service.means.databaseCpu)}. By the same assumption that is ${Math.round(figures.servicePercent)} % of one vCPU. The example is one process and has no more than one: what a busier service needs, its own measurements must say.`,
    );
  }
  lines.push(
    `**Connections.** ${cores} workers with ${count(workerConnections)} each, of which nginx keeps a sixteenth free: ${count(figures.direct)} connections that it answers itself, or ${count(figures.proxied)} that it hands on, each of which is two. A server is sized for ${count(connectionsPerServer)}.`,
  );
  return bullets(lines);
}

function method({ machine, runs, settings, wallSeconds, command, limit }: Evidence): string {
  const { cores, cpu, memoryMib, kernel, system, openFiles, versions, loadBefore, loadAfter, nice } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const others = runs.map(({ scenario, means, requests }) => {
    const spread = requests.map(({ name, perSecond }) => {
      const run = runs.find((each) => each.scenario === scenario);
      const inside = perSecond.p99.filter(
        (value, second) => value !== null && run !== undefined && second >= run.plateau.from && second < run.plateau.to,
      ) as number[];
      return inside.length === 0
        ? ""
        : `${requests.length > 1 ? `${name} ` : ""}${milliseconds(Math.min(...inside))} to ${milliseconds(Math.max(...inside))}`;
    });
    return [
      TITLES[scenario],
      ...[
        means.nginxCpu,
        means.serviceCpu,
        means.databaseCpu,
        means.generatorCpu,
        means.measuringCpu,
        means.otherCpu,
      ].map(cpuShare),
      spread.join(", "),
    ];
  });
  return [
    bullets([
      `Machine: ${cores} cores (${cpu}), ${count(Math.round(memoryMib / 1024))} GiB, ${system}, kernel ${kernel}; ${count(openFiles)} open files for each process.`,
      `Programs: ${programs.join(", ")}.`,
      `Load of the machine: ${loadBefore} before and ${loadAfter} after.${nice === 0 ? "" : ` The run had another priority than normal (nice ${nice}), all of it the same.`} What other programs took meanwhile is in the table: they and the generator make latency longer, never shorter.`,
      `The whole run took ${wallSeconds} s. To repeat it: ${code(command)}. Set-up installs what it needs on Debian and Ubuntu.`,
      "Connections are opened evenly, not in a burst, which would measure the generator. Sampled every second: nginx's `stub_status`, the kernel's sockets (`ss`), proportional memory, CPU.",
    ]),
    "CPU while all connections were held, in percent of one core, and how the p99 of single seconds spread:",
    markdownTable(
      ["scenario", "nginx", "service", "database", "generator", "measuring", "others", "p99 of a second"],
      others,
      "right",
    ),
    "The generator's commands:",
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
  ].join("\n\n");
}

function hasRun({ runs }: Evidence, name: ScenarioName): boolean {
  return runs.some(({ scenario }) => scenario === name);
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function mebibytes(value: number | null): string {
  return value === null ? "" : `${Math.round(value)} MiB`;
}

function kib(value: number | undefined): string {
  return value === undefined ? "unknown" : `${value.toFixed(1)} KiB`;
}

function percentOfCore(value: number | null): string {
  return value === null ? "an unknown share of a core" : `${Math.round(value)} % of one core`;
}

function cpuShare(value: number | null): string {
  return value === null ? "" : Math.round(value).toString();
}
