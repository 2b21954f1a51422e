import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

/** A provider that a stack asks for. */
export interface ProviderRequirement {
  /** Name within the stack, such as "aws". */
  readonly name: string;
  /** Full address, such as "registry.terraform.io/hashicorp/aws". */
  readonly address: string;
  /** Terraform's notation; empty when any version will do. */
  readonly constraint: string;
}

export const REGISTRY = "registry.terraform.io";

/** What a stack's JSON asks for in `terraform.required_providers`. */
export function requiredProviders(stack: JsonObject): ProviderRequirement[] {
  const providers = objectAt(stack, "terraform", "required_providers") ?? {};
  return Object.entries(providers).map(([name, value]) => {
    const fields: JsonObject = isJsonObject(value) ? value : {};
    const { source, version } = fields;
    return {
      name,
      address: providerAddress(typeof source === "string" ? source : name),
      constraint: typeof version === "string" ? version : "",
    };
  });
}

/** Completes a source such as "aws" or "datadog/datadog" as Terraform does. */
export function providerAddress(source: string): string {
  const parts = source.toLowerCase().split("/");
  if (parts.length === 1) return [REGISTRY, "hashicorp", ...parts].join("/");
  return parts.length === 2 ? [REGISTRY, ...parts].join("/") : parts.join("/");
}
