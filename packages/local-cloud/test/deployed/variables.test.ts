import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type JsonObject, objectAt, writeJsonFile } from "@dev-one/cli/json";
import { findTerraform, Terraform } from "@dev-one/terraform-cli";

import type { Stack } from "../../../../__tests__/support/stack";
import { synthesize } from "../../../../__tests__/support/synthesis";
import { production, staging } from "../../../../src/environments";

// Terraform validates the variables of the synthesized stacks, independently of the rest of a stack.

const KEY = "0123456789abcdef0123456789abcdef";

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-variables-"));
});

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

/** A configuration with only the variables of a stack. */
async function terraformFor(stack: Stack, names: readonly string[]): Promise<Terraform> {
  const directory = join(scratch, stack.name);
  mkdirSync(directory);
  const { variable = {} } = JSON.parse(stack.json) as JsonObject;
  expect(Object.keys(objectAt({ variable }, "variable") ?? {}).sort()).toEqual(names);
  writeJsonFile(join(directory, "cdk.tf.json"), { variable });
  const { executable } = await findTerraform({ root: resolve(__dirname, "..", "..", "..", "..") });
  const terraform = new Terraform({ executable, directory });
  await terraform.init();
  return terraform;
}

const API_KEY_FORMAT = "datadog_api_key must be 32 hexadecimal digits in lower case";

describe.each([
  {
    stack: "the platform",
    of: () => synthesize(staging).platform,
    names: ["datadog_api_key", "datadog_api_key_version"],
    valid: { datadog_api_key: KEY },
    mistakes: [
      { name: "datadog_api_key", value: "abc", sentence: API_KEY_FORMAT },
      { name: "datadog_api_key", value: KEY.toUpperCase(), sentence: API_KEY_FORMAT },
      {
        name: "datadog_api_key_version",
        value: "1.5",
        sentence: "datadog_api_key_version must be a whole number from 1 upwards",
      },
    ],
  },
  {
    stack: "monitoring",
    of: () => synthesize(production).monitoring,
    names: ["datadog_api_key", "datadog_app_key", "opsgenie_api_key"],
    valid: {
      datadog_api_key: KEY,
      datadog_app_key: `${KEY}01234567`,
      opsgenie_api_key: "01234567-89ab-cdef-0123-456789abcdef",
    },
    mistakes: [
      { name: "datadog_api_key", value: `${KEY}00`, sentence: API_KEY_FORMAT },
      { name: "datadog_app_key", value: KEY, sentence: "datadog_app_key must be 40 hexadecimal digits in lower case" },
      { name: "opsgenie_api_key", value: KEY, sentence: "opsgenie_api_key must be a UUID in lower case" },
    ],
  },
])("$stack", ({ of, names, valid, mistakes }) => {
  let terraform: Terraform;

  beforeAll(async () => {
    terraform = await terraformFor(of(), names);
  });

  test("accepts valid values", async () => {
    await expect(terraform.plan({ variables: valid })).resolves.toEqual({ hasChanges: false });
  });

  test.each(Object.keys(valid))("rejects a plan without %s, with the variable's name", async (name) => {
    const others = Object.fromEntries(Object.entries(valid).filter(([key]) => key !== name));
    await expect(terraform.plan({ variables: others })).rejects.toThrow(name);
  });

  test.each(mistakes)("rejects $name = $value with the variable's format", async ({ name, value, sentence }) => {
    await expect(terraform.plan({ variables: { ...valid, [name]: value } })).rejects.toThrow(sentence);
  });
});
