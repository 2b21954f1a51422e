import { once } from "node:events";
import { resolve } from "node:path";

import { execa } from "execa";

import { DatadogApi, Organization } from "../../src/datadog-stand-in";
import { errors, KEYS as headers, standIn } from "./support";

const { api, send } = standIn();
const monitor = { type: "query alert", query: "avg(last_5m):avg:system.load.1{*} > 4", name: "load" };

describe("keys", () => {
  test.each([
    { without: "any key", keys: {} },
    { without: "the application key", keys: { "dd-api-key": "key" } },
    { without: "the API key", keys: { "dd-application-key": "key" } },
  ])("a request without $without is forbidden", async ({ keys }) => {
    expect(await send("GET", "/api/v1/monitor", undefined, keys as Record<string, string>)).toEqual({
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
    api().faults.add({ answer: 429 });

    const answer = await fetch(`${api().url}/api/v1/monitor`);

    expect(answer.status).toBe(429);
    expect(answer.headers.get("x-ratelimit-reset")).toBe("1");
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
  await fetch(`${first.url}/api/v1/monitor`, { method: "POST", headers, body: JSON.stringify(monitor) });
  const { port } = first;
  await first.stop();

  const second = await DatadogApi.start({ organization, port });

  expect(second.organization.inventory()).toEqual([{ kind: "monitor", id: "4300000001", name: "load" }]);
  expect(await (await fetch(`${second.url}/api/v1/monitor/4300000001`, { headers })).json()).toMatchObject(monitor);
  await second.stop();
});

test("reports a port in use in one sentence", async () => {
  const { port } = api();

  await expect(DatadogApi.start({ port })).rejects.toThrow(
    `Port ${port} is in use: choose another one, or 0 for any free one.`,
  );
});

test("as a process of its own, it serves requests and exits when its stdin closes", async () => {
  const main = ["scripts/run.mjs", "packages/local-cloud/src/datadog-stand-in/main.ts"];
  const child = execa(process.execPath, main, { cwd: resolve(__dirname, "..", "..", "..", "..") });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };

  expect((await fetch(`http://127.0.0.1:${port}/api/v1/monitor`, { headers })).status).toBe(200);
  child.stdin.end();
  expect((await child).exitCode).toBe(0);
});
