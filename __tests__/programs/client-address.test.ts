import { readFileSync } from "node:fs";
import { connect } from "node:net";

import { waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";
import getPort from "get-port";

import { staging } from "../../src/environments";
import { ServerRoot } from "./support/server-root";
import { WebServer } from "./support/web-server";

// The service of staging's second group as its servers run it: unpacked and configured by dev-one-program, behind nginx. Only the port differs.

const SERVICE = "client-address";

/** Variables in a file that dev-one-program wrote. */
function variablesOf(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf("=")),
      line.slice(line.indexOf("=") + 1).replace(/^"(.*)"$/, "$1"),
    ]),
  );
}

let server: WebServer;
let port: number;

function startService() {
  const env = {
    ...variablesOf(server.root.path("/etc/dev-one/service")),
    PATH: process.env.PATH ?? "",
    PORT: port.toString(),
    NAME: "client-address-i-1",
    ZONE: "zone-2",
    SERVICE,
  };
  const run = server.root.path("/opt/dev-one/service/run");
  return execa(run, { env, extendEnv: false, reject: false, all: true, stdin: "ignore" });
}

let service: ReturnType<typeof startService>;

beforeAll(async () => {
  const root = new ServerRoot(staging, SERVICE);
  const written = variablesOf(root.path("/etc/dev-one/service")).PORT ?? "";
  port = await getPort();
  server = await WebServer.startOn(root, [`127.0.0.1:${written}`, `127.0.0.1:${port}`]);
  service = startService();
  await waitUntil(async () => (await server.get("/healthz")).status === 200);
});

afterAll(async () => {
  service.kill("SIGKILL");
  await service;
  await server.stop();
});

test("tells a client its address as the load balancer saw it, whom to ask, and which server answers", async () => {
  const { status, body, headers } = await server.get("/?x=1", { "X-Forwarded-For": "10.1.1.1, 203.0.113.7" });
  expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
  expect(JSON.parse(body)).toEqual({
    address: "203.0.113.7",
    contact: "network@dev-one.it",
    name: "client-address-i-1",
    zone: "zone-2",
    service: SERVICE,
  });
});

test("is healthy and ready without a database", async () => {
  expect(await server.get("/healthz")).toMatchObject({ status: 200, body: "ok\n" });
  expect(await server.get("/readyz", {}, server.statusPort)).toMatchObject({ status: 200, body: "ok\n" });
});

test("refuses other paths and methods in one sentence, and answers the next request", async () => {
  expect(await server.get("/elsewhere")).toMatchObject({
    status: 404,
    body: expect.stringMatching(/^There is nothing/) as unknown,
  });
  expect(await server.post("/", 200_000)).toMatchObject({ status: 405, body: "Only GET and HEAD are supported.\n" });
  expect((await server.headersOf("/", {}, server.port, "HEAD")).status).toBe(200);
  expect((await server.get("/")).status).toBe(200);
});

test("has a long backlog and keeps connections for longer than nginx does", async () => {
  const connections = Array.from({ length: 500 }, () => connect(port, "127.0.0.1"));
  const opened = connections.map((each) => new Promise((resolve) => each.once("connect", resolve)));
  await Promise.all(opened);
  const answers = connections.map(
    (each) =>
      new Promise<string>((resolve) => {
        each.once("data", (data) => {
          resolve(data.toString());
        });
        each.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
      }),
  );
  expect(new Set((await Promise.all(answers)).map((text) => text.split("\r\n")[0]))).toEqual(
    new Set(["HTTP/1.1 200 OK"]),
  );
  for (const each of connections) each.destroy();
  const { timeout, backlog } = settingsOf(readFileSync("src/servers/client-address/service.py", "utf8"));
  expect(timeout).toBeGreaterThan(75);
  expect(backlog).toBe(65_535);
});

const settingsOf = (program: string) => ({
  timeout: Number(/^ +timeout = (\d+)$/m.exec(program)?.[1]),
  backlog: Number(/^ +request_queue_size = (\d+)$/m.exec(program)?.[1]),
});

test("ends on SIGTERM with 0 at once, although connections are open, and logs nothing", async () => {
  await server.get("/");
  const idle = connect(port, "127.0.0.1");
  await new Promise((resolve) => idle.once("connect", resolve));
  idle.on("error", () => undefined);
  const started = Date.now();
  service.kill("SIGTERM");
  const { exitCode, all } = await service;
  expect([exitCode, all]).toEqual([0, ""]);
  expect(Date.now() - started).toBeLessThan(5000);
  expect((await server.get("/healthz")).status).toBe(502);
});
