import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { postDeployments } from "../../src/roll-out/markers";
import { contextOf, rollOut } from "../../src/roll-out/roll-out";
import { FakeAws } from "./fake-aws";
import { staging } from "./one-service";

const before = { ...process.env };
const requests: { url: string; body: Record<string, unknown>; key: string }[] = [];

afterEach(() => {
  process.env = { ...before };
  requests.length = 0;
});

const service = Object.entries(staging.services).map(([name, each]) => ({
  ...each,
  name,
  release: undefined,
  placement: { kind: "all-servers" as const },
}));
const deployments = (isGood: boolean) =>
  service.map((each) => ({ service: each, version: "1.4.2", result: isGood ? "Successful" : "Failed: why", isGood }));

function post(isGood: boolean, problem?: string) {
  const aws = new FakeAws();
  const done = postDeployments(
    deployments(isGood),
    staging,
    contextOf({ environment: staging, ...aws.tools }),
    (url, body, key) => {
      requests.push({ url, body: body as Record<string, unknown>, key });
      return Promise.resolve(problem);
    },
  );
  return { done, said: aws.said };
}

test("an event says environment, service, version and team", async () => {
  Object.assign(process.env, { DATADOG_API_KEY: "secret", DATADOG_SITE: "datadoghq.eu" });
  await post(true).done;
  expect(requests).toEqual([
    {
      url: "https://api.datadoghq.eu/api/v1/events",
      key: "secret",
      body: {
        title: "api 1.4.2, staging: rolled out",
        text: "Successful",
        alert_type: "success",
        source_type_name: "my_apps",
        aggregation_key: "roll-out-staging-api",
        tags: ["env:staging", "project:dev-one", "service:api", "version:1.4.2", "team:dev-one"],
      },
    },
  ]);
});

test("a failed roll-out is an error, at the site of the environment", async () => {
  process.env.DATADOG_API_KEY = "secret";
  await post(false).done;
  expect(requests).toMatchObject([
    {
      url: "https://api.datadoghq.com/api/v1/events",
      body: { title: "api 1.4.2, staging: not rolled out", text: "Failed: why", alert_type: "error" },
    },
  ]);
});

test("nothing is posted without a key", async () => {
  delete process.env.DATADOG_API_KEY;
  await post(true).done;
  expect(requests).toEqual([]);
});

test("an event that is refused stops nothing, and is one line without the key", async () => {
  process.env.DATADOG_API_KEY = "secret";
  const { done, said } = post(true, "it answered 403");
  await done;
  expect(said).toEqual(["api: no event in Datadog: it answered 403."]);
});

test("a roll-out goes on when Datadog does not answer", async () => {
  const server = createServer((_request, response) => response.writeHead(500).end());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  server.close();
  Object.assign(process.env, { DATADOG_API_KEY: "secret", DATADOG_SITE: `localhost:${port}` });
  const aws = new FakeAws();
  for (const name of ["zone-1", "zone-2", "elastic"]) aws.add(`dev-one-staging-${name}`, 1, name === "elastic" ? 0 : 4);
  aws.versions = [1, 2];
  await rollOut({ environment: staging, ...aws.tools });
  expect(aws.said.join("\n")).toMatch(/^api: no event in Datadog: .*fetch failed/m);
});
