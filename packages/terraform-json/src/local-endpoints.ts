// Endpoints, credentials and settings with which a scratch copy of a stack uses the local cloud instead of AWS.
import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { blocks } from "./values";

/** The services that the stacks use, by the AWS provider's endpoint names. */
const SERVICES = [
  "acm",
  "autoscaling",
  "cloudwatch",
  "ec2",
  "elbv2",
  "iam",
  "kms",
  "logs",
  "rds",
  "route53",
  "s3",
  "secretsmanager",
  "ssm",
  // The provider compares the account with `allowed_account_ids`, and needs its id for security-group references.
  "sts",
];

/** moto accepts any key; these are those of its documentation. */
const CREDENTIALS = { access_key: "test", secret_key: "test" };

/** No service listens on this port: without a stand-in, a stack must not call the real Datadog API. */
const NOWHERE = "http://127.0.0.1:9";

/**
 * A copy of a stack whose providers and state bucket are in the local cloud. Account, region and Datadog's keys are not changed.
 *
 * @param datadogUrl URL of the stand-in for Datadog's API (packages/local-cloud/src/datadog-stand-in), for a stack that needs it
 */
export function adaptStack(stack: JsonObject, url: string, datadogUrl = NOWHERE): JsonObject {
  const copy = structuredClone(stack);
  const settings: Readonly<Record<string, JsonObject>> = {
    aws: {
      ...CREDENTIALS,
      endpoints: [Object.fromEntries(SERVICES.map((service) => [service, url]))],
      // The provider's default of 25 attempts takes minutes, and an internal error of the emulator is permanent.
      max_retries: 3,
      // On loopback the bucket cannot be part of the host name.
      s3_use_path_style: true,
    },
    // With `validate`, Datadog's provider calls the API once more to check its keys.
    datadog: { api_url: datadogUrl, validate: "false" },
  };
  for (const [provider, configurations] of Object.entries(objectAt(copy, "provider") ?? {})) {
    for (const each of blocks(configurations)) Object.assign(each, settings[provider]);
  }
  const bucket = objectAt(copy, "terraform", "backend", "s3");
  if (bucket !== undefined) {
    Object.assign(bucket, { ...CREDENTIALS, endpoints: { s3: url, sts: url }, use_path_style: true });
  }
  return copy;
}

/** A copy of a stack with a local backend, for plans that need no shared state. */
export function withLocalState(stack: JsonObject): JsonObject {
  const copy = structuredClone(stack);
  copy.terraform = { ...objectAt(copy, "terraform"), backend: { local: {} } };
  return copy;
}

/** The local cloud's URL in this process's environment; undefined when the environment refers to AWS. */
export function localCloudUrl(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env.AWS_ENDPOINT_URL;
  return url !== undefined && isLoopback(url) ? url : undefined;
}

export function isLoopback(url: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d+$/.test(url);
}

/**
 * Environment variables with which every AWS client uses the local cloud instead of the user's profile. They repeat the settings of
 * the adapted JSON, so that no client can reach the real AWS by mistake.
 */
export function cloudEnvironment(url: string, region: string): Record<string, string> {
  // Python's AWS clients would send even requests to loopback through the user's HTTP_PROXY.
  const direct = [process.env.NO_PROXY ?? process.env.no_proxy ?? "", "127.0.0.1"].filter((each) => each !== "").join();
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: CREDENTIALS.access_key,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secret_key,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    NO_PROXY: direct,
    no_proxy: direct,
  };
}

/** Removes the user's AWS profile and session from this process's environment, which its child processes inherit. */
export function forgetOwnProfile(env: NodeJS.ProcessEnv = process.env): void {
  const own = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN"];
  // The endpoint variable of a service takes precedence over AWS_ENDPOINT_URL.
  for (const name of [...own, ...Object.keys(env).filter((each) => each.startsWith("AWS_ENDPOINT_URL_"))]) {
    Reflect.deleteProperty(env, name);
  }
}

/**
 * Values for the variables without default, as environment variables. None of them is a valid credential.
 * @param stacks stacks with an Opsgenie key of a service, which has a variable of its own
 */
export function variableEnvironment(...stacks: readonly JsonObject[]): Record<string, string> {
  const names = stacks.flatMap((stack) => Object.keys(objectAt(stack, "variable") ?? {}));
  const keys = ["opsgenie_api_key", ...names.filter((name) => name.startsWith("opsgenie_api_key_"))];
  return {
    TF_VAR_datadog_api_key: "0".repeat(32),
    TF_VAR_datadog_app_key: "0".repeat(40),
    ...Object.fromEntries(keys.map((name) => [`TF_VAR_${name}`, "00000000-0000-0000-0000-000000000000"])),
  };
}
