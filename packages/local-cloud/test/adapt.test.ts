import {
  adaptDatadog,
  adaptStack,
  cloudEnvironment,
  forgetOwnProfile,
  localCloudUrl,
  withLocalState,
} from "@dev-one/terraform-json/local-endpoints";

import { parseArguments } from "../src/arguments";
import { leftovers } from "../src/leftovers/leftovers";

const url = "http://127.0.0.1:5000";
const stack = {
  provider: { aws: [{ region: "us-east-1", allowed_account_ids: ["111122223333"] }] },
  terraform: { required_version: ">= 1.11.0", backend: { s3: { bucket: "b", key: "k", use_lockfile: true } } },
};

test("a scratch copy talks to the local cloud, and keeps account, region and lock; the original stays as it was", () => {
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

  test("talks to the stand-in, with the keys that the stack has", () => {
    expect(adaptDatadog(monitoring, "http://127.0.0.1:6000")).toEqual({
      provider: {
        datadog: [{ api_url: "http://127.0.0.1:6000", validate: "false", api_key: "${var.datadog_api_key}" }],
      },
    });
  });

  test("without a stand-in it reaches nothing, and least of all the real Datadog", () => {
    expect(JSON.stringify(adaptStack(monitoring, url))).toMatch(/"api_url":"http:\/\/127\.0\.0\.1:9"/);
  });

  test("is not missed by a stack that has none", () => {
    expect(adaptDatadog(stack)).toEqual(stack);
  });
});

test("nothing skips the look-up of the account, which references between security groups need", () => {
  expect(JSON.stringify(adaptStack(stack, url))).not.toContain("skip_requesting_account_id");
});

test("a plan without shared state keeps it in a file", () => {
  expect(withLocalState(stack).terraform).toEqual({ required_version: ">= 1.11.0", backend: { local: {} } });
});

test("only listed leftovers, and what was there before, may be left", () => {
  const vpc = { kind: "VPC", id: "vpc-1" };
  const bucket = { kind: "bucket", id: "dev-one-staging-terraform-state-111122223333" };
  const forgotten = { kind: "bucket", id: "dev-one-staging-access-logs" };

  expect(leftovers([vpc], [vpc, bucket, forgotten])).toEqual({
    unexpected: [forgotten],
    expected: [expect.objectContaining(bucket)],
  });
});

test("only an address on loopback is a local cloud", () => {
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "http://127.0.0.1:5000" })).toBe("http://127.0.0.1:5000");
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "https://example.com" })).toBeUndefined();
  expect(localCloudUrl({ AWS_ENDPOINT_URL: "http://127.0.0.1:5000.example.com" })).toBeUndefined();
  expect(localCloudUrl({})).toBeUndefined();
});

test("a local cloud is left running with staging or with nothing, not with both", () => {
  expect(parseArguments(["--empty"])).toMatchObject({ empty: true, keep: false });
  expect(() => parseArguments(["--keep", "--empty"])).toThrow(/choose one of them\.$/);
});

test("no proxy and no endpoint of a person's own stands between AWS's clients and the local cloud", () => {
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
