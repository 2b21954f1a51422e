import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { DatadogApi, Organization } from "../../src/datadog-stand-in";
import { datadogInventory, startDatadogApi } from "../../src/datadog-stand-in/child";
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
  test("return a status for a method and a number of requests", async () => {
    api().faults.add({ answer: 503, method: "POST", times: 1 });

    expect(await send("GET", "/api/v1/monitor")).toMatchObject({ status: 200 });
    const statuses = [];
    for (let index = 0; index < 2; index += 1) statuses.push((await send("POST", "/api/v1/monitor", monitor)).status);
    expect(statuses).toEqual([503, 200]);
  });

  test("return the reset time of a rate limit, until they are removed", async () => {
    api().faults.add({ answer: 429, resetSeconds: 7 });

    const { status, headers } = await fetch(`${api().url}/api/v1/monitor`);

    expect(status).toBe(429);
    expect(headers.get("x-ratelimit-reset")).toBe("7");
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
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

test("the child process serves requests, and is stopped by its process id", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-stand-in-"));
  const child = await startDatadogApi(resolve(__dirname, "..", "..", "..", ".."), join(scratch, "log"));
  const headers = { "dd-api-key": "key", "dd-application-key": "key" };
  await fetch(`${child.url}/api/v1/monitor`, { method: "POST", headers, body: JSON.stringify(monitor) });

  expect(await datadogInventory(child)).toEqual([{ kind: "monitor", id: "4300000001", name: "load" }]);
  await child.stop();
  await expect(fetch(child.url)).rejects.toThrow();
  expect(() => process.kill(child.pid, 0)).toThrow();
  rmSync(scratch, { recursive: true });
});
