import { chmodSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

import { stagingWithProgram } from "../support/environments";
import { type LoggedRequest, WebServer } from "./support/web-server";

// Every request is a line that JSON can read, with the attributes that log metrics count by: docs/decisions/0028.

/** What Datadog's pipeline for nginx reads: DataDog/integrations-core nginx/assets/logs/nginx.yaml (03af30e3fbb5, read 2026-12-01). */
const READ_BY_PIPELINE = [
  "date_access",
  "http.method",
  "http.referer",
  "http.status_code",
  "http.url",
  "http.useragent",
  "network.client.ip",
];
/**
 * Attributes with another meaning in the same pipeline (of the error log), or reserved in JSON logs:
 * https://docs.datadoghq.com/logs/log_configuration/pipelines/#preprocessing (read 2026-12-01).
 */
const TAKEN = [
  ...["client", "request", "level"],
  ...["message", "msg", "log", "host", "hostname", "service", "source", "ddsource", "status", "severity"],
  ...["timestamp", "@timestamp", "_timestamp", "date", "eventTime", "published_date", "trace_id"],
];

const request = (line: string, ...headers: readonly string[]): string =>
  [line, "Host: x", "Connection: close", ...headers, "", ""].join("\r\n");

/** Bytes of a request, and what its line has. No two have the same URL. */
const REQUESTS: readonly (readonly [what: string, bytes: string, expected: Expected])[] = [
  ["without a method or a URI", " \r\n\r\n", unread(" ")],
  ["that is a TLS handshake", "\x16\x03\x01\x02\x00\x01\r\n", unread("\x16\x03\x01\x02\x00\x01")],
  ["with quotes in a line that is no request", 'say "hello"\\\r\n\r\n', unread('say "hello"\\')],
  ["with a control character in its line", request("GET /a\tb HTTP/1.1"), unread("GET /a\tb HTTP/1.1")],
  ["with a space in its URI", request("GET /a b HTTP/1.1"), unread("GET /a b HTTP/1.1")],
  ["with a hyphen in its method", request("M-SEARCH * HTTP/1.1"), unread("M-SEARCH * HTTP/1.1")],
  ["with an unusual method", request("VERSION_CONTROL /v HTTP/1.1"), read("/v", { method: "VERSION_CONTROL" })],
  ["of HTTP/0.9", "GET /old\r\n", read("/old", { method: "GET" })],
  [
    "with spaces and quotes in Referer and User-Agent",
    request("GET /q?a=%22 HTTP/1.1", 'Referer: https://a.b/c d "e"', 'User-Agent: \\ "x"\ty'),
    read("/q?a=%22", { referer: 'https://a.b/c d "e"', useragent: '\\ "x"\ty' }),
  ],
  // Datadog's agent replaces such bytes by U+FFFD, as this test's reader does: DataDog/datadog-agent pkg/logs/processor/json.go.
  [
    "with bytes that are not UTF-8",
    request("GET /caf\xe9 HTTP/1.1", "User-Agent: caf\xe9"),
    read("/caf\ufffd", { useragent: "caf\ufffd" }),
  ],
  ["of a usual client", request("GET /usual HTTP/1.1"), read("/usual", { method: "GET" })],
];

type Expected = Partial<Omit<LoggedRequest, "http">> & { readonly http: Partial<LoggedRequest["http"]> };

/** The line of a request that nginx refuses with 400 before it knows method and URI. */
function unread(url: string): Expected {
  return { http: { method: "", url, status_code: 400 }, nginx_duration: anyNumber(), attempts: "" };
}

/** The line of a request that the service answers. */
function read(url: string, http: Expected["http"]): Expected {
  return { http: { ...http, url, status_code: 200 }, duration: anyNumber() };
}

function anyNumber(): number {
  return expect.any(Number) as number;
}

let server: WebServer;
let service: Server;
let lines: readonly LoggedRequest[];

beforeAll(async () => {
  // One worker, so that all requests share the connections to the service.
  server = await WebServer.start(stagingWithProgram("image"), ["worker_processes auto", "worker_processes 1"]);
  // A service that closes a connection instead of answering /again on it, unless it is new: nginx repeats the request.
  service = createServer((socket: Socket) => {
    let requests = 0;
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      requests += 1;
      if (requests > 1 && data.includes("/again")) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n");
    });
  });
  await new Promise<void>((ready) => service.listen(server.socket, ready));
  chmodSync(server.socket, 0o777);
  for (const [, bytes] of REQUESTS) await send(bytes);
  await send(request("GET /again HTTP/1.1"));
  lines = await server.accessLog("/again");
});
afterAll(async () => {
  await server.stop();
  await new Promise((done) => service.close(done));
});

/** Sends bytes as they are, and waits until nginx closes the connection. */
async function send(bytes: string): Promise<void> {
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined).resume();
  socket.write(Buffer.from(bytes, "latin1"));
  await new Promise((closed) => socket.on("close", closed));
}

function lineOf(url: string | undefined): LoggedRequest {
  const [line, ...others] = lines.filter(({ http }) => http.url === url);
  if (line === undefined || others.length > 0)
    throw new Error(`${String(url)} is not one line of ${JSON.stringify(lines)}`);
  return line;
}

test("has one line for each request", () => {
  expect(lines).toHaveLength(REQUESTS.length + 1);
});

test.each(REQUESTS)("has a request %s", (_, _bytes, expected) => {
  expect(lineOf(expected.http.url)).toMatchObject(expected);
});

test("has the time of each attempt at the service, and the whole request's as its duration", () => {
  const line = lineOf("/again");
  expect(line.attempts).toMatch(/^\d+\.\d{3}, \d+\.\d{3}$/);
  expect(line.duration).toBe(line.client_duration);
});

test("has the attributes that Datadog's pipeline reads, durations in nanoseconds, and none that means something else there", () => {
  const line = lineOf("/usual");
  const paths = Object.entries(line).flatMap(([key, value]) => pathsOf(key, value));
  expect(paths).toEqual(expect.arrayContaining(READ_BY_PIPELINE));
  expect(Object.keys(line).filter((key) => TAKEN.includes(key))).toEqual([]);
  expect(line.date_access).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
  expect(line.duration).toBeCloseTo(Number(line.attempts) * 1e9);
});

function pathsOf(path: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => pathsOf(`${path}.${key}`, each));
}
