import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

import { UserError } from "@dev-one/cli/user-error";
import { execa } from "execa";

/** Seconds for which a port of this machine may take to reach the server. */
const TUNNEL_SECONDS = 60;

const DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";

/** A version of a secret that is its current value from the next step on. */
export interface PendingVersion {
  readonly id: string;
  /** Version that is current until then. */
  readonly before: string | undefined;
}

/** The AWS API through the AWS CLI, whose `ssm start-session` is the only client of port forwarding. */
export class DatabaseAws {
  constructor(private readonly region: string) {}

  /** Host name of the proxy. */
  async endpoint(proxy: string): Promise<string> {
    const { DBProxies } = await this.call<{ DBProxies: { Endpoint: string }[] }>(["rds", "describe-db-proxies"], {
      DBProxyName: proxy,
    });
    const endpoint = DBProxies[0]?.Endpoint;
    if (endpoint === undefined) throw new UserError(`RDS has no proxy ${proxy}: deploy the platform first.`);
    return endpoint;
  }

  /** Ids of running instances with a security group. */
  async instances(securityGroup: string): Promise<string[]> {
    const { Reservations } = await this.call<{ Reservations: { Instances: { InstanceId: string }[] }[] }>(
      ["ec2", "describe-instances"],
      {
        Filters: [
          { Name: "instance.group-name", Values: [securityGroup] },
          { Name: "instance-state-name", Values: ["running"] },
        ],
      },
    );
    return Reservations.flatMap(({ Instances }) => Instances.map(({ InstanceId }) => InstanceId));
  }

  /** An IAM authentication token, which is a password for 15 minutes. */
  async token(host: string, user: string): Promise<string> {
    const options = ["--hostname", host, "--port", "5432", "--username", user];
    return (await this.run(["rds", "generate-db-auth-token", ...options])).trim();
  }

  /** Staging labels by version of a secret. */
  async labels(secret: string): Promise<Readonly<Record<string, readonly string[]>>> {
    const { VersionIdsToStages = {} } = await this.call<{ VersionIdsToStages?: Record<string, string[]> }>(
      ["secretsmanager", "describe-secret"],
      { SecretId: secret },
    );
    return VersionIdsToStages;
  }

  /** Writes a value that is not current yet. */
  async putPending(secret: string, value: Readonly<Record<string, string>>): Promise<PendingVersion> {
    const before = Object.entries(await this.labels(secret)).find(([, labels]) => labels.includes("AWSCURRENT"))?.[0];
    // The value goes through the standard input, because arguments can be read by every user of the machine.
    const options = ["--secret-id", secret, "--version-stages", "AWSPENDING", "--secret-string", "file:///dev/stdin"];
    const answer = await this.run(
      ["secretsmanager", "put-secret-value", ...options, "--output", "json"],
      JSON.stringify(value),
    );
    const { VersionId: id } = JSON.parse(answer) as { VersionId: string };
    return { id, before };
  }

  /** Makes another version the current one. */
  async moveCurrent(secret: string, to: string, from: string | undefined): Promise<void> {
    await this.call(["secretsmanager", "update-secret-version-stage"], {
      SecretId: secret,
      VersionStage: "AWSCURRENT",
      MoveToVersionId: to,
      ...(from === undefined ? {} : { RemoveFromVersionId: from }),
    });
  }

  /** Says that a version is not pending any more. */
  async endPending(secret: string, version: string): Promise<void> {
    await this.call(["secretsmanager", "update-secret-version-stage"], {
      SecretId: secret,
      VersionStage: "AWSPENDING",
      RemoveFromVersionId: version,
    });
  }

  /**
   * Forwards a port of this machine through a server to a host that the server reaches.
   * @throws UserError when the session does not start
   */
  async forward(instance: string, host: string): Promise<Tunnel> {
    const port = await freePort();
    const parameters = { host: [host], portNumber: ["5432"], localPortNumber: [String(port)] };
    const options = ["--target", instance, "--document-name", DOCUMENT, "--parameters", JSON.stringify(parameters)];
    // A process group of its own: the AWS CLI starts session-manager-plugin, and both must end.
    const session = spawn("aws", ["ssm", "start-session", "--region", this.region, ...options], {
      detached: true,
      env: process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const tunnel = { port, close: () => end(session) };
    try {
      await isWaiting(session);
    } catch (error) {
      await tunnel.close();
      throw error;
    }
    return tunnel;
  }

  private async call<Answer>(operation: readonly string[], input: object): Promise<Answer> {
    const answer = await this.run([...operation, "--output", "json", "--cli-input-json", JSON.stringify(input)]);
    return JSON.parse(answer === "" ? "{}" : answer) as Answer;
  }

  private async run(words: readonly string[], input = ""): Promise<string> {
    // Node.js connects a process by a socket, which cannot be opened as /dev/stdin; cat's end is a pipe.
    const done = await execa("sh", ["-c", 'cat | aws "$@"', "aws", ...words, "--region", this.region], {
      input,
      reject: false,
      env: { ...process.env, AWS_PAGER: "" },
    });
    if (done.exitCode === 0) return done.stdout;
    const problem = oneLine(done.stderr) || done.shortMessage;
    throw new UserError(`aws ${words.slice(0, 2).join(" ")}: ${problem ?? "failed"}`);
  }
}

/** A port of this machine that reaches another host. */
export interface Tunnel {
  readonly port: number;
  readonly close: () => Promise<void>;
}

function isWaiting(session: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      reject(new UserError(`aws ssm start-session: ${oneLine(output) || reason}`));
    };
    const timer = setTimeout(() => {
      fail(`no answer after ${TUNNEL_SECONDS} s`);
    }, TUNNEL_SECONDS * 1000);
    for (const stream of [session.stdout, session.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        // session-manager-plugin prints it when it listens.
        if (!output.includes("Waiting for connections")) return;
        clearTimeout(timer);
        resolve();
      });
    }
    session.on("error", (error) => {
      fail(error.message);
    });
    session.on("close", () => {
      clearTimeout(timer);
      fail("the session has ended");
    });
  });
}

async function end(session: ChildProcess): Promise<void> {
  const { pid } = session;
  if (pid === undefined || session.exitCode !== null || session.signalCode !== null) return;
  const ended = new Promise((resolve) => session.once("close", resolve));
  // SIGINT is what ends a session in Systems Manager, too.
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // It has ended meanwhile.
    }
  };
  signal("SIGINT");
  const timer = setTimeout(() => {
    signal("SIGKILL");
  }, 5000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const oneLine = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, " ")
    .slice(0, 500);
