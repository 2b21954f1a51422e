import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A variable of the stacks, such as `datadog_api_key`; undefined without a value, or with that of the example. */
export type Variables = (name: string) => string | undefined;

/**
 * Values that Terraform would take: `TF_VAR_NAME`, else `terraform.tfvars`. Of the file only strings on one line are read, which keys
 * are; a placeholder of terraform.tfvars.example, all zeros, is no value.
 */
export function variablesIn(root: string, env: NodeJS.ProcessEnv = process.env): Variables {
  const file = join(root, "terraform.tfvars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const inFile = new Map(
    [...text.matchAll(/^\s*(\w+)\s*=\s*"([^"\n]*)"/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return (name) => {
    const value = inFile.get(name) ?? env[`TF_VAR_${name}`];
    return value === undefined || /^[0-]*$/.test(value) ? undefined : value;
  };
}
