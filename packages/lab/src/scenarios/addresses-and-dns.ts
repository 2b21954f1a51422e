import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { type HostedZone, LARGE_ANSWER } from "../compile/hosted-zones";
import { domainOf, type Model } from "../compile/model";
import type { Environment, Host } from "../hosts/environment";
import { PUBLIC_RESOLVER } from "../hosts/topology";
import { answer, type LabScenario, type ScenarioContext } from "./lab-scenario";

export const addressesAndDns: LabScenario = {
  name: "addresses-and-dns",
  title: "static addresses, DNS over UDP and TCP",
  notices: [
    "aws_route53_record",
    "aws_route53_zone",
    "aws_nat_gateway",
    "aws_eip",
    "aws_route",
    "aws_route_table_association",
    "aws_ec2_subnet_cidr_reservation",
  ],
  async run(context) {
    const [tables, outgoing, dns] = await Promise.all([
      addressTable(context),
      outgoingAddresses(context),
      names(context),
    ]);
    return {
      answers: [
        answer(
          "Servers have the exact private addresses of the table.",
          tables.wrong,
          `${tables.asked} servers answer at their addresses under their own names`,
        ),
        answer(
          "NAT Gateway: outgoing connections from static addresses.",
          outgoing.wrong,
          `a host outside sees ${outgoing.asked} servers under ${outgoing.addresses.length} Elastic IPs (${outgoing.addresses.join(", ")}), each under that of its own zone`,
        ),
        answer(
          "Route53: DNS over TCP and UDP.",
          dns.wrong,
          `${dns.asked} questions for ${dns.names} names, inside and outside, over UDP and TCP, with the promised answers; ${dns.truncated} that were truncated over UDP were whole over TCP`,
        ),
      ],
      figures: {
        servers: tables.asked,
        elasticIps: [...outgoing.addresses],
        questions: dns.asked,
        truncated: dns.truncated,
      },
    };
  },
};

const PROBE = "packages/lab/src/hosts/probe.py";
const OUTSIDE_PORT = 443;

/** Runs a command of probe.py on a host. */
async function probe<T>({ options, python }: Environment, host: Host, command: string, task: object): Promise<T> {
  const { exitCode, stdout, stderr } = await host.run(
    [python, join(options.root, PROBE), command],
    JSON.stringify(task),
  );
  if (exitCode !== 0) throw new UserError(`${host.name} cannot ask: ${stderr.trim().split("\n").at(-1) ?? ""}.`);
  return JSON.parse(stdout) as T;
}

async function addressTable({ environment, promised }: ScenarioContext) {
  const balancer = environment.host(environment.nodes[0]?.name ?? "");
  const servers = promised.network.hosts.filter(({ kind }) => kind === "server");
  const found = await Promise.all(
    servers.map(async ({ name, address }) => {
      const { stdout } = await balancer.run(["curl", "--silent", "--max-time", "3", `http://${address}/`]);
      const expected = `${name}.${domainOf(promised)}`;
      return stdout === expected ? [] : [`${address} is ${stdout || "no host"} instead of ${expected}`];
    }),
  );
  return { asked: servers.length, wrong: found.flat() };
}

/** Every server connects to a host outside, which says where the connection came from. */
async function outgoingAddresses({ environment, promised, signal }: ScenarioContext) {
  const { outside, servers, python, options } = environment;
  const task = { address: outside.address, port: OUTSIDE_PORT };
  const mirror = outside.start("mirror", [python, join(options.root, PROBE), "mirror", JSON.stringify(task)]);
  try {
    await mirror.becomes("The host outside does not listen", () => mirror.printed().includes("ready"), 10, signal);
    const gateways = promised.network.hosts.filter(({ kind }) => kind === "nat");
    const wrong = await Promise.all(
      servers.map(async (server) => {
        const { seen } = await probe<{ seen: string }>(environment, server, "source", task);
        const expected = gateways.find(({ zone }) => zone === server.zone)?.publicAddress ?? "";
        return seen === expected ? [] : [`${server.name} is seen as ${seen} instead of ${expected}`];
      }),
    );
    return {
      asked: servers.length,
      wrong: wrong.flat(),
      addresses: gateways.map(({ publicAddress = "" }) => publicAddress),
    };
  } finally {
    await mirror.stop();
  }
}

interface DnsAnswer {
  readonly name: string;
  readonly type: string;
  readonly transport: "udp" | "tcp";
  readonly code: string;
  readonly truncated: boolean;
  readonly values: readonly string[];
  readonly aliases: readonly string[];
  readonly ttls: readonly number[];
}

/** Asks every name inside and outside: also those of the private zone outside, where they must not be seen. */
async function names({ environment, promised }: ScenarioContext) {
  const [inside, outside] = [true, false].map((isPrivate) =>
    promised.hostedZones.filter((zone) => zone.isPrivate === isPrivate),
  );
  const nodes = promised.network.hosts.flatMap(({ publicAddress, kind }) =>
    kind === "load-balancer" && publicAddress !== undefined ? [publicAddress] : [],
  );
  const domain = domainOf(promised);
  const own = (name: string): boolean => name === domain || name.endsWith(`.${domain}`);
  const questions = [...new Set(promised.hostedZones.flatMap(questionsOf))].map(
    (each) => each.split(" ") as [string, string],
  );
  const large = `${LARGE_ANSWER}.${domain}`;
  const askers = [
    ...askersInside(environment, promised).map((host) => ({
      host,
      server: promised.network.resolver,
      zones: inside ?? [],
      questions,
    })),
    {
      host: environment.client(1),
      server: PUBLIC_RESOLVER,
      zones: outside ?? [],
      questions: questions.filter(([name]) => own(name)),
    },
  ];
  const results = await Promise.all(
    askers.map(async ({ host, server, zones, questions: asked }) => {
      const task = { server, questions: [...asked, [large, "TXT"]] };
      const answers = await probe<DnsAnswer[]>(environment, host, "dns", task);
      return answers.map((found) => ({ found, wrong: differences(host, found, zones, nodes, found.name === large) }));
    }),
  );
  const all = results.flat();
  return {
    asked: all.length,
    names: questions.length + 1,
    truncated: all.filter(({ found }) => found.truncated).length,
    wrong: all.flatMap(({ wrong }) => wrong),
  };
}

/** One server for each zone and set of security groups. */
function askersInside({ servers }: Environment, { network }: Model): Host[] {
  const keys = servers.map(
    ({ name, zone }) => `${zone ?? ""} ${network.hosts.find((each) => each.name === name)?.groups.join(" ") ?? ""}`,
  );
  return servers.filter((_, index) => keys.indexOf(keys[index] ?? "") === index);
}

/** `NAME TYPE` of each record; for a wildcard a name that it covers. CNAMEs are found by asking for addresses, as clients do. */
const questionsOf = ({ records }: HostedZone): string[] =>
  records.map(({ name, type }) => `${name.replace("*", "any-name")} ${type === "CNAME" ? "A" : type}`);

function differences(
  host: Host,
  found: DnsAnswer,
  zones: readonly HostedZone[],
  nodes: readonly string[],
  isLarge: boolean,
): string[] {
  const question = `${host.name} asks for ${found.name} ${found.type} over ${found.transport}`;
  if (found.code !== "ok" && !found.code.startsWith("no such")) return [`${question}: ${found.code}`];
  if (isLarge) {
    const isRight = found.transport === "udp" ? found.truncated : found.values.length > 1 && !found.truncated;
    return isRight ? [] : [`${question}: ${found.values.length} values, ${found.truncated ? "" : "not "}truncated`];
  }
  const expected = promisedAnswer(zones, nodes, found);
  const got = answerText([...found.aliases, ...found.values], found.ttls);
  return got === expected ? [] : [`${question}: ${got || "nothing"} instead of ${expected || "nothing"}`];
}

/** The records of the name, or otherwise those of the wildcard. */
function promisedAnswer(zones: readonly HostedZone[], nodes: readonly string[], { name, type }: DnsAnswer): string {
  const zone = zones
    .filter((each) => name === each.name || name.endsWith(`.${each.name}`))
    .sort((one, other) => other.name.length - one.name.length)[0];
  const records = zone?.records ?? [];
  const exact = records.filter((record) => record.name === name);
  const matching = exact.length > 0 ? exact : records.filter((record) => record.name === `*.${zone?.name ?? ""}`);
  const answering = matching.filter((record) => record.type === type || record.type === "CNAME");
  const values = answering.flatMap((record) => (record.values === "load-balancer" ? nodes : record.values));
  return answerText(
    values.toSorted(),
    answering.map(({ ttl }) => ttl),
  );
}

const answerText = (values: readonly string[], ttls: readonly number[]): string =>
  values.length === 0 ? "" : `${values.join(", ")} for ${[...new Set(ttls)].join(", ")} s`;
