import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { execa } from "execa";

import { goProgram } from "../../src/load/program";
import { failuresByReason, latencyPercentile, merge, type Second } from "../../src/load/seconds";

// The real load generator, against servers of this test on loopback.
jest.setTimeout(180_000);

const ROOT = resolve(__dirname, "..", "..", "..", "..");
const directory = scratchDirectory();
const servers: Server[] = [];
let program: string;

beforeAll(async () => {
  program = await goProgram(ROOT, "generator", new AbortController().signal);
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: RequestListener, keepAliveTimeout = 60_000): Promise<string> {
  const server = createServer({ keepAliveTimeout }, answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which nothing listens. */
async function refusing(): Promise<string> {
  const address = await serve(() => undefined);
  const server = servers.pop();
  await new Promise((closed) => server?.close(closed));
  return address;
}

async function run(changes: Readonly<Record<string, unknown>>) {
  const [plan, output] = [join(directory, "plan.json"), join(directory, "result.json")];
  const common = {
    ...{ name: "test", host: "app.test", method: "GET", path: "/", client: "keeps-address" },
    ...{ connections: 4, rampSeconds: 0, seconds: 2, intervalSeconds: 0.5, timeoutSeconds: 1 },
    ...{ startMillis: Date.now() + 200, output },
  };
  writeFileSync(plan, JSON.stringify({ ...common, ...changes }));
  const { exitCode, stderr } = await execa(program, [plan], { reject: false });
  if (exitCode !== 0) return { exitCode, stderr, reopened: 0, seconds: [], all: undefined };
  const result = JSON.parse(readFileSync(output, "utf8")) as { reopened: number; seconds: Second[] };
  const [all] = merge(result.seconds.map((second) => [second]));
  return { exitCode, stderr, ...result, all };
}

const ok: RequestListener = (_request, response) => response.end("hello");

test("sends requests at the planned times, on connections that it keeps", async () => {
  let opened = 0;
  const address = await serve(ok);
  servers[0]?.on("connection", () => (opened += 1));
  const { exitCode, all, seconds } = await run({ addresses: [address] });
  expect([exitCode, opened]).toEqual([0, 4]);
  // Four at once, and then every user once in each half second.
  expect(all).toMatchObject({ planned: 19, answered: 19, succeeded: { [address]: 19 }, failed: {} });
  expect(seconds[0]?.open).toEqual({ [address]: 4 });
});

test("counts latency from the planned time, also when an earlier answer was late", async () => {
  let requests = 0;
  const address = await serve((_request, response) => {
    requests += 1;
    setTimeout(() => response.end(), requests === 1 ? 900 : 0);
  });
  const { all } = await run({ addresses: [address], connections: 1, intervalSeconds: 0.1, seconds: 1 });
  // Ten requests are planned within the 900 ms of the first answer, and the later ones wait for it.
  expect(all?.planned).toBe(10);
  expect(latencyPercentile(all?.latency ?? {}, 50)).toBeGreaterThan(300);
});

test("names the reasons of failures", async () => {
  const busy = await serve((_request, response) => response.writeHead(503).end());
  const silent = await serve(() => undefined);
  const broken = await serve((request) => request.socket.destroy());
  const once = { connections: 1, intervalSeconds: 5, seconds: 1 };
  const reasons = async (address: string) => failuresByReason((await run({ ...once, addresses: [address] })).seconds);
  expect(await reasons(busy)).toEqual({ "status 503": 1 });
  expect(await reasons(silent)).toEqual({ timeout: 1 });
  expect(await reasons(broken)).toEqual({ closed: 1 });
  expect(await reasons(await refusing())).toEqual({ "connect: connection refused": 1 });
});

test("only a client that tries the next address is not hurt by a dead one", async () => {
  const [dead, alive] = [await refusing(), await serve(ok)];
  const failed = async (client: string) => {
    const { all } = await run({ addresses: [dead, alive], client });
    return Object.values(all?.failed ?? {}).reduce((sum, value) => sum + value, 0) / (all?.planned ?? 1);
  };
  expect(await failed("next-address")).toBe(0);
  // Two of four users keep the dead address; every second connection is to it.
  expect(await failed("keeps-address")).toBeCloseTo(0.5, 1);
  expect(await failed("new-connection")).toBeCloseTo(0.5, 1);
});

test("opens a connection again that the server closed between two requests, without a failure", async () => {
  const address = await serve(ok, 200);
  const { reopened, all } = await run({ addresses: [address], connections: 1, seconds: 3, intervalSeconds: 2.5 });
  expect(reopened).toBeGreaterThanOrEqual(1);
  expect(all?.failed).toEqual({});
});

test("ends in time, even if no request is answered", async () => {
  const silent = await serve(() => undefined);
  const began = Date.now();
  const { all } = await run({ addresses: [silent], intervalSeconds: 0.01, seconds: 1 });
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(all?.failed[`${silent} timeout`]).toBeGreaterThan(0);
  expect(all?.succeeded).toEqual({});
});

test.each([
  [{ addresses: ["192.0.2.1:80"] }, /192\.0\.2\.1:80 is not loopback; in the network of the machine itself/],
  [{ resolver: "192.0.2.53:53" }, /192\.0\.2\.53:53 is not loopback/],
  [{ addresses: ["127.0.0.1:80"], connections: 10_000_000 }, /connections is 10000000; from 1 to \d+ are possible/],
  [{ addresses: ["127.0.0.1:80"], client: "browser" }, /client is "browser"; it must be next-address, /],
  [{ addresses: ["127.0.0.1:80"], tls: { caFile: "/none" } }, /"\/none" in tls\.caFile holds no certificate\./],
  [{ addresses: ["127.0.0.1:80"], pace: 3 }, /is no plan: json: unknown field "pace"\./],
])("refuses %j with one sentence, before it sends anything", async (changes, sentence) => {
  const { exitCode, stderr } = await run(changes);
  expect([exitCode, stderr.split("\n")]).toEqual([1, [expect.stringMatching(sentence)]]);
});

test("leaves no connection open after its end", async () => {
  const address = await serve(ok);
  await run({ addresses: [address] });
  await delay(200);
  const left = await new Promise<number>((done) =>
    servers[0]?.getConnections((_, count) => {
      done(count);
    }),
  );
  expect(left).toBe(0);
});
