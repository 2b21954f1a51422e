import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import type { Processes } from "@dev-one/service/processes";

import type { ModelHost } from "../compile/addresses";
import { renderHaproxy } from "../compile/haproxy";
import type { LoadBalancer, TargetGroup } from "../compile/load-balancer";
import { within } from "./namespaces";

/** HAProxy refuses to start when twice its connections, and a few files more, are above the limit of open files. */
const OTHER_FILES = 500;
const MOST_CONNECTIONS = 9_500;

const FAIL_OPEN = "-fail-open";
const backendsOf = (groups: readonly TargetGroup[]): string[] =>
  groups.flatMap(({ name }) => [name, `${name}${FAIL_OPEN}`]);

/** A line of HAProxy's statistics. */
export interface Statistics {
  /** Name of a target group; one that ends in `-fail-open` gets requests while too few targets are healthy. */
  readonly backend: string;
  /** Name of a target's host. */
  readonly server: string;
  /** `UP`, `DOWN`, `DRAIN`, `MAINT`, or with the progress of its health checks `UP 2/3`; `no check` without checks. */
  readonly status: string;
  /** Result of the last health check: `L7OK` when it passed, `INI` before the first one, empty without checks. */
  readonly check: string;
  readonly requests: number;
  readonly currentConnections: number;
}

/** One node of the load balancer: HAProxy processes that share an address. */
export class LoadBalancerNode {
  private running: { readonly stop: () => Promise<void> }[] = [];

  constructor(
    readonly host: ModelHost,
    private readonly place: {
      readonly directory: string;
      readonly certificateFile: string;
      readonly openFiles: number;
      readonly shards: number;
    },
    private readonly processes: Processes,
    private readonly signal: AbortSignal,
  ) {}

  get name(): string {
    return this.host.name;
  }

  get zone(): string {
    return this.host.zone;
  }

  /** Address in DNS. */
  get publicAddress(): string {
    return this.host.publicAddress ?? "";
  }

  async start(balancer: LoadBalancer): Promise<void> {
    const { directory, certificateFile, openFiles, shards } = this.place;
    const maxConnections = Math.min(MOST_CONNECTIONS, Math.floor((openFiles - OTHER_FILES) / 2));
    await Promise.all(
      Array.from({ length: shards }, async (_, index) => {
        const socket = this.socket(index);
        const file = join(directory, `haproxy-${index}.cfg`);
        writeFileSync(file, renderHaproxy(balancer, this.host, { certificateFile, socket, maxConnections }));
        const command = [...within(this.name), "haproxy", "-db", "-q", "-f", file];
        const program = this.processes.start({ name: `haproxy-${index}`, command, directory });
        this.running.push(program);
        await program.becomes(`HAProxy of ${this.name} did not start`, () => existsSync(socket), 10, this.signal);
      }),
    );
  }

  async restart(balancer: LoadBalancer): Promise<void> {
    await Promise.all(this.running.splice(0).map((program) => program.stop()));
    await this.start(balancer);
  }

  /** Statistics of every target, of all processes of the node. */
  async statistics(): Promise<Statistics[]> {
    const answers = await Promise.all(this.running.map((_, index) => ask(this.socket(index), "show stat\n")));
    return answers.flatMap(parseStatistics);
  }

  /** Whether the node stays in DNS: in every target group, enough of its targets are healthy. */
  async isInDns(groups: readonly TargetGroup[]): Promise<boolean> {
    const all = await this.statistics();
    return groups.every(({ name, dnsFailover: { count, percentage } }) => {
      const registered = all.filter(({ backend, status }) => backend === name && !/^(DRAIN|MAINT)/.test(status));
      const healthy = registered.filter(({ status }) => status.startsWith("UP")).length;
      const nodes = this.running.length;
      return registered.length === 0 || (healthy >= count * nodes && healthy * 100 >= percentage * registered.length);
    });
  }

  /** A target gets no new request; what is in flight goes on. */
  async deregister(server: string, groups: readonly TargetGroup[]): Promise<void> {
    await this.tell(backendsOf(groups), (backend) => `set server ${backend}/${server} state drain`);
  }

  /** The deregistration delay is over: connections with the target are closed. */
  async disconnect(server: string, groups: readonly TargetGroup[]): Promise<void> {
    await this.tell(backendsOf(groups), (backend) => {
      return `set server ${backend}/${server} state maint; shutdown sessions server ${backend}/${server}`;
    });
  }

  /** A target is registered; it gets requests when its health checks have passed. */
  async register(server: string, groups: readonly TargetGroup[]): Promise<void> {
    await this.tell(backendsOf(groups), (backend) => {
      const own = `set server ${backend}/${server}`;
      return backend.endsWith(FAIL_OPEN) ? `${own} state ready` : `${own} state ready; ${own} health down`;
    });
  }

  /** Commands for the backends of this node; one without the target, which is in another zone, is no error. */
  private async tell(backends: readonly string[], command: (backend: string) => string): Promise<void> {
    const commands = `${backends.map(command).join("; ")}\n`;
    await Promise.all(this.running.map((_, index) => ask(this.socket(index), commands)));
  }

  private socket(index: number): string {
    return join(this.place.directory, `haproxy-${index}.sock`);
  }
}

/** @param csv as HAProxy's `show stat` prints it */
export function parseStatistics(csv: string): Statistics[] {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.replace(/^# /, "").split(",");
  const column = (cells: readonly string[], name: string): string => cells[names.indexOf(name)] ?? "";
  return lines
    .map((line) => line.split(","))
    .filter((cells) => !["FRONTEND", "BACKEND"].includes(column(cells, "svname")))
    .map((cells) => ({
      backend: column(cells, "pxname"),
      server: column(cells, "svname"),
      status: column(cells, "status"),
      check: column(cells, "check_status"),
      requests: Number(column(cells, "stot")),
      currentConnections: Number(column(cells, "scur")),
    }));
}

/** Whether every process of every node finds a target healthy, in every target group that has it. */
export async function isHealthyTarget(nodes: readonly LoadBalancerNode[], server: string): Promise<boolean> {
  const all = (await Promise.all(nodes.map((node) => node.statistics()))).flat();
  const own = all.filter((each) => each.server === server && !each.backend.endsWith(FAIL_OPEN));
  return own.length > 0 && own.every(({ status }) => status === "UP");
}

/** Asks a Unix socket, which is the same in every network namespace. */
function ask(socket: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const connection = connect(socket, () => connection.write(question));
    connection.on("data", (chunk) => (answer += chunk.toString()));
    connection.on("end", () => {
      resolve(answer);
    });
    connection.on("error", reject);
  });
}
