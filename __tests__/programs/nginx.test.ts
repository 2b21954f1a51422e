import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { hostname } from "node:os";

import { waitUntil } from "@dev-one/cli/test/processes";

import { environments, staging } from "../../src/environments";
import { stagingWithProgram } from "../support/environments";
import { synthesize } from "../support/synthesis";
import { run } from "./support/program";
import { ServerRoot } from "./support/server-root";
import { WebServer } from "./support/web-server";

const withoutProgram = stagingWithProgram("none");
const withExample = stagingWithProgram("example");
const withImage = stagingWithProgram("image");

// `start` lets `nginx -t` judge the configuration first.
test.each(environments.map((environment) => [environment.name, environment] as const))(
  "nginx takes the configuration of %s",
  async (_, environment) => {
    const server = await WebServer.start(environment);
    expect((await server.get("/healthz")).headers.server).toBe("nginx");
    await server.stop();
  },
);

test("nginx refuses a configuration with a mistake", async () => {
  const root = new ServerRoot(withoutProgram);
  const file = root.write("/nginx.conf", `worker_conections 1;\n${root.file("/etc/nginx/nginx.conf").content}`);
  const { exitCode, output } = await run("nginx", "-t", "-c", file);
  root.remove();
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: expect.stringContaining("worker_conections") as unknown,
  });
});

describe("a server on which no program is expected", () => {
  let server: WebServer;
  beforeAll(async () => {
    server = await WebServer.start(withoutProgram);
  });
  afterAll(() => server.stop());

  test("is healthy, and says which server it is", async () => {
    expect(await server.get("/healthz")).toMatchObject({ status: 200, body: "ok\n" });
    expect(await server.get("/any/path")).toMatchObject({ status: 200, body: `${hostname()}\n` });
  });

  test("has nothing to be ready for, which is no outage, and which only the server itself can ask", async () => {
    expect((await server.get("/readyz")).status).toBe(404);
    expect(await server.get("/readyz", {}, server.statusPort)).toMatchObject({
      status: 200,
      body: "no program is expected on this server\n",
    });
  });

  test("gives the agent its counts on the loopback port only", async () => {
    const { status, body } = await server.get("/nginx_status", {}, server.statusPort);
    expect({ status, body }).toEqual({
      status: 200,
      body: expect.stringMatching(/^Active connections: \d+/) as unknown,
    });
    expect((await server.get("/nginx_status")).body).toBe(`${hostname()}\n`);
  });

  test("logs no request for what nginx answers by itself: nobody is missed, and no objective is kept", async () => {
    await server.get("/of-nobody");
    // Logged all the same, so that there is something to wait for.
    await server.get("/readyz");
    expect((await server.accessLog("/readyz")).filter((line) => !line.includes("GET /readyz "))).toEqual([]);
  });

  test("does not say its version", async () => {
    expect((await server.get("/healthz")).headers.server).toBe("nginx");
  });

  test("fails its health check while it drains, and goes on serving", async () => {
    server.draining();
    expect(await server.get("/healthz")).toMatchObject({ status: 503, body: "draining\n" });
    expect((await server.get("/")).status).toBe(200);
    rmSync(server.root.path("/run/dev-one/draining"));
    expect((await server.get("/healthz")).status).toBe(200);
  });
});

// How the unit of the service fails for each of them is in service-unit.test.ts; nginx must not look at the files at all.
describe.each([
  ["whose example did not start", withExample],
  ["whose image brings no program", withImage],
])("a server %s", (_, environment) => {
  let server: WebServer;
  beforeAll(async () => {
    server = await WebServer.start(environment);
  });
  afterAll(() => server.stop());

  test("is unhealthy, and not ready", async () => {
    expect((await server.get("/healthz")).status).toBe(502);
    expect((await server.get("/readyz", {}, server.statusPort)).status).toBe(502);
  });

  test("fails the requests of clients, and logs that", async () => {
    expect((await server.post("/orders")).status).toBe(502);
    const lines = await server.accessLog("/orders");
    expect(lines).toEqual([expect.stringContaining('"POST /orders HTTP/1.1" 502')]);
  });
});

describe.each([
  ["the example", withExample],
  ["the program of its image", withImage],
])("a server that runs %s", (_, environment) => {
  let server: WebServer;
  let service: Server;
  let seen: IncomingMessage[];
  let release: (() => void) | undefined;

  beforeAll(async () => {
    server = await WebServer.start(environment);
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    seen = [];
    release = undefined;
    service = createServer((incoming, outgoing) => {
      seen.push(incoming);
      if (incoming.url === "/slow") {
        release = () => outgoing.end("late\n");
        return;
      }
      if (incoming.url === "/held") {
        outgoing.setHeader("X-Accel-Buffering", "no");
        outgoing.flushHeaders();
        release = () => outgoing.end("news\n");
        return;
      }
      if (incoming.url === "/readyz") outgoing.statusCode = 503;
      outgoing.end(`${incoming.url ?? ""} of the service\n`);
    });
    service.on("upgrade", (incoming: IncomingMessage, socket) => {
      seen.push(incoming);
      socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello");
    });
    await new Promise<void>((ready) => service.listen(server.socket, ready));
    chmodSync(server.socket, 0o777);
  });
  afterEach(async () => {
    service.closeAllConnections();
    await new Promise((done) => service.close(done));
  });

  test("passes requests and the health check to it", async () => {
    expect(await server.get("/items?limit=1")).toMatchObject({ status: 200, body: "/items?limit=1 of the service\n" });
    expect(await server.get("/healthz")).toMatchObject({ status: 200, body: "/healthz of the service\n" });
  });

  test("passes readiness on, inside only", async () => {
    expect((await server.get("/readyz", {}, server.statusPort)).status).toBe(503);
    expect((await server.get("/readyz")).status).toBe(404);
    expect(seen.map(({ url }) => url)).toEqual(["/readyz"]);
  });

  test("tells the program, and the log, who asked: for which name, and how", async () => {
    await server.get("/who", {
      host: "api-2.staging.dev-one.it",
      "x-forwarded-for": "198.51.100.9, 203.0.113.7",
      "x-forwarded-proto": "https",
      "user-agent": 'one "quoted" agent',
    });
    expect(seen[0]?.headers).toMatchObject({
      host: "api-2.staging.dev-one.it",
      "x-forwarded-for": "198.51.100.9, 203.0.113.7",
      "x-forwarded-proto": "https",
    });
    const line = (await server.accessLog("/who")).find((each) => each.includes("/who"));
    // A client may send such a header, too: only the last address, which the load balancer adds, is believed.
    expect(line).toMatch(
      /^203\.0\.113\.7 - - \[[^\]]+\] "GET \/who HTTP\/1\.1" 200 20 0\.\d{3} "-" "one \\x22quoted\\x22 agent" 0\.\d{3}$/,
    );
  });

  test("keeps the health check and the agent's questions out of the access log", async () => {
    await server.get("/before");
    const before = (await server.accessLog("/before")).length;
    await server.get("/healthz");
    await server.get("/nginx_status", {}, server.statusPort);
    await server.get("/readyz", {}, server.statusPort);
    await server.get("/of-a-client");
    const lines = (await server.accessLog("/of-a-client")).slice(before);
    expect(lines).toEqual([expect.stringContaining('"GET /of-a-client HTTP/1.1" 200')]);
  });

  test("keeps its connections to the program", async () => {
    for (let count = 0; count < 20; count += 1) await server.get(`/again/${count}`);
    // One for each worker process that had a request.
    expect(new Set(seen.map((each) => each.socket)).size).toBeLessThan(20);
    expect(new Set(seen.map((each) => each.headers.connection))).toEqual(new Set([undefined]));
  });

  test("lets WebSockets through", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 101 [^]*hello$/);
    expect(seen[0]?.headers).toMatchObject({ upgrade: "websocket", connection: "upgrade" });
  });

  test("gives no duration to what is held on purpose, whose headers reach the client at once", async () => {
    const { headers, body } = await server.headersOf("/held");
    expect(headers).not.toHaveProperty("x-accel-buffering");
    release?.();
    expect(await body).toBe("news\n");
    await server.get("/measured");
    const lines = await server.accessLog("/measured");
    const line = (path: string) => lines.find((each) => each.includes(path));
    expect(line("GET /held")).toMatch(/"GET \/held HTTP\/1\.1" 200 \d+ "-" "-" \d\.\d{3}$/);
    expect(line("GET /ws")).toMatch(/"GET \/ws HTTP\/1\.1" 101 \d+ "-" "-" \d\.\d{3}$/);
    expect(line("GET /measured")).toMatch(/"GET \/measured HTTP\/1\.1" 200 \d+ \d\.\d{3} "-" "-" \d\.\d{3}$/);
  });

  test("is unhealthy while the program is down, and recovers by itself", async () => {
    service.closeAllConnections();
    await new Promise((done) => service.close(done));
    expect((await server.get("/healthz")).status).toBe(502);
    await new Promise<void>((ready) => service.listen(server.socket, ready));
    chmodSync(server.socket, 0o777);
    expect((await server.get("/healthz")).status).toBe(200);
  });

  test("finishes what it began when it is stopped", async () => {
    const answer = server.get("/slow");
    await waitUntil(() => release !== undefined);
    await server.signal("quit");
    // The signal has been sent then; each worker closes its sockets when it hears of it.
    let refusal: unknown;
    await waitUntil(async () => {
      refusal = await server.get("/healthz").then(
        () => undefined,
        (error: unknown) => error,
      );
      return refusal !== undefined;
    });
    expect(String(refusal)).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/);
    release?.();
    expect(await answer).toMatchObject({ status: 200, body: "late\n" });
    await server.ended();
  });
});

describe("a server with too few connections", () => {
  let server: WebServer;
  let sockets: Socket[];
  beforeEach(async () => {
    sockets = [];
    server = await WebServer.start(
      withoutProgram,
      ["worker_processes auto", "worker_processes 1"],
      ["worker_connections 16384", "worker_connections 64"],
    );
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });

  test.each([
    ["closes idle ones for others", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /\[warn\].*, reusing connections$/m],
    ["refuses, when none is idle", "GET / HTTP/1.1\r\nHost: x\r\n", /\[alert\].* are not enough$/m],
  ])("%s, and its log says what the monitor reads", async (_, sent, line) => {
    const { query } = synthesize(staging).monitoring.at("monitoring/log-metrics/out-of-connections").values.filter as {
      query: string;
    };
    for (let count = 0; count < 200; count += 1) {
      const socket = connect(server.port, "127.0.0.1");
      sockets.push(socket);
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(sent);
    }
    await waitUntil(() => server.errorLog().includes(/"(.+)"$/.exec(query)?.[1] ?? "no text"));
    expect(server.errorLog()).toMatch(line);
  });
});
