import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";

import { waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";
import getPort from "get-port";

import type { Environment } from "../../../src/config";
import { program, run } from "./program";
import { replaced, ServerRoot, someUser } from "./server-root";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

/** A line of the access log. Of the three durations, nanoseconds, exactly one is there; `client_duration` always is. */
export interface LoggedRequest {
  readonly date_access: string;
  readonly network: { readonly client: { readonly ip: string }; readonly bytes_written: number };
  readonly http: {
    readonly method: string;
    readonly url: string;
    readonly status_code: number;
    readonly referer: string;
    readonly useragent: string;
  };
  readonly duration?: number;
  readonly held_duration?: number;
  readonly nginx_duration?: number;
  readonly client_duration: number;
  readonly attempts: string;
}

type Replacement = readonly [from: string, to: string];

/** nginx with the configuration of a server; only ports, paths and the user differ. */
export class WebServer {
  private constructor(
    readonly root: ServerRoot,
    readonly port: number,
    readonly statusPort: number,
    private readonly configuration: string,
    private readonly process: ReturnType<typeof startProcess>,
  ) {}

  static start(environment: Environment, ...changes: readonly Replacement[]): Promise<WebServer> {
    return WebServer.startOn(new ServerRoot(environment), ...changes);
  }

  /** Starts nginx with the files of a server. */
  static async startOn(root: ServerRoot, ...changes: readonly Replacement[]): Promise<WebServer> {
    const [port, statusPort] = [await getPort(), await getPort()];
    const { user, group } = someUser();
    for (const directory of ["/run/dev-one", "/run/dev-one-service", "/var/log/nginx"]) {
      mkdirSync(root.path(directory), { recursive: true });
    }
    const configuration = root.write(
      "/nginx.conf",
      replaced(
        root.file("/etc/nginx/nginx.conf").content,
        ["include /etc/nginx/dev-one.conf;", readFileSync(root.path("/etc/nginx/dev-one.conf"), "utf8")],
        ["user nginx;", `user ${user} ${group};`],
        ["listen 80 ", `listen 127.0.0.1:${port} `],
        ["listen 127.0.0.1:8081", `listen 127.0.0.1:${statusPort}`],
        ...changes,
        // The tests connect in place of the load balancer.
        ["set_real_ip_from 192.168.0.0/16", "set_real_ip_from 127.0.0.0/8"],
        ...["/run/", "/var/log/nginx", "/etc/dev-one"].map((path) => [path, root.path(path)] as const),
      ),
    );
    const check = await run("nginx", "-t", "-c", configuration);
    if (check.exitCode !== 0) throw new Error(check.output);
    // In the foreground, so that its process id is known and it can be stopped.
    const process = startProcess(configuration);
    const server = new WebServer(root, port, statusPort, configuration, process);
    await server.untilItAnswers();
    return server;
  }

  get socket(): string {
    return this.root.path("/run/dev-one-service/http.sock");
  }

  async get(path: string, headers: Record<string, string> = {}, port = this.port): Promise<Answer> {
    const { body, ...answer } = await this.headersOf(path, headers, port);
    return { ...answer, body: await body };
  }

  /** @param sent bytes of the request's body */
  async post(path: string, sent = 0): Promise<Answer> {
    const { body, ...answer } = await this.headersOf(path, {}, this.port, "POST", Buffer.alloc(sent));
    return { ...answer, body: await body };
  }

  /** Resolves as soon as the headers have arrived; `body` resolves later. */
  headersOf(
    path: string,
    headers: Record<string, string> = {},
    port = this.port,
    method = "GET",
    sent?: Buffer,
  ): Promise<Omit<Answer, "body"> & { readonly body: Promise<string> }> {
    return new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
        response.setEncoding("utf8");
        const body = response.reduce((all: string, chunk: string) => all + chunk, "");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      })
        .on("error", reject)
        .end(sent);
    });
  }

  /** The access log, once it contains a text: nginx buffers lines for up to five seconds, unless a signal flushes them. */
  async accessLog(text: string): Promise<LoggedRequest[]> {
    const read = (): string => readFileSync(this.root.path("/var/log/nginx/access.log"), "utf8");
    await this.signal("reopen");
    await waitUntil(() => read().includes(text));
    // Other workers flush their buffers on the same signal, possibly a little later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lines = read().trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as LoggedRequest);
  }

  errorLog(): string {
    return readFileSync(this.root.path("/var/log/nginx/error.log"), "utf8");
  }

  signal(signal: "reopen" | "quit"): Promise<unknown> {
    return run("nginx", "-c", this.configuration, "-s", signal);
  }

  /** Waits for the exit of the master process. */
  async ended(): Promise<void> {
    await this.process;
  }

  async stop(): Promise<void> {
    this.process.kill("SIGTERM");
    await this.process;
    this.root.remove();
  }

  draining(): void {
    writeFileSync(this.root.path("/run/dev-one/draining"), "");
  }

  private async untilItAnswers(): Promise<void> {
    for (let attempt = 0; attempt < 400 && this.process.exitCode === null; attempt += 1) {
      try {
        await this.get("/healthz");
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    this.process.kill("SIGTERM");
    const { all } = await this.process;
    throw new Error(`nginx does not answer: ${all}`);
  }
}

function startProcess(configuration: string) {
  return execa(program("nginx"), ["-c", configuration, "-g", "daemon off;"], {
    reject: false,
    all: true,
    stdin: "ignore",
  });
}
