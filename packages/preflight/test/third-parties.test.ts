import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fixture } from "../../../__tests__/fixtures/environment";
import { type Get, thirdParties } from "../src/checks/third-parties";
import { type Variables, variablesIn } from "../src/variables";
import { stacksOf } from "./support/stand-in";

const { monitoring } = stacksOf(fixture);
const SLACK = "/api/v1/integration/slack/configuration/accounts/acme/channels";
const keys = { datadog_api_key: "a1", datadog_app_key: "b2", opsgenie_api_key: "c3" };

/** Findings by subject, when the vendors answer with these statuses; 404 to what has none. */
async function findings(statuses: Readonly<Record<string, number>>, values: Partial<Record<string, string>> = keys) {
  const variables: Variables = (name) => values[name];
  const get: Get = (url) => Promise.resolve(statuses[url] ?? 404);
  const found = await thirdParties({ environment: fixture, monitoring, variables, get });
  return Object.fromEntries(found.map(({ subject, verdict, text }) => [subject, `${verdict}: ${text}`]));
}

const US5 = "https://api.us5.datadoghq.com";
const valid = {
  [`${US5}/api/v1/validate`]: 200,
  [`${US5}/api/v2/validate_keys`]: 200,
  [`${US5}${SLACK}`]: 200,
  "https://api.eu.opsgenie.com/v2/account": 403,
};

test("valid keys are valid at the environment's site and region", async () => {
  expect(await findings(valid)).toEqual({
    "Datadog API key": "ok: valid at us5.datadoghq.com",
    "Datadog application key": "ok: valid at us5.datadoghq.com",
    "Slack workspace acme": "ok: connected to Datadog",
    "Opsgenie key of acme-operations": "ok: known at api.eu.opsgenie.com",
  });
});

test("an API key of another Datadog site is named with that site", async () => {
  const elsewhere = { [`${US5}/api/v1/validate`]: 403, "https://api.datadoghq.eu/api/v1/validate": 200 };
  expect((await findings(elsewhere))["Datadog API key"]).toBe(
    "stop: is of datadoghq.eu, and the environment reports to us5.datadoghq.com",
  );
  expect((await findings({ [`${US5}/api/v1/validate`]: 403 }))["Datadog API key"]).toBe(
    "stop: us5.datadoghq.com refuses it",
  );
});

test("an application key of another organization, a missing workspace and an unknown Opsgenie key stop", async () => {
  expect(await findings({ ...valid, [`${US5}/api/v2/validate_keys`]: 403 })).toMatchObject({
    "Datadog application key": "stop: us5.datadoghq.com refuses it with this API key",
  });
  expect(
    await findings({ ...valid, [`${US5}${SLACK}`]: 404, "https://api.eu.opsgenie.com/v2/account": 401 }),
  ).toMatchObject({
    "Slack workspace acme": "stop: not connected to Datadog",
    "Opsgenie key of acme-operations": "stop: unknown at api.eu.opsgenie.com, or its integration is disabled",
  });
  expect(await findings({ ...valid, [`${US5}${SLACK}`]: 403 })).toMatchObject({
    "Slack workspace acme": "warning: not checked: Datadog answers 403",
  });
});

test("keys without a value, and vendors that cannot be reached, are warnings", async () => {
  expect(await findings(valid, {})).toEqual({
    "Datadog API key": "warning: datadog_api_key has no value",
    "Opsgenie key of acme-operations": "warning: opsgenie_api_key has no value",
  });
  const variables: Variables = (name) => keys[name as keyof typeof keys];
  const cause = { cause: { code: "ENOTFOUND" } };
  const get: Get = () => Promise.reject(Object.assign(new TypeError("fetch failed"), cause));
  const offline = await thirdParties({ environment: fixture, monitoring, variables, get });
  expect(offline.map(({ verdict, text }) => `${verdict}: ${text}`)).toEqual([
    "warning: not checked: no answer (ENOTFOUND)",
    "warning: not checked: no answer (ENOTFOUND)",
  ]);
});

test("variables come from terraform.tfvars, else from the environment, and zeros are no value", () => {
  const root = mkdtempSync(join(tmpdir(), "dev-one-variables-"));
  try {
    const lines = [
      'datadog_api_key = "abc" # of the team',
      "datadog_api_key_version = 2",
      `opsgenie_api_key = "${"0".repeat(8)}-0000"`,
    ];
    writeFileSync(join(root, "terraform.tfvars"), lines.join("\n"));
    const value = variablesIn(root, { TF_VAR_datadog_app_key: "def", TF_VAR_datadog_api_key: "other" });
    expect(["datadog_api_key", "datadog_app_key", "opsgenie_api_key", "none"].map(value)).toEqual([
      "abc",
      "def",
      undefined,
      undefined,
    ]);
    expect(variablesIn(join(root, "none"), {})("datadog_api_key")).toBeUndefined();
  } finally {
    rmSync(root, { recursive: true });
  }
});
