import { createServer } from "node:net";
import { resolve } from "node:path";

import { DatadogApi, DatadogApiProcess, Organization } from "../../src/datadog-stand-in";
import { errors, standIn } from "./support";

const { api, send } = standIn();
const monitor = { type: "query alert", query: "avg(last_5m):avg:system.load.1{*} > 4", name: "load" };

describe("keys", () => {
  test.each([
    { without: "any key", headers: {} },
    { without: "the application key", headers: { "dd-api-key": "key" } },
    { without: "the API key", headers: { "dd-application-key": "key" } },
  ])("a request without $without is forbidden", async ({ headers }) => {
    expect(await send("GET", "/api/v1/monitor", undefined, headers as Record<string, string>)).toEqual({
      status: 403,
      body: errors("Forbidden"),
    });
  });

  test("with configured keys, others are rejected", async () => {
    const guarded = await DatadogApi.start({ keys: { apiKey: "right", applicationKey: "right" } });
    const ask = async (apiKey: string): Promise<number> => {
      const headers = { "dd-api-key": apiKey, "dd-application-key": "right" };
      return (await fetch(`${guarded.url}/api/v1/monitor`, { headers })).status;
    };

    expect([await ask("right"), await ask("wrong")]).toEqual([200, 403]);
    await guarded.stop();
  });

  test("the validation of the API key requires no application key", async () => {
    expect(await send("GET", "/api/v1/validate", undefined, { "dd-api-key": "key" })).toEqual({
      status: 200,
      body: { valid: true },
    });
  });
});

test("rejects invalid JSON and unknown endpoints", async () => {
  const headers = { "dd-api-key": "key", "dd-application-key": "key" };
  const answer = await fetch(`${api().url}/api/v1/monitor`, { method: "POST", headers, body: "{" });

  expect(answer.status).toBe(400);
  expect(await send("GET", "/api/v1/hosts")).toEqual({ status: 404, body: errors("Not found") });
});

describe("faults", () => {
  test("return a status for a method and a path prefix, after and for a number of requests", async () => {
    api().faults.add({ answer: 503, method: "POST", path: "/api/v1/monitor", after: 1, times: 1 });

    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await send("POST", "/api/v1/monitor", monitor)).status);

    expect(statuses).toEqual([200, 503, 200]);
    expect(await send("GET", "/api/v1/slo")).toMatchObject({ status: 200 });
  });

  test("return the reset time of a rate limit", async () => {
    api().faults.add({ answer: 429, resetSeconds: 7 });

    const answer = await fetch(`${api().url}/api/v1/monitor`);

    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-ratelimit-reset")).toBe("7");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
  });

  test("return a custom message, until they are removed", async () => {
    api().faults.add({ answer: 400, message: "no" });

    expect(await send("GET", "/api/v1/monitor")).toEqual({ status: 400, body: errors("no") });
    api().faults.clear();
    expect(await send("GET", "/api/v1/monitor")).toMatchObject({ status: 200 });
  });

  test("close the connection", async () => {
    api().faults.add({ answer: "disconnect" });

    await expect(send("GET", "/api/v1/monitor")).rejects.toThrow("fetch failed");
  });
});

test("the inventory lists all objects, and an organization outlives its API server", async () => {
  const organization = new Organization();
  const first = await DatadogApi.start({ organization });
  const headers = { "dd-api-key": "key", "dd-application-key": "key" };
  await fetch(`${first.url}/api/v1/monitor`, { method: "POST", headers, body: JSON.stringify(monitor) });
  const { port } = first;
  await first.stop();

  const second = await DatadogApi.start({ organization, port });

  expect(second.organization.inventory()).toEqual([{ kind: "monitor", id: "4300000001", name: "load" }]);
  expect(await (await fetch(`${second.url}/api/v1/monitor/4300000001`, { headers })).json()).toMatchObject(monitor);
  await second.stop();
});

test("reports a port in use in one sentence", async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
  const address = taken.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;

  await expect(DatadogApi.start({ port })).rejects.toThrow(
    `Port ${port} is in use: choose another one, or 0 for any free one.`,
  );
  taken.close();
});

test("the child process serves requests and faults, and is stopped by its process id", async () => {
  const child = await DatadogApiProcess.start({ root: resolve(__dirname, "..", "..", "..", "..") });
  const headers = { "dd-api-key": "key", "dd-application-key": "key" };
  await fetch(`${child.url}/api/v1/monitor`, { method: "POST", headers, body: JSON.stringify(monitor) });
  await child.addFault({ answer: 500, path: "/api/v1/slo" });

  expect(await child.inventory()).toEqual([{ kind: "monitor", id: "4300000001", name: "load" }]);
  expect((await fetch(`${child.url}/api/v1/slo`, { headers })).status).toBe(500);
  await child.stop();
  await expect(fetch(child.url)).rejects.toThrow();
  expect(() => process.kill(child.pid, 0)).toThrow();
});
