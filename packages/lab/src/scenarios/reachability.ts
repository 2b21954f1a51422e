import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import type { ModelHost } from "../compile/addresses";
import { contains } from "../compile/ipv4";
import type { Listener } from "../compile/load-balancer";
import { domainOf, type Model } from "../compile/model";
import { allows, type Protocol } from "../compile/security-groups";
import { count } from "../evidence/finding";
import type { Answer } from "../evidence/lab-figures";
import type { Environment, Host } from "../hosts/environment";
import type { LoadBalancerNode, Statistics } from "../hosts/load-balancer";
import { namespaceOf } from "../hosts/namespaces";
import { PROBE_DSCP, STAGES } from "../hosts/topology";
import { answer, type LabScenario, type ScenarioContext } from "./lab-scenario";

/** Where the last trace of a probe was. */
export type Verdict = "dropped at the source" | "never arrived" | "dropped at the target" | "accepted";

export interface Probe {
  readonly source: string;
  readonly target: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly verdict: Verdict;
  readonly promised: Verdict;
}

/** Ports that are tried beside those of the stack: what is often open by mistake. */
const PORTS = [22, 25, 53, 80, 123, 443, 1433, 3306, 3389, 5432, 6379, 8080, 8081, 9100];
const PROTOCOLS: readonly Protocol[] = ["tcp", "udp"];
/** The IP identification of a probe: a run, and the number of its source in it. */
const SOURCES = 128;
let run = 0;

export const reachability: LabScenario = {
  name: "reachability",
  title: "who may talk to whom",
  notices: [
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_security_group",
    "aws_lb_listener",
    "aws_lb_listener_rule",
    "aws_lb_target_group",
    "aws_lb_target_group_attachment",
    "aws_lb",
    "aws_route",
    "aws_route_table_association",
  ],
  async run(context) {
    const { environment, promised } = context;
    const began = Date.now();
    const probes = await measureMatrix(context);
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    const hosts = new Set(probes.flatMap(({ source, target }) => [source, target])).size;
    const opened = probes.filter((each) => each.promised === "accepted");
    const wrong = wrongOnes(probes);
    const names = await namesAnswers(environment, promised);
    return {
      answers: [
        answer(
          "Security groups control external and internal traffic.",
          wrong,
          `${count(probes.length)} probes between ${hosts} hosts in ${seconds} s: all ${count(opened.length)} allowed ones were accepted, and all ${count(probes.length - opened.length)} others were not`,
        ),
        ...names,
      ],
      figures: {
        seconds,
        probes: probes.length,
        allowed: opened.length,
        verdicts: verdictsOf(probes),
        matrix: matrixOf(probes),
      },
    };
  },
};

/** One text for each probe with another verdict than the rules and routes promise. */
export const wrongOnes = (probes: readonly Probe[]): string[] =>
  probes.filter((each) => each.verdict !== each.promised).map(describe);

const describe = ({ source, target, protocol, port, verdict, promised }: Probe): string =>
  `${source} to ${target}, ${protocol} ${port}: ${verdict} instead of ${promised}`;

/** Tries every pair of hosts at every port of the stack and of a fixed list, over TCP and UDP. */
export async function measureMatrix({ environment, promised, signal }: ScenarioContext): Promise<Probe[]> {
  run = (run % 500) + 1;
  const all = [...environment.hosts.values()];
  const sources = all.filter(({ kind }) =>
    ["server", "load-balancer", "endpoint", "proxy", "database", "stranger", "outside"].includes(kind),
  );
  const targets = [...sources, ...all.filter(({ kind }) => kind === "nat" || kind === "resolver")];
  const ports = [...new Set([...PORTS, ...portsOf(promised)])].sort((one, other) => one - other);
  const pairs = sources.map((source, index) => ({
    source,
    mark: run * SOURCES + index,
    targets: targets.filter((each) => each !== source),
  }));
  await Promise.all(
    targets.map((host) =>
      host.run(["nft", "-f", "-"], STAGES.map((stage) => `flush set inet probes ${stage}\n`).join("")),
    ),
  );
  const task = {
    run,
    ports,
    dscp: PROBE_DSCP,
    sources: pairs.map(({ source, mark, targets: others }) => ({
      namespace: join("/run/netns", namespaceOf(source.name)),
      address: source.address,
      mark,
      targets: others.map((target) => addressFor(source, target)),
    })),
  };
  await runProbes(environment, task, signal);
  let probes = await verdicts();
  // On a busy machine the last packets are on their way for a while.
  if (probes.some((each) => each.verdict !== each.promised)) probes = await verdicts(1000);
  return probes;

  async function verdicts(wait = 200): Promise<Probe[]> {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const seen = new Map(await Promise.all(targets.map(async (host) => [host.name, await countersOf(host)] as const)));
    return pairs.flatMap(({ source, mark, targets: others }) =>
      others.flatMap((target) =>
        PROTOCOLS.flatMap((protocol) =>
          ports.map((port): Probe => {
            const at = (stage: string, host: Host, address: string): boolean =>
              seen.get(host.name)?.has(`${stage} ${mark} ${address} ${protocol} ${port}`) === true;
            const sentTo = addressFor(source, target);
            if (!at("sent", source, sentTo)) {
              throw new UserError(
                `A probe from ${source.name} to ${target.name} was not counted where it was sent: the result would be incomplete.`,
              );
            }
            const verdict: Verdict = at("accepted", target, target.address)
              ? "accepted"
              : at("arrived", target, target.address)
                ? "dropped at the target"
                : at("left", source, sentTo)
                  ? "never arrived"
                  : "dropped at the source";
            return {
              source: source.name,
              target: target.name,
              protocol,
              port,
              verdict,
              promised: promiseOf(promised, source, target, protocol, port),
            };
          }),
        ),
      ),
    );
  }
}

/** From the internet, the VPC's hosts are reached at their public addresses. */
const addressFor = (source: Host, target: Host): string =>
  isOutside(source) ? (target.publicAddress ?? target.address) : target.address;

const isOutside = ({ kind, name }: Host): boolean => kind === "outside" || name === "public-resolver";

const portsOf = ({ securityGroups, loadBalancer, database }: Model): number[] => [
  ...securityGroups
    .flatMap(({ ingress, egress }) => [...ingress, ...egress].flatMap(({ from, to }) => [from, to]))
    .filter((port) => port > 0 && port < 65_535),
  ...loadBalancer.listeners.map(({ port }) => port),
  database.port,
];

async function runProbes(environment: Environment, task: object, signal: AbortSignal): Promise<void> {
  const script = join(environment.options.root, "packages/lab/src/hosts/probe.py");
  const input = JSON.stringify(task);
  const { failed, stdout, stderr } = await execa(environment.python, [script, "packets"], {
    input,
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const errors = failed
    ? [stderr.trim().split("\n").at(-1) ?? ""]
    : Object.keys((JSON.parse(stdout) as { failed: object }).failed);
  if (errors.length > 0) throw new UserError(`The probes could not be sent: ${errors.join("; ")}.`);
}

/** What a host's sets hold: `accepted 129 172.31.1.101 tcp 80`. */
async function countersOf(host: Host): Promise<ReadonlySet<string>> {
  const { stdout } = await host.run(["nft", "-j", "list", "table", "inet", "probes"]);
  const { nftables } = JSON.parse(stdout) as {
    nftables: { set?: { name: string; elem?: { concat: (string | number)[] }[] } }[];
  };
  return new Set(
    nftables.flatMap(({ set }) => (set?.elem ?? []).map(({ concat }) => `${set?.name ?? ""} ${concat.join(" ")}`)),
  );
}

/** What rules and routes of the stack say about a probe. */
function promiseOf(model: Model, source: Host, target: Host, protocol: Protocol, port: number): Verdict {
  const { network, securityGroups, routes } = model;
  const modelOf = (host: Host) => network.hosts.find(({ name }) => name === host.name);
  const [from, to] = [modelOf(source), modelOf(target)];
  const packet = { protocol, port };
  if (
    from !== undefined &&
    hasRules(from) &&
    !allows(securityGroups, network, { host: from, direction: "egress" }, { ...packet, peer: target.address })
  ) {
    return "dropped at the source";
  }
  const routeTo = (address: string, subnet: string) =>
    routes.find((each) => each.subnet === subnet)?.routes.find(({ destination }) => contains(destination, address));
  // A host without a public address reaches the internet, or is reached from it, through a NAT gateway or not at all.
  if (from !== undefined && !contains(network.cidr, target.address)) {
    const route = routeTo(target.address, from.subnet);
    if (route === undefined || (route.nat === undefined && from.publicAddress === undefined)) return "never arrived";
  }
  if (from === undefined && contains(network.cidr, target.address)) {
    if (to?.publicAddress === undefined || routeTo(source.address, to.subnet) === undefined) return "never arrived";
  }
  // NAT gateways take no connections; hosts without rules take all.
  if (to?.kind === "nat") return "dropped at the target";
  if (to === undefined || !hasRules(to)) return "accepted";
  const isAllowed = allows(
    securityGroups,
    network,
    { host: to, direction: "ingress" },
    { ...packet, peer: source.address },
  );
  return isAllowed ? "accepted" : "dropped at the target";
}

const hasRules = ({ kind }: ModelHost): boolean => kind !== "nat" && kind !== "stranger";

function verdictsOf(probes: readonly Probe[]): JsonObject {
  const found: Record<string, number> = {};
  for (const { verdict } of probes) found[verdict] = (found[verdict] ?? 0) + 1;
  return found;
}

/** For each pair of hosts what was accepted, and whether it was as promised; for the plot. */
function matrixOf(probes: readonly Probe[]): JsonObject {
  const sources = [...new Set(probes.map(({ source }) => source))];
  const cells: JsonObject = {};
  for (const { source, target, protocol, port, verdict, promised } of probes) {
    const key = `${source} ${target}`;
    const cell = (cells[key] ??= { accepted: [], wrong: 0 }) as { accepted: string[]; wrong: number };
    if (verdict === "accepted") cell.accepted.push(`${protocol} ${port}`);
    if (verdict !== promised) cell.wrong += 1;
  }
  return { sources, targets: [...new Set([...sources, ...probes.map(({ target }) => target)])], cells };
}

/** Host rules, redirects, a host that no rule names, and targets, through every node of the load balancer. */
async function namesAnswers(environment: Environment, promised: Model): Promise<Answer[]> {
  const domain = domainOf(promised);
  const { listeners, groups } = promised.loadBalancer;
  const wrong: string[] = [];
  let asked = 0;
  const client = environment.client(1);
  for (const node of environment.nodes) {
    const address = node.publicAddress;
    const expectServer = async (listener: Listener, host: string, group: string): Promise<void> => {
      const targets = groups.find((each) => each.address === group)?.targets ?? [];
      const { status, body, detail } = await request(client, environment.caFile, address, listener, host);
      asked += 1;
      const server = targets.find(({ name }) => body === `${name}.${domain}`);
      if (status !== "200" || server === undefined)
        wrong.push(`${host} through ${node.name}: ${status} from ${body || detail}`);
    };
    for (const listener of listeners) {
      for (const { hosts, action } of listener.rules) {
        for (const host of hosts) if (action.type === "forward") await expectServer(listener, host, action.group);
      }
      const other = `no-rule.${domain}`;
      const action = listener.defaultAction;
      if (action.type === "forward") {
        await expectServer(listener, other, action.group);
        continue;
      }
      const { status, location, detail } = await request(client, environment.caFile, address, listener, other);
      asked += 1;
      const port = action.type === "redirect" && action.port !== "443" ? `:${action.port}` : "";
      const expected = action.type === "redirect" ? `${action.scheme}://${other}${port}/path?query=1` : "";
      if (status !== String(action.status) || location !== expected) {
        wrong.push(
          `${other} at port ${listener.port} through ${node.name}: ${status} ${location}${detail} instead of ${action.status} ${expected}`,
        );
      }
    }
  }
  const { wrong: unhealthy, targets } = await targetsOf(environment, promised);
  return [
    answer(
      "Each service answers under its own name, HTTP redirects to HTTPS, and a host that no rule names gets the default.",
      wrong,
      `${asked} requests through ${environment.nodes.length} nodes reached the promised servers or got the promised redirect`,
    ),
    answer(
      "The load balancer spreads client traffic over servers in different zones.",
      unhealthy,
      `${targets} targets at ${environment.nodes.length} nodes are healthy by the stack's own health check`,
    ),
  ];
}

/** Targets of each node: those that are promised and no others, healthy by the stack's own check, which asks the path for it. */
async function targetsOf(environment: Environment, promised: Model): Promise<{ wrong: string[]; targets: number }> {
  const wrong: string[] = [];
  let targets = 0;
  for (const node of environment.nodes) {
    const statistics = await healthOf(node);
    for (const group of promised.loadBalancer.groups) {
      const own = group.targets.filter(({ zone }) => group.crossZone || zone === node.zone);
      const found = statistics.filter(({ backend }) => backend === group.name);
      targets += own.length;
      const names = new Set([...own, ...found.map(({ server }) => ({ name: server }))].map(({ name }) => name));
      for (const name of names) {
        const target = found.find(({ server }) => server === name);
        const isPromised = own.some((each) => each.name === name);
        if (isPromised && target?.status === "UP" && target.check === "L7OK") continue;
        wrong.push(
          `${name} of ${group.name} at ${node.name}: ${target?.status ?? "no target"} ${target?.check ?? ""}${isPromised ? "" : ", not promised"}`,
        );
      }
      const opened = statistics.find(({ backend, requests }) => backend === `${group.name}-fail-open` && requests > 0);
      if (opened !== undefined)
        wrong.push(`${node.name} sends to all targets of ${group.name}, although they are healthy`);
    }
  }
  const host = environment.host(environment.nodes[0]?.name ?? "");
  for (const {
    name,
    healthCheck,
    targets: [target],
  } of environment.model.loadBalancer.groups) {
    if (target === undefined) continue;
    const url = `http://${target.address}:${target.port}${healthCheck.path}`;
    const { stdout } = await host.run(["curl", "--silent", "--max-time", "3", url]);
    if (stdout !== "ok")
      wrong.push(`the health check of ${name} asks ${url}, which answers ${stdout || "nothing"} instead of ok`);
  }
  return { wrong, targets };
}

/** The first health check of a target takes a moment: `INI` until then. */
async function healthOf(node: LoadBalancerNode): Promise<Statistics[]> {
  const deadline = Date.now() + 8000;
  for (;;) {
    const statistics = await node.statistics();
    if (!statistics.some(({ check }) => check === "INI" || check.startsWith("*")) || Date.now() > deadline)
      return statistics;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function request(
  client: Host,
  caFile: string,
  address: string,
  { isTls, port }: Listener,
  host: string,
): Promise<{ status: string; location: string; body: string; detail: string }> {
  const url = `${isTls ? "https" : "http"}://${host}:${port}/path?query=1`;
  const options = [
    "--silent",
    "--show-error",
    "--max-time",
    "5",
    "--cacert",
    caFile,
    "--resolve",
    `${host}:${port}:${address}`,
  ];
  const format = "\n%{http_code} [%{redirect_url}]";
  const { stdout, stderr } = await client.run(["curl", ...options, "--write-out", format, url]);
  const lines = stdout.split("\n");
  const [, status = "", location = ""] = /^(\d+) \[(.*)\]$/.exec(lines.at(-1) ?? "") ?? [];
  return { status, location, body: lines[0] ?? "", detail: stderr.trim() };
}
