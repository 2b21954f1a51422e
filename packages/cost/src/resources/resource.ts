import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

/** A resource of synthesized JSON or of a plan. */
export interface Resource {
  readonly type: string;
  /** Such as `aws_lb.edge_load-balancer_ECC0B3DC`. */
  readonly address: string;
  readonly stack: string;
  readonly values: JsonObject;
}

/** The resources of an environment. */
export interface EnvironmentResources {
  readonly environment: string;
  readonly region: string;
  readonly resources: readonly Resource[];
}

/** Sorts resources, so that the order does not depend on the machine or on the order of stacks. */
export function inOrder(resources: readonly Resource[]): Resource[] {
  const key = ({ address, stack }: Resource) => `${address} ${stack}`;
  return [...resources].sort((one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other))));
}

/** A name from a file, without line breaks and characters that Markdown interprets. */
export function printable(text: string): string {
  const plain = text.replaceAll(/[^\w.:=[\]"/ -]/g, "?");
  return plain.length > 120 ? `${plain.slice(0, 120)}...` : plain;
}

/** The valid names of an environment and of a region; restricted because reports print them. */
export function isName(value: unknown): value is string {
  return typeof value === "string" && /^[a-z][a-z0-9-]{0,40}$/.test(value);
}

/** @throws UserError when it is missing or not a number in the valid range */
export function numberOf(resource: Resource, key: string, values: JsonObject = resource.values): number {
  const value = optionalNumberOf(resource, key, values);
  if (value === undefined) throw wrong(resource, key, "is missing");
  return value;
}

/** @throws UserError when it is set and not a number in the valid range */
export function optionalNumberOf(
  resource: Resource,
  key: string,
  values: JsonObject = resource.values,
): number | undefined {
  const value = own(values, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > 1e9) {
    throw wrong(resource, key, "is not a number from 0 to 1,000,000,000");
  }
  return value;
}

/** @throws UserError when it is missing, empty or not text */
export function textOf(resource: Resource, key: string): string {
  const value = own(resource.values, key);
  if (typeof value !== "string" || value === "") throw wrong(resource, key, "is missing");
  return value;
}

/** CDKTF writes some booleans as strings. */
export function flagOf(values: JsonObject, key: string): boolean {
  const value = own(values, key);
  return value === true || value === "true";
}

/** Nested blocks: CDKTF writes a single one as an object, Terraform always writes a list. */
export function blocksOf(values: JsonObject, key: string): JsonObject[] {
  const value = own(values, key);
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}

/** The length of a list; undefined when it is not known before the apply. */
export function countOf(resource: Resource, key: string): number | undefined {
  const value = own(resource.values, key);
  return Array.isArray(value) && value.length > 0 ? value.length : undefined;
}

/** The error for a resource without a price. */
export function unpriced(resource: Resource, what: string, remedy: string): UserError {
  return new UserError(`There is no price for ${what} (${printable(resource.address)}): ${remedy}.`);
}

export function own(values: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function wrong(resource: Resource, key: string, problem: string): UserError {
  return new UserError(`${printable(resource.address)}: ${key} ${problem}, so that it cannot be priced.`);
}
