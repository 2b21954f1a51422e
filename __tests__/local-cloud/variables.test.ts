import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { staging } from "../../src/config/staging";
import { type JsonObject, objectAt, writeJsonFile } from "../../tools/json";
import { findTerraform, Terraform } from "../../tools/terraform";
import { synthesize } from "../support/synthesis";

// Terraform itself judges the variables of the synthesized stack; what else is in the stack does not matter to that.

let scratch: string;
let terraform: Terraform;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-variables-"));
  const directory = join(scratch, "stack");
  mkdirSync(directory);
  const { variable = {} } = JSON.parse(synthesize(staging).platform.json) as JsonObject;
  expect(Object.keys(objectAt({ variable }, "variable") ?? {})).toEqual(["datadog_api_key", "datadog_api_key_version"]);
  writeJsonFile(join(directory, "cdk.tf.json"), { variable });
  const { executable } = await findTerraform({ root: resolve(__dirname, "..", "..") });
  terraform = new Terraform({ executable, directory });
  await terraform.init();
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const KEY = "0123456789abcdef0123456789abcdef";

test("a plan with good values passes", async () => {
  await expect(terraform.plan({ variables: { datadog_api_key: KEY } })).resolves.toEqual({ hasChanges: false });
});

test.each([
  { mistake: "no key", variables: {}, sentence: "datadog_api_key" },
  {
    mistake: "a key that is too short",
    variables: { datadog_api_key: "abc" },
    sentence: "datadog_api_key must be 32 hexadecimal digits in lower case",
  },
  {
    mistake: "a key in capitals",
    variables: { datadog_api_key: KEY.toUpperCase() },
    sentence: "datadog_api_key must be 32 hexadecimal digits in lower case",
  },
  {
    mistake: "an edition that is no whole number",
    variables: { datadog_api_key: KEY, datadog_api_key_version: "1.5" },
    sentence: "datadog_api_key_version must be a whole number from 1 upwards",
  },
])("a plan with $mistake is refused with the variable's name and what it should look like", async (given) => {
  await expect(terraform.plan({ variables: given.variables })).rejects.toThrow(given.sentence);
});
