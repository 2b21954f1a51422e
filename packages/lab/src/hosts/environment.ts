import { setMaxListeners } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { Processes, type Program, programUser } from "@dev-one/service/processes";
import { execa } from "execa";

import type { LoadBalancer } from "../compile/load-balancer";
import { compile, domainOf, type Model } from "../compile/model";
import { RunningDatabase } from "./database";
import { LoadBalancerNode } from "./load-balancer";
import {
  claimNamespaces,
  ipBatch,
  isThere,
  namespaceOf,
  releaseNamespaces,
  removeNamespaces,
  runScript,
  within,
} from "./namespaces";
import { Resolvers } from "./resolvers";
import { RunningServer, shippedFiles } from "./servers";
import {
  attachment,
  creation,
  creationOf,
  type LabHost,
  LOSE_ZONE,
  RETURN_ZONE,
  routing,
  setup,
  type Topology,
  topologyOf,
  VPC_RESOLVER,
} from "./topology";

export interface EnvironmentOptions {
  /** The project's directory. */
  readonly root: string;
  /** Name of the stack, and its synthesized JSON. */
  readonly name: string;
  readonly json: JsonObject;
  readonly signal: AbortSignal;
  /** Limit of open files of each process. */
  readonly openFiles: number;
  /** Servers of each group whose minimum is zero. */
  readonly elasticServers: number;
  /** Clients on the internet. */
  readonly clients: number;
  /** HAProxy processes of each node of the load balancer. */
  readonly shards: number;
}

/** Network interfaces have all addresses of a subnet that AWS may assign: a launch fails until one is removed. */
export class NoFreeAddress extends Error {}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host of the lab. */
export class Host {
  readonly name: string;
  readonly kind: LabHost["kind"];
  readonly address: string;
  readonly publicAddress: string | undefined;
  readonly zone: string | undefined;

  constructor(
    host: LabHost,
    private readonly signal: AbortSignal,
    private readonly processes: Processes,
    /** Files of its processes. */
    readonly directory: string,
  ) {
    this.name = host.name;
    this.kind = host.kind;
    this.address = host.address ?? "";
    this.publicAddress = host.publicAddress;
    this.zone = host.zone;
  }

  /** Runs a command with the network of the host. A failure is a result, too. */
  async run(
    command: readonly string[],
    input = "",
    env: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    const [program = "", ...args] = [...within(this.name), ...command];
    const options = { reject: false, input, env, cancelSignal: this.signal, timeout: 60_000 } as const;
    const { exitCode = -1, stdout, stderr } = await execa(program, args, options);
    this.signal.throwIfAborted();
    return { exitCode, stdout, stderr };
  }

  /** Starts a program with the network of the host; it ends with the lab. */
  start(name: string, command: readonly string[]): Program {
    mkdirSync(this.directory, { recursive: true });
    return this.processes.start({ name, command: [...within(this.name), ...command], directory: this.directory });
  }
}

/** A running environment: the hosts of a stack, the internet and clients, each in a network namespace. */
export class Environment {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly nodes: readonly LoadBalancerNode[];
  readonly database: RunningDatabase;
  /** Certificate that clients trust. */
  readonly caFile: string;
  /** Seconds until the namespaces were there, and until everything ran. */
  readonly buildSeconds = { namespaces: 0, programs: 0 };
  readonly python: string;
  private readonly processes: Processes;
  private readonly resolvers: Resolvers;
  private readonly running = new Map<string, RunningServer>();
  private topology: Topology;
  private current: Model;

  private constructor(
    readonly options: EnvironmentOptions,
    model: Model,
    readonly scratch: string,
  ) {
    const { signal, openFiles, root, shards } = options;
    this.current = model;
    this.topology = topologyOf(model, options.clients);
    this.processes = new Processes(openFiles);
    this.python = join(root, ".venv", "bin", "python");
    const directoryOf = (name: string): string => join(scratch, name);
    this.hosts = new Map(
      this.topology.hosts.map((host) => [host.name, new Host(host, signal, this.processes, directoryOf(host.name))]),
    );
    const [key, certificate, certificateFile] = ["key.pem", "certificate.pem", "both.pem"].map(directoryOf) as [
      string,
      string,
      string,
    ];
    this.caFile = certificate;
    this.nodes = model.network.hosts
      .filter(({ kind }) => kind === "load-balancer")
      .map((host) => {
        const place = { directory: directoryOf(host.name), certificateFile, openFiles, shards };
        return new LoadBalancerNode(host, place, this.processes, signal);
      });
    const resolvers = [this.host(VPC_RESOLVER), this.host("public-resolver")] as const;
    this.resolvers = new Resolvers(...resolvers, signal);
    const context = { processes: this.processes, signal, directory: directoryOf("postgres"), key, certificate };
    this.database = new RunningDatabase(model.database, context);
  }

  /**
   * Builds an environment from its JSON, and removes it after the action.
   * @throws UserError when the JSON cannot be built, or another lab is at work
   */
  static async use<T>(options: EnvironmentOptions, action: (environment: Environment) => Promise<T>): Promise<T> {
    const model = compile(options.name, options.json, options.elasticServers);
    // Many commands run at once, and each listens for an interruption.
    setMaxListeners(0, options.signal);
    claimNamespaces();
    const scratch = mkdtempSync(join(tmpdir(), "dev-one-lab-"));
    // Programs that run as an unprivileged user need access.
    chmodSync(scratch, 0o755);
    const environment = new Environment(options, model, scratch);
    try {
      await removeNamespaces();
      await environment.build();
      return await action(environment);
    } finally {
      await environment.processes.stop();
      await removeNamespaces();
      releaseNamespaces();
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /** What runs at the moment. */
  get model(): Model {
    return this.current;
  }

  /** Name of the public hosted zone. */
  get domain(): string {
    return domainOf(this.current);
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`The lab has no host ${name}`);
    return host;
  }

  /** A client on the internet, from 1. */
  client(number: number): Host {
    return this.host(`client-${number}`);
  }

  /** The host outside that sees where traffic comes from. */
  get outside(): Host {
    return this.host("outside");
  }

  get servers(): readonly Host[] {
    return [...this.hosts.values()].filter(({ kind }) => kind === "server");
  }

  /** What runs on a server. */
  server(name: string): RunningServer {
    const server = this.running.get(name);
    if (server === undefined) throw new Error(`The lab has no server ${name}`);
    return server;
  }

  /** The network interface of a terminated server is removed, with its address and what still runs on the host. */
  async terminate(name: string): Promise<void> {
    await runScript(name, "ip link delete eth0");
    await removeNamespaces([namespaceOf(name)]);
  }

  /**
   * Launches a server in a subnet. As on AWS, its interface gets a free address of the subnet, and with the address it has a name.
   * @throws NoFreeAddress while interfaces have all addresses
   */
  async launch(subnet: string): Promise<Host> {
    const { assignable = [] } = this.current.network.subnets.find(({ address }) => address === subnet) ?? {};
    const used = this.topology.hosts.filter(({ model, name }) => model?.subnet === subnet && isThere(name));
    const address = assignable.find((each) => !used.some((host) => host.address === each));
    if (address === undefined) throw new NoFreeAddress(`There are not enough free addresses in subnet ${subnet}`);
    const host = this.topology.hosts.find((each) => each.address === address);
    if (host === undefined) throw new Error(`No server of the stack has the address ${address}`);
    await ipBatch(creationOf(this.topology, host));
    await runScript(host.name, setup(this.topology, this.current, host));
    await Promise.all(attachment(this.topology, host).map(([peer, script]) => runScript(peer, script)));
    await this.server(host.name).start();
    return this.host(host.name);
  }

  /** The nodes of the load balancer start anew with another configuration, such as one with shorter times. */
  async balance(balancer: LoadBalancer): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.restart(balancer)));
  }

  /** A zone goes dark: none of its packets gets anywhere. */
  async loseZone(zone: string): Promise<void> {
    await runScript(`router-${zone}`, `nft '${LOSE_ZONE}'`);
  }

  async returnZone(zone: string): Promise<void> {
    await runScript(`router-${zone}`, RETURN_ZONE);
  }

  /** DNS answers with these nodes of the load balancer from now on, as AWS's own health checks of nodes decide. */
  publish(nodes: readonly LoadBalancerNode[]): void {
    this.resolvers.publish(this.current.hostedZones, nodes);
  }

  /**
   * Changes what runs to another JSON of the same hosts: routes, security groups, load balancer, DNS, database.
   * @throws UserError when it cannot be compiled, or names other hosts
   */
  async apply(json: JsonObject): Promise<void> {
    const { name, elasticServers, clients } = this.options;
    const model = compile(name, json, elasticServers);
    const before = { model: this.current, topology: this.topology };
    const topology = topologyOf(model, clients);
    if (placesIn(topology) !== placesIn(before.topology)) {
      throw new UserError(`Stack ${name}: other hosts or addresses than before; the lab must be built anew.`);
    }
    this.current = model;
    this.topology = topology;
    await Promise.all([
      ...topology.hosts.map(async (host, index) => {
        const script = routing(topology, model, host);
        const old = before.topology.hosts[index];
        if (old !== undefined && routing(before.topology, before.model, old) === script) return;
        await runScript(host.name, script);
      }),
      this.database.apply(model.database),
    ]);
    if (JSON.stringify(model.hostedZones) !== JSON.stringify(before.model.hostedZones)) {
      await this.resolvers.restart(model.hostedZones, this.nodes);
    }
    // Always: health of the targets, and counters, are those of this JSON.
    await this.balance(model.loadBalancer);
  }

  private async build(): Promise<void> {
    const began = Date.now();
    const { options, topology, current: model, scratch } = this;
    await ipBatch(creation(topology));
    await Promise.all(topology.hosts.map((host) => runScript(host.name, setup(topology, model, host))));
    this.buildSeconds.namespaces = (Date.now() - began) / 1000;
    await this.writeCertificates();
    for (const { name } of topology.hosts) mkdirSync(join(scratch, name), { recursive: true });
    const { name, json, signal } = options;
    const shipped = await shippedFiles(name, json, this.python, scratch);
    const place = { processes: this.processes, signal, user: programUser(), domain: this.domain };
    for (const host of topology.hosts) {
      const files = shipped.get(host.model?.kind === "server" ? host.model.resource : "");
      if (files === undefined) continue;
      const directory = join(scratch, host.name);
      this.running.set(host.name, new RunningServer(host, { ...place, directory, shipped: files }));
    }
    await Promise.all([
      ...[...this.running.values()].map((server) => server.start()),
      this.resolvers.start(model.hostedZones, this.nodes),
      this.database.start(),
    ]);
    // After the servers: the first health check of a target passes.
    await Promise.all(this.nodes.map((node) => node.start(model.loadBalancer)));
    this.buildSeconds.programs = (Date.now() - began) / 1000;
  }

  /** One certificate, which signs itself, for the load balancer, PgBouncer and PostgreSQL. */
  private async writeCertificates(): Promise<void> {
    const { scratch } = this;
    const names = this.current.loadBalancer.certificateNames.map((name) => `DNS:${name}`);
    const subject = ["-subj", "/CN=lab", "-addext", `subjectAltName=${names.join(",")}`];
    const key = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      join(scratch, "key.pem"),
    ];
    await execa("openssl", ["req", "-x509", "-days", "2", ...key, ...subject, "-out", this.caFile]);
    await execa("sh", ["-c", 'cat "$0/certificate.pem" "$0/key.pem" >"$0/both.pem" && chmod 600 "$0"/*.pem', scratch]);
  }
}

/** Which hosts are where; `apply` changes neither. */
const placesIn = ({ hosts }: Topology): string =>
  hosts.map(({ name, address }) => `${name} ${address ?? ""}`).join("\n");
