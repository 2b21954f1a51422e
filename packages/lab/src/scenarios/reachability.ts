import type { JsonObject } from "@dev-one/cli/json";

import type { Listener } from "../compile/load-balancer";
import { domainOf, type Model } from "../compile/model";
import { count } from "../evidence/finding";
import type { Answer } from "../evidence/lab-figures";
import type { Environment, Host } from "../hosts/environment";
import type { LoadBalancerNode, Statistics } from "../hosts/load-balancer";
import { answer, type LabScenario } from "./lab-scenario";
import { measureMatrix, type Probe, wrongOnes } from "./probe-matrix";

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
