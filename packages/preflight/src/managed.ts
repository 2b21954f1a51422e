import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { instancesIn, type StateInstance } from "@dev-one/delivery/state";
import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import type { Aws } from "./aws";
import { isMissing } from "./failure";

/** What Terraform manages already, as the environment's states say. */
export class Managed {
  /** @param byStack the resources of each stack's state @param isUnknown whether the states could not be read */
  constructor(
    private readonly byStack: ReadonlyMap<string, readonly StateInstance[]>,
    readonly isUnknown = false,
  ) {}

  /** Whether a stack has been applied, at least in part. */
  hasStack(name: string): boolean {
    return (this.byStack.get(name)?.length ?? 0) > 0;
  }

  /** Whether a state holds a resource of this type with this value of an attribute. */
  holds(type: string, attribute: string, value: string): boolean {
    return this.ids(type, attribute).includes(value);
  }

  /** The values that an attribute has in all resources of a type. */
  ids(type: string, attribute = "id"): string[] {
    return [...this.byStack.values()]
      .flat()
      .filter((instance) => instance.type === type)
      .flatMap(({ attributes }) => (typeof attributes[attribute] === "string" ? [attributes[attribute]] : []));
  }
}

/** Reads the state of each stack from its backend; a bucket or an object that does not exist is an empty state. */
export async function readManaged({ s3 }: Pick<Aws, "s3">, stacks: readonly Stack[]): Promise<Managed> {
  const states = await Promise.all(
    stacks.map(async (stack): Promise<[string, StateInstance[]]> => {
      const backend = backendOf(stack);
      try {
        const { Body } = await s3.getObject({ Bucket: backend?.text("bucket"), Key: backend?.text("key") });
        return [stack.name, instancesIn(objectOf(await Body?.transformToString()))];
      } catch (error) {
        if (isMissing(error)) return [stack.name, []];
        throw error;
      }
    }),
  );
  return new Managed(new Map(states));
}

/** The S3 backend of a stack. */
export const backendOf = ({ settings }: Stack): ReturnType<Resource["block"]> =>
  settings.block("terraform")?.block("backend")?.block("s3");

function objectOf(text = "{}"): JsonObject {
  const value = JSON.parse(text) as Json;
  return isJsonObject(value) ? value : {};
}
