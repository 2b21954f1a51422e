import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

import type { ModelHost } from "../compile/addresses";
import { contains } from "../compile/ipv4";
import type { Model } from "../compile/model";
import { allows, type Protocol } from "../compile/security-groups";
import type { Environment, Host } from "../hosts/environment";
import { namespaceOf } from "../hosts/namespaces";
import { PROBE_DSCP, STAGES } from "../hosts/topology";
import type { ScenarioContext } from "./lab-scenario";

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
