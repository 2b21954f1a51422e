import { isJsonObject, type JsonObject, objectAt } from "@dev-one/cli/json";

/** A provider that a stack requires. */
export interface ProviderRequirement {
  /** Name within the stack, such as "aws". */
  readonly name: string;
  /** Full address, such as "registry.terraform.io/hashicorp/aws". */
  readonly address: string;
  /** The exact version, such as "6.25.0", as policy requires; empty when any version is accepted. */
  readonly version: string;
}

export const REGISTRY = "registry.terraform.io";

/** The providers in `terraform.required_providers` of a stack's JSON. */
export function requiredProviders(stack: JsonObject): ProviderRequirement[] {
  const providers = objectAt(stack, "terraform", "required_providers") ?? {};
  return Object.entries(providers).map(([name, value]) => {
    const fields: JsonObject = isJsonObject(value) ? value : {};
    const { source, version } = fields;
    return {
      name,
      address: providerAddress(typeof source === "string" ? source : name),
      version: typeof version === "string" ? version : "",
    };
  });
}

/** Completes a source such as "aws" or "datadog/datadog" as Terraform does. */
function providerAddress(source: string): string {
  const parts = source.toLowerCase().split("/");
  return [...[REGISTRY, "hashicorp"].slice(0, Math.max(0, 3 - parts.length)), ...parts].join("/");
}

/** Without the registry's host name, such as "hashicorp/aws". */
export const shortName = (address: string): string => address.split("/").slice(1).join("/");

/** Whether a version is the one that is required. */
export const meets = (version: string, { version: wanted }: ProviderRequirement): boolean =>
  wanted === "" || version === wanted;
