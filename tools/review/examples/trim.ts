import { isJsonObject, type Json, type JsonObject } from "../../json";

/** Types whose unchanged resources others are named by. */
const CONTEXT =
  /^aws_(vpc|subnet|security_group|route_table|route53_zone|nat_gateway|internet_gateway|eip|kms_key|iam_role|s3_bucket|ec2_subnet_cidr_reservation|vpc_security_group_\w+|lb|route)$/;
const LONGEST = 600;
const BULK = ["prior_state", "relevant_attributes", "timestamp"];

/** A plan without its bulk: what is in it twice, and unchanged resources that nothing refers to. */
export function trimmed(plan: JsonObject): JsonObject {
  const changes = Array.isArray(plan.resource_changes) ? plan.resource_changes : [];
  const rest = Object.fromEntries(Object.entries(plan).filter(([key]) => !BULK.includes(key)));
  return {
    ...rest,
    planned_values: { root_module: {} },
    resource_changes: changes.filter((each) => {
      const change = isJsonObject(each) ? each.change : undefined;
      const isNoop = isJsonObject(change) && JSON.stringify(change.actions) === '["no-op"]';
      return !isNoop || (isJsonObject(each) && typeof each.type === "string" && CONTEXT.test(each.type));
    }),
    ...(isJsonObject(plan.configuration) ? { configuration: withoutLongConstants(plan.configuration) } : {}),
  };
}

/** The configuration repeats every program of a server. */
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
