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
  ])("without $without a request is forbidden", async ({ headers }) => {
    expect(await send("GET", "/api/v1/monitor", undefined, headers as Record<string, string>)).toEqual({
      status: 403,
      body: errors("Forbidden"),
    });
  });

  test("an API that knows its keys lets no other in", async () => {
    const guarded = await DatadogApi.start({ keys: { apiKey: "right", applicationKey: "right" } });
    const ask = async (apiKey: string): Promise<number> => {
      const headers = { "dd-api-key": apiKey, "dd-application-key": "right" };
      return (await fetch(`${guarded.url}/api/v1/monitor`, { headers })).status;
    };

    expect([await ask("right"), await ask("wrong")]).toEqual([200, 403]);
    await guarded.stop();
  });

  test("the check of a key asks for no application key", async () => {
    expect(await send("GET", "/api/v1/validate", undefined, { "dd-api-key": "key" })).toEqual({
      status: 200,
      body: { valid: true },
    });
  });
});

test("what is no JSON, and what is no endpoint, is refused", async () => {
  const headers = { "dd-api-key": "key", "dd-application-key": "key" };
  const answer = await fetch(`${api().url}/api/v1/monitor`, { method: "POST", headers, body: "{" });

  expect(answer.status).toBe(400);
  expect(await send("GET", "/api/v1/hosts")).toEqual({ status: 404, body: errors("Not found") });
});

describe("failing on demand", () => {
  test("a status, for one method below one path, after some requests and for some", async () => {
    api().faults.add({ answer: 503, method: "POST", path: "/api/v1/monitor", after: 1, times: 1 });

    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push((await send("POST", "/api/v1/monitor", monitor)).status);

    expect(statuses).toEqual([200, 503, 200]);
    expect(await send("GET", "/api/v1/slo")).toMatchObject({ status: 200 });
  });

  test("a rate limit says when it ends", async () => {
    api().faults.add({ answer: 429, resetSeconds: 7 });

    const answer = await fetch(`${api().url}/api/v1/monitor`);

    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-ratelimit-reset")).toBe("7");
    expect(answer.headers.get("x-ratelimit-remaining")).toBe("0");
  });

  test("a refusal in words of one's own, and its end", async () => {
    api().faults.add({ answer: 400, message: "no" });

    expect(await send("GET", "/api/v1/monitor")).toEqual({ status: 400, body: errors("no") });
    api().faults.clear();
    expect(await send("GET", "/api/v1/monitor")).toMatchObject({ status: 200 });
  });

  test("an API that cannot be reached", async () => {
    api().faults.add({ answer: "disconnect" });

    await expect(send("GET", "/api/v1/monitor")).rejects.toThrow("fetch failed");
  });
});

test("everything left is in the inventory, and what an organization holds outlives its API", async () => {
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

test("a port in use is refused in one sentence", async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
  const address = taken.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;

  await expect(DatadogApi.start({ port })).rejects.toThrow(
    `Port ${port} is in use: choose another one, or 0 for any free one.`,
  );
  taken.close();
});

test("as a process of its own it answers, fails on demand, and ends by its id", async () => {
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
