import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import type { Finding } from "../finding";
import { blocks, type Change, sidesAfter, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Principals of Google's policies that are everybody. @see https://cloud.google.com/iam/docs/principals-overview */
const EVERYBODY = /^(\w+:)?(allUsers|allAuthenticatedUsers)$/;

const METHOD = /^aws_api_gateway_method$/;

/** What anybody may read or use, without being let in by a policy of AWS. */
export function judgePublicAccess(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (["no-op", "read", "move", "delete"].includes(change.action)) return [];
    const before = openings(change, change.before).map((title) => JSON.stringify(title));
    return sidesAfter(change)
      .flatMap((side) => openings(change, side))
      .filter((title) => !before.includes(JSON.stringify(title)))
      .map((title): Finding => ({
        kind: "open-to-world",
        severity: "forbidden",
        danger: "network",
        address: change.address,
        title,
      }));
  });
}

function openings(change: Change, side: JsonObject | undefined): Phrase[] {
  if (side === undefined) return [];
  const { type } = change;
  const found: Phrase[] = [];
  const acl = text(side.acl) ?? text(side.predefined_acl) ?? "";
  if (/^public-?(read|write)|^authenticated-?read$/i.test(acl)) found.push(say`Readable by anybody: ${acl}`);
  const access = text(side.container_access_type) ?? "";
  if (/^(blob|container)$/.test(access)) found.push(say`Readable by anybody: ${access}`);
  if (/^aws_vpc_endpoint_service(_allowed_principal)?$/.test(type) && side.acceptance_required !== true) {
    const anybody = [side.allowed_principals, side.principal_arn].flatMap(strings).includes("*");
    if (anybody) found.push(["Offered to every account (*)"]);
  }
  if (/^aws_(wafv2|waf|wafregional)_web_acl$/.test(type) && change.before !== undefined && letsIn(side.default_action))
    found.push(["What no rule of the web firewall names is let in"]);
  if (isShared(type, side)) found.push(["Shared with everybody"]);
  if (/^(google|googleworkspace)_/.test(type)) {
    for (const name of new Set(everybody(side))) found.push(say`Allowed to anybody: ${name}`);
  }
  // A method of an API is often meant for everybody: only to take its authorization away is not.
  const isMeant = /^aws_(api_gateway_method|apigatewayv2_route)$/.test(type) && change.before === undefined;
  const authorization =
    text(side.authorization_type) ?? (METHOD.test(type) ? text(side.authorization) : undefined) ?? "";
  if (!isMeant && /^NONE$/i.test(authorization)) found.push(["Answers anybody, without authorization"]);
  return found;
}

/** Of a new firewall, it is the usual beginning. */
function letsIn(action: Json | undefined): boolean {
  return blocks(action).some(({ allow, type }) => blocks(allow).length > 0 || type === "ALLOW");
}

function isShared(type: string, side: JsonObject): boolean {
  if (type === "aws_ssm_document") {
    return isJsonObject(side.permissions) && /^all$/i.test(text(side.permissions.account_ids) ?? "");
  }
  if (!/snapshot|^aws_ami_launch_permission$|^aws_(s3|rds|db)_/.test(type)) return false;
  return (
    strings(side.shared_accounts).includes("all") ||
    side.group === "all" ||
    side.account_id === "all" ||
    JSON.stringify([side.access_control_policy, side.grant]).includes("/groups/global/")
  );
}

/** Everybody, wherever a resource names members, also inside of texts of JSON. */
function everybody(value: Json | undefined): string[] {
  if (typeof value === "string") {
    const inside = parsedJson(value);
    if (inside !== undefined) return everybody(inside);
    return EVERYBODY.test(value) ? [value] : [];
  }
  if (Array.isArray(value)) return value.flatMap(everybody);
  return isJsonObject(value) ? Object.values(value).flatMap(everybody) : [];
}
