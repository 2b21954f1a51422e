import { setMaxListeners } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { Processes, type Program, programUser } from "@dev-one/service/processes";
import { execa } from "execa";

import { renderKnot, renderZone } from "../compile/hosted-zones";
import { compile, domainOf, type Model } from "../compile/model";
import { RunningDatabase } from "./database";
import { LoadBalancerNode } from "./load-balancer";
import { claimNamespaces, ipBatch, releaseNamespaces, removeNamespaces, runScript, within } from "./namespaces";
import { shippedFiles, startServer } from "./servers";
import {
  creation,
  type LabHost,
  LOSE_ZONE,
  PUBLIC_RESOLVER,
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
  private readonly resolvers = new Map<string, Program>();
  private topology: Topology;
  private current: Model;
  /** Names of nodes that DNS answers with. */
  private published: ReadonlySet<string>;
  private serial = 1;

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
    this.published = new Set(this.nodes.map(({ name }) => name));
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

  /** A zone goes dark: none of its packets gets anywhere. */
  async loseZone(zone: string): Promise<void> {
    await runScript(`router-${zone}`, LOSE_ZONE);
  }

  async returnZone(zone: string): Promise<void> {
    await runScript(`router-${zone}`, RETURN_ZONE);
  }

  /** DNS answers with these nodes of the load balancer from now on, as AWS's own health checks of nodes decide. */
  publish(nodes: readonly LoadBalancerNode[]): void {
    this.published = new Set(nodes.map(({ name }) => name));
    this.serial += 1;
    this.writeZones();
    for (const program of this.resolvers.values()) process.kill(program.pid, "SIGHUP");
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
    if (JSON.stringify(model.hostedZones) !== JSON.stringify(before.model.hostedZones)) await this.restartResolvers();
    // Always: health of the targets, and counters, are those of this JSON.
    await Promise.all(this.nodes.map((node) => node.restart(model.loadBalancer)));
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
    const context = { processes: this.processes, signal, user: programUser() };
    await Promise.all([
      ...topology.hosts.flatMap((host) => {
        const files = shipped.get(host.model?.kind === "server" ? host.model.resource : "");
        if (files === undefined) return [];
        return [
          startServer(context, host, { directory: join(scratch, host.name), domain: this.domain, shipped: files }),
        ];
      }),
      this.startResolvers(),
      this.database.start(),
    ]);
    // After the servers: the first health check of a target passes.
    await Promise.all(this.nodes.map((node) => node.start(model.loadBalancer)));
    this.buildSeconds.programs = (Date.now() - began) / 1000;
  }

  private async startResolvers(): Promise<void> {
    this.writeZones();
    const addresses = { [VPC_RESOLVER]: this.current.network.resolver, "public-resolver": PUBLIC_RESOLVER };
    await Promise.all(
      Object.entries(addresses).map(async ([name, address]) => {
        const { directory } = this.host(name);
        const file = join(directory, "knot.conf");
        writeFileSync(file, renderKnot(address, directory, this.zoneFiles(name)));
        rmSync(join(directory, "knot.sock"), { force: true });
        const program = this.host(name).start("knot", ["knotd", "-c", file]);
        this.resolvers.set(name, program);
        const isReady = () => existsSync(join(directory, "knot.sock"));
        await program.becomes(`knot of ${name} did not start`, isReady, 10, this.options.signal);
      }),
    );
  }

  private async restartResolvers(): Promise<void> {
    await Promise.all([...this.resolvers.values()].map((program) => program.stop()));
    await this.startResolvers();
  }

  private zoneFiles(resolver: string): ReadonlyMap<string, string> {
    const zones = this.current.hostedZones.filter(({ isPrivate }) => isPrivate === (resolver === VPC_RESOLVER));
    return new Map(zones.map(({ name }) => [name, join(this.host(resolver).directory, `${name}.zone`)]));
  }

  private writeZones(): void {
    // An alias of a load balancer that faces the internet answers with public addresses, within the VPC too.
    const nodes = this.nodes.filter(({ name }) => this.published.has(name)).map(({ publicAddress }) => publicAddress);
    for (const zone of this.current.hostedZones) {
      const file = this.zoneFiles(zone.isPrivate ? VPC_RESOLVER : "public-resolver").get(zone.name) ?? "";
      writeFileSync(file, renderZone(zone, nodes, this.serial));
    }
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
