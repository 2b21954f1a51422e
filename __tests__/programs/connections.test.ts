import { chmodSync, readFileSync } from "node:fs";
import { Agent, createServer, get, request, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { delimiter, join } from "node:path";

import { waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";
import getPort from "get-port";

import { stagingBesideShop } from "../support/environments";
import { replaced } from "./support/server-root";
import { WebServer } from "./support/web-server";

// dev-one-connections with the nginx of a server and the AWS CLI, against CloudWatch as moto serves it.

const VENV = join(__dirname, "../../.venv/bin");
const ACCESS = {
  PATH: [VENV, process.env.PATH].join(delimiter),
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_MAX_ATTEMPTS: "1",
};

let server: WebServer;
let service: Server;
let emulator: ReturnType<typeof startEmulator>;
let endpoint: string;
let held: ServerResponse[] = [];
const sockets: Socket[] = [];
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  server = await WebServer.start(stagingBesideShop());
  service = createServer((incoming, outgoing) => {
    if (incoming.url === "/held") held.push(outgoing);
    else outgoing.end("at once\n");
  });
  service.on("upgrade", (_, socket: Socket) => {
    sockets.push(socket);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  });
  await new Promise<void>((ready) => service.listen({ path: server.socket, backlog: 1000 }, ready));
  chmodSync(server.socket, 0o777);
  const port = await getPort();
  endpoint = `http://127.0.0.1:${port}`;
  emulator = startEmulator(port);
  await waitUntil(() => isReachable(`${endpoint}/moto-api/`));
});

afterAll(async () => {
  agent.destroy();
  for (const socket of sockets) socket.destroy();
  service.closeAllConnections();
  await new Promise((done) => service.close(done));
  await server.stop();
  emulator.kill("SIGTERM");
  await emulator;
});

function startEmulator(port: number) {
  return execa(join(VENV, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { reject: false, stdin: "ignore" });
}

const isReachable = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** Runs the script with the environment files of its unit; only the port of nginx's status page differs. */
async function publish(statusPort = server.statusPort, cloudWatch = endpoint) {
  const unit = server.root.file("/etc/systemd/system/dev-one-connections.service").content;
  const files = [...unit.matchAll(/^EnvironmentFile=(.*)$/gm)].map(([, path = ""]) => server.root.path(path));
  const variables = files
    .flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
  const script = server.root.write(
    "/dev-one-connections",
    replaced(server.root.file("/usr/local/sbin/dev-one-connections").content, [
      "127.0.0.1:8081",
      `127.0.0.1:${statusPort}`,
    ]),
    true,
  );
  const { exitCode, all } = await execa(script, {
    env: { ...ACCESS, ...(Object.fromEntries(variables) as Record<string, string>), AWS_ENDPOINT_URL: cloudWatch },
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { exitCode, output: all };
}

async function statistics(dimension: string): Promise<unknown> {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const { stdout } = await execa(
    "aws",
    [
      ...["cloudwatch", "get-metric-statistics", "--namespace", "dev-one/staging", "--metric-name", "Connections"],
      ...["--dimensions", dimension, "--start-time", day(-1), "--end-time", day(2), "--period", "259200"],
      ...["--statistics", "Sum", "SampleCount", "Average", "--output", "json", "--region", "us-east-1"],
      ...["--query", "Datapoints[].[Sum, SampleCount, Average]"],
    ],
    { env: { ...ACCESS, AWS_ENDPOINT_URL: endpoint } },
  );
  return JSON.parse(stdout);
}

/** A request whose connection to nginx stays open and idle, as the load balancer keeps it. */
const idle = () =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: server.port, path: "/", agent }, (response) => {
      response.resume().on("end", resolve);
    }).on("error", reject);
  });

const webSocket = () =>
  new Promise((resolve, reject) => {
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    request({ host: "127.0.0.1", port: server.port, path: "/ws", headers, agent: false })
      .on("upgrade", (_, socket) => {
        sockets.push(socket);
        resolve(socket);
      })
      .on("error", reject)
      .end();
  });

test("500 held requests and 20 WebSockets are published as 520 connections of the service, idle connections are not", async () => {
  const answers = Array.from({ length: 500 }, () => server.get("/held"));
  await waitUntil(() => held.length === 500);
  await Promise.all(Array.from({ length: 20 }, webSocket));
  await Promise.all(Array.from({ length: 100 }, idle));
  const status = await server.get("/nginx_status", {}, server.statusPort);
  // That request included.
  expect(status.body).toMatch(/^Active connections: 621 \n/);
  expect(await publish()).toEqual({ exitCode: 0, output: "" });
  expect(await statistics("Name=Service,Value=api")).toEqual([[520, 1, 520]]);
  expect(await statistics("Name=Service,Value=shop")).toEqual([]);

  // A second value, as of another server: the average is that of all servers.
  for (const outgoing of held) outgoing.end();
  held = [];
  await Promise.all(answers);
  expect(await publish()).toEqual({ exitCode: 0, output: "" });
  expect(await statistics("Name=Service,Value=api")).toEqual([[540, 2, 270]]);
});

test("a failure is one line that says what does not answer", async () => {
  const nobody = await getPort();
  const { exitCode, output } = await publish(nobody);
  expect(exitCode).not.toBe(0);
  expect(output.trim()).toMatch(/^curl: .* 127\.0\.0\.1 port \d+.*$/);
  const other = await publish(server.statusPort, `http://127.0.0.1:${nobody}`);
  expect(other.exitCode).not.toBe(0);
  expect(other.output.trim()).toMatch(/^.*Could not connect to the endpoint URL: "http:\/\/127\.0\.0\.1:\d+\/"$/);
});
