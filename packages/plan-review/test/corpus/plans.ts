import type { Json, JsonObject } from "@dev-one/cli/json";
import { parsePlan, type PlanSource } from "@dev-one/terraform-json/read-plan";

export interface ChangeProps {
  readonly before?: JsonObject | null;
  readonly after?: JsonObject | null;
  readonly unknown?: Json;
  readonly beforeSensitive?: Json;
  readonly afterSensitive?: Json;
  readonly replacePaths?: Json;
  /** Other fields of the resource change. */
  readonly more?: JsonObject;
  /** Other fields of its `change`. */
  readonly moreOfChange?: JsonObject;
}

/** One entry of `resource_changes`. The type is that of the address. */
export function change(address: string, actions: readonly string[], props: ChangeProps = {}): JsonObject {
  const { before, after, unknown, beforeSensitive, afterSensitive, replacePaths, more, moreOfChange } = props;
  const [, type = "", name = ""] =
    /(?:^|\.)([a-z0-9_]+)\.([\w-]+)$/.exec(address.replaceAll(/\["[^"]*"\]|\[\d+\]/g, "")) ?? [];
  return {
    address,
    mode: "managed",
    type,
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    ...more,
    change: {
      actions: [...actions],
      before: before ?? null,
      after: after ?? null,
      after_unknown: unknown ?? {},
      before_sensitive: beforeSensitive ?? {},
      after_sensitive: afterSensitive ?? {},
      ...(replacePaths === undefined ? {} : { replace_paths: replacePaths }),
      ...moreOfChange,
    },
  };
}

export const create = (address: string, after: JsonObject, props: ChangeProps = {}): JsonObject =>
  change(address, ["create"], { after, ...props });
export const destroy = (address: string, before: JsonObject = {}, props: ChangeProps = {}): JsonObject =>
  change(address, ["delete"], { before, ...props });
export const update = (address: string, before: JsonObject, after: JsonObject, props: ChangeProps = {}): JsonObject =>
  change(address, ["update"], { before, after: { ...before, ...after }, ...props });
export const replace = (address: string, before: JsonObject, after: JsonObject, props: ChangeProps = {}): JsonObject =>
  change(address, ["delete", "create"], { before, after: { ...before, ...after }, ...props });
export const unchanged = (address: string, values: JsonObject, props: ChangeProps = {}): JsonObject =>
  change(address, ["no-op"], { before: values, after: values, ...props });

/** A minimal plan of an environment. */
export function plan(changes: readonly JsonObject[], environment = "production", more: JsonObject = {}): JsonObject {
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    resource_changes: [...changes],
    configuration: {
      provider_config: {
        aws: {
          name: "aws",
          expressions: { default_tags: [{ tags: { constant_value: { env: environment, project: "dev-one" } } }] },
        },
      },
      root_module: {},
    },
    ...more,
  };
}

/** A plan as if it had been read from a file. */
export function source(json: JsonObject, name = "stack"): PlanSource {
  return {
    name,
    plan: parsePlan(Buffer.from(JSON.stringify(json)), `${name}.json`),
    jsonSha256: "0".repeat(64),
    planSha256: undefined,
    synthesized: undefined,
  };
}
