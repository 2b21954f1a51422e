import { existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import type { Processes } from "@dev-one/service/processes";

import type { ModelHost } from "../compile/addresses";
import { renderHaproxy } from "../compile/haproxy";
import type { LoadBalancer } from "../compile/load-balancer";
import { within } from "./namespaces";

/** HAProxy refuses to start when twice its connections, and a few files more, are above the limit of open files. */
const OTHER_FILES = 500;
const MOST_CONNECTIONS = 9_500;

/** A line of HAProxy's statistics. */
export interface Statistics {
  /** Name of a target group; one that ends in `-fail-open` gets requests while too few targets are healthy. */
  readonly backend: string;
  /** Name of a target's host. */
  readonly server: string;
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
