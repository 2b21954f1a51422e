import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { hostname } from "node:os";

import { waitUntil } from "@dev-one/cli/test/processes";

import { environments, staging } from "../../src/environments";
import { IMAGE, stagingWith, stagingWithProgram } from "../support/environments";
import { synthesize } from "../support/synthesis";
import { run } from "./support/program";
import { ServerRoot } from "./support/server-root";
import { WebServer } from "./support/web-server";

const withoutProgram = stagingWithProgram("none");
const withExample = stagingWithProgram("example");
const withImage = stagingWithProgram("image");

// `start` tests the configuration with `nginx -t` first.
test.each(environments.map((environment) => [environment.name, environment] as const))(
  "nginx accepts the configuration of %s, and does not send its version",
  async (_, environment) => {
    const server = await WebServer.start(environment);
    expect((await server.get("/healthz")).headers.server).toBe("nginx");
    await server.stop();
  },
);

test("nginx rejects an invalid configuration", async () => {
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

  test("is healthy, and responds with its host name", async () => {
    expect(await server.get("/healthz")).toMatchObject({ status: 200, body: "ok\n" });
    expect(await server.get("/any/path")).toMatchObject({ status: 200, body: `${hostname()}\n` });
  });

  test("is ready without a program, on the loopback port only", async () => {
    expect((await server.get("/readyz")).status).toBe(404);
    expect(await server.get("/readyz", {}, server.statusPort)).toMatchObject({
      status: 200,
      body: "no program is expected on this server\n",
    });
  });

  test("serves nginx_status to the agent on the loopback port only", async () => {
    const { status, body } = await server.get("/nginx_status", {}, server.statusPort);
    expect({ status, body }).toEqual({
      status: 200,
      body: expect.stringMatching(/^Active connections: \d+/) as unknown,
    });
    expect((await server.get("/nginx_status")).body).toBe(`${hostname()}\n`);
  });

  test("logs no request that nginx answers by itself, so that no monitor or SLO counts it", async () => {
    await server.get("/of-nobody");
    // This request is logged, so that the test can wait for it.
    await server.get("/readyz");
    expect(new Set((await server.accessLog("/readyz")).map(({ http }) => http.url))).toEqual(new Set(["/readyz"]));
  });

  test("fails its health check while it drains, and continues to serve requests", async () => {
    server.draining();
    expect(await server.get("/healthz")).toMatchObject({ status: 503, body: "draining\n" });
    expect((await server.get("/")).status).toBe(200);
    rmSync(server.root.path("/run/dev-one/draining"));
    expect((await server.get("/healthz")).status).toBe(200);
  });
});

// service-unit.test.ts tests how the unit of the service fails for each of them; nginx must not read the program's files.
describe.each([
  ["whose example did not start", withExample],
  ["whose image contains no program", withImage],
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

  test("fails the requests of clients, and logs them", async () => {
    expect((await server.post("/orders")).status).toBe(502);
    expect(await server.accessLog("/orders")).toMatchObject([
      { http: { method: "POST", url: "/orders", status_code: 502 }, duration: expect.any(Number) as unknown },
    ]);
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

  test("proxies requests and the health check to it", async () => {
    expect(await server.get("/items?limit=1")).toMatchObject({ status: 200, body: "/items?limit=1 of the service\n" });
    expect(await server.get("/healthz")).toMatchObject({ status: 200, body: "/healthz of the service\n" });
  });

  test("proxies /readyz on the loopback port only", async () => {
    expect((await server.get("/readyz", {}, server.statusPort)).status).toBe(503);
    expect((await server.get("/readyz")).status).toBe(404);
    expect(seen.map(({ url }) => url)).toEqual(["/readyz"]);
  });

  test("forwards host, client address and protocol to the program, and logs the client", async () => {
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
    const logged = (await server.accessLog("/who")).find(({ http }) => http.url === "/who");
    // A client can send this header, too: only the last address, which the load balancer adds, is trusted.
    expect(logged?.network.client.ip).toBe("203.0.113.7");
  });

  test("does not log health checks and requests of the agent", async () => {
    await server.get("/before");
    const before = (await server.accessLog("/before")).length;
    await server.get("/healthz");
    await server.get("/nginx_status", {}, server.statusPort);
    await server.get("/readyz", {}, server.statusPort);
    await server.get("/of-a-client");
    const lines = (await server.accessLog("/of-a-client")).slice(before);
    expect(lines.map(({ http }) => http.url)).toEqual(["/of-a-client"]);
  });

  test("reuses its connections to the program", async () => {
    for (let count = 0; count < 20; count += 1) await server.get(`/again/${count}`);
    // One connection for each worker process that had a request.
    expect(new Set(seen.map((each) => each.socket)).size).toBeLessThan(20);
    expect(new Set(seen.map((each) => each.headers.connection))).toEqual(new Set([undefined]));
  });

  test("proxies WebSockets", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 101 [^]*hello$/);
    expect(seen[0]?.headers).toMatchObject({ upgrade: "websocket", connection: "upgrade" });
  });

  test("logs another duration for long polls and WebSockets, and sends their headers at once", async () => {
    const { headers, body } = await server.headersOf("/held");
    expect(headers).not.toHaveProperty("x-accel-buffering");
    release?.();
    expect(await body).toBe("news\n");
    await server.get("/measured");
    const lines = await server.accessLog("/measured");
    const durationsOf = (path: string) => {
      const line = lines.find(({ http }) => http.url === path);
      return Object.keys(line ?? {}).filter((key) => key.endsWith("duration"));
    };
    expect(durationsOf("/held")).toEqual(["held_duration", "client_duration"]);
    expect(durationsOf("/ws")).toEqual(["held_duration", "client_duration"]);
    expect(durationsOf("/measured")).toEqual(["duration", "client_duration"]);
  });

  test("is unhealthy while the program is down, and recovers by itself", async () => {
    service.closeAllConnections();
    await new Promise((done) => service.close(done));
    expect((await server.get("/healthz")).status).toBe(502);
    await new Promise<void>((ready) => service.listen(server.socket, ready));
    chmodSync(server.socket, 0o777);
    expect((await server.get("/healthz")).status).toBe(200);
  });

  test("finishes running requests when it is stopped", async () => {
    const answer = server.get("/slow");
    await waitUntil(() => release !== undefined);
    await server.signal("quit");
    // Each worker closes its sockets only once the signal has reached it.
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

describe("a server whose service is silent for longer than nginx waits", () => {
  const READ_TIMEOUT_MS = 1000;
  let server: WebServer;
  let service: Server;
  beforeAll(async () => {
    server = await WebServer.start(withImage, ["proxy_read_timeout 58s", `proxy_read_timeout ${READ_TIMEOUT_MS}ms`]);
    service = createServer((incoming, outgoing) => {
      if (incoming.url !== "/stream") return;
      outgoing.setHeader("X-Accel-Buffering", "no");
      outgoing.flushHeaders();
      beat(
        () => outgoing.write("."),
        () => outgoing.end("end"),
      );
    });
    service.on("upgrade", ({ url }, socket: Socket) => {
      socket.on("end", () => socket.end()).resume();
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
      if (url === "/service-beats")
        beat(
          () => socket.write("."),
          () => socket.end("end"),
        );
      if (url === "/client-beats") socket.on("data", (data) => String(data).includes("bye") && socket.end("end"));
    });
    await new Promise<void>((ready) => service.listen(server.socket, ready));
    chmodSync(server.socket, 0o777);
  });
  afterAll(async () => {
    await server.stop();
    service.closeAllConnections();
    await new Promise((done) => service.close(done));
  });

  /** Beats more often than the timeout, for three times as long. */
  function beat(each: () => unknown, last: () => unknown): void {
    let left = 8;
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) return void each();
      clearInterval(timer);
      last();
    }, 0.4 * READ_TIMEOUT_MS);
  }

  async function webSocket(path: string, whileOpen: (socket: Socket) => void = () => undefined): Promise<string> {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    whileOpen(socket);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  test("answers a hanging request with 504 itself", async () => {
    expect((await server.get("/hangs")).status).toBe(504);
  });

  test("holds a stream that sends", async () => {
    expect(await server.get("/stream")).toMatchObject({ status: 200, body: ".......end" });
  });

  test("holds WebSockets on which either side sends, and closes one on which none does", async () => {
    const [byService, byClient, silent] = await Promise.all([
      webSocket("/service-beats"),
      webSocket("/client-beats", (socket) => {
        beat(
          () => socket.write("."),
          () => socket.write("bye"),
        );
      }),
      webSocket("/silent"),
    ]);
    expect(byService).toMatch(/\.{7}end$/);
    expect(byClient).toMatch(/end$/);
    expect(silent).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\n$/);
  });
});

test("a service with a port, a health path and a body size of its own gets its requests there", async () => {
  const service = createServer((incoming, outgoing) => {
    incoming.resume().on("end", () => outgoing.end(`${incoming.url ?? ""} of the port\n`));
  });
  await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
  const { port } = service.address() as AddressInfo;
  const api = { owner: "dev-one", wildcard: true, port: 8080, healthPath: "/up/now", maxBodyMib: 2 };
  const server = await WebServer.start(
    stagingWith({ services: { api }, releases: { api: { version: "1.0.0", image: IMAGE } } }),
    ["127.0.0.1:8080", `127.0.0.1:${port}`],
  );
  expect(await server.get("/healthz?x=1")).toMatchObject({ status: 200, body: "/up/now of the port\n" });
  expect(await server.get("/items?limit=1")).toMatchObject({ status: 200, body: "/items?limit=1 of the port\n" });
  expect((await server.post("/items", 2 * 1024 * 1024)).status).toBe(200);
  expect((await server.post("/items", 2 * 1024 * 1024 + 1)).status).toBe(413);
  await server.stop();
  service.closeAllConnections();
  await new Promise((done) => service.close(done));
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
    ["closes idle connections for new ones", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", /\[warn\].*, reusing connections$/m],
    ["refuses new connections when none is idle", "GET / HTTP/1.1\r\nHost: x\r\n", /\[alert\].* are not enough$/m],
  ])("%s, and logs the text that the monitor matches", async (_, sent, line) => {
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
