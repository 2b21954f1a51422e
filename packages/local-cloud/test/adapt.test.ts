import type { JsonObject } from "@dev-one/cli/json";
import {
  adaptStack,
  cloudEnvironment,
  forgetOwnProfile,
  localCloudUrl,
  variableEnvironment,
  withLocalState,
} from "@dev-one/terraform-json/local-endpoints";

import { fixtureWith, webWith } from "../../../__tests__/fixtures/variants";
import { synthesize } from "../../../__tests__/support/synthesis";
import { parseArguments } from "../src/arguments";
import { leftovers } from "../src/leftovers";

const url = "http://127.0.0.1:5000";
/** The fixture, whose service has an Opsgenie service of its own. */
const webPaged = fixtureWith({
  services: webWith({ alerts: { paging: { kind: "opsgenie", service: "acme-web", region: "eu" } } }),
});
const stack = {
  provider: { aws: [{ region: "us-east-1", allowed_account_ids: ["111122223333"] }] },
  terraform: { required_version: ">= 1.11.0", backend: { s3: { bucket: "b", key: "k", use_lockfile: true } } },
};

test("a scratch copy uses the local cloud, keeps account, region and lock, and leaves the original unchanged", () => {
  const before = structuredClone(stack);

  expect(adaptStack(stack, url)).toMatchObject({
    provider: {
      aws: [
        {
          region: "us-east-1",
          allowed_account_ids: ["111122223333"],
          max_retries: 3,
          s3_use_path_style: true,
          endpoints: [expect.objectContaining({ sts: url, ec2: url, rds: url })],
        },
      ],
    },
    terraform: {
      backend: { s3: { bucket: "b", key: "k", use_lockfile: true, use_path_style: true, endpoints: { s3: url } } },
    },
  });
  expect(stack).toEqual(before);
});

describe("Datadog's provider", () => {
  const monitoring = {
    provider: { datadog: [{ api_url: "https://api.datadoghq.com", api_key: "${var.datadog_api_key}" }] },
  };

  test("uses the stand-in, with the keys of the stack", () => {
    expect(adaptStack(monitoring, url, "http://127.0.0.1:6000")).toEqual({
      provider: {
        datadog: [{ api_url: "http://127.0.0.1:6000", validate: "false", api_key: "${var.datadog_api_key}" }],
      },
    });
  });

  test("uses a closed port without a stand-in, not the real Datadog API", () => {
    expect(JSON.stringify(adaptStack(monitoring, url))).toMatch(/"api_url":"http:\/\/127\.0\.0\.1:9"/);
  });

  test("is not added to a stack without it", () => {
    expect(Object.keys(adaptStack(stack, url).provider ?? {})).toEqual(["aws"]);
  });
});

test("keeps the account lookup, which references between security groups need", () => {
  expect(JSON.stringify(adaptStack(stack, url))).not.toContain("skip_requesting_account_id");
});

test("a plan without shared state uses a local backend", () => {
  expect(withLocalState(stack).terraform).toEqual({ required_version: ">= 1.11.0", backend: { local: {} } });
});

test("Opsgenie keys of services have values of the form that their variables accept", () => {
  const { monitoring } = synthesize(webPaged);
  const values = variableEnvironment(JSON.parse(monitoring.json) as JsonObject);
  const { document } = monitoring;
  for (const name of Object.keys(document.variable ?? {})) expect(values).toHaveProperty(`TF_VAR_${name}`);
  expect(values.TF_VAR_opsgenie_api_key_acme_web).toBe(values.TF_VAR_opsgenie_api_key);
  expect(variableEnvironment()).not.toHaveProperty("TF_VAR_opsgenie_api_key_acme_web");
});

test("accepts only listed leftovers and resources that existed before", () => {
  const vpc = { kind: "VPC", id: "vpc-1" };
  const bucket = { kind: "bucket", id: "dev-one-staging-terraform-state-111122223333" };
  const forgotten = { kind: "bucket", id: "dev-one-staging-access-logs" };

  expect(leftovers([vpc], [vpc, bucket, forgotten]).map(({ id, reason }) => [id, reason !== undefined])).toEqual([
    [bucket.id, true],
    [forgotten.id, false],
  ]);
});

test("accepts only a loopback address as a local cloud", () => {
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "http://127.0.0.1:5000" })).toBe("http://127.0.0.1:5000");
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "https://example.com" })).toBeUndefined();
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "http://127.0.0.1:5000.example.com" })).toBeUndefined();
  expect(localCloudUrl({})).toBeUndefined();
});

test("rejects --keep together with --empty", () => {
  expect(parseArguments(["--empty"])).toMatchObject({ empty: true, keep: false });
  expect(() => parseArguments(["--keep", "--empty"])).toThrow(/choose one of them\.$/);
});

test("AWS clients use the local cloud regardless of the user's proxy and endpoint variables", () => {
  const { NO_PROXY, no_proxy: lowerCase } = cloudEnvironment(url, "us-east-1");
  for (const hosts of [NO_PROXY, lowerCase]) expect(hosts?.split(",")).toContain("127.0.0.1");
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9000",
    AWS_PROFILE: "own",
    HOME: "/root",
  };

  forgetOwnProfile(env);

  expect(env).toEqual({ AWS_ENDPOINT_URL: url, HOME: "/root" });
});
