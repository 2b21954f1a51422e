import { type JsonObject, objectAt } from "@dev-one/cli/json";

/** A copy of a synthesized stack with one resource edited, or without it. @param address such as `aws_vpc.network_vpc_BDAB4594` */
export function editedStack(
  json: JsonObject,
  address: string,
  edit: "removed" | ((resource: JsonObject) => void),
): JsonObject {
  const copy = structuredClone(json);
  const [type = "", id = ""] = address.split(".");
  const resources = objectAt(copy, "resource", type) ?? {};
  const resource = objectAt(resources, id);
  if (resource === undefined) throw new Error(`The stack has no ${address}`);
  if (edit === "removed") Reflect.deleteProperty(resources, id);
  else edit(resource);
  return copy;
}
