import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

const LONGEST = 600;
const BULK = ["prior_state", "relevant_attributes", "timestamp"];

/** A smaller plan: without duplicates and without user data that does not change. All resources stay, because policy rules read them. */
export function trimmed(plan: JsonObject): JsonObject {
  const changes = Array.isArray(plan.resource_changes) ? plan.resource_changes : [];
  const rest = Object.fromEntries(Object.entries(plan).filter(([key]) => !BULK.includes(key)));
  return {
    ...rest,
    planned_values: { root_module: {} },
    resource_changes: changes.map(withoutUnchangedPrograms),
    ...(isJsonObject(plan.configuration) ? { configuration: withoutLongConstants(plan.configuration) } : {}),
  };
}

function withoutUnchangedPrograms(resource: Json): Json {
  const change = isJsonObject(resource) ? resource.change : undefined;
  if (!isJsonObject(resource) || !isJsonObject(change) || JSON.stringify(change.actions) !== '["no-op"]')
    return resource;
  const without = (side: Json | undefined): Json =>
    isJsonObject(side) && typeof side.user_data === "string" ? { ...side, user_data: "" } : (side ?? null);
  return { ...resource, change: { ...change, before: without(change.before), after: without(change.after) } };
}

/** The configuration repeats the user data. */
function withoutLongConstants(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutLongConstants);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      key === "constant_value" && typeof each === "string" && each.length > LONGEST
        ? "(trimmed)"
        : withoutLongConstants(each),
    ]),
  );
}
